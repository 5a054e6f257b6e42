// A line of text as a shell would see it, as far as sentence.h wants to know: quotations, comments,
// the words of the first command.
//
// Knows no language and no programs: sentence.cpp judges. Not a shell's grammar: an apostrophe
// inside a word opens no quotation, because in sentences it does not.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace ws {

// Follows quotations through a text. Only a quote that is closed again opens one, and an apostrophe
// inside a word ("doesn't") never does.
class Quotation {
 public:
  explicit Quotation(std::string_view text) : text_(text) {}

  // Is the character at `at` part of a quotation? To be asked for each, in order.
  bool covers(std::size_t at);

 private:
  std::string_view text_;
  char quote_ = 0;
};

struct ProseWord {
  std::string_view text;
  bool is_quoted = false;  // holds a quote or a backslash: nothing is concluded from it
};

struct ProseLine {
  std::vector<ProseWord> words;  // of the first command
  bool has_operator = false;     // something follows it
  bool has_background = false;   // a single `&` stands in it
};

[[nodiscard]] ProseLine split_prose(std::string_view text);

// Without what stands behind an unquoted `#`. "issue #5" is no comment, though a shell would take
// it for one.
[[nodiscard]] std::string without_comments(std::string_view text);

}  // namespace ws
