#include "simulation/tale.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include <fmt/format.h>

namespace ws::test {
namespace {

std::string literal(Duration value) {
  return fmt::format("{}ms", std::chrono::duration_cast<std::chrono::milliseconds>(value).count());
}

// As a whole name: "s1" is not in "s10".
bool speaks_of(const std::string& word, const std::string& name) {
  const auto is_of_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_';
  };
  for (std::size_t at = word.find(name); at != std::string::npos; at = word.find(name, at + 1)) {
    const std::size_t end = at + name.size();
    const bool begins = at == 0 || !is_of_name(word[at - 1]);
    if (begins && (end == word.size() || !is_of_name(word[end]))) return true;
  }
  return false;
}

struct OutcomeText {
  std::string operator()(const Exited& o) const { return fmt::format("Exited{{{}}}", o.code); }
  std::string operator()(const Signaled& o) const {
    return fmt::format("Signaled{{{}}}", o.signal);
  }
  std::string operator()(const TimedOut& /*o*/) const { return "TimedOut{}"; }
  std::string operator()(const Cancelled& /*o*/) const { return "Cancelled{}"; }
  std::string operator()(const SpawnFailed& o) const {
    return fmt::format("SpawnFailed{{\"{}\", {}}}", o.error, o.is_lasting);
  }
  std::string operator()(const RateLimited& /*o*/) const { return "RateLimited{}"; }
  std::string operator()(const Lost& o) const { return fmt::format("Lost{{\"{}\"}}", o.why); }
};

std::string script_text(const Scripted& how) {
  const Scripted plain;
  std::vector<std::string> fields;
  if (how.lasts != plain.lasts) fields.push_back(".lasts = " + literal(how.lasts));
  const auto* exited = std::get_if<Exited>(&how.outcome);
  if (exited == nullptr || exited->code != 0)
    fields.push_back(".outcome = " + std::visit(OutcomeText{}, how.outcome));
  if (how.dies_after != plain.dies_after)
    fields.push_back(".dies_after = " + literal(how.dies_after));
  if (!how.facts.is_retryable) fields.emplace_back(".facts = {.is_retryable = false}");
  if (!how.outputs.empty()) {
    std::string text = ".outputs = {";
    for (const NamedValue& value : how.outputs)
      text += fmt::format("{{\"{}\", \"{}\", \"\"}}, ", value.name, value.json);
    text.resize(text.size() - 2);
    fields.push_back(text + "}");
  }
  if (!how.items.empty()) {
    std::string text = ".items = {";
    for (const std::string& item : how.items) text += fmt::format("\"{}\", ", item);
    text.resize(text.size() - 2);
    fields.push_back(text + "}");
  }
  if (!how.error_text.empty())
    fields.push_back(fmt::format(".error_text = \"{}\"", how.error_text));
  return fmt::format("{{{}}}", fmt::join(fields, ", "));
}

std::string part_text(std::uint32_t part) {
  if (part == AttemptKey::kExpansion) return "AttemptKey::kExpansion";
  if (part < AttemptKey::kCompensation) return std::to_string(part);
  const std::uint32_t action = part - AttemptKey::kCompensation;
  return "AttemptKey::kCompensation" + (action > 0 ? fmt::format(" + {}", action) : "");
}

std::string wish_text(const Wish& wish) {
  const auto stop = [](std::string_view why) {
    return fmt::format("engine.request_stop(StopWhy::{})", why);
  };
  switch (wish.kind) {
    case Wish::Kind::interrupt:
      return stop("interrupted");
    case Wish::Kind::terminate:
      return stop("terminated");
    case Wish::Kind::hang_up:
      return stop("hang_up");
    case Wish::Kind::workers:
      return fmt::format("engine.request_workers({}, \"asked\")", wish.number);
    case Wish::Kind::wall_back:
      return fmt::format("story.clock().set_wall_back({}s)", wish.number);
    case Wish::Kind::pause:
      return fmt::format("engine.request_pause({}s, \"asked\")", wish.number);
    case Wish::Kind::resume:
      return "engine.request_resume()";
    case Wish::Kind::drain:
      return "engine.request_drain(\"asked\")";
    case Wish::Kind::end_step:
      return fmt::format("engine.request_step_stop(NodeId({}))", wish.number);
  }
  return "";
}

}  // namespace

