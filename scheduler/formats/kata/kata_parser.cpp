#include "formats/kata/kata_parser.h"

#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/kata/kata_spawn_parser.h"
#include "formats/kata/kata_words.h"
#include "model/mistakes.h"

namespace ws {
namespace {

// Nobody reads more; the file is something else.
constexpr std::size_t kMostMistakes = 1000;
constexpr std::size_t kMostBranches = 32;  // of one phase: each condition excludes those before it

class KataParser {
 public:
  KataParser(KataWords words, Diagnostics& diagnostics)
      : in_(std::move(words)), diagnostics_(diagnostics) {}

  std::vector<Kata> run() {
    if (!in_.is_at_end() && !in_.is_at("kata")) read_headless();
    while (!in_.is_at_end() && !is_hopeless()) read_kata();
    return std::move(katas_);
  }

 private:
  [[nodiscard]] bool is_hopeless() const { return diagnostics_.error_count() > kMostMistakes; }

  // What stands before the first `kata`, or in a file without one.
  void read_headless() {
    in_.expected("`kata NAME VERSION` at the beginning of the file",
                 "a kata has a name and a version, its requirements, `initial PHASE` and phases");
    if (!is_kata_keyword(in_.here().text)) {
      while (!in_.is_at_end() && !(in_.here().is_first && in_.is_at("kata"))) in_.take();
      return;
    }
    Kata scrap;
    read_statements(scrap);
  }

  void read_kata() {
    Kata& kata = katas_.emplace_back();
    const std::size_t mistakes = diagnostics_.error_count();
    kata.place = in_.place();
    in_.take();
    kata.name = in_.take_name("the name of the kata");
    if (kata.name.is_given()) {
      kata.version = in_.take_version("the kata");
      in_.refuse_rest("`kata NAME VERSION`");
    } else {
      in_.skip_line();
    }
    kata.is_misread = diagnostics_.error_count() > mistakes;
    read_statements(kata);
  }

  void read_statements(Kata& kata) {
    while (!in_.is_at_end() && !in_.is_at("kata") && !is_hopeless()) {
      const std::size_t mistakes = diagnostics_.error_count();
      read_statement(kata);
      if (diagnostics_.error_count() == mistakes) continue;
      kata.is_misread = true;
      if (!kata.phases.empty()) kata.phases.back().is_misread = true;
    }
  }

  void read_statement(Kata& kata) {
    const std::string_view word = in_.here().text;
    if (word == "phase") return read_phase_line(kata);
    if (word == "requires") return read_requirement(kata);
    if (word == "initial") return read_initial(kata);
    if (word.starts_with("ai-") && is_kata_keyword(word))
      return read_ai(kata.phases.empty() ? kata.ai : kata.phases.back().ai);
    if (is_kata_keyword(word)) return read_of_phase(kata);
    diagnostics_.error(mistakes::syntax, in_.place(),
                       fmt::format("unknown keyword '{}'", truncate_to_width(printable(word), 40)),
                       kata_keyword_hint(word));
    in_.take();
    in_.skip_line();
  }

  void read_phase_line(Kata& kata) {
    in_.take();
    KataPhase& phase = kata.phases.emplace_back();
    phase.name = in_.take_name("the name of the phase");
    if (!phase.name.is_given()) in_.skip_line();
    in_.refuse_rest("`phase NAME`");
  }

  void read_requirement(Kata& kata) {
    const Place at = in_.place();
    in_.take();
    if (!kata.phases.empty()) {
      diagnostics_.error(mistakes::syntax, at, "`requires` behind a phase",
                         "requirements stand before the first phase");
    }
    KataRequirement requirement;
    requirement.is_skill = in_.is_at("skill");
    if (!requirement.is_skill && !in_.is_at("kata")) {
      in_.expected("`skill` or `kata` behind `requires`",
                   in_.is_on_line() ? "write `requires skill NAME`" : "");
      return in_.skip_line();
    }
    in_.take();
    requirement.name =
        in_.take_name(requirement.is_skill ? "the name of the skill" : "the name of the kata");
    if (requirement.name.is_given()) {
      requirement.version = in_.take_version_if_any().value_or(KataName{});
      kata.requirements.push_back(requirement);
    }
    in_.refuse_rest("`requires`");
  }

  void read_initial(Kata& kata) {
    const Place at = in_.place();
    in_.take();
    if (kata.has_initial) {
      diagnostics_.error(mistakes::syntax, at, "a second `initial`",
                         "a kata begins with one phase");
    } else if (!kata.phases.empty()) {
      diagnostics_.error(mistakes::syntax, at, "`initial` behind a phase",
                         "it stands before the first phase");
    }
    const KataName name = in_.take_name("the name of the initial phase");
    if (!kata.has_initial) kata.initial = name;
    kata.has_initial = true;
    in_.refuse_rest("`initial NAME`");
  }

  void read_ai(std::vector<KataAi>& settings) {
    KataAi ai{in_.here().text, {}};
    in_.take();
    const bool is_one = ai.key != "ai-tags";
    if (!in_.is_on_line()) in_.expected(is_one ? "a name" : "one or more names");
    // Models have names of their own making ("vendor/model:7b"), so any word is one.
    while (in_.is_on_line() && (!is_one || ai.words.empty())) {
      ai.words.push_back(in_.here().text);
      in_.take();
    }
    in_.refuse_rest(fmt::format("`{} NAME`", ai.key));
    if (!ai.words.empty()) settings.push_back(std::move(ai));
  }

