// Workstreams of the model as a file of our own notation, JSON or YAML: the other way of
// workstream_reader.h. What is read from it means the same.
//
// Reads and writes no files and knows no other notation: whatever front end made the model, its
// defaults are in it. Values of ${env.NAME} and ${vars.NAME} are in it too, as they were when it
// was loaded. Called by cli/convert.cpp.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/workstream.h"

namespace ws {

enum class NativeNotation { json, yaml };

struct NativeText {
  std::string text;
  // What the native format cannot say, one sentence part each: "step 'a': its compensation".
  std::vector<std::string> unwritten;
};

// What is written in the place of a text; numbers are asked for, too, and stay numbers when they
// stay as they are. The path is made of keys and ids: "steps.deploy.env.TOKEN".
using TextRewriter = std::function<std::string(std::string_view path, std::string text)>;

// One: an object. Several: a list of them, in this order.
[[nodiscard]] NativeText write_workstreams(std::span<const Workstream* const> workstreams,
                                           NativeNotation notation,
                                           const TextRewriter& rewrite = {});

}  // namespace ws
