// Hides secret values in text: every occurrence becomes ***, in one pass whatever their number.
//
// Knows no names and asks no environment: the values are given (base/secrets.h). Works on bytes.
// Where occurrences overlap, all of what they cover is one ***. A text is searched in time linear
// in its length (Aho and Corasick 1975, with the jumps of Wu and Manber 1994 where no value can
// begin).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace ws {

inline constexpr std::string_view kMask = "***";

// What is looked for. Made once, read by many.
class MaskPatterns {
 public:
  // Empty texts among them are left out.
  explicit MaskPatterns(std::span<const std::string> texts);

  [[nodiscard]] bool has_any() const { return nodes_.size() > 1; }

 private:
  friend class MaskStream;

  struct Node {  // one beginning of a text
    std::uint32_t fail = 0;
    std::uint32_t depth = 0;    // its length
    std::uint32_t longest = 0;  // length of the longest text it ends with; 0: it ends with none
    std::uint32_t first_child = 0;
    std::uint32_t next_sibling = 0;
    unsigned char byte = 0;
  };
  [[nodiscard]] std::uint32_t child(std::uint32_t node, unsigned char byte) const;
  [[nodiscard]] std::uint32_t after(std::uint32_t node, unsigned char byte) const;
  // Where a text may begin in `bytes`, at or behind `at`; never beyond what is too short to tell.
  [[nodiscard]] std::size_t skip(std::string_view bytes, std::size_t at) const;
  void insert(std::string_view text);
  void link();
  void prepare_jumps(std::span<const std::string> texts);

  std::vector<Node> nodes_;
  std::vector<std::uint32_t> roots_;  // by first byte
  std::vector<std::uint8_t> jumps_;   // by two bytes: how far no text can begin
  std::size_t shortest_ = 0;
};

// The masking of one stream of bytes that come in pieces, wherever they are cut.
//
// Holds back what may be the beginning of a secret until the bytes behind it decide, and nothing
// else. Give finish() the last word.
class MaskStream {
 public:
  explicit MaskStream(std::shared_ptr<const MaskPatterns> patterns);

  // What may be shown by now. Valid until the next call, and only as long as `bytes` is.
  [[nodiscard]] std::string_view feed(std::string_view bytes);
  [[nodiscard]] std::string_view finish();
  // From here on, what is held back included. The patterns it has already cost nothing.
  void look_for(const std::shared_ptr<const MaskPatterns>& patterns);

 private:
  struct Found {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;
  };
  void search(std::string_view bytes);
  void note(Found found);
  void give(std::string_view bytes, std::uint64_t settled);
  void give_plain(std::string_view bytes, std::uint64_t end);

  std::shared_ptr<const MaskPatterns> patterns_;
  std::uint32_t node_ = 0;
  std::uint64_t at_ = 0;     // of all bytes that came
  std::uint64_t given_ = 0;  // of them shown or hidden
  std::string held_;         // those between the two, as they came
  std::vector<Found> found_;
  std::string out_;
};

// The whole text at once.
[[nodiscard]] std::string masked(const std::shared_ptr<const MaskPatterns>& patterns,
                                 std::string_view text);

}  // namespace ws
