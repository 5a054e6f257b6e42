#include "formats/blok/blok_reader.h"

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "formats/blok/blok_lowering.h"
#include "formats/blok/blok_object.h"
#include "formats/blok/blok_step_reader.h"
#include "model/mistakes.h"

namespace ws {
namespace {

constexpr std::string_view kTopKeys[] = {"name",       "version", "description", "trigger",
                                         "steps",      "nodes",   "$schema",     "schemaVersion",
                                         "middleware", "input",   "output",      "events"};
constexpr std::string_view kOwner = "the workflow";
constexpr std::size_t kLeastName = 3;

// x.y.z, each part a number; something may follow ("1.0.0-rc1").
bool is_version(std::string_view text) {
  for (int part = 0; part < 3; ++part) {
    const std::size_t before = text.size();
    while (!text.empty() && is_digit(text.front())) text.remove_prefix(1);
    if (text.size() == before) return false;
    if (part == 2) return true;
    if (!text.starts_with('.')) return false;
    text.remove_prefix(1);
  }
  return true;
}

void read_name(const BlokObject& top, BlokFlow& out) {
  out.place = top.place();
  out.place.length = std::min<std::uint32_t>(out.place.length, 1);
  if (!top.has("name")) return top.require("name", "it is what the workflow is called");
  out.name = top.text("name").value_or("");
  out.place = top.find("name")->place();
  if (!top.find("name")->is_string()) return;
  if (trimmed(out.name).empty()) {
    top.error(mistakes::bad_value, out.place, fmt::format("'name' of {} is empty", kOwner));
    out.name.clear();
  } else if (out.name.size() < kLeastName) {
    top.warning(mistakes::unusual_value, out.place,
                fmt::format("'name' of {} is shorter than the documented {} characters", kOwner,
                            kLeastName));
  }
}

void read_version(const BlokObject& top, BlokFlow& out) {
  if (!top.has("version")) {
    top.warning(mistakes::missing_key, out.place, fmt::format("'version' of {} is missing", kOwner),
                "a version is x.y.z");
    return;
  }
  out.version = top.text("version").value_or("");
  const Value value = *top.find("version");
  if (!value.is_string() || is_version(out.version)) return;
  top.warning(
      mistakes::unusual_value, value.place(),
      fmt::format("'version' of {} is '{}'", kOwner, truncate_to_width(printable(out.version), 40)),
      "a version is x.y.z");
}

// What starts a workflow of the original is not part of this program.
void tell_ignored(const BlokObject& top) {
  constexpr std::string_view kIgnored[] = {"trigger", "middleware"};
  for (const std::string_view key : kIgnored) {
    if (!top.has(key)) continue;
    top.warning(mistakes::not_applicable, top.place_of(key),
                fmt::format("'{}' is of no effect: `workstream run` starts the workflow", key),
                "what a request would bring is given by --input");
  }
}

// The configuration of a container, or a list of nodes: documents show them by themselves.
bool is_fragment(Value root) {
  const auto nodes = root.find("nodes");
  return !root.find("steps") && nodes && nodes->is_array();
}

}  // namespace

Workstream read_blok(Value root, std::string file, const SourceSet& sources,
                     Diagnostics& diagnostics) {
  Workstream out;
  out.file = std::move(file);
  out.notation = "blok";
  BlokReading reading{sources, diagnostics};
  const BlokObject top(root, std::string(kOwner), reading);
  if (is_fragment(root)) {
    Place place = root.place();
    place.length = std::min<std::uint32_t>(place.length, 1);
    top.error(mistakes::missing_key, place,
              "the configuration of a parallel-execution container, without its workflow",
              "put it under 'nodes' of a workflow with 'name', 'version' and 'steps'");
    return out;
  }
  BlokFlow flow;
  read_name(top, flow);
  read_version(top, flow);
  flow.description = top.text("description").value_or("");
  top.warn_unknown(kTopKeys);
  tell_ignored(top);
  const auto nodes = top.object("nodes");
  BlokStepReader steps(nodes, reading);
  if (!top.has("steps")) {
    top.require("steps", "it is the list of steps");
  } else if (const auto list = top.list("steps")) {
    flow.steps = steps.read(*list, "'steps'");
  }
  if (flow.name.empty()) return out;
  out.id = BlokLowering::id_of(flow.name);
  out.name = flow.name;
  out.version = flow.version;
  out.description = flow.description;
  out.place = flow.place;
  out.takes_any_input = true;
  BlokLowering(out, sources, diagnostics).run(flow);
  return out;
}

}  // namespace ws
