#include "store/step_memory.h"

#include <system_error>
#include <utility>

#include <fmt/format.h>

#include "store/row_readers.h"
#include "store/stored_values.h"

namespace ws {

using stored_rows::kRead;

struct StepMemory::Success {
  std::int64_t run = 0;
  std::int64_t node = 0;
  std::int64_t attempt = 0;
};

StepMemory::StepMemory(Database database, const Plan& plan, DefinitionHash hash, std::string run_id)
    : database_(std::move(database)),
      plan_(plan),
      hash_(std::move(hash)),
      run_id_(std::move(run_id)) {}

Result<StepMemory> StepMemory::open(const std::filesystem::path& path, const Plan& plan,
                                    DefinitionHash hash, std::string run_id,
                                    const StoreOptions& options) {
  Result<Database> database = open_for_reading(path, options);
  if (!database) return database.error();
  return StepMemory(std::move(*database), plan, std::move(hash), std::move(run_id));
}

Result<std::optional<Remembered>> StepMemory::recall(NodeId node, std::string_view key,
                                                     WallTime since) const {
  const Step& step = plan_.step_of(node);
  const Workstream& workstream = plan_.workstream_of(node);
  const std::string definition = fmt::format("{:016x}", hash_(workstream, step));
  Result<Statement> query = database_.prepare(
      "SELECT runs.id, run, node, attempt FROM successes JOIN runs USING (run) "
      "WHERE successes.workstream = ?1 AND step = ?2 AND definition = ?3 AND key = ?4 "
      "AND done_us >= ?5 AND runs.id <> ?6",
      kRead);
  if (!query) return query.error();
  query->bind_all(workstream.id, step.id, definition, key, wall_microseconds(since), run_id_);
  const Result<bool> found = query->next();
  if (!found) return found.error();
  if (!*found) return std::optional<Remembered>();
  Remembered remembered;
  remembered.run_id = query->text(0);
  const Success success{query->integer(1), query->integer(2), query->integer(3)};
  query->reset();
  auto outputs = outputs_of(success);
  if (!outputs) return outputs.error();
  if (!*outputs) return std::optional<Remembered>();
  remembered.outputs = std::move(**outputs);
  return std::optional(std::move(remembered));
}

// Empty: a value was kept in a file, and somebody removed that; or it held a secret, which is not
// kept.
Result<std::optional<std::vector<NamedValue>>> StepMemory::outputs_of(
    const Success& success) const {
  Result<Statement> query = database_.prepare(
      "SELECT name, json, file FROM outputs WHERE run = ?1 AND node = ?2 AND attempt = ?3 "
      "ORDER BY name",
      kRead);
  if (!query) return query.error();
  query->bind_all(success.run, success.node, success.attempt);
  std::vector<NamedValue> values;
  while (true) {
    const Result<bool> row = query->next();
    if (!row) return row.error();
    if (!*row) return std::optional(std::move(values));
    NamedValue value = stored::value_of_columns(query->text(0), query->text(1), query->text(2));
    std::error_code ignored;
    const bool is_gone = !value.file.empty() && !std::filesystem::exists(value.file, ignored);
    if (is_gone || value.is_masked) return std::optional<std::vector<NamedValue>>();
    values.push_back(std::move(value));
  }
}

}  // namespace ws
