#include "cli/resume_refusals.h"

#include <algorithm>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"

namespace ws::cli {
namespace {

using Ids = std::set<std::string, std::less<>>;

// Other workstreams of the same files are left out by name.
std::string command_for(const Plan& plan, const Ids& wanted) {
  std::vector<std::string_view> files;
  Ids known;
  for (const std::uint32_t index : plan.workstreams()) {
    const Workstream& workstream = plan.workset().workstreams[index];
    if (wanted.contains(workstream.id) && known.insert(workstream.file).second)
      files.push_back(workstream.file);
  }
  std::string command = "workstream run";
  for (const std::string_view file : files) command += " " + shell_quoted(file);
  const auto all = plan.workstreams();
  const bool holds_others = std::any_of(all.begin(), all.end(), [&](std::uint32_t index) {
    const Workstream& workstream = plan.workset().workstreams[index];
    return known.contains(workstream.file) && !wanted.contains(workstream.id);
  });
  if (!holds_others) return command;
  for (const std::string& id : wanted) command += " --ws-id " + shell_quoted(id);
  return command;
}

bool needs_one_of(const Plan& plan, const Ids& rest, const Ids& others) {
  const auto all = plan.workstreams();
  return std::any_of(all.begin(), all.end(), [&](std::uint32_t index) {
    const Workstream& workstream = plan.workset().workstreams[index];
    const auto& needs = workstream.depends_on;
    return rest.contains(workstream.id) &&
           std::any_of(needs.begin(), needs.end(),
                       [&](const Dependency& on) { return others.contains(on.name); });
  });
}

// Of several workstreams in one run: with the commands that do it one by one.
std::string not_together(const Plan& plan, const std::vector<RollbackUnderWay>& rollbacks) {
  Ids undone;
  std::vector<std::string> runs;
  for (const RollbackUnderWay& rollback : rollbacks) {
    runs.push_back("run " + rollback.run.id);
    const std::vector<std::string>& known = rollback.run.workstreams;
    for (const std::string& id : rollback.workstreams) {
      if (std::find(known.begin(), known.end(), id) != known.end()) undone.insert(id);
    }
  }
  Ids rest;
  for (const std::uint32_t index : plan.workstreams()) {
    const std::string& id = plan.workset().workstreams[index].id;
    if (!undone.contains(id)) rest.insert(id);
  }
  if (rest.empty()) return {};
  const auto names = [](const Ids& ids) {
    std::vector<std::string> quoted;
    for (const std::string& id : ids) quoted.push_back("'" + id + "'");
    return listed(quoted);
  };
  const std::string after = needs_one_of(plan, rest, undone) ? std::string("the same command again")
                                                             : "'" + command_for(plan, rest) + "'";
  return printable(
      fmt::format("{} ({}) {} being undone, and {} cannot run meanwhile: '{}' goes on undoing, "
                  "then {} runs the "
                  "rest (with the other options of this command); --fresh-start runs everything",
                  names(undone), listed(runs), undone.size() == 1 ? "is" : "are", names(rest),
                  command_for(plan, undone), after));
}

// Steps that wait to be undone and cannot be any more.
std::string forgotten(const Plan& plan, const RollbackUnderWay& rollback) {
  const auto all = plan.workstreams();
  const auto is_undoable = [&](std::uint32_t index) {
    const Workstream& workstream = plan.workset().workstreams[index];
    const std::vector<std::string>& ids = rollback.workstreams;
    return workstream.saga && std::find(ids.begin(), ids.end(), workstream.id) != ids.end();
  };
  // Others of that run may never have been undoable; if none is, somebody took that out.
  const bool is_any_undoable = std::any_of(all.begin(), all.end(), is_undoable);
  Ids gone;
  Ids left_out;  // of this command's part of the files
  for (const std::string& name : rollback.completed) {
    const std::size_t slash = name.find('/');
    const std::string_view step = std::string_view(name).substr(slash + 1);
    const auto of = std::find_if(all.begin(), all.end(), [&](std::uint32_t index) {
      return plan.workset().workstreams[index].id == std::string_view(name).substr(0, slash);
    });
    if (of == all.end()) continue;
    if (!is_any_undoable) {
      gone.insert("'" + name + "'");
    } else if (is_undoable(*of) && !plan.find(*of, step).is_valid()) {
      const std::vector<Step>& steps = plan.workset().workstreams[*of].steps;
      const bool is_there =
          std::any_of(steps.begin(), steps.end(), [&](const Step& one) { return one.id == step; });
      (is_there ? left_out : gone).insert("'" + name + "'");
    }
  }
  const auto text = [](const Ids& ids) {
    return listed(std::vector<std::string>(ids.begin(), ids.end()));
  };
  if (!gone.empty())
    return fmt::format(
        "run {} was undoing what it had done, and nothing says any more how to undo {}: put that "
        "back into the file, or give --force to leave {} and go on with the rest; --fresh-start "
        "runs everything",
        rollback.run.id, text(gone), gone.size() == 1 ? "it" : "them");
  if (left_out.empty()) return {};
  return fmt::format(
      "run {} was undoing what it had done, and this command leaves out {} (--assume-complete): "
      "give it without that to go on; --fresh-start runs everything",
      rollback.run.id, text(left_out));
}

}  // namespace

std::vector<std::string> completed_of(const std::vector<StepRow>& steps) {
  std::vector<std::string> names;
  for (const StepRow& step : steps) {
    if (step.kind == NodeKind::step && step.state == StepState::succeeded)
      names.push_back(fmt::format("{}/{}", step.workstream, without_item(step)));
  }
  return names;
}

std::string not_undone(const Plan& plan, const std::vector<RollbackUnderWay>& rollbacks,
                       const RollbackWish& wish) {
  if (rollbacks.empty()) return {};
  if (wish.is_beginning_somewhere)
    return printable(fmt::format(
        "run {} was undoing what it had done: give the same command without a place to begin to go "
        "on with that first; --fresh-start runs everything",
        rollbacks.front().run.id));
  if (std::string why = not_together(plan, rollbacks); !why.empty()) return why;
  for (const RollbackUnderWay& rollback : rollbacks) {
    if (wish.is_forced) break;
    if (std::string why = forgotten(plan, rollback); !why.empty()) return printable(why);
  }
  return {};
}

std::string refused_edits(const Plan& plan, const Resume& resume) {
  std::vector<std::string> edited;
  for (const Resume::Again& again : resume.again()) {
    const std::optional<ResumePolicy>& policy = plan.workstream_of(again.node).resume;
    if (policy && policy->refuses_edits && again.is_edited)
      edited.push_back("'" + plan.member_name(again.node) + "'");
  }
  if (edited.empty()) return {};
  return fmt::format(
      "{} {} edited since {} finished ('check_file_changes' of 'resume'): --force keeps what {} "
      "did, --fresh-start runs everything",
      printable(listed(edited)), edited.size() == 1 ? "was" : "were",
      edited.size() == 1 ? "it" : "they", edited.size() == 1 ? "it" : "they");
}

}  // namespace ws::cli
