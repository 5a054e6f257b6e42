#include "formats/tool_profiles.h"

#include <array>

#include <fmt/format.h>

#include "base/ascii.h"
#include "base/text.h"
#include "formats/fields.h"
#include "formats/policy_reader.h"
#include "formats/readers.h"
#include "formats/reading.h"
#include "formats/schema_check.h"
#include "formats/shapes.h"
#include "formats/source_text.h"
#include "formats/text_rules.h"
#include "formats/value_text.h"
#include "model/mistakes.h"

namespace ws {
namespace {

constexpr std::array<std::string_view, 7> kPlaceholders = {
    "prompt", "prompt_file", "files", "workdir", "script", "name", "program"};

std::string stem_of(std::string_view name) {
  const std::size_t slash = name.find_last_of("/\\");
  std::string_view file = slash == std::string_view::npos ? name : name.substr(slash + 1);
  const std::size_t dot = file.rfind('.');
  if (dot != std::string_view::npos && dot > 0) file = file.substr(0, dot);
  return std::string(file);
}

bool is_yaml(std::string_view name, std::string_view text) {
  if (name.ends_with(".yaml") || name.ends_with(".yml")) return true;
  if (name.ends_with(".json") || name.ends_with(".jsonc")) return false;
  const std::string_view begin = trimmed(text);
  return !begin.starts_with('{') && !begin.starts_with('[') && !begin.starts_with('/');
}

class ProfileReader {
 public:
  ProfileReader(const SourceSet& sources, SourceId source, Diagnostics& diagnostics)
      : sources_(sources),
        source_(source),
        diagnostics_(diagnostics),
        check_(sources, diagnostics, {}) {}

  // One profile with `command`, or a table of them by name.
  void read(Value root) {
    if (!root.is_object()) {
      diagnostics_.error(
          mistakes::wrong_type, root.place(),
          fmt::format("a tool profile must be an object, not {}", describe(root.kind())),
          "write 'command', or a table of names with profiles");
      return;
    }
    const auto command = root.find(name_of(Key::command));
    const bool is_single = (command && !command->is_object()) || !holds_objects(root);
    if (is_single) {
      read_profile(root, stem_of(sources_.name(source_)), root.place());
      return;
    }
    for (const Member& member : root.members()) {
      if (is_annotation(member.key)) continue;
      if (auto mistake = check_text(TextRule::step_id, member.key)) {
        diagnostics_.error(*mistake->kind, member.key_place,
                           fmt::format("the name of a tool {}", mistake->message), mistake->hint);
      }
      if (member.value.is_object())
        read_profile(member.value, std::string(member.key), member.key_place);
      else
        diagnostics_.error(mistakes::wrong_type, member.value.place(),
                           fmt::format("the profile '{}' must be an object, not {}", member.key,
                                       describe(member.value.kind())),
                           "write {command: …}");
    }
  }

  [[nodiscard]] std::vector<ToolProfile>& profiles() { return profiles_; }

 private:
  static bool holds_objects(Value root) {
    for (const Member& member : root.members()) {
      if (!is_annotation(member.key) && member.value.is_object() &&
          find_key(kToolProfileObject, member.key).spec == nullptr)
        return true;
    }
    return false;
  }

  void read_profile(Value value, std::string name, Place place) {
    check_.check_object(value, kToolProfileObject);
    const Fields fields(value, kToolProfileObject);
    ToolProfile profile;
    profile.name = read_text(fields.find(Key::name));
    if (profile.name.empty()) profile.name = std::move(name);
    profile.place = place;
    profile.origin = std::string(sources_.name(source_));
    profile.description = read_text(fields.find(Key::description));
    profile.argv = read_argv(fields);
    profile.program_paths = read_texts(fields.find(Key::program));
    profile.stdin_template = read_text(fields.find(Key::stdin_));
    profile.env = read_environment(fields.find(Key::env), sources_);
    profile.timeout = read_duration(fields.find(Key::timeout));
    profile.success = read_success(fields.find(Key::success));
    for (std::string& pattern : read_texts(fields.find(Key::success_pattern)))
      profile.success.require_output.push_back(std::move(pattern));
    for (std::string& pattern : read_texts(fields.find(Key::failure_pattern)))
      profile.success.fail_on_output.push_back(std::move(pattern));
    profile.install_hint = read_text(fields.find(Key::install));
    for (const Key key : {Key::command, Key::args, Key::program, Key::stdin_, Key::env})
      check_placeholders(fields.find(key));
    profiles_.push_back(std::move(profile));
  }

