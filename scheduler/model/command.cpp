#include "model/command.h"

#include "base/shell_words.h"
#include "base/text.h"

namespace ws {

Command Command::from_argv(std::vector<std::string> words) {
  return Command{std::move(words), false};
}

Command Command::from_line(std::string line) {
  if (auto words = split_without_shell(line)) return Command{std::move(*words), false};
  return Command{{std::move(line)}, true};
}

std::string Command::text() const {
  if (argv.empty()) return "";
  return through_shell ? argv.front() : shell_joined(argv);
}

Command failing_with(std::string message) {
  return Command::from_argv(
      {"/bin/sh", "-c", R"(printf '%s\n' "$0" >&2; exit 1)", std::move(message)});
}

}  // namespace ws
