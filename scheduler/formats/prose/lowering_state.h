// Lowering: one function per statement, each adding what it makes to the members of the sequence it
// stands in, and giving the value that the statement has.
//
// Not for use outside lowering.cpp and lower_*.cpp; lowering.h is the door.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/diagnostic.h"
#include "formats/prose/declarations.h"
#include "formats/prose/node_maker.h"
#include "formats/prose/program.h"
#include "formats/prose/scope.h"
#include "formats/prose/value.h"

namespace ws::prose {

// Of a statement that is lowered: the name its node gets, when the program has one for it.
struct Wish {
  std::string name;
  Place place;
};

class Lowering {
 public:
  Lowering(const Declarations& declared, Workstream& out, Diagnostics& diagnostics)
      : declared_(declared), make_(out), diagnostics_(diagnostics) {}

  void run(const Program& program);

 private:
  // lowering.cpp
  Value sequence(const Statements& statements, Members& members);
  Value statement(const Statement& statement, Members& members);
  Value body(const Statement& statement, const Wish& wish, Members& members);
  Value chained_sessions(const SequenceBody& body, const Wish& wish, Members& members);
  void bind(const Statement& statement, const Value& value, Members& members);
  void unused_blocks();
  void outputs(Members& members);
  bool has_room(Place place);
  [[nodiscard]] std::string id_for(const Wish& wish, std::string_view word);
  // A value that a run finds under a path, made by a step without a command when it is none yet.
  Value stored(const Value& value, std::string_view name, Place place, Members& members);
  void report(const DiagnosticKind& kind, Place place, std::string message, std::string hint = {});
  void defer(std::string_view key, Place place, std::string message, std::string hint);

  // lower_value.cpp
  Value evaluate(const Expression& expression, Members& members);
  Value evaluate_sum(const Expression& expression, Members& members);
  Value bounded(Value value, Place place);
  Value judged(const Expression& expression, Members& members);
  Value look_up(const std::vector<std::string>& names, Place place);
  void undefined(const std::string& name, Place place);
  [[nodiscard]] std::string text_of(const Text& text);

  // lower_session.cpp
  Value session(const SessionBody& body, const Wish& wish, Members& members);
  struct Entry {
    std::string label;
    Value value;
  };
  std::vector<Entry> context_of(const Expression& expression, Members& members);
  [[nodiscard]] std::string context_text(const std::vector<Entry>& entries, const std::string& id,
                                         Place place, Members& members);
  void session_words(const SessionBody& body, const AgentBody* agent, Step& step);
  void session_retry(const SessionBody& body, Step& step);
  std::string agent_prompt(const AgentBody& agent);

  // lower_parallel.cpp
  struct Joining {
    std::string strategy = "all";
    std::string policy;  // empty: not given
    std::uint32_t count = 1;
  };
  static Joining joining_of(const std::vector<Property>& modifiers);
  static void apply(const Joining& joining, GroupRule& rule);
  struct BranchMade {
    std::string unit;
    std::string name;
    Value value;
    Scope::Changes changes;
  };
  Value parallel(const ParallelBody& body, const Wish& wish, Members& members);
  Value join(std::vector<BranchMade> branches, const Joining& joining, const std::string& group,
             const Wish& wish, Members& members);
  Value joined(Value value, const BranchMade& branch, const Joining& joining,
               const std::string& group);
  Value records(const std::vector<BranchMade>& branches, const std::string& group, const Wish& wish,
                Members& members);

  // lower_branches.cpp
  struct Arm {
    Scope::Changes changes;
    Value value;
  };
  Value conditional(const IfBody& body, const Wish& wish, Members& members);
  Value choice(const ChoiceBody& body, const Wish& wish, Members& members);
  std::string judge(const std::string& id, const std::string& text, Place place, bool is_choice,
                    Members& members);
  Arm arm(const Statements& statements, const std::string& id, Place place, const std::string& when,
          Members& members, Members inner = {});
  void merge(const std::vector<Arm>& arms, Place place, Members& members);
  static Value arms_value(const std::vector<Arm>& arms);
  Value merged(const std::vector<Value>& values, const Value* before, std::string_view name,
               Place place, Members& members);
  Value attempt(const TryBody& body, const Wish& wish, Members& members);
  Value throw_error(const ThrowBody& body, const Wish& wish, Members& members);

