// A plan in one line, for tests:  mini("a; b<-a; c<-a b:done !5; d<-c:failure; (g: a b) =first")
//
// Items are separated by `;`. The first item may be a step: then the workstream is called `w`.
//   NAME                      a step that runs the command NAME
//   NAME <- x y:done z:failure   what it depends on; `on` is success unless said
//   @NAME <- other            the workstream of all that follows (until the next @), and its
//                             dependencies
//   (NAME: x y) <- z          a step group with its members; [NAME: x y] the same as a phase
// Words after that, in any order. A word with braces may hold blanks: ?{steps.a.state == 'failed'}
//   any item    *3:exponential:1s:60s:jitter:exit75:filter retry: attempts, backoff (fixed, linear,
//               exponential), first delay, longest, on_exit, on_output · #repeats=2,attempts=3,
//               returns=2,cooldown=5s,phase,whole circuit breaker
//   step        !5 priority · ~90s timeout · %2 two acceptance tests · ^src/,lib/*.py files_scope ·
//               =abort =skip =continue on_failure · =noncritical · =nothing no action · =manual for
//               a person · =manualtest one prose test · =wait:5s · ?{…} when · =outputs:x ·
//               =each:3 =glob:*.c =lines:FILE =from{…} for_each · =undo:RETRIES:TIMEOUT
//               compensation · =pool:gpu,ram=2 · =conflict:NAME · =alone ·
//               =key{…} idempotency_key · =ttl:5s
//   group       ~5s timeout · =member:5s member timeout · &2 max_workers · =sequential ·
//               =all =any:2 =first =settled join · =fail_fast =drain =collect =tolerate =ignore
//               on_failure (tolerate: the word continue) · =losers =background what becomes of them
//               · =catch:x,y · =finally:z · ?{…} when · =repeat:3 =until{…} =while{…} =lenient loop
//               · =phase_failure:abort|skip|continue
//   fan-out     (behind =each and the like) the join and on_failure words of a group, =sequential,
//               =within:5s timeout, =most:2 max_workers
//   workstream  &3 max_workers · %2 acceptance tests · ~9s timeout_per_step · =sequential ·
//               =abort =skip =continue · =pools:gpu=2,ram=4 · =conflict:NAME · =alone ·
//               =preflight:1 · =saga:reverse,parallel,custom=a+b,fail_fast,retry_later=2,within=5s
//               · =actions:2 compensation_actions · =pause:5s =pause_open:5s pause_and_notify after
//               a failure, an open breaker ·
//               =handling:fail_fast|log_and_continue|skip_step|escalate
// A word that is none of these fails the test. Places point into the text, as source "mini".
#pragma once

#include <cctype>
#include <charconv>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.h"
#include "base/duration.h"
#include "base/text.h"
#include "model/lower.h"
#include "support/mini_words.h"

namespace ws::test {

class MiniReader {
 public:
  static Workset read(std::string text) {
    Workset workset;
    const SourceId source = workset.sources.add("mini", std::move(text));
    MiniReader reader(workset, source);
    reader.run();
    return workset;
  }

 private:
  MiniReader(Workset& workset, SourceId source)
      : workset_(workset), text_(workset.sources.text(source)), source_(source) {}

  struct Word {
    std::string_view text;
    std::size_t offset = 0;
  };

  void run() {
    for (std::size_t at = 0; at <= text_.size();) {
      const std::size_t end = std::min(text_.find(';', at), text_.size());
      const std::vector<Word> words = split(at, end);
      if (!words.empty()) item(words);
      at = end + 1;
    }
  }

  // `<-`, brackets and ':' before a blank are words of their own or end one.
  std::vector<Word> split(std::size_t at, std::size_t end) const {
    std::vector<Word> words;
    while (at < end) {
      if (std::isspace(static_cast<unsigned char>(text_[at])) != 0) {
        ++at;
      } else if (text_.substr(at, 2) == "<-") {
        words.push_back({text_.substr(at, 2), at});
        at += 2;
      } else if (std::string_view("()[]").find(text_[at]) != std::string_view::npos) {
        words.push_back({text_.substr(at, 1), at});
        ++at;
      } else {
        const std::size_t start = at;
        const bool is_scope = text_[at] == '^';  // may hold brackets
        std::size_t braces = 0;                  // what is in braces may hold anything
        while (at < end && (braces > 0 || ends_no_word(at, is_scope))) {
          if (text_[at] == '{') ++braces;
          if (text_[at] == '}' && braces > 0) --braces;
          ++at;
        }
        words.push_back({text_.substr(start, at - start), start});
      }
    }
    return words;
  }

