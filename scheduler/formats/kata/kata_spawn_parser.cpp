#include "formats/kata/kata_spawn_parser.h"

#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

class SpawnParser {
 public:
  SpawnParser(KataWords& words, Diagnostics& diagnostics) : in_(words), diagnostics_(diagnostics) {}

  std::optional<KataAction> run() {
    if (in_.is_next("parallel")) return read_parallel();
    KataAction action;
    action.kind = KataAction::Kind::spawn_kata;
    action.place = in_.place();
    in_.take();
    const auto spawn = read_spawned();
    if (!spawn) return std::nullopt;
    action.spawn = *spawn;
    return action;
  }

 private:
  // Behind `spawn`: kata NAME VERSION [-> NAME].
  std::optional<KataSpawn> read_spawned() {
    if (!in_.take("kata")) {
      in_.expected("`kata` or `parallel` behind `spawn`",
                   in_.is_at("skill") ? "write `run skill NAME`" : "");
      in_.skip_line();
      return std::nullopt;
    }
    KataSpawn spawn;
    spawn.kata = in_.take_name("the name of the kata");
    if (!spawn.kata.is_given()) {
      in_.skip_line();
      return std::nullopt;
    }
    spawn.version = in_.take_version(fmt::format("kata '{}'", spawn.kata.text));
    if (in_.take("->")) {
      spawn.binding = in_.take_name("the name of the result behind `->`");
    } else if (in_.is_on_line() && in_.here().text.starts_with("->")) {
      in_.expected("a blank behind `->`",
                   fmt::format("write '-> {}'", printable(in_.here().text.substr(2))));
      in_.skip_line();
    } else if (in_.is_at("→") || in_.is_at("=>") || in_.is_at("as")) {
      in_.expected("`->`", "");
      in_.skip_line();
    }
    in_.refuse_rest("`spawn kata NAME VERSION -> NAME`");
    return spawn;
  }

  std::optional<KataAction> read_parallel() {
    const std::uint32_t column = in_.here().column;
    KataAction action;
    action.kind = KataAction::Kind::spawn_parallel;
    action.place = in_.place();
    in_.take();
    action.place.length = in_.place().offset + in_.place().length - action.place.offset;
    in_.take();
    read_options(action);
    bool had_any = false;
    while (in_.is_at("spawn")) {
      if (in_.is_next("parallel")) {
        // Indentation means nothing, but who indents a block means it to be inside.
        if (had_any && in_.here().column <= column) break;
        diagnostics_.error(mistakes::syntax, in_.place(),
                           "`spawn parallel` inside of `spawn parallel`",
                           "spawn a kata that has it; a block before it ends with `join`");
        in_.take();
        in_.take();
        in_.skip_line();
        continue;
      }
      in_.take();
      had_any = true;
      if (auto spawn = read_spawned()) action.members.push_back(*spawn);
    }
    if (!had_any) {
      diagnostics_.error(mistakes::empty_group, action.place,
                         "`spawn parallel` without a kata to spawn",
                         "lines `spawn kata NAME VERSION -> NAME` follow it");
    }
    if (in_.is_at("join")) read_join(action);
    if (action.members.empty()) return std::nullopt;
    return action;
  }

  void read_options(KataAction& action) {
    constexpr std::array<std::pair<std::string_view, KataFailure>, 3> kModes = {
        {{"fail_on_any", KataFailure::on_any},
         {"fail_on_first", KataFailure::on_first},
         {"fail_continue", KataFailure::go_on}}};
    Place timeout;
    Place mode;
    while (!in_.is_at_end() && !(in_.here().is_first && is_kata_keyword(in_.here().text)) &&
           !in_.is_at("spawn")) {
      const Place at = in_.place();
      if (in_.take("timeout")) {
        if (timeout.is_known()) repeated(at, timeout, "timeout");
        timeout = at;
        action.timeout = in_.take_timeout(KataWords::Unit::milliseconds);
        continue;
      }
      const KataFailure* found = nullptr;
      for (const auto& [word, failure] : kModes) {
        if (in_.is_at(word)) found = &failure;
      }
      if (found == nullptr) return refuse_option();
      if (mode.is_known()) repeated(at, mode, in_.here().text);
      mode = at;
      action.failure = *found;
      in_.take();
    }
  }

  void repeated(Place at, Place first, std::string_view word) {
    diagnostics_
        .error(mistakes::conflicting_keys, at,
               word == "timeout" ? "a second timeout"
                                 : fmt::format("'{}' beside another failure mode", word),
               "each option stands once")
        .notes.push_back({first, "the first one is here"});
  }

  void refuse_option() {
    constexpr std::array<std::string_view, 4> kOptions = {"timeout", "fail_on_any", "fail_on_first",
                                                          "fail_continue"};
    const std::string_view word = in_.here().text;
    const auto near = nearest(word, kOptions);
    std::string hint = near ? fmt::format("did you mean '{}'?", *near) : "";
    if (word == "fail_all") hint = "write fail_on_any";
    if (word == "fail_first") hint = "write fail_on_first";
    if (word == "continue") hint = "write fail_continue";
    in_.expected("`timeout MILLISECONDS`, `fail_on_any`, `fail_on_first` or `fail_continue`",
                 std::move(hint));
    in_.take();
    in_.skip_line();
  }

  void read_join(KataAction& action) {
    in_.take();
    constexpr std::array<std::string_view, 3> kJoins = {"all_completed", "any_completed",
                                                        "first_completed"};
    const bool is_there = in_.is_on_line();
    const std::string_view word = is_there ? in_.here().text : std::string_view();
    if (word == kJoins[0]) {
      action.join = KataJoin::all;
    } else if (word == kJoins[1]) {
      action.join = KataJoin::any;
    } else if (word == kJoins[2]) {
      action.join = KataJoin::first;
    } else {
      const auto near = nearest(word, kJoins);
      std::string hint = is_there && near ? fmt::format("did you mean '{}'?", *near) : "";
      for (const std::string_view join : kJoins) {
        if (is_there && join.starts_with(word)) hint = fmt::format("write {}", join);
      }
      in_.expected("`all_completed`, `any_completed` or `first_completed` behind `join`",
                   std::move(hint));
    }
    if (is_there) in_.take();
    in_.refuse_rest("`join`");
  }

  KataWords& in_;
  Diagnostics& diagnostics_;
};

}  // namespace

std::optional<KataAction> read_kata_spawn(KataWords& words, Diagnostics& diagnostics) {
  return SpawnParser(words, diagnostics).run();
}

}  // namespace ws
