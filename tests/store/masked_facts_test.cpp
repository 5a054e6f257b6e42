// Every text of every fact is masked before it is stored, but for those that are looked up by what
// they are. A member that somebody adds is tested without being named here.
#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

#include "engine/masked_fact.h"
#include "store/event_codec.h"
#include "store/fact_members.h"
#include "support/catch.h"

namespace ws {
namespace {

constexpr const char* kSecret = "the-secret-value";

// Ids, paths and names of runs.
constexpr std::array<std::string_view, 6> kAsTheyAre = {"run_id",  "workstream", "workstreams",
                                                        "resumes", "log",        "restored_from"};

// Puts the secret into every member that can hold it.
struct Planter {
  static constexpr bool kReads = true;

  void operator()(std::string_view name, std::string& text) const {
    if (is_masked(name)) text = fmt(name);
  }
  void operator()(std::string_view name, std::vector<std::string>& texts) const {
    if (name == "items")
      texts = {R"({"a": ["the-secret-value", 1]})", "\"x\""};
    else if (is_masked(name))
      texts = {"one", fmt(name)};
  }
  void operator()(std::string_view, std::vector<NamedValue>& values) const {
    values = {{"v", R"(["x the-secret-value"])", {}}, {"w", "17", {}}};
  }
  void operator()(std::string_view, Outcome& outcome) const { outcome = Lost{kSecret}; }
  void operator()(std::string_view, std::optional<Outcome>& outcome) const {
    outcome = SpawnFailed{kSecret};
  }
  template <class Other>
  void operator()(std::string_view, Other& /*value*/) const {}

  static std::string fmt(std::string_view name) { return std::string(name) + ": " + kSecret; }
  static bool is_masked(std::string_view name) {
    return std::find(kAsTheyAre.begin(), kAsTheyAre.end(), name) == kAsTheyAre.end();
  }
};

template <std::size_t Index>
Fact planted() {
  Fact fact(std::in_place_index<Index>);
  Planter planter;
  stored::list(planter, std::get<Index>(fact));
  return fact;
}

template <std::size_t... Index>
std::vector<Fact> all_planted(std::index_sequence<Index...> /*all*/) {
  return {planted<Index>()...};
}

TEST_CASE("no text of a fact keeps a secret") {
  Secrets secrets;
  secrets.add_name("x");
  secrets.learn("x", kSecret);
  std::size_t texts = 0;
  for (const Fact& fact : all_planted(std::make_index_sequence<std::variant_size_v<Fact>>())) {
    const std::string before = encode(fact).body;
    const StoredFact after = encode(masked_fact(fact, secrets));
    INFO(after.type << " " << after.body);
    CHECK(after.body.find(kSecret) == std::string::npos);
    if (before.find(kSecret) == std::string::npos) {
      CHECK(after.body == before);
    } else {
      ++texts;
      CHECK(after.body.find("***") != std::string::npos);
    }
  }
  CHECK(texts > 12);
}

TEST_CASE("what lost a part of itself says so, and stays JSON") {
  Secrets secrets;
  secrets.add_name("x");
  secrets.learn("x", "12345");
  OutputsCollected fact{NodeId(1U),
                        1,
                        {{"a", "12345", {}},
                         {"b", R"({"12345": [123456, true]})", {}},
                         {"c", "\"plain\"", {}},
                         {"d", "", "/tmp/12345"}}};
  const auto values = std::get<OutputsCollected>(masked_fact(fact, secrets)).values;
  CHECK(values[0].json == "\"***\"");
  CHECK(values[0].is_masked);
  CHECK(values[1].json == R"({"***":["***6",true]})");
  CHECK(values[1].is_masked);
  CHECK(values[2] == fact.values[2]);
  CHECK(values[3] == fact.values[3]);
  const auto found =
      std::get<FanOutExpanded>(masked_fact(FanOutExpanded{GroupId(0U), {"12345", "1"}}, secrets));
  CHECK(found.items == std::vector<std::string>{"\"***\"", "1"});
  CHECK(found.is_masked);
  // And both survive the store.
  const StoredFact stored = encode(found);
  const auto read = decode(stored.type, stored.node, stored.body);
  REQUIRE(read.has_value());
  CHECK(std::get<FanOutExpanded>(*read).is_masked);
}

}  // namespace
}  // namespace ws