  // Actions and transitions.
  void read_of_phase(Kata& kata) {
    KataPhase scrap;
    KataPhase& phase = kata.phases.empty() ? scrap : kata.phases.back();
    const std::string_view word = in_.here().text;
    if (kata.phases.empty() && !has_said_outside_) {
      diagnostics_.error(mistakes::syntax, in_.place(),
                         fmt::format("expected `phase NAME` first, found '{}'", word),
                         "what a kata does stands in its phases");
      has_said_outside_ = true;
    }
    const bool is_action = word == "run" || word == "spawn" || word == "wait" || word == "join";
    if (is_action && !phase.transitions.empty()) {
      diagnostics_
          .error(mistakes::syntax, in_.place(),
                 fmt::format("`{}` behind the end of phase '{}'", word, phase.name.text),
                 "actions stand before it; another phase begins with `phase NAME`")
          .notes.push_back({phase.transitions.back().place, "the phase ends here"});
    }
    if (word == "run") return read_run(phase);
    if (word == "spawn") {
      if (auto action = read_kata_spawn(in_, diagnostics_)) phase.actions.push_back(*action);
      return;
    }
    if (word == "wait") return read_wait(phase);
    if (word == "join") return read_stray_join();
    if (word == "else") return read_stray_else();
    read_transition(phase);
  }

  void read_run(KataPhase& phase) {
    KataAction action;
    action.place = in_.place();
    in_.take();
    if (!in_.take("skill")) {
      in_.expected("`skill` behind `run`", in_.is_at("kata") ? "write `spawn kata NAME VERSION`"
                                                             : "write `run skill NAME`");
      return in_.skip_line();
    }
    action.name = in_.take_name("the name of the skill");
    if (action.name.is_given()) phase.actions.push_back(std::move(action));
    in_.refuse_rest("`run skill NAME`");
  }

  void read_wait(KataPhase& phase) {
    KataAction action;
    action.kind = KataAction::Kind::wait_event;
    action.place = in_.place();
    in_.take();
    if (!in_.take("event")) {
      in_.expected("`event` behind `wait`", "write `wait event NAME timeout SECONDS`");
      return in_.skip_line();
    }
    action.name = in_.take_name("the name of the event");
    if (in_.take("timeout")) action.timeout = in_.take_timeout(KataWords::Unit::seconds);
    if (action.name.is_given()) phase.actions.push_back(std::move(action));
    in_.refuse_rest("`wait event NAME timeout SECONDS`");
  }

  void read_stray_join() {
    diagnostics_.error(mistakes::syntax, in_.place(), "`join` without `spawn parallel`",
                       "it ends the block of `spawn kata` lines that stands right before it");
    in_.take();
    in_.skip_line();
  }

  void read_stray_else() {
    diagnostics_.error(mistakes::syntax, in_.place(), "`else` without `if`",
                       "it follows `if CONDITION` and `next PHASE`");
    in_.take();
    in_.skip_line();
    if (in_.is_at("next")) in_.skip_statement();
  }

  void read_transition(KataPhase& phase) {
    KataTransition transition;
    transition.place = in_.place();
    const std::string_view word = in_.here().text;
    if (word == "if") {
      transition.kind = KataTransition::Kind::branch;
      read_branches(transition);
    } else {
      in_.take();
      if (word == "next") {
        transition.next = in_.take_name("the name of the next phase");
      } else {
        transition.kind =
            word == "complete" ? KataTransition::Kind::complete : KataTransition::Kind::fail;
      }
      in_.refuse_rest(fmt::format("`{}`", word == "next" ? "next NAME" : word));
    }
    phase.transitions.push_back(std::move(transition));
  }

  void read_branches(KataTransition& transition) {
    while (true) {
      KataBranch branch;
      branch.place = in_.place();
      branch.is_else = in_.take("else");
      if (in_.take("if")) {
        branch.is_else = false;
        branch.condition = read_kata_condition(in_.take_condition(), in_.behind(), diagnostics_);
      }
      if (transition.branches.size() == kMostBranches) {
        diagnostics_.error(mistakes::limit_exceeded, branch.place,
                           fmt::format("a phase has at most {} branches", kMostBranches),
                           "decide in several phases");
      }
      if (in_.take("next")) {
        branch.next = in_.take_name("the name of the next phase");
      } else {
        const bool is_end = in_.is_at("complete") || in_.is_at("fail");
        in_.expected("`next NAME`",
                     is_end ? "a branch names a phase, and that phase says how the kata ends" : "");
        if (is_end) in_.take();
      }
      in_.refuse_rest("`next NAME`");
      const bool is_last = branch.is_else || !in_.is_at("else");
      if (transition.branches.size() <= kMostBranches)
        transition.branches.push_back(std::move(branch));
      if (is_last) return;
    }
  }

  KataWords in_;
  Diagnostics& diagnostics_;
  std::vector<Kata> katas_;
  bool has_said_outside_ = false;
};

}  // namespace

std::vector<Kata> parse_katas(std::string_view text, Place start, Diagnostics& diagnostics) {
  KataWords words(split_kata(text, start, diagnostics), text, start, diagnostics);
  return KataParser(std::move(words), diagnostics).run();
}

}  // namespace ws
