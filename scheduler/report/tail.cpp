#include "report/tail.h"

#include <algorithm>
#include <fstream>
#include <string_view>

#include "base/text.h"

namespace ws {
namespace {

// What a terminal would still show of a line that was overwritten with carriage returns.
std::string_view last_overprint(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t back = line.rfind('\r');
  return back == std::string_view::npos ? line : line.substr(back + 1);
}

}  // namespace

std::vector<std::string> read_tail(const std::string& path, std::size_t lines) {
  std::ifstream in(path, std::ios::binary | std::ios::ate);
  if (!in) return {};
  const std::streamoff size = in.tellg();
  if (size <= 0) return {};
  const std::streamoff wanted = std::min<std::streamoff>(size, kTailBytes);
  std::string text(static_cast<std::size_t>(wanted), '\0');
  in.seekg(size - wanted);
  in.read(text.data(), wanted);
  text.resize(static_cast<std::size_t>(std::max<std::streamsize>(in.gcount(), 0)));

  std::string_view rest = text;
  std::vector<std::string> found;
  while (!rest.empty() && found.size() < lines) {
    if (rest.ends_with('\n')) rest.remove_suffix(1);
    const std::size_t start = rest.rfind('\n');
    const bool is_cut = start == std::string_view::npos && wanted < size && !found.empty();
    if (is_cut) break;  // only a part of a line is left: the bytes before it were not read
    const std::string_view line =
        last_overprint(start == std::string_view::npos ? rest : rest.substr(start + 1));
    if (!trimmed(line).empty()) found.emplace_back(line);
    rest = start == std::string_view::npos ? std::string_view() : rest.substr(0, start + 1);
  }
  std::reverse(found.begin(), found.end());
  return found;
}

}  // namespace ws