std::string mini_text(const Tale& tale) {
  std::string text;
  for (const TaleItem& item : tale.items) {
    if (!text.empty()) text += "; ";
    switch (item.kind) {
      case TaleKind::workstream:
        text += "@" + item.name;
        break;
      case TaleKind::step:
        text += item.name;
        break;
      case TaleKind::group:
        text += fmt::format("({}: {})", item.name, fmt::join(item.members, " "));
        break;
    }
    for (const std::string& word : item.words) text += " " + word;
  }
  return text;
}

std::string as_test(const Tale& tale, const std::string& title) {
  std::string text = fmt::format("TEST_CASE(\"{}\") {{\n", title);
  text += "  const Mini plan = mini(\n";
  const std::string mini = mini_text(tale);
  for (std::size_t at = 0; at <= mini.size();) {
    const std::size_t end = std::min(mini.find("; ", at), mini.size());
    const bool is_last = end == mini.size();
    text += fmt::format("      \"{}{}\"{}\n", mini.substr(at, end - at), is_last ? "" : "; ",
                        is_last ? ");" : "");
    at = is_last ? mini.size() + 1 : end + 2;
  }
  text += "  Story story(plan.plan());\n";
  const auto option = [&](std::string_view name, const std::string& value) {
    text += fmt::format("  story.{} = {};\n", name, value);
  };
  option("options.max_workers", std::to_string(tale.max_workers));
  if (tale.is_sequential) option("options.is_sequential", "true");
  if (tale.is_fail_fast) option("options.is_fail_fast", "true");
  if (tale.start_gap > Duration::zero()) option("options.start_gap", literal(tale.start_gap));
  if (tale.run_timeout > Duration::zero()) option("options.run_timeout", literal(tale.run_timeout));
  if (tale.lateness > Duration::zero()) option("clock().lateness", literal(tale.lateness));
  if (tale.refused_call) option("recorder.fails_at", std::to_string(*tale.refused_call));
  if (!tale.crashes.empty()) {
    const Crash& crash = tale.crashes.front();
    option(crash.is_kept ? "recorder.dies_after" : "recorder.dies_before",
           std::to_string(crash.call));
  }
  for (const auto& [what, how] : tale.scripts) {
    const auto& [name, attempt, part] = what;
    text += fmt::format("  story.script(\"{}\", {}, {}, {});\n", name, script_text(how), attempt,
                        part_text(part));
  }
  for (const Wish& wish : tale.wishes) {
    const bool is_engine = wish.kind != Wish::Kind::wall_back;
    text += fmt::format("  story.at({}, [{}](Engine&{}) {{ {}; }});\n", literal(wish.at),
                        is_engine ? "" : "&", is_engine ? " engine" : "", wish_text(wish));
  }
  return text + "  story.run();\n}\n";
}

Tale without_item(const Tale& tale, std::size_t index) {
  const TaleItem gone = tale.items[index];
  Tale out = tale;
  out.items.erase(out.items.begin() + static_cast<std::ptrdiff_t>(index));
  const bool is_whole = gone.kind == TaleKind::workstream;
  if (is_whole)
    std::erase_if(out.items,
                  [&](const TaleItem& item) { return item.workstream == gone.workstream; });
  for (TaleItem& item : out.items) {
    if (!is_whole && item.workstream != gone.workstream) continue;
    std::erase_if(item.words, [&](const std::string& word) { return speaks_of(word, gone.name); });
    std::erase(item.members, gone.name);
  }
  for (std::size_t i = 0; i < out.items.size(); ++i) {
    if (out.items[i].kind == TaleKind::group && out.items[i].members.empty())
      return without_item(out, i);
  }
  return out;
}

}  // namespace ws::test
