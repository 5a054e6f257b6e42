// From the `steps` of a blok file to BlokSteps: which shape each has, its values, and everything
// that is wrong with it.
//
// Knows both generations: v1 looks inputs, containers and if-else up in the outer `nodes`, v2 has
// them on the step. Does not look into expressions. Depth is bounded by the Document's. Called by
// blok_reader.cpp.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "formats/blok/blok_flow.h"
#include "formats/blok/blok_object.h"

namespace ws {

class BlokStepReader {
 public:
  // `nodes`: the outer object of v1, when there is one.
  BlokStepReader(std::optional<Value> nodes, BlokReading& reading);

  // Steps that have no name or no shape are left out, with an error each.
  [[nodiscard]] BlokSteps read(Value list, std::string_view owner);

 private:
  // Where a step stands, as the arms around it: names may repeat in arms of which only one runs.
  using Path = std::vector<std::pair<std::size_t, std::size_t>>;
  struct Taken {
    Path path;
    Place place;
  };
  enum class Shape { none, node, branch, choice, each, loop, attempt, pause, call };

  // steps of either generation (blok_step_reader.cpp)
  std::optional<BlokStep> step(Value value, std::string_view owner, std::size_t index);
  std::string name_of(const BlokObject& object, Place& place);
  void take_name(const std::string& name, Place place);
  Shape shape_of(const BlokObject& object) const;
  void unknown_shape(const BlokObject& object, Value value) const;
  void common(const BlokObject& object, BlokStep& out);
  void retry(const BlokObject& object, BlokStep& out);
  BlokSteps arm(std::size_t construct, std::size_t number, Value list, std::string_view owner);
  // What a list of steps under `key` holds; a missing or empty one is an error when `least` is 1.
  BlokSteps steps_under(const BlokObject& object, std::string_view key, std::size_t least,
                        std::size_t construct, std::size_t number);

  // one shape each (blok_shape_reader.cpp)
  BlokWork branch(const BlokObject& object);
  BlokWork choice(const BlokObject& object);
  BlokWork each(const BlokObject& object);
  BlokWork loop(const BlokObject& object);
  BlokWork attempt(const BlokObject& object);
  BlokWork pause(const BlokObject& object);
  BlokWork call(const BlokObject& object);

  // v1: nodes, containers, if-else (blok_node_reader.cpp)
  BlokWork node(const BlokObject& object, const std::string& name);
  void check_lengths(const BlokObject& object, std::string_view name, std::string_view node) const;
  std::string type_of(const BlokObject& object, std::string_view node) const;
  std::optional<Value> entry_of(const BlokObject& object, const std::string& name);
  BlokWork container(Value config, std::string_view name);
  void execution(const BlokObject& config, BlokContainer& out) const;
  BlokWork if_else(Value conditions, std::string_view name);
  void check_order(const BlokObject& condition, std::string_view type, std::size_t index,
                   std::size_t count) const;

  std::map<std::string_view, Value> nodes_;
  std::size_t hints_left_ = 100;  // looking for a near name costs as much as there are names
  BlokReading& reading_;
  std::map<std::string, std::vector<Taken>, std::less<>> names_;
  std::set<std::string, std::less<>> used_entries_;
  Path path_;
  std::size_t constructs_ = 0;
};

// "@blok-ts/if-else@1.0.0": if-else.
[[nodiscard]] std::string_view plain_node_name(std::string_view node);

}  // namespace ws
