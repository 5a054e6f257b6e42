#include "engine/error_signature.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/ascii.h"
#include "base/text.h"

namespace ws {
namespace {

// Nobody recognises an error by what stands behind this; bounds the work per line.
constexpr std::size_t kLongestLine = 4096;

// Characters no printable line holds stand for what was folded.
constexpr char kNumber = '\x01';
constexpr char kPath = '\x02';
constexpr char kChance = '\x03';

// Bytes of UTF-8 sequences count as letters.
bool is_word_letter(char c) { return is_letter(c) || static_cast<unsigned char>(c) >= 0x80; }
bool is_alnum(char c) { return is_word_letter(c) || is_digit(c); }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_blank(char c) { return static_cast<unsigned char>(c) <= ' ' || c == '\x7f'; }
bool is_path_char(char c) {
  return is_alnum(c) || std::string_view("._/~+@%-").find(c) != std::string_view::npos;
}

bool equals_folded(std::string_view word, std::string_view lower_word) {
  return std::equal(word.begin(), word.end(), lower_word.begin(), lower_word.end(),
                    [](char a, char b) { return to_lower(a) == b; });
}

template <std::size_t N>
bool is_one_of(std::string_view word, const std::array<std::string_view, N>& words) {
  return std::any_of(words.begin(), words.end(),
                     [&](std::string_view other) { return equals_folded(word, other); });
}

// Words whose number tells errors apart.
constexpr std::array<std::string_view, 9> kCodeWords = {
    "exit", "exited", "code", "status", "errno", "signal", "http", "test", "rc"};
// They stand beside the number of a date.
constexpr std::array<std::string_view, 19> kDateWords = {
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct",
    "nov", "dec", "mon", "tue", "wed", "thu", "fri", "sat", "sun"};

// Folds one line in one pass; every step of it moves forward.
class Folder {
 public:
  explicit Folder(std::string_view text) : text_(text) {}

  std::string run() {
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '\x1b') {
        skip_escape();
      } else if (is_blank(c)) {
        if (!out_.empty() && out_.back() != ' ') out_ += ' ';
        ++at_;
      } else if (!take_quoted_path() && !take_path() && !take_number_or_digest() && !take_word()) {
        out_ += c;
        ++at_;
      }
    }
    while (!out_.empty() && out_.back() == ' ') out_.pop_back();
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  [[nodiscard]] char peek(std::size_t ahead) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  template <class Predicate>
  [[nodiscard]] std::size_t run_of(Predicate matches) const {
    std::size_t size = 0;
    while (at_ + size < text_.size() && matches(text_[at_ + size])) ++size;
    return size;
  }

  // ECMA-48 5.4: ESC [, parameters and intermediates, a final byte. Of others, ESC and one byte.
  void skip_escape() {
    ++at_;
    if (peek(0) != '[') {
      if (at_ < text_.size()) ++at_;
      return;
    }
    ++at_;
    while (at_ < text_.size() && text_[at_] >= 0x20 && text_[at_] < 0x40) ++at_;
    if (at_ < text_.size()) ++at_;
  }

  // One placeholder for several in a row: "Mon Jan 6 12:00:00 2025" and "12 ms" are one number.
  void put(char placeholder) {
    std::size_t end = out_.size();
    while (end > 0 && out_[end - 1] == ' ') --end;
    if (end > 0 && out_[end - 1] == placeholder) {
      out_.resize(end);
    } else {
      out_ += placeholder;
    }
    last_word_ = {};
  }

  [[nodiscard]] bool is_after_number() const {
    std::size_t end = out_.size();
    while (end > 0 && out_[end - 1] == ' ') --end;
    return end > 0 && out_[end - 1] == kNumber;
  }

  // A path in quotes may hold blanks.
  bool take_quoted_path() {
    const char quote = text_[at_];
    if (quote != '\'' && quote != '"' && quote != '`') return false;
    const bool is_drive = is_word_letter(peek(1)) && peek(2) == ':' && peek(3) == '\\';
    const bool is_path = peek(1) == '/' || (peek(1) == '~' && peek(2) == '/') || is_drive;
    if (!is_path) return false;
    // Nothing found: nor will the next of this kind on the line, and it is not looked for again.
    bool& is_closed = quote == '\'' ? has_single_ : quote == '"' ? has_double_ : has_back_;
    if (!is_closed) return false;
    const std::size_t end = text_.find(quote, at_ + 1);
    is_closed = end != std::string_view::npos;
    if (!is_closed) return false;
    out_ += quote;
    put(kPath);
    out_ += quote;
    at_ = end + 1;
    return true;
  }

