#include "cli/inputs.h"

#include <array>
#include <filesystem>
#include <set>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "model/mistakes.h"
#include "platform/files.h"

namespace ws::cli {
namespace {

constexpr std::array<std::string_view, 6> kEndings = {".json", ".jsonc", ".yaml",
                                                      ".yml",  ".kata",  ".prose"};

bool has_known_ending(const std::string& path) {
  for (const std::string_view ending : kEndings) {
    if (path.ends_with(ending)) return true;
  }
  return false;
}

class Finder {
 public:
  Finder(const InputWish& wish, Diagnostics& diagnostics)
      : wish_(wish), diagnostics_(diagnostics) {}

  InputSet find() {
    set_.ids = wish_.ids;
    for (const std::string& input : wish_.inputs) add_input(input);
    const bool is_directory_needed = wish_.inputs.empty() || has_id_input_;
    if (is_directory_needed) {
      add_directory(wish_.directory, Role::wanted);
    } else if (wish_.is_directory_explicit) {
      add_directory(wish_.directory, Role::library);
    }
    return std::move(set_);
  }

 private:
  enum class Role { wanted, named, library };

  void add_file(const std::string& path, Role role) {
    // One file named in two ways is one file; the first way is the one that messages show.
    std::error_code failure;
    const auto canonical = std::filesystem::weakly_canonical(path, failure);
    if (!seen_.insert(failure ? path : canonical.string()).second) return;
    set_.files.push_back({path, role == Role::named, role == Role::library});
  }

  void add_directory(const std::string& directory, Role role) {
    ListOptions options;
    options.is_recursive = wish_.is_recursive;
    const auto listed = list_files(directory, options);
    if (listed.has_error()) {
      const bool is_default =
          role == Role::wanted && !wish_.is_directory_explicit && wish_.inputs.empty();
      diagnostics_.error(
          mistakes::unreadable_file, {}, listed.error().message,
          is_default || has_id_input_
              ? "name a file or directory, or say where workstreams are: --workstreams-dir DIR"
              : "");
      return;
    }
    std::size_t found = 0;
    for (const std::string& path : *listed) {
      if (!has_known_ending(path)) continue;
      ++found;
      add_file(path, role);
    }
    if (found == 0) {
      diagnostics_.error(mistakes::no_workstreams, {},
                         fmt::format("no workstream files in '{}': nothing there ends in .json, "
                                     ".jsonc, .yaml, .yml, .kata or .prose",
                                     directory),
                         wish_.is_recursive ? "" : "folders inside are looked at with --recursive");
    }
  }

  void add_glob(const std::string& pattern) {
    const auto matches = expand_glob(pattern);
    if (matches.has_error()) {
      diagnostics_.error(mistakes::unreadable_file, {}, matches.error().message);
      return;
    }
    if (matches->empty()) {
      diagnostics_.error(mistakes::unreadable_file, {},
                         fmt::format("nothing matches '{}'", pattern));
    }
    for (const std::string& path : *matches) {
      if (is_directory(path)) {
        add_directory(path, Role::wanted);
      } else {
        add_file(path, Role::named);
      }
    }
  }

  void add_input(const std::string& input) {
    if (is_directory(input)) {
      add_directory(input, Role::wanted);
    } else if (is_there(input)) {
      add_file(input, Role::named);
    } else if (has_glob_characters(input)) {
      add_glob(input);
    } else if (input.find('/') == std::string::npos && input.find('.') == std::string::npos &&
               !input.empty()) {
      has_id_input_ = true;
      set_.ids.push_back(input);
    } else {
      diagnostics_.error(mistakes::unreadable_file, {},
                         fmt::format("cannot read '{}': no such file or directory", input),
                         near_file(input));
    }
  }

  // Present in whatever state: reading it says what is wrong (a loop of links, no permission).
  static bool is_there(const std::string& path) {
    std::error_code failure;
    const auto status = std::filesystem::symlink_status(path, failure);
    return status.type() != std::filesystem::file_type::not_found &&
           failure != std::errc::filename_too_long &&
           failure != std::errc::no_such_file_or_directory && failure != std::errc::not_a_directory;
  }

  static std::string near_file(const std::string& input) {
    const std::string directory = directory_of(input);
    const auto listed = list_files(directory.empty() ? "." : directory);
    if (listed.has_error()) return "";
    std::vector<std::string> names;
    for (const std::string& path : *listed)
      names.push_back(std::filesystem::path(path).filename().string());
    const std::vector<std::string_view> views(names.begin(), names.end());
    const auto near = nearest(std::filesystem::path(input).filename().string(), views);
    return near ? fmt::format("did you mean '{}'?", join_path(directory, *near)) : "";
  }

  const InputWish& wish_;
  Diagnostics& diagnostics_;
  InputSet set_;
  std::set<std::string> seen_;
  bool has_id_input_ = false;
};

}  // namespace

std::vector<std::string> siblings_of(const std::string& path) {
  const std::filesystem::path self(path);
  const std::string directory = self.parent_path().string();
  const auto listed = list_files(directory.empty() ? "." : directory);
  std::vector<std::string> out;
  if (listed.has_error()) return out;
  for (const std::string& other : *listed) {
    const std::filesystem::path name = std::filesystem::path(other).filename();
    if (name.extension() != self.extension() || name == self.filename()) continue;
    out.push_back(join_path(directory, name.string()));
  }
  return out;
}

InputSet find_inputs(const InputWish& wish, Diagnostics& diagnostics) {
  return Finder(wish, diagnostics).find();
}

}  // namespace ws::cli
