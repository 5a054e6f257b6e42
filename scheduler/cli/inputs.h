// Which files a command line means: paths, directories, globs, workstream ids, and the workstreams
// directory.
//
// Reads nothing but directory listings; cli/load.cpp reads the files. Knows no notation beyond file
// name endings.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.h"
#include "base/result.h"

namespace ws::cli {

// What the person typed.
struct InputWish {
  std::vector<std::string> inputs;        // FILE, DIR, GLOB or ID
  std::vector<std::string> ids;           // --ws-id
  std::string directory = "workstreams";  // --workstreams-dir
  bool is_directory_explicit = false;
  bool is_recursive = false;
};

struct InputFile {
  std::string path;         // as messages show it
  bool is_named = false;    // typed by the person: it must be a workstream file
  bool is_library = false;  // only there so that dependencies can be found
};

struct InputSet {
  std::vector<InputFile> files;  // each file once, in the order given; directories sorted by name
  std::vector<std::string>
      ids;  // workstreams asked for by id; empty: everything in the named files and directories
};

// Other files in the same directory with the same ending; empty when there are none.
[[nodiscard]] std::vector<std::string> siblings_of(const std::string& path);

// Mistakes (no such file, a directory without workstream files, a glob that matches nothing) go to
// `diagnostics`.
[[nodiscard]] InputSet find_inputs(const InputWish& wish, Diagnostics& diagnostics);

}  // namespace ws::cli
