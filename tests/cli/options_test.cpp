// Option values: what is taken, and what a wrong one is told.
#include "cli/options.h"

#include <algorithm>

#include "support/catch.h"

using namespace ws;
using namespace ws::cli;
using namespace std::chrono_literals;

namespace {

using Pairs = std::map<std::string, std::string, std::less<>>;

// What the command line gets to hear; empty: it was taken.
std::string parse(CLI::App& app, std::vector<std::string> words) {
  std::reverse(words.begin(), words.end());  // CLI11 takes them from the back
  try {
    app.parse(words);
  } catch (const CLI::ParseError& error) {
    return error.what();
  }
  return "";
}

std::string duration_complaint(const std::string& text, std::optional<Duration>& target) {
  CLI::App app;
  add_duration(app, "--timeout", target, "");
  return parse(app, {"--timeout", text});
}

std::string workers_complaint(const std::string& text, std::optional<std::uint32_t>& target) {
  CLI::App app;
  add_workers(app, "--max-workers", target, "");
  return parse(app, {"--max-workers", text});
}

std::string pairs_complaint(const std::vector<std::string>& words, Pairs& target) {
  CLI::App app;
  add_pairs(app, "--var", target, "");
  return parse(app, words);
}

}  // namespace

TEST_CASE("durations: seconds without a unit, or with one") {
  const std::vector<std::pair<std::string, Duration>> good = {
      {"90", 90s},    {"0.5", 500ms}, {"250ms", 250ms}, {"5m", 5min}, {"1h30m", 90min}, {"2d", 48h},
      {"1e3", 1000s}, {".25", 250ms}, {"1.5h", 90min},  {"90s", 90s}, {"1m30s", 90s}};
  for (const auto& [text, expected] : good) {
    std::optional<Duration> target;
    INFO(text);
    CHECK(duration_complaint(text, target) == "");
    CHECK(target == expected);
  }
}

TEST_CASE("durations: what is none says what would be") {
  for (const std::string text :
       {"0", "0s", "-1", "-5m", "soon", "5 minuts", "", "nan", "inf", "1e300", "--"}) {
    std::optional<Duration> target;
    INFO(text);
    const std::string complaint = duration_complaint(text, target);
    CHECK_FALSE(complaint.empty());
    CHECK_FALSE(target.has_value());
  }
  std::optional<Duration> target;
  CHECK(duration_complaint("soon", target) ==
        "--timeout: 'soon' is not a duration above zero: write 90s, 5m, 1h30m, 250ms or a number "
        "of seconds");
}

TEST_CASE("delays may be zero") {
  CHECK(parse_delay("--rate-limit-delay", "0") == Duration::zero());
  CHECK(parse_delay("--rate-limit-delay", "0.05") == Duration(50ms));
  CHECK_THROWS_AS(parse_delay("--rate-limit-delay", "-1"), CLI::ValidationError);
  CHECK_THROWS_AS(parse_delay("--rate-limit-delay", "x"), CLI::ValidationError);
  CHECK_THROWS_AS(parse_delay("--rate-limit-delay", ""), CLI::ValidationError);
}

TEST_CASE("worker counts") {
  std::optional<std::uint32_t> target;
  CHECK(workers_complaint("4", target) == "");
  CHECK(target == 4);
  CHECK(workers_complaint("auto", target) == "");
  CHECK(target == kAutoWorkers);
  CHECK(workers_complaint("65536", target) == "");
  CHECK(target == 65536);
  for (const std::string text :
       {"0", "-1", "65537", "4294967297", "2.5", "4x", "many", "AUTO", "+4", " 4"}) {
    std::optional<std::uint32_t> untouched;
    INFO(text);
    CHECK(workers_complaint(text, untouched) == "--max-workers: '" + text +
                                                    "' is not a number of workers: write 1 to "
                                                    "65536, or auto");
    CHECK_FALSE(untouched.has_value());
  }
}

TEST_CASE("counts: whole numbers between the bounds and nothing else") {
  for (const std::string text : {"2", "7", "10"}) {
    CLI::App app;
    std::optional<std::size_t> count;
    add_count(app, "--keep", count, {2, 10}, "");
    CHECK(parse(app, {"--keep", text}) == "");
    CHECK(std::to_string(count.value_or(0)) == text);
  }
  for (const std::string text :
       {"1", "11", "-3", "", "x", "2.5", "4x", " 4", "+4", "0x4", "99999999999999999999999"}) {
    CLI::App app;
    std::optional<std::size_t> untouched;
    add_count(app, "--keep", untouched, {2, 10}, "");
    INFO(text);
    const auto words = text.empty() ? std::vector<std::string>{"--keep", ""}
                                    : std::vector<std::string>{"--keep=" + text};
    CHECK(parse(app, words) == "--keep: '" + text + "' is not a number from 2 to 10");
    CHECK_FALSE(untouched.has_value());
  }
}

TEST_CASE("pairs: the first '=' divides; the last value of a name counts") {
  Pairs pairs;
  CHECK(pairs_complaint({"--var", "a=1", "--var", "b=x=y", "--var", "c=", "--var", "a=2"}, pairs) ==
        "");
  CHECK(pairs == Pairs{{"a", "2"}, {"b", "x=y"}, {"c", ""}});
}

TEST_CASE("pairs: neither a name nor a '=' can be missing") {
  for (const std::string text : {"a", "=1", "="}) {
    Pairs pairs;
    CHECK(pairs_complaint({"--var", text}, pairs) ==
          "--var: '" + text + "' is not of the form NAME=VALUE");
    CHECK(pairs.empty());
  }
}

TEST_CASE("pairs: one option takes one pair, so that files may follow") {
  CLI::App app;
  Pairs pairs;
  std::vector<std::string> files;
  add_pairs(app, "--var", pairs, "");
  app.add_option("files", files);
  CHECK(parse(app, {"--var", "a=1", "b=2"}) == "");
  CHECK(pairs == Pairs{{"a", "1"}});
  CHECK(files == std::vector<std::string>{"b=2"});
}