  // A line with shell syntax runs through the shell. A placeholder stands for whole words, so it
  // needs a list: the shell would split and expand what takes its place.
  std::vector<std::string> read_argv(const Fields& fields) {
    const Field* command = fields.find(Key::command);
    if (command == nullptr) return {};
    std::vector<std::string> words;
    if (command->value.is_array()) {
      words = read_words(command, sources_);
    } else if (fields.has(Key::args)) {
      words = {read_text(command)};
    } else {
      words = split_line(read_text(command), *command);
    }
    for (std::string& word : read_words(fields.find(Key::args), sources_))
      words.push_back(std::move(word));
    return words;
  }

  std::vector<std::string> split_line(const std::string& line, const Field& command) {
    // Braces of placeholders are shell syntax: they are hidden while the line is split.
    std::string hidden = line;
    for (const std::string_view name : kPlaceholders) {
      const std::string braced = fmt::format("{{{}}}", name);
      for (std::size_t at = hidden.find(braced); at != std::string::npos;
           at = hidden.find(braced, at + 1)) {
        hidden[at] = '\x01';
        hidden[at + braced.size() - 1] = '\x02';
      }
    }
    Command parsed = Command::from_line(hidden);
    const bool has_placeholder = hidden != line;
    if (parsed.through_shell && has_placeholder) {
      diagnostics_.error(mistakes::bad_value, command.value.place(),
                         "a command with placeholders cannot be a line with shell syntax",
                         "write a list: [sh, -c, '… \"$1\"', sh, '{prompt}']");
      return {};
    }
    if (parsed.through_shell) return {"/bin/sh", "-c", line};
    for (std::string& word : parsed.argv) {
      for (char& c : word) c = c == '\x01' ? '{' : c == '\x02' ? '}' : c;
    }
    return parsed.argv;
  }

  void check_placeholders(const Field* field) {
    if (field == nullptr) return;
    check_placeholders_in(field->value);
    for (const Value element : field->value.items()) check_placeholders_in(element);
    for (const Member& member : field->value.members()) check_placeholders_in(member.value);
  }

  void check_placeholders_in(Value value) {
    if (!value.is_string()) return;
    const std::string_view text = value.as_string();
    for (std::size_t open = text.find('{'); open != std::string_view::npos;
         open = text.find('{', open + 1)) {
      const bool is_variable = open > 0 && text[open - 1] == '$';  // ${HOME} is the shell's
      std::size_t close = open + 1;
      while (close < text.size() && (text[close] == '_' || is_lower(text[close]))) ++close;
      if (is_variable || close == open + 1 || close >= text.size() || text[close] != '}') continue;
      const std::string_view name = text.substr(open + 1, close - open - 1);
      bool is_known = false;
      for (const std::string_view known : kPlaceholders) is_known = is_known || known == name;
      if (is_known) continue;
      const auto near = nearest(name, kPlaceholders);
      diagnostics_.error(mistakes::bad_value, value.place(),
                         fmt::format("unknown placeholder '{{{}}}'", name),
                         near ? fmt::format("did you mean '{{{}}}'?", *near)
                              : "the placeholders are {prompt}, {prompt_file}, {files}, {workdir}, "
                                "{script}, {name} "
                                "and {program}");
    }
  }

  const SourceSet& sources_;
  SourceId source_;
  Diagnostics& diagnostics_;
  SchemaCheck check_;
  std::vector<ToolProfile> profiles_;
};

}  // namespace

bool read_tool_profiles(std::string name, std::string text, SourceSet& sources, ToolBook& book,
                        Diagnostics& diagnostics) {
  const std::size_t errors_before = diagnostics.error_count();
  const SourceId source = sources.add(std::move(name), without_mark(std::move(text)));
  const std::optional<Document> document = is_yaml(sources.name(source), sources.text(source))
                                               ? read_yaml(sources, source, {}, diagnostics)
                                               : read_json(sources, source, {}, diagnostics);
  if (!document || document->is_empty()) return false;
  ProfileReader reader(sources, source, diagnostics);
  reader.read(document->root());
  if (diagnostics.error_count() > errors_before) return false;
  for (ToolProfile& profile : reader.profiles()) {
    std::string key = profile.name;
    book.insert_or_assign(std::move(key), std::move(profile));
  }
  return true;
}

}  // namespace ws
