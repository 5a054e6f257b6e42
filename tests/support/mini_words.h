// The words of mini()'s notation that set policies: rules, retries, breakers, loops, fan-outs,
// conditions, rollbacks, limits. mini.h documents them.
//
// Knows nothing of items and dependencies; called by MiniReader for each word that begins with `=`,
// `*`, `#` or `?`.
#pragma once

#include <charconv>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/duration.h"
#include "model/workstream.h"

namespace ws::test {

// What a word is about: a step, a group, or (both null) the workstream.
struct MiniTarget {
  Workstream& workstream;
  Step* step = nullptr;
  Group* group = nullptr;
};

class MiniWords {
 public:
  MiniWords(MiniTarget target, std::string_view word) : at_(target), word_(word) {}

  // False: none of the words known here.
  bool read() {
    if (word_[0] == '*') return retry();
    if (word_[0] == '#') return breaker();
    if (word_[0] == '?') return condition();
    const std::size_t cut = word_.find_first_of(":{");
    name_ = word_.substr(1, cut == std::string_view::npos ? cut : cut - 1);
    value_ = cut == std::string_view::npos ? std::string_view() : word_.substr(cut + 1);
    if (cut != std::string_view::npos && word_[cut] == '{') value_.remove_suffix(1);
    return rule() || group_word() || step_word() || workstream_word();
  }

