// Secrets are hidden wherever a stream is cut, and nothing else is held back or changed.
#include "base/masker.h"

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "base/secrets.h"
#include "support/catch.h"

namespace ws {
namespace {

using Texts = std::vector<std::string>;

std::shared_ptr<const MaskPatterns> patterns_of(const Texts& texts) {
  return std::make_shared<const MaskPatterns>(texts);
}

// The definition, without any cleverness: what is covered by an occurrence; overlaps are one.
std::string slowly_masked(const Texts& secrets, std::string_view text) {
  std::vector<std::pair<std::size_t, std::size_t>> found;
  for (const std::string& secret : secrets) {
    if (secret.empty()) continue;
    for (std::size_t at = text.find(secret); at != std::string_view::npos;
         at = text.find(secret, at + 1))
      found.emplace_back(at, at + secret.size());
  }
  std::sort(found.begin(), found.end());
  std::vector<std::pair<std::size_t, std::size_t>> merged;
  for (const auto& one : found) {
    if (!merged.empty() && one.first < merged.back().second)
      merged.back().second = std::max(merged.back().second, one.second);
    else
      merged.push_back(one);
  }
  std::string out;
  std::size_t at = 0;
  for (const auto& [begin, end] : merged) {
    out += text.substr(at, begin - at);
    out += kMask;
    at = end;
  }
  return out + std::string(text.substr(at));
}

std::string in_pieces(const Texts& secrets, const std::vector<std::string_view>& pieces) {
  MaskStream stream(patterns_of(secrets));
  std::string out;
  for (const std::string_view piece : pieces) out += stream.feed(std::string(piece));
  out += stream.finish();
  return out;
}

TEST_CASE("a secret is hidden wherever the text is cut once or twice") {
  const Texts secrets = {"hunter2", "hunter22-long", "er2", "abab", "-longer"};
  const std::string text = "x hunter2 hunter22-longer ababab hunte hunter22-lon";
  const std::string expected = slowly_masked(secrets, text);
  CHECK(expected == "x *** *** *** hunte ***2-lon");
  const std::string_view all = text;
  for (std::size_t i = 0; i <= all.size(); ++i) {
    for (std::size_t j = i; j <= all.size(); ++j) {
      CHECK(in_pieces(secrets, {all.substr(0, i), all.substr(i, j - i), all.substr(j)}) ==
            expected);
    }
  }
  std::vector<std::string_view> bytes;
  for (std::size_t i = 0; i < all.size(); ++i) bytes.push_back(all.substr(i, 1));
  CHECK(in_pieces(secrets, bytes) == expected);
}

TEST_CASE("random secrets over two letters are hidden as the definition says") {
  std::mt19937 random(7);
  const auto text_of = [&](std::size_t most) {
    std::string text(random() % (most + 1), 'a');
    for (char& c : text) c = random() % 3 == 0 ? 'b' : 'a';
    return text;
  };
  for (int round = 0; round < 20'000; ++round) {
    Texts secrets;
    for (std::size_t i = random() % 4; i-- > 0;) secrets.push_back(text_of(6));
    const std::string text = text_of(40);
    std::vector<std::string_view> pieces;
    for (std::string_view rest = text; !rest.empty();) {
      const std::size_t size = std::min<std::size_t>(rest.size(), random() % 9);
      pieces.push_back(rest.substr(0, size));
      rest.remove_prefix(size);
    }
    REQUIRE(in_pieces(secrets, pieces) == slowly_masked(secrets, text));
  }
}

TEST_CASE("only what may become a secret is held back") {
  MaskStream stream(patterns_of({"secret"}));
  CHECK(stream.feed("Password: ") == "Password: ");
  CHECK(stream.feed("progress") == "progres");
  CHECK(stream.feed("ive\n") == "sive\n");
  CHECK(stream.feed("sec") == "");
  CHECK(stream.feed("ret") == "***");
  CHECK(stream.feed("secre") == "");
  CHECK(stream.finish() == "secre");
  CHECK(stream.feed("secret") == "***");
}

TEST_CASE("text without a secret is not copied") {
  MaskStream stream(patterns_of({"secret"}));
  const std::string text = "nothing to see here";
  CHECK(stream.feed(text).data() == text.data());
}

TEST_CASE("a secret that becomes known on the way is hidden from there on") {
  MaskStream stream(patterns_of({"aaaa"}));
  std::string out(stream.feed("x aa"));
  stream.look_for(patterns_of({"aaaa", "aabb"}));
  out += stream.feed("bb aabb aaaa ");
  out += stream.finish();
  CHECK(out == "x *** *** *** ");
}

TEST_CASE("no patterns change nothing") {
  CHECK(masked(patterns_of({}), "text") == "text");
  CHECK(masked(patterns_of({"", ""}), "text") == "text");
  CHECK_FALSE(patterns_of({""})->has_any());
}

Secrets secrets_of(const std::string& value) {
  Secrets secrets;
  secrets.add_name("TOKEN");
  secrets.learn("TOKEN", value);
  return secrets;
}

TEST_CASE("a secret is hidden in the forms it takes on its way") {
  const Secrets secrets = secrets_of("p\"a's s\\w/rd+1\n");
  CHECK(secrets.hide("say p\"a's s\\w/rd+1!") == "say ***!");
  CHECK(secrets.hide(R"({"a": "p\"a's s\\w/rd+1"})") == R"({"a": "***"})");
  CHECK(secrets.hide(R"(echo 'p"a'\''s s\w/rd+1')") == "echo '***'");
  CHECK(secrets.hide("https://x/?t=p%22a%27s%20s%5Cw%2Frd%2B1&b") == "https://x/?t=***&b");
  CHECK(secrets.hide("t=p%22a%27s+s%5cw%2frd%2b1") == "t=***");
  // printf 'user:p"a'\''s s\w/rd+1' | base64, and with one and two bytes more before it
  CHECK(secrets.hide("Basic dXNlcjpwImEncyBzXHcvcmQrMQ==").find("ImEncyBz") == std::string::npos);
  CHECK(secrets.hide("Basic dXNlcnM6cCJhJ3Mgc1x3L3JkKzE=").find("CJhJ3Mg") == std::string::npos);
  CHECK(secrets.hide("Basic dXNlcnMxOnAiYSdzIHNcdy9yZCsx").find("AiYSdzIH") == std::string::npos);
}

TEST_CASE("every line of a secret is one, unless it is short") {
  const Secrets secrets = secrets_of("-----BEGIN KEY-----\nMIIEpAIBAAKCAQEA\r\n}\nlast line 1\n");
  CHECK(secrets.hide("got MIIEpAIBAAKCAQEA\n}\n") == "got ***\n}\n");
  CHECK(secrets.hide("  last line 1") == "  ***");
}

TEST_CASE("what is too short is told, not hidden") {
  Secrets secrets = secrets_of("abc");
  CHECK(secrets.hide("abc") == "abc");
  CHECK(secrets.too_short().contains("TOKEN"));
  secrets.learn("OTHER", "long enough");
  CHECK(secrets.hide("long enough") == "long enough");
  secrets.learn("TOKEN", "abcd");
  CHECK(secrets.hide("abcd") == "***");
}

TEST_CASE("JSON stays JSON") {
  const Secrets secrets = secrets_of("1234");
  CHECK(secrets.hide_in_json(R"({"1234": 12345, "b": "x 1234 \" 1234", "c": ["1234"], "d" : 1})") ==
        R"({"1234": 12345, "b": "x *** \" ***", "c": ["***"], "d" : 1})");
  CHECK(secrets.hide_in_json(R"("1234)") == R"("***)");
  CHECK(secrets.hide_in_json(R"("\)") == R"("\)");
}

}  // namespace
}  // namespace ws
