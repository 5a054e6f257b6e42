// However secrets and text look and wherever the text is cut, masking gives what its definition
// says: all that is covered by an occurrence is hidden, overlaps as one, and nothing else changes.
//
// The input: secrets, each ended by a zero byte, an empty one ends them; then the text. The first
// byte decides where it is cut.
#include <algorithm>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/masker.h"
#include "base/secrets.h"
#include "base/text.h"

namespace {

constexpr std::size_t kMostSecrets = 8;

std::string slowly_masked(const std::vector<std::string>& secrets, std::string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  for (const std::string& secret : secrets) {
    for (std::size_t at = text.find(secret); at != std::string_view::npos;
         at = text.find(secret, at + 1))
      found.emplace_back(at, at + secret.size());
  }
  std::sort(found.begin(), found.end());
  std::string out;
  std::size_t at = 0;
  for (std::size_t i = 0; i < found.size();) {
    std::size_t end = found[i].second;
    out += text.substr(at, found[i].first - at);
    while (++i < found.size() && found[i].first < end) end = std::max(end, found[i].second);
    out += ws::kMask;
    at = end;
  }
  return out + std::string(text.substr(at));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
  if (size < 2) return 0;
  std::string_view rest(reinterpret_cast<const char*>(data) + 1, size - 1);
  std::vector<std::string> secrets;
  while (secrets.size() < kMostSecrets) {
    const std::size_t end = std::min(rest.find('\0'), rest.size());
    const std::string_view secret = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (secret.empty()) break;
    secrets.emplace_back(secret);
  }
  ws::MaskStream stream(std::make_shared<const ws::MaskPatterns>(secrets));
  std::string out;
  std::size_t piece = data[0];
  for (std::string_view left = rest; !left.empty();) {
    piece = (piece * 167 + 13) % 61;
    const std::string copy(left.substr(0, piece));  // what is held back must not point into it
    out += stream.feed(copy);
    left.remove_prefix(std::min(piece, left.size()));
  }
  out += stream.finish();
  if (out != slowly_masked(secrets, rest)) std::abort();

  ws::Secrets book;
  book.add_name("x");
  for (const std::string& secret : secrets) book.learn("x", secret);
  for (const std::string& secret : secrets) {
    const std::string whole(ws::trimmed(secret));
    if (whole.size() >= ws::kShortestSecret && book.hide(whole) != ws::kMask) std::abort();
  }
  (void)book.hide(rest);
  (void)book.hide_in_json(rest);
  return 0;
}