 private:
  [[noreturn]] void fail() const {
    throw std::runtime_error("mini: what is '" + std::string(word_) + "' here?");
  }
  std::uint32_t number(std::string_view text) const {
    std::uint32_t value = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
    if (text.empty() || read.ptr != text.data() + text.size()) fail();
    return value;
  }
  Duration duration(std::string_view text) const {
    const auto value = parse_duration(text);
    if (!value) fail();
    return *value;
  }
  static std::vector<std::string_view> parts(std::string_view text, char cut) {
    std::vector<std::string_view> out;
    while (!text.empty()) {
      const std::size_t end = std::min(text.find(cut), text.size());
      out.push_back(text.substr(0, end));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    return out;
  }
  static std::pair<std::string_view, std::string_view> pair(std::string_view text) {
    const std::size_t cut = std::min(text.find('='), text.size());
    return {text.substr(0, cut), text.substr(std::min(cut + 1, text.size()))};
  }

  // Of a group; of a step it is that of the group its items make.
  GroupRule* rule_if_any() {
    if (at_.group != nullptr) return &at_.group->rule;
    if (at_.step == nullptr || !at_.step->details_if_any) return nullptr;
    auto& each = at_.step->edit_details().for_each;
    return each ? &each->rule : nullptr;
  }

  bool rule() {
    GroupRule* rule = rule_if_any();
    if (rule == nullptr) return false;
    const auto policy = [&](OnFirstFailure first, FailIf fail_if, Errors errors) {
      rule->on_first_failure = first;
      rule->fail_if = fail_if;
      rule->errors = errors;
      rule->is_policy_explicit = true;
      return true;
    };
    const auto join = [&](Join what) {
      rule->join = what;
      if (!value_.empty()) rule->join_count = number(value_);
      return true;
    };
    if (name_ == "all") return join(Join::all);
    if (name_ == "any") return join(Join::any);
    if (name_ == "first") return join(Join::first);
    if (name_ == "settled") return join(Join::settled);
    using enum OnFirstFailure;
    if (name_ == "fail_fast") return policy(cancel, FailIf::any, Errors::surface);
    if (name_ == "drain") return policy(drain, FailIf::any, Errors::surface);
    if (name_ == "collect") return policy(drain, FailIf::all, Errors::surface);
    if (name_ == "tolerate") return policy(drain, FailIf::none, Errors::surface);
    if (name_ == "ignore") return policy(drain, FailIf::none, Errors::drop);
    if (name_ == "background") return (rule->losers = Losers::background).has_value();
    if (name_ == "losers") return (rule->losers = Losers::cancel).has_value();
    if (name_ == "sequential") return (rule->execute = Execute::sequential, true);
    if (name_ == "within") return (rule->timeout = duration(value_), true);
    if (name_ == "most") return (rule->max_workers = number(value_), true);
    return false;
  }

  bool group_word() {
    if (at_.group == nullptr) return false;
    Group& group = *at_.group;
    const auto names = [&](std::vector<std::string>& out) {
      for (const std::string_view name : parts(value_, ',')) out.emplace_back(name);
      return true;
    };
    const auto loop = [&]() -> RepeatPolicy& {
      if (!group.repeat) group.repeat.emplace().max_rounds = 1000;
      return *group.repeat;
    };
    if (name_ == "catch") return names(group.catch_steps);
    if (name_ == "finally") return names(group.finally_steps);
    if (name_ == "member") return (group.member_timeout = duration(value_), true);
    if (name_ == "repeat") return (loop().max_rounds = number(value_), true);
    if (name_ == "until") return (loop().until = value_, true);
    if (name_ == "while") return (loop().while_ = value_, true);
    if (name_ == "lenient") return (loop().is_bound_an_error = false, true);
    if (name_ == "phase_failure") {
      if (value_ == "abort") return (group.on_phase_failure = OnFailure::abort).has_value();
      if (value_ == "skip")
        return (group.on_phase_failure = OnFailure::skip_dependents).has_value();
      if (value_ == "continue") return (group.on_phase_failure = OnFailure::carry_on).has_value();
    }
    return false;
  }

  bool step_word() {
    if (at_.step == nullptr) return false;
    const auto each = [&](ForEach::Kind kind) -> ForEach& {
      ForEach& made = at_.step->edit_details().for_each.emplace();
      made.kind = kind;
      made.source = value_;
      return made;
    };
    if (name_ == "each") {
      ForEach& made = each(ForEach::Kind::list);
      for (std::uint32_t i = 0; i < number(value_); ++i) made.items.push_back(std::to_string(i));
      return true;
    }
    if (name_ == "glob") return (each(ForEach::Kind::glob), true);
    if (name_ == "lines") return (each(ForEach::Kind::lines), true);
    if (name_ == "from") return (each(ForEach::Kind::from), true);
    if (name_ == "undo") {
      Compensation& made = at_.step->edit_details().compensation.emplace();
      made.action = CommandAction{Command::from_argv({"undo", at_.step->id})};
      const auto of = parts(value_, ':');
      if (!of.empty()) made.retries = number(of[0]);
      if (of.size() > 1) made.timeout = duration(of[1]);
      return true;
    }
    if (name_ == "pool") {
      for (const std::string_view pool : parts(value_, ',')) {
        const auto [name, places] = pair(pool);
        at_.step->edit_details().pools.emplace_back(name, places.empty() ? 1 : number(places));
      }
      return true;
    }
    if (name_ == "key") return (at_.step->edit_details().idempotency_key = value_, true);
    if (name_ == "ttl") return (at_.step->edit_details().idempotency_ttl = duration(value_), true);
    if (name_ == "conflict") return (at_.step->edit_details().conflict_group = value_, true);
    if (name_ == "alone") return (at_.step->edit_details().parallel_ok = false, true);
    if (name_ == "outputs") {
      at_.step->edit_details().outputs.emplace_back(value_, "stdout");
      return true;
    }
    if (name_ == "wait") {
      at_.step->action = WaitAction{duration(value_), "", ""};
      return true;
    }
    return false;
  }

  bool workstream_word() {
    if (at_.step != nullptr || at_.group != nullptr) return false;
    Workstream& workstream = at_.workstream;
    if (name_ == "pools") {
      for (const std::string_view pool : parts(value_, ',')) {
        const auto [name, places] = pair(pool);
        workstream.pools.emplace_back(name, number(places));
      }
      return true;
    }
    if (name_ == "conflict") return (workstream.conflict_group = value_, true);
    if (name_ == "alone") return (workstream.parallel_ok = false, true);
    if (name_ == "preflight") {
      for (std::uint32_t i = 1; i <= number(value_); ++i)
        workstream.preflight_checks.push_back({Command::from_argv({"check"}), "check", "", {}, {}});
      return true;
    }
    if (name_ == "actions") {
      for (std::uint32_t i = 0; i < number(value_); ++i) {
        Compensation& made = workstream.compensation_actions.emplace_back();
        made.action = CommandAction{Command::from_argv({"action"})};
      }
      return true;
    }
    if (name_ == "saga") return saga();
    if (name_ == "pause" || name_ == "pause_open") {
      ErrorHook& hook = name_ == "pause" ? workstream.error_handling.on_failure
                                         : workstream.error_handling.on_circuit_open;
      hook.action = ErrorAction::pause_and_notify;
      hook.pause = duration(value_);
      return true;
    }
    if (name_ == "handling") {
      ErrorAction& action = workstream.error_handling.on_failure.action;
      if (value_ == "fail_fast") return (action = ErrorAction::fail_fast, true);
      if (value_ == "log_and_continue") return (action = ErrorAction::log_and_continue, true);
      if (value_ == "skip_step") return (action = ErrorAction::skip_step, true);
      if (value_ == "escalate") return (action = ErrorAction::escalate, true);
    }
    return false;
  }

  bool saga() {
    SagaPolicy& saga = at_.workstream.saga.emplace();
    for (const std::string_view part : parts(value_, ',')) {
      const auto [name, value] = pair(part);
      if (name == "reverse") {
        saga.order = RollbackOrder::reverse;
      } else if (name == "parallel") {
        saga.order = RollbackOrder::parallel;
      } else if (name == "custom") {
        saga.order = RollbackOrder::custom;
        for (const std::string_view id : parts(value, '+')) saga.custom_order.emplace_back(id);
      } else if (name == "fail_fast") {
        saga.on_compensation_failure = CompensationFailure::fail_fast;
      } else if (name == "retry_later") {
        saga.on_compensation_failure = CompensationFailure::retry_later;
        saga.max_rollback_retries = number(value);
      } else if (name == "within") {
        saga.timeout = duration(value);
      } else {
        fail();
      }
    }
    return true;
  }

  bool retry() {
    RetryPolicy made;
    const auto of = parts(word_.substr(1), ':');
    if (of.empty()) fail();
    made.attempts = number(of[0]);
    std::size_t durations = 0;
    for (std::size_t i = 1; i < of.size(); ++i) {
      if (of[i] == "fixed") {
        made.backoff = Backoff::fixed;
      } else if (of[i] == "linear") {
        made.backoff = Backoff::linear;
      } else if (of[i] == "exponential") {
        made.backoff = Backoff::exponential;
      } else if (of[i] == "jitter") {
        made.jitter = true;
      } else if (of[i] == "filter") {
        made.on_output = {"retry me"};
      } else if (of[i].substr(0, 4) == "exit") {
        made.on_exit.push_back(static_cast<int>(number(of[i].substr(4))));
      } else {
        (durations++ == 0 ? made.initial_delay : made.max_delay) = duration(of[i]);
      }
    }
    if (at_.step != nullptr) {
      at_.step->edit_details().retry = made;
    } else if (at_.group != nullptr) {
      at_.group->retry = made;
    } else {
      at_.workstream.retry = made;
    }
    return true;
  }

  bool breaker() {
    BreakerPolicy made;
    for (const std::string_view part : parts(word_.substr(1), ',')) {
      const auto [name, value] = pair(part);
      if (name == "repeats") {
        made.max_error_repeats = number(value);
      } else if (name == "attempts") {
        made.max_attempts = number(value);
      } else if (name == "returns") {
        made.oscillation_threshold = number(value);
      } else if (name == "cooldown") {
        made.cooldown = duration(value);
      } else if (name == "phase") {
        made.per_step = false;
        made.per_phase = true;
      } else if (name == "whole") {
        made.per_step = false;
      } else {
        fail();
      }
    }
    if (at_.step != nullptr) {
      at_.step->edit_details().breaker = made;
    } else if (at_.group != nullptr) {
      at_.group->breaker = made;
    } else {
      at_.workstream.breaker = made;
    }
    return true;
  }

  bool condition() {
    if (word_.size() < 3 || word_[1] != '{') fail();
    const std::string_view text = word_.substr(2, word_.size() - 3);
    if (at_.step != nullptr) {
      at_.step->edit_details().when = text;
    } else if (at_.group != nullptr) {
      at_.group->when = text;
    } else {
      fail();
    }
    return true;
  }

  MiniTarget at_;
  std::string_view word_;
  std::string_view name_;
  std::string_view value_;
};

}  // namespace ws::test
