#include "platform/become.h"

#include <cerrno>
#include <unistd.h>

#include <fmt/format.h>

#include "base/text.h"

namespace ws {

Error become_again(const std::string& directory, std::vector<std::string> words) {
  if (!directory.empty() && ::chdir(directory.c_str()) < 0)
    return os_error(fmt::format("cannot go to '{}'", printable(directory)), errno);
  std::vector<char*> pointers;
  pointers.reserve(words.size() + 1);
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::execv("/proc/self/exe", pointers.data());
  return os_error("cannot start this program again", errno);
}

}  // namespace ws
