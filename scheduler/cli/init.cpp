// `workstream init`: a commented sample that runs offline, to begin with.
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "cli/console.h"
#include "cli/init_samples.h"
#include "cli/subcommand.h"
#include "platform/files.h"

namespace ws::cli {
namespace {

struct InitFlags {
  std::string name = "example";
  std::string notation = "yaml";
  bool is_printing = false;
};

bool is_there(const std::string& path) {
  std::error_code failure;
  return std::filesystem::symlink_status(path, failure).type() !=
         std::filesystem::file_type::not_found;
}

// "src/Build all" → "build-all".
std::string id_of(const std::string& name) {
  std::string id;
  for (const char c : std::filesystem::path(name).filename().string()) {
    const bool is_plain = is_letter(c) || is_digit(c);
    if (is_plain)
      id += to_lower(c);
    else if (!id.empty() && id.back() != '-')
      id += '-';
  }
  while (id.ends_with('-')) id.pop_back();
  return id;
}

// "build" and "build.yaml" are one name.
std::string without_extension(std::string name, std::string_view extension) {
  if (name.ends_with(extension)) name.resize(name.size() - extension.size());
  return name;
}

Result<void> write_companion(const std::string& path, std::string_view text) {
  const std::string directory = std::filesystem::path(path).parent_path().string();
  if (const auto made = make_directories(directory); made.has_error()) return made;
  return write_file(path, text);
}

ExitCode init(const InitFlags& flags) {
  const InitSample& sample = *find_sample(flags.notation);
  const std::string stem = without_extension(flags.name, sample.extension);
  const std::string id = id_of(stem);
  if (id.empty() || flags.name.ends_with('/')) {
    complain(fmt::format("'{}' is no name: write letters and digits, for example build",
                         printable(flags.name)));
    return ExitCode::bad_input;
  }
  std::string text(sample.text);
  constexpr std::string_view kName = "@NAME@";
  for (std::size_t at = text.find(kName); at != std::string::npos; at = text.find(kName, at))
    text.replace(at, kName.size(), id);
  if (flags.is_printing) return answer(text);
  const std::string path = stem + std::string(sample.extension);
  if (is_there(path)) {
    complain(fmt::format("'{}' is there already: nothing is overwritten; give another name", path));
    return ExitCode::bad_input;
  }
  if (const auto written = write_file(path, text); written.has_error()) {
    complain(written.error().message);
    return ExitCode::world_failed;
  }
  const Style style = style_for(Stream::out);
  std::string beside;
  if (!sample.companion.empty()) {
    beside = (std::filesystem::path(path).parent_path() / sample.companion).string();
    if (is_there(beside)) {
      beside = fmt::format("{} {} is there already and stays\n", style.symbol(Symbol::ok),
                           style.clean(beside));
    } else if (const auto made = write_companion(beside, sample.companion_text); made.has_error()) {
      complain(made.error().message);
      return ExitCode::world_failed;
    } else {
      beside = fmt::format("{} {}\n", style.symbol(Symbol::ok), style.clean(beside));
    }
  }
  const std::string word = shell_quoted(path);
  return answer(beside + fmt::format("{} {}\n  workstream validate {}\n  workstream plan {}\n"
                                     "  workstream run {}\n",
                                     style.symbol(Symbol::ok), style.clean(path), word, word,
                                     word));
}

}  // namespace

SubcommandBody declare_init(CLI::App& app) {
  auto flags = std::make_shared<InitFlags>();
  app.add_option("name", flags->name, "The new file, without its ending; its id is made of it")
      ->type_name("NAME")
      ->capture_default_str();
  std::vector<std::string> notations;
  for (const InitSample& sample : init_samples()) notations.emplace_back(sample.notation);
  app.add_option("--notation", flags->notation, listed(notations))
      ->check(CLI::IsMember(notations))
      ->type_name("NOTATION")
      ->capture_default_str();
  app.add_flag("--print", flags->is_printing, "Print it and write nothing");
  return [flags] { return init(*flags); };
}

}  // namespace ws::cli
