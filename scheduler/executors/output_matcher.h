// Looks for the patterns of a success rule, and of what may be tried again, in what an attempt
// writes, while it writes: RE2, one line at a time, linear in the output.
//
// A line longer than kLongestMatchedLine is matched in pieces of that length, so memory stays
// bounded; a pattern across such a cut is not found. Does not decide what a match means: the engine
// does.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "model/policy.h"

namespace re2 {
class RE2;
}

namespace ws {

inline constexpr std::size_t kLongestMatchedLine = 64UL * 1024;

// Compiled patterns, each once for all attempts.
class PatternBook {
 public:
  PatternBook();
  ~PatternBook();
  PatternBook(const PatternBook&) = delete;
  PatternBook& operator=(const PatternBook&) = delete;

  // An Error when it is no regular expression; formats/ has refused those with their place.
  [[nodiscard]] Result<const re2::RE2*> compiled(const std::string& pattern);

 private:
  std::map<std::string, std::unique_ptr<re2::RE2>, std::less<>> patterns_;
};

class OutputMatcher {
 public:
  OutputMatcher() = default;  // nothing to look for
  [[nodiscard]] static Result<OutputMatcher> make(const SuccessRule& rule,
                                                  std::span<const std::string> retryable,
                                                  PatternBook& book);

  void feed(std::string_view bytes);
  // Takes the last line, which may have no end.
  void finish();

  // require_output patterns that never matched, in their order.
  [[nodiscard]] std::vector<std::string> missing() const;
  // The first fail_on_output pattern that matched, with its line; empty when none did.
  [[nodiscard]] const std::string& forbidden() const { return forbidden_text_; }
  // There are no retry patterns, or one of them matched.
  [[nodiscard]] bool is_retryable() const { return retryable_.empty() || has_retryable_; }

 private:
  struct Wanted {
    const re2::RE2* pattern = nullptr;
    bool is_found = false;
  };
  [[nodiscard]] bool is_done() const;
  void match(std::string_view line);

  std::vector<Wanted> required_;
  std::vector<const re2::RE2*> forbidden_;
  std::size_t still_missing_ = 0;
  std::string forbidden_text_;
  std::vector<const re2::RE2*> retryable_;
  bool has_retryable_ = false;
  std::string line_;  // begun in an earlier chunk
};

}  // namespace ws