  // lower_loops.cpp
  Value repeat(const RepeatBody& body, const Wish& wish, Members& members);
  Value for_each(const ForBody& body, const Wish& wish, Members& members);
  Value for_known(const ForBody& body, const Value& list, const Wish& wish, Members& members);
  Value for_unknown(const ForBody& body, const Value& list, const Wish& wish, Members& members);
  Value loop(const LoopBody& body, const Wish& wish, Members& members);
  Value rounds(const LoopBody& body, std::uint32_t most, const Wish& wish, Members& members);
  struct Written {
    std::string id;
    std::uint32_t most = 1;
    bool is_bounded = true;  // coming to the last round is an end like any other
  };
  Value written_out(const LoopBody& body, const Written& loop, Members& members);
  std::string judge_round(const LoopBody& body, const Written& loop, const std::string& go_on,
                          int code, Members& members);
  class Locals;
  Value in_body(const Statements& statements, const std::vector<std::pair<Name, Value>>& locals,
                Members& members);
  [[nodiscard]] bool hands_on(const LoopBody& body) const;

  // lower_pipe.cpp
  Value pipe(const PipeBody& body, const Wish& wish, Members& members);
  Value kept(const Value& value, const std::string& id, Place place, Members& members);
  Value map_known(const PipeStage& stage, const Value& list, const Wish& wish, Members& members);
  Value filter_known(const PipeStage& stage, const Value& list, const Wish& wish, Members& members);
  Value reduce_known(const PipeStage& stage, const Value& list, const Wish& wish, Members& members);
  Value stage_unknown(const PipeStage& stage, const Value& list, const Wish& wish,
                      Members& members);
  // Once per item of a list that only a run knows.
  struct Fan {
    Name item;
    Name index;
    bool is_parallel = true;
    const std::vector<Property>* modifiers = nullptr;
  };
  Value fan_out(const Statements& statements, const Value& list, const Fan& fan, const Wish& wish,
                Members& members);
  Value fan_group(const Statements& statements, const Value& list, const Fan& fan, const Wish& wish,
                  Members& members);
  static ForEach items_of(const Value& list, const Fan& fan, Place place);
  // The statements once, for a drawing: a run of them is refused.
  Value drawn(const Statements& statements, const std::vector<Name>& names, std::string_view what,
              const Wish& wish, Members& members);

  // lower_call.cpp
  Value do_block(const DoBody& body, const Wish& wish, Members& members);
  Value call(const CallBody& body, const Wish& wish, Members& members);
  Value block_call(const CallBody& body, const BlockBody& block, const Wish& wish,
                   Members& members);
  Value program_call(const CallBody& body, const UseBody& use, const Wish& wish, Members& members);
  std::vector<Value> arguments_of(const CallBody& body, const BlockBody& block, Members& members);
  static std::optional<std::size_t> missing_of(const std::set<std::size_t>& given,
                                               std::size_t wanted);
  bool is_recursion(const CallBody& body, const BlockBody& block);

  const Declarations& declared_;
  NodeMaker make_;
  Diagnostics& diagnostics_;
  Scope scope_;
  std::vector<const BlockBody*> open_blocks_;
  std::set<const BlockBody*> seen_blocks_;
  std::set<std::string, std::less<>> unjoined_;  // results of branches beside this one
  std::set<std::pair<std::uint32_t, std::string_view>> reported_;
  std::vector<std::pair<std::string, Place>> output_names_;
  std::optional<Value> returned_;  // by `output` in a block
  bool is_trying_out_ = false;     // a block that nothing calls: names of its callers are unknown
  bool is_full_ = false;
  std::size_t catches_ = 0;     // around this place
  std::size_t conditions_ = 0;  // around this place
  std::size_t nesting_ = 0;
  std::size_t fans_ = 0;  // lists that only a run knows, around this place
};

}  // namespace ws::prose
