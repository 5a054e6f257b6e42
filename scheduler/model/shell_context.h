// Reads a text for /bin/sh and knows at every place how a value must be written there so that it
// stays the value and nothing else:
//
//   outside quotes      'value'; an inner ' as '\''         (one word, also when it is empty)
//   inside '…'          an inner ' as '\''
//   inside "…"          \ before each of \ " $ `
//   here-document       \ before each of \ $ `; as it is when its delimiter is quoted; refused when
//                       a line of the value could end the document
//   $(( … ))            only an integer
//   # comment           left unreplaced, like what follows a backslash
//   `…`, ${x:-…}, $'…'  refused: which quotes count there differs between shells
//
// Does not run anything and knows no values but the one it is given. A place it cannot be certain
// about is refused, never guessed. Internal to model/.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace ws {

class ShellContext {
 public:
  // Borrowed: the text must outlive this.
  explicit ShellContext(std::string_view text) : text_(text) {}

  // Reads on up to `offset`, where a reference stands.
  void read_to(std::size_t offset);
  // Goes on behind the reference.
  void skip_to(std::size_t offset);

  // Why no value can stand here whatever it is; empty: it can.
  [[nodiscard]] std::string refusal() const;
  // The reference is to stay as it is: it is no part of what the shell would run.
  [[nodiscard]] bool is_inert() const;
  // What to write for the value, or why it cannot be written here. `line_so_far`: what stands
  // before it in its line of the finished text.
  struct Refused {
    std::string why;
  };
  [[nodiscard]] std::variant<std::string, Refused> put(std::string_view value,
                                                       std::string_view line_so_far) const;

 private:
  enum class Kind : std::uint8_t {
    command,  // outside quotes; also the inside of $( )
    single_quotes,
    double_quotes,
    backticks,
    parameter,
    arithmetic,
    comment,
    document,
  };
  struct Document {
    std::string delimiter;
    bool is_raw = false;     // its delimiter was quoted
    bool is_dashed = false;  // <<-: tabs before the delimiter do not count
  };
  struct Frame {
    Kind kind = Kind::command;
    std::size_t depth = 0;   // of parentheses
    bool is_quoted = false;  // of a parameter: inside double quotes or a document
    Document document = {};
  };

  void step();
  void command();
  void double_quotes();
  void backticks();
  void parameter();
  void arithmetic();
  void document();
  void parenthesis();
  void dollar(const Frame& frame);
  void begin_document();
  void begin_documents_of_line();
  void push(Kind kind, std::size_t length);
  void pop();
  void doubt(std::string why);
  [[nodiscard]] bool is_word_start() const;
  [[nodiscard]] bool is_word_here(std::string_view word) const;
  [[nodiscard]] bool is_here(std::string_view text) const {
    return text_.substr(at_).starts_with(text);
  }
  [[nodiscard]] std::string_view line_here() const;
  [[nodiscard]] const Frame& top() const { return frames_.back(); }

  std::string_view text_;
  std::size_t at_ = 0;
  bool is_escaped_ = false;      // a backslash stands right before
  bool is_after_value_ = false;  // a reference stands right before
  bool is_line_start_ = false;   // of a document
  std::vector<Frame> frames_ = {Frame{}};
  std::deque<Document> pending_;  // announced in this line
  std::string doubt_;             // why nothing is certain from here on
};

}  // namespace ws