  bool ends_no_word(std::size_t at, bool is_scope) const {
    const char c = text_[at];
    if (std::isspace(static_cast<unsigned char>(c)) != 0) return false;
    return text_.substr(at, 2) != "<-" && (is_scope || (c != ')' && c != ']'));
  }

  Place place(const Word& word) const {
    return {source_, static_cast<std::uint32_t>(word.offset),
            static_cast<std::uint32_t>(word.text.size())};
  }

  Workstream& workstream() {
    if (workset_.workstreams.empty()) {
      workset_.workstreams.emplace_back().id = "w";
      workset_.workstreams.back().file = "mini";
    }
    return workset_.workstreams.back();
  }

  void item(const std::vector<Word>& words) {
    std::size_t next = 1;
    if (words[0].text[0] == '@') {
      Workstream& made = workset_.workstreams.emplace_back();
      made.id = words[0].text.substr(1);
      made.file = "mini";
      made.place = place(words[0]);
      step_ = nullptr;
      group_ = nullptr;
      dependencies_ = &made.depends_on;
    } else if (words[0].text == "(" || words[0].text == "[") {
      Group& made = workstream().groups.emplace_back();
      made.is_phase = words[0].text == "[";
      made.id = words.at(1).text.substr(0, words.at(1).text.size() - 1);
      made.place = place(words[1]);
      for (next = 2; words.at(next).text != ")" && words.at(next).text != "]"; ++next) {
        made.members.push_back(
            {std::string(words[next].text), DependencyOn::success, place(words[next])});
      }
      ++next;
      step_ = nullptr;
      group_ = &made;
      dependencies_ = &made.depends_on;
    } else {
      Step& made = workstream().steps.emplace_back();
      made.id = words[0].text;
      made.place = place(words[0]);
      made.action = CommandAction{Command::from_argv({made.id})};
      step_ = &made;
      group_ = nullptr;
      dependencies_ = &made.depends_on;
    }
    bool in_dependencies = false;
    for (; next < words.size(); ++next) {
      if (words[next].text == "<-") {
        in_dependencies = true;
      } else if (!modifier(words[next])) {
        if (!in_dependencies) fail(words[next]);
        dependency(words[next]);
      }
    }
  }

  void dependency(const Word& word) {
    const std::size_t colon = word.text.find(':');
    Dependency made{std::string(word.text.substr(0, colon)), DependencyOn::success, place(word)};
    if (colon != std::string_view::npos) {
      const std::string_view on = word.text.substr(colon + 1);
      if (on == "failure") {
        made.on = DependencyOn::failure;
      } else if (on == "done") {
        made.on = DependencyOn::done;
      } else if (on != "success") {
        fail(word);
      }
    }
    dependencies_->push_back(std::move(made));
  }

  bool modifier(const Word& word) {
    const std::string_view value = word.text.substr(1);
    switch (word.text[0]) {
      case '!':
        step().priority = number(word);
        return true;
      case '~': {
        const auto timeout = parse_duration(value);
        if (!timeout) fail(word);
        if (step_ != nullptr) {
          step_->timeout = *timeout;
        } else if (group_ != nullptr) {
          group_->rule.timeout = *timeout;
        } else {
          workstream().execution.timeout_per_step = *timeout;
        }
        return true;
      }
      case '%':
        for (int i = 1; i <= number(word); ++i) {
          tests().push_back({Command::from_argv({"test", std::to_string(i)}),
                             "test " + std::to_string(i),
                             "",
                             {},
                             place(word)});
        }
        return true;
      case '&':
        if (group_ != nullptr) {
          group_->rule.max_workers = static_cast<std::uint32_t>(number(word));
        } else {
          workstream().execution.max_workers = static_cast<std::uint32_t>(number(word));
        }
        return true;
      case '^':
        scope(word);
        return true;
      case '=':
        if (!MiniWords({workstream(), step_, group_}, word.text).read()) setting(word);
        return true;
      case '*':
      case '#':
      case '?':
        return MiniWords({workstream(), step_, group_}, word.text).read();
      default:
        return false;
    }
  }

