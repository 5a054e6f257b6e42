// `workstream schema`: the JSON Schema of workstream files.
#include "cli/console.h"
#include "cli/subcommand.h"
#include "formats/json_schema.h"

namespace ws::cli {

SubcommandBody declare_schema(CLI::App& app) {
  // Every reader has --json; this one prints nothing else.
  app.add_flag_callback(
      "--json", [] {}, "Print JSON (it always does)");
  return [] { return answer(json_schema(JsonSchemaDraft::draft_2020_12)); };
}

}  // namespace ws::cli