  bool take_path() {
    if (rest().starts_with("://")) {
      out_ += "://";
      at_ += 3;
      at_ += run_of([](char c) {
        return !is_blank(c) && std::string_view("\"'`<>()[]{},;").find(c) == std::string_view::npos;
      });
      put(kPath);
      return true;
    }
    if ((is_word_letter(text_[at_]) && peek(1) == ':' && peek(2) == '\\') ||
        (text_[at_] == '\\' && peek(1) == '\\' && is_alnum(peek(2)))) {
      at_ += 2;
      at_ += run_of([](char c) { return is_path_char(c) || c == '\\'; });
      put(kPath);
      return true;
    }
    if (at_ < path_checked_ || !is_path_char(text_[at_])) return false;
    const std::string_view run = rest().substr(0, run_of(is_path_char));
    path_checked_ = at_ + run.size();
    if (!is_path(run)) return false;
    at_ += run.size();
    // A sentence may end behind a path.
    if (run.back() == '.') --at_;
    put(kPath);
    return true;
  }

  // "I/O", "and/or" and "text/html" are words; "src/main.c", "/etc", "./x" and "a/b/c" are paths.
  static bool is_path(std::string_view run) {
    const std::size_t slash = run.find('/');
    if (slash == std::string_view::npos || run.size() < 2) return false;
    if (equals_folded(run.substr(0, slash), "http")) return false;
    if (slash == 0 || run.front() == '.' || run.front() == '~') return true;
    if (run.find('/', slash + 1) != std::string_view::npos) return true;
    return std::any_of(run.begin(), run.end(), [](char c) { return c == '.' || is_digit(c); });
  }

  bool take_number_or_digest() {
    if (text_[at_] == '0' && to_lower(peek(1)) == 'x' && is_hex(peek(2))) {
      at_ += 2;
      at_ += run_of(is_alnum);
      put(kNumber);
      return true;
    }
    const std::size_t hex = run_of(is_hex);
    const std::string_view digits = rest().substr(0, hex);
    const bool has_digit = std::any_of(digits.begin(), digits.end(), is_digit);
    const bool has_letter = std::any_of(digits.begin(), digits.end(), is_word_letter);
    // UUIDs (RFC 9562) are such runs with dashes between them; digests of git have 7 and more.
    if (hex >= 7 && has_digit && has_letter && !is_alnum(peek(hex)) && peek(hex) != '_') {
      at_ += hex;
      take_more_of_uuid();
      put(kNumber);
      return true;
    }
    if (hex == 8 && peek(8) == '-' && looks_like_uuid()) {
      at_ += 8;
      take_more_of_uuid();
      put(kNumber);
      return true;
    }
    if (!is_digit(text_[at_])) return false;
    take_number();
    return true;
  }

  [[nodiscard]] bool looks_like_uuid() const {
    constexpr std::string_view kForm = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    if (rest().size() < kForm.size()) return false;
    for (std::size_t i = 0; i < kForm.size(); ++i) {
      if (kForm[i] == '-' ? peek(i) != '-' : !is_hex(peek(i))) return false;
    }
    return true;
  }

  void take_more_of_uuid() {
    while (peek(0) == '-' && is_hex(peek(1))) {
      ++at_;
      at_ += run_of(is_hex);
    }
  }

  // A number, a date or a time: digits joined by one of ".,:-/+_T" each, and the unit behind them.
  void take_number() {
    const std::size_t start = at_;
    const bool is_code = is_one_of(last_word_, kCodeWords);
    while (true) {
      at_ += run_of(is_digit);
      if (std::string_view(".,:-/+_T").find(peek(0)) == std::string_view::npos ||
          !is_digit(peek(1)) || peek(0) == '\0')
        break;
      ++at_;
    }
    const std::size_t end = at_;
    at_ += run_of(is_alnum);  // "ms", "Z", "1h30m", "2nd", "8f3k2j"
    if (peek(0) == '%') ++at_;
    if (is_code && at_ == end && end - start <= 5) {
      const std::string_view number = text_.substr(start, end - start);
      out_ += number;
      // The status comes behind the version: "HTTP/1.1 404".
      const bool is_version = number.find('.') != std::string_view::npos;
      if (!is_version) last_word_ = {};
      return;
    }
    put(kNumber);
  }

  bool take_word() {
    if (!is_word_letter(text_[at_])) return false;
    const std::size_t size = run_of(is_alnum);
    std::string_view word = rest().substr(0, size);
    if (is_temporary(word)) {
      at_ += run_of([](char c) { return is_alnum(c) || c == '.' || c == '_' || c == '-'; });
      if (text_[at_ - 1] == '.') --at_;
      put(kChance);
      return true;
    }
    at_ += size;
    if (looks_like_chance(word)) {
      put(kChance);
    } else if (is_date_word(word)) {
      put(kNumber);
    } else {
      put_word(word);
    }
    return true;
  }

