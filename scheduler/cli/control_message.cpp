#include "cli/control_message.h"

#include <algorithm>
#include <array>
#include <charconv>

#include <fmt/format.h>

namespace ws::cli {
namespace {

// Fields end with a line; the last may hold anything.
constexpr std::string_view kVersion = "workstream-control-1";
constexpr std::array<std::string_view, 5> kVerbs = {"pause", "resume", "drain", "cancel",
                                                    "workers"};
static_assert(kVerbs[static_cast<std::size_t>(ControlVerb::workers)] == "workers");

std::optional<std::string_view> next_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

template <class Number>
bool read_number(std::string_view& text, Number& number) {
  const auto line = next_line(text);
  if (!line) return false;
  const char* const end = line->data() + line->size();
  const auto [at, problem] = std::from_chars(line->data(), end, number);
  return problem == std::errc() && at == end;
}

}  // namespace

std::string_view name(ControlVerb verb) { return kVerbs[static_cast<std::size_t>(verb)]; }

std::string text_of(const ControlRequest& request) {
  return fmt::format("{}\n{}\n{}\n{}\n{}\n{}", kVersion, name(request.verb), request.length.count(),
                     request.workers, request.is_kill ? 1 : 0, request.step);
}

std::string text_of(const ControlAnswer& answer) {
  return fmt::format("{}\n{}\n{}\n{}", kVersion, answer.is_taken ? 1 : 0, answer.running,
                     answer.text);
}

std::optional<ControlRequest> read_request(std::string_view text) {
  ControlRequest request;
  if (next_line(text) != kVersion) return std::nullopt;
  const auto verb = next_line(text);
  const auto* const known = verb ? std::find(kVerbs.begin(), kVerbs.end(), *verb) : kVerbs.end();
  if (known == kVerbs.end()) return std::nullopt;
  request.verb = static_cast<ControlVerb>(known - kVerbs.begin());
  Duration::rep length = 0;
  int kill = 0;
  if (!read_number(text, length) || !read_number(text, request.workers) || !read_number(text, kill))
    return std::nullopt;
  request.length = Duration(length);
  request.is_kill = kill != 0;
  request.step = text;
  return request;
}

std::optional<ControlAnswer> read_answer(std::string_view text) {
  ControlAnswer answer;
  int taken = 0;
  if (next_line(text) != kVersion || !read_number(text, taken) ||
      !read_number(text, answer.running))
    return std::nullopt;
  answer.is_taken = taken != 0;
  answer.text = text;
  return answer;
}

}  // namespace ws::cli
