// What `workstream init` writes: one commented sample a notation, each of which runs offline.
//
// Texts only: `@NAME@` in them stands for the name. Adding a notation is one entry here. Nothing
// else knows them.
#pragma once

#include <span>
#include <string_view>

namespace ws::cli {

struct InitSample {
  std::string_view notation;   // of --notation
  std::string_view extension;  // with its dot
  std::string_view text;
  // What it needs to run, beside it: a path and a text; empty: nothing.
  std::string_view companion = {};
  std::string_view companion_text = {};
};

[[nodiscard]] std::span<const InitSample> init_samples();
// Null: there is none of that notation.
[[nodiscard]] const InitSample* find_sample(std::string_view notation);

}  // namespace ws::cli
