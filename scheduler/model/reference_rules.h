// What one reference may name from where it stands. Questions about order are collected and
// answered together at the end.
//
// Does not know where texts come from (references.cpp walks the plan). Internal to model/.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/diagnostic.h"
#include "model/ancestry.h"
#include "model/expression.h"
#include "model/plan.h"
#include "model/spelling.h"
#include "model/text_template.h"

namespace ws {

struct RunName;

// Where a text or condition stands.
struct Asking {
  NodeId node;  // its predecessors are what it waits for
  std::uint32_t workstream = 0;
  const Step* step = nullptr;  // at most one of these two; neither: the workstream itself
  const Group* group = nullptr;
  std::string_view key;  // "command", "when", …
  Place place;
  bool has_item = false;
  bool is_compensation = false;
  bool is_message = false;  // of error_handling: written when something happens, in no order
};

class ReferenceRules {
 public:
  ReferenceRules(const Plan& plan, Diagnostics& diagnostics)
      : plan_(plan), diagnostics_(diagnostics), ancestry_(plan) {}

  void check_text(const Asking& asking, std::string_view text, Splice splice);
  // A script of another language than the shell's takes no values: nobody here knows its quoting.
  void check_foreign_script(const Asking& asking, std::string_view script);
  void check_condition(const Asking& asking, std::string_view text);
  // An expression that gives the items of a fan-out.
  void check_items(const Asking& asking, std::string_view text);
  // Of error_handling: a text in which every `${…}` must be ours.
  void check_message(const Asking& asking, std::string_view text);
  // The source of a workstream's output: it must name a value.
  void check_output_source(const Asking& asking, std::string_view text);
  // Anything else that is wrong with what stands there; the message follows "'wait' of step 'x'".
  void bad(const Asking& asking, const DiagnosticKind& kind, std::string message,
           std::string hint = {});
  // A condition without paths that is false.
  void warn_if_never(const Asking& asking, std::string_view text);
  void answer_order();

  [[nodiscard]] Ancestry& ancestry() { return ancestry_; }
  [[nodiscard]] Diagnostics& diagnostics() { return diagnostics_; }

 private:
  struct Order {
    Asking asking;
    NodeId target;
    std::string_view name;  // of the target
  };

  void check(const Asking& asking, const Reference& path);
  void check_step(const Asking& asking, const Reference& path);
  void check_part(const Asking& asking, const Reference& path, NodeId target);
  void check_output(const Asking& asking, const Step& step, const std::string& key);
  void check_item(const Asking& asking, const Reference& path);
  void check_input(const Asking& asking, const Reference& path);
  void check_error(const Asking& asking, const Reference& path);
  void check_step_output(const Asking& asking, const Reference& path);
  void check_single(const Asking& asking, const Reference& path, const RunName& name);
  void check_unknown(const Asking& asking, const Reference& path);
  void check_foreigners(const Asking& asking, std::string_view text);
  void check_foreign(const Asking& asking, std::size_t at, std::string_view text);
  [[nodiscard]] StaticKind kind_of(const Asking& asking, const Reference& path) const;
  [[nodiscard]] StaticKind kind_of_step(const Asking& asking, const Reference& path) const;
  void report_unquotable(const Asking& asking, std::string_view text);
  void report_stray_items(const Asking& asking, std::string_view text);
  void misread(const Asking& asking, const ExpressionMistake& mistake, std::string_view text,
               const DiagnosticKind& kind);

  [[nodiscard]] std::string owner(const Asking& asking) const;    // "step 'x'"
  [[nodiscard]] std::string subject(const Asking& asking) const;  // "ws/x"
  [[nodiscard]] bool is_inside(NodeId node, NodeId end) const;
  [[nodiscard]] bool is_handler(const Asking& asking);
  [[nodiscard]] const Step* step_behind(NodeId target) const;

  struct Names {
    std::vector<std::string_view> all;  // steps and groups, as written
    std::unordered_set<std::string_view> known;
    std::unordered_set<std::string_view> handlers;  // catch and finally members
  };
  const Names& names_of(std::uint32_t workstream);

  const Plan& plan_;
  Diagnostics& diagnostics_;
  Ancestry ancestry_;
  Spelling spelling_;
  std::vector<Order> orders_;
  std::map<std::uint32_t, Names> names_;
};

}  // namespace ws
