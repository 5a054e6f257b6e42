// What the views read out of the native result: its records by name, the members of a group with
// their values and errors, and whose fault the verdict is.
//
// Knows the member names of report/result_json.h and no view's; reads nothing else, so that a
// stored result is told like a fresh one. Holds references into the result, which must outlive it.
// Throws what the JSON library throws about a result that is none: views.cpp catches it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "report/error_categories.h"
#include "report/json_text.h"
#include "report/views/native_words.h"

namespace ws {

// Files cannot nest deeper (formats/); a stored result that somebody changed could.
inline constexpr std::size_t kDeepestGroup = 200;

struct ViewedMember {
  std::size_t index = 0;        // in declaration order, among all of its group
  std::string name;             // as its group knows it: without the scope of a call both are in
  std::string state;            // the native word
  std::string error;            // empty: none, or its group drops errors
  const Json* step = nullptr;   // its record; null of a group
  const Json* group = nullptr;  // its record; null of a step
};

class ResultReading {
 public:
  explicit ResultReading(const Json& result);

  [[nodiscard]] const Json& result() const { return result_; }
  // Ids, in the order they were loaded.
  [[nodiscard]] const std::vector<std::string>& workstreams() const { return workstreams_; }
  // What the result says of the workstream as it was loaded.
  [[nodiscard]] const Json& head(const std::string& workstream) const;
  // The record of the group that stands for the workstream; null when the result has none.
  [[nodiscard]] const Json* whole(const std::string& workstream) const;
  // The only outermost group or fan-out of the workstream, or of the only one it calls; without
  // one or with several: its whole.
  [[nodiscard]] const Json* main_group(const std::string& workstream) const;
  // Step groups, phases and fan-outs of the workstream, without those that calls are made of.
  [[nodiscard]] const std::vector<const Json*>& groups(const std::string& workstream) const;
  // Its steps in declaration order, without its own tests and checks.
  [[nodiscard]] const std::vector<const Json*>& steps(const std::string& workstream) const;

  // Without the workstream's own tests and checks, unless they failed.
  [[nodiscard]] std::vector<ViewedMember> members(const Json& group) const;
  // What a member handed on; of a group its result, else the list of its members' values; null
  // without any.
  [[nodiscard]] Json value(const Json& group, const ViewedMember& member) const;

  // It has ended, or its process is gone.
  [[nodiscard]] bool is_over() const;
  // By the exit code, so that --fail-on-errors and --strict-acceptance count; of one workstream
  // among several by what is in it. False while the run goes on.
  [[nodiscard]] bool has_succeeded(const std::string& workstream) const;
  // Why not, in one sentence; empty when it has, or may yet.
  [[nodiscard]] std::string error_of(const std::string& workstream) const;

 private:
  struct Own {  // of a workstream
    const Json* head = nullptr;
    const Json* whole = nullptr;
    std::vector<const Json*> groups;
    std::vector<const Json*> steps;
  };
  void sort_groups();
  [[nodiscard]] Json value_at(const Json& group, std::size_t index, std::size_t depth) const;
  [[nodiscard]] const Json* only_group_in(const Json& group) const;
  [[nodiscard]] const Json* find_step(const Json& group, const std::string& name) const;
  [[nodiscard]] const Json* find_group(const Json& group, const std::string& name) const;
  [[nodiscard]] std::vector<MemberError> told_errors(const std::string& workstream) const;

  const Json& result_;
  std::vector<std::string> workstreams_;
  std::unordered_map<std::string, const Json*> steps_;   // by workstream, line break, id
  std::unordered_map<std::string, const Json*> groups_;  // without those of whole workstreams
  std::unordered_map<std::string, Own> own_;
};

// A text member; empty when it is missing or null.
[[nodiscard]] std::string text_of(const Json& record, const char* key);
[[nodiscard]] std::int64_t number_of(const Json& record, const char* key);
// Members of a group run side by side, unless its file says otherwise or it is a call.
[[nodiscard]] bool is_parallel(const Json& group);
// A workstream's own tests or checks, whose name a step may have too.
[[nodiscard]] bool is_check(const ViewedMember& member);
// It stands for a workstream that was called: its members' ids begin with its own.
[[nodiscard]] bool is_call(const Json& group);
// It was started, or some of it was.
[[nodiscard]] bool has_run(const ViewedMember& member);

}  // namespace ws