  void scope(const Word& word) {
    std::vector<ScopePattern>& patterns =
        step_ != nullptr ? step_->edit_details().files_scope : workstream().files_scope;
    std::size_t at = 1;
    while (at <= word.text.size()) {
      const std::size_t end = std::min(word.text.find(',', at), word.text.size());
      const Word pattern{word.text.substr(at, end - at), word.offset + at};
      patterns.push_back({std::string(pattern.text), place(pattern)});
      at = end + 1;
    }
  }

  void setting(const Word& word) {
    const std::string_view value = word.text.substr(1);
    const auto on_failure = [&](OnFailure what) {
      if (group_ != nullptr) fail(word);
      if (step_ != nullptr) {
        step_->on_failure = what;
      } else {
        workstream().execution.on_failure = what;
      }
    };
    if (value == "abort") {
      on_failure(OnFailure::abort);
    } else if (value == "skip") {
      on_failure(OnFailure::skip_dependents);
    } else if (value == "continue") {
      on_failure(OnFailure::carry_on);
    } else if (value == "noncritical") {
      step().is_critical = false;
    } else if (value == "nothing") {
      step().action = NoAction{};
    } else if (value == "manual") {
      step().action = ManualAction{"ask " + step().id};
    } else if (value == "manualtest") {
      tests().push_back({{}, "looks good", "prose", {}, place(word)});
    } else if (value == "sequential" && step_ == nullptr) {
      workstream().execution.parallel = false;
    } else {
      fail(word);
    }
  }

  Step& step() {
    if (step_ == nullptr) throw std::runtime_error("mini: only a step has this");
    return *step_;
  }
  std::vector<AcceptanceTest>& tests() {
    return step_ != nullptr ? step_->edit_details().acceptance_tests
                            : workstream().acceptance_tests;
  }
  static int number(const Word& word) {
    int value = 0;
    const char* end = word.text.data() + word.text.size();
    if (std::from_chars(word.text.data() + 1, end, value).ptr != end) fail(word);
    return value;
  }
  [[noreturn]] static void fail(const Word& word) {
    throw std::runtime_error("mini: what is '" + std::string(word.text) + "'?");
  }

  Workset& workset_;
  std::string_view text_;
  SourceId source_;
  Step* step_ = nullptr;  // the item being read; both null: a workstream
  Group* group_ = nullptr;
  std::vector<Dependency>* dependencies_ = nullptr;
};

[[nodiscard]] inline Workset mini_workset(std::string text) {
  return MiniReader::read(std::move(text));
}

// A lowered plan that owns its workset. Movable; the plan stays valid.
class Mini {
 public:
  explicit Mini(std::string text, const LowerOptions& options = {})
      : workset_(std::make_unique<Workset>(mini_workset(std::move(text)))) {
    if (std::optional<Plan> plan = lower(*workset_, options, diagnostics_))
      plan_ = std::make_unique<Plan>(std::move(*plan));
  }

  // Throws, with the rendered mistakes, when there is none.
  [[nodiscard]] Plan& plan() const {
    if (!plan_) throw std::runtime_error("mini: no plan\n" + complaints());
    return *plan_;
  }
  [[nodiscard]] bool has_plan() const { return plan_ != nullptr; }
  [[nodiscard]] Workset& workset() { return *workset_; }
  [[nodiscard]] const Diagnostics& diagnostics() const { return diagnostics_; }
  [[nodiscard]] std::string complaints() const {
    return render(diagnostics_, workset_->sources, {});
  }

  // A node by its full name ("w/a", "w/end", "w/g/begin"), or by its short name where that is
  // unique. Throws when there is none.
  [[nodiscard]] NodeId operator[](std::string_view name) const {
    NodeId found;
    for (std::size_t i = 0; i < plan().node_count(); ++i) {
      const NodeId id(i);
      if (plan().full_name(id) == name) return id;
      if (plan().short_name(id) == name && !found.is_valid()) found = id;
    }
    if (!found.is_valid()) throw std::runtime_error("mini: no node " + std::string(name));
    return found;
  }

 private:
  std::unique_ptr<Workset> workset_;
  Diagnostics diagnostics_;
  std::unique_ptr<Plan> plan_;
};

[[nodiscard]] inline Mini mini(std::string text, const LowerOptions& options = {}) {
  return Mini(std::move(text), options);
}

}  // namespace ws::test