  // "tmpx3k9a", "temp-17", "tmp.Ab3": not the words "temporary", "template" and "tmp" alone.
  [[nodiscard]] bool is_temporary(std::string_view word) const {
    const bool is_tmp = word.size() >= 3 && equals_folded(word.substr(0, 3), "tmp");
    const bool is_temp = word.size() >= 4 && equals_folded(word.substr(0, 4), "temp");
    if (!is_tmp && !is_temp) return false;
    const std::size_t stem = is_tmp ? 3 : 4;
    if (word.size() == stem) {
      const char next = peek(stem);
      return (next == '.' || next == '_' || next == '-') && is_alnum(peek(stem + 1));
    }
    return is_tmp || std::any_of(word.begin(), word.end(), is_digit);
  }

  // Letters and digits by turns, as generators of names make them.
  static bool looks_like_chance(std::string_view word) {
    if (word.size() < 6) return false;
    std::size_t turns = 0;
    for (std::size_t i = 1; i < word.size(); ++i) {
      if (is_digit(word[i]) != is_digit(word[i - 1])) ++turns;
    }
    return turns >= 3;
  }

  // A month or a day of the week, when a number stands beside it.
  [[nodiscard]] bool is_date_word(std::string_view word) const {
    if (!is_upper(word.front()) || !is_one_of(word, kDateWords)) return false;
    if (is_after_number()) return true;
    std::size_t ahead = peek(0) == ',' ? 1 : 0;
    while (peek(ahead) == ' ' && ahead < 3) ++ahead;
    if (is_digit(peek(ahead))) return true;
    // "Mon Jan 6"
    const std::string_view next = text_.substr(std::min(at_ + ahead, text_.size()), 3);
    return next.size() == 3 && is_upper(next.front()) && is_one_of(next, kDateWords);
  }

  void put_word(std::string_view word) {
    // "1 error" and "2 errors" say the same.
    const bool is_plural = is_after_number() && word.size() > 2 && word.ends_with('s');
    const std::string_view shown = is_plural ? word.substr(0, word.size() - 1) : word;
    if (is_error_code(word)) {
      out_ += word;
    } else {
      for (std::size_t i = 0; i < shown.size(); ++i) {
        if (!is_digit(shown[i])) {
          out_ += shown[i];
        } else if (out_.empty() || out_.back() != kNumber) {
          out_ += kNumber;
        }
      }
    }
    last_word_ = word;
  }

  // "E0308", "TS2345": up to six capitals and then only digits, at least two.
  static bool is_error_code(std::string_view word) {
    const auto digits = std::find_if_not(word.begin(), word.end(), is_upper);
    const auto capitals = digits - word.begin();
    return capitals >= 1 && capitals <= 6 && word.end() - digits >= 2 &&
           std::all_of(digits, word.end(), is_digit);
  }

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t path_checked_ = 0;  // no path begins before here
  bool has_single_ = true;        // a closing quote of the kind may still come
  bool has_double_ = true;
  bool has_back_ = true;
  std::string_view last_word_;
  std::string out_;
};

// Progress bars write over their line: what was left standing is what counts.
std::string_view last_overwrite(std::string_view line) {
  while (line.ends_with('\r')) line.remove_suffix(1);
  const std::size_t carriage = line.rfind('\r');
  return carriage == std::string_view::npos ? line : line.substr(carriage + 1);
}

bool says_something(std::string_view folded) {
  return std::any_of(folded.begin(), folded.end(), is_word_letter);
}

}  // namespace

std::string folded_line(std::string_view line) {
  return Folder(last_overwrite(line).substr(0, kLongestLine)).run();
}

std::uint64_t error_signature(std::string_view why, std::string_view error_text) {
  std::uint64_t hash = stable_hash(folded_line(why));
  std::string previous;
  std::size_t lines = 0;
  std::size_t end = error_text.size();
  while (lines < kSignatureLines) {
    const std::size_t newline = end == 0 ? std::string_view::npos : error_text.rfind('\n', end - 1);
    const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
    std::string folded = folded_line(error_text.substr(start, end - start));
    // How often a line is repeated ("retrying …") is a number too.
    if (says_something(folded) && folded != previous) {
      hash = stable_hash(folded, stable_hash("\n", hash));
      previous = std::move(folded);
      ++lines;
    }
    if (newline == std::string_view::npos) break;
    end = newline;
  }
  return hash == 0 ? 1 : hash;
}

}  // namespace ws
