#include "executors/output_matcher.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <re2/re2.h>

#include "base/text.h"

namespace ws {

namespace {

constexpr std::size_t kShownColumns = 200;

bool has_match(const re2::RE2& pattern, std::string_view line) {
  return re2::RE2::PartialMatch(re2::StringPiece(line.data(), line.size()), pattern);
}

}  // namespace

PatternBook::PatternBook() = default;
PatternBook::~PatternBook() = default;

Result<const re2::RE2*> PatternBook::compiled(const std::string& pattern) {
  auto found = patterns_.find(pattern);
  if (found == patterns_.end()) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    auto made = std::make_unique<re2::RE2>(pattern, options);
    if (!made->ok())
      return Error{
          fmt::format("'{}' is no regular expression: {}", printable(pattern), made->error()), 0};
    found = patterns_.emplace(pattern, std::move(made)).first;
  }
  return found->second.get();
}

Result<OutputMatcher> OutputMatcher::make(const SuccessRule& rule,
                                          std::span<const std::string> retryable,
                                          PatternBook& book) {
  OutputMatcher matcher;
  for (const std::string& pattern : rule.require_output) {
    const Result<const re2::RE2*> compiled = book.compiled(pattern);
    if (!compiled) return compiled.error();
    matcher.required_.push_back({*compiled, false});
  }
  for (const std::string& pattern : rule.fail_on_output) {
    const Result<const re2::RE2*> compiled = book.compiled(pattern);
    if (!compiled) return compiled.error();
    matcher.forbidden_.push_back(*compiled);
  }
  for (const std::string& pattern : retryable) {
    const Result<const re2::RE2*> compiled = book.compiled(pattern);
    if (!compiled) return compiled.error();
    matcher.retryable_.push_back(*compiled);
  }
  matcher.still_missing_ = matcher.required_.size();
  return matcher;
}

bool OutputMatcher::is_done() const {
  return still_missing_ == 0 && (forbidden_.empty() || !forbidden_text_.empty()) && is_retryable();
}

void OutputMatcher::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    // Nothing left to find: most of a long output costs nothing.
    if (is_done()) return;
    const std::size_t end = bytes.find('\n');
    const std::string_view piece = bytes.substr(0, end);
    if (line_.empty() && end != std::string_view::npos && piece.size() <= kLongestMatchedLine) {
      match(piece);
    } else {
      const std::size_t room = kLongestMatchedLine - line_.size();
      const std::string_view taken = piece.substr(0, room);
      line_ += taken;
      if (taken.size() < piece.size() || line_.size() == kLongestMatchedLine) {
        match(std::exchange(line_, {}));
        bytes.remove_prefix(taken.size());
        continue;
      }
      if (end == std::string_view::npos) return;
      match(line_);
      line_.clear();
    }
    bytes.remove_prefix(end + 1);
  }
}

void OutputMatcher::finish() {
  if (!line_.empty()) match(std::exchange(line_, {}));
}

void OutputMatcher::match(std::string_view line) {
  if (line.ends_with('\r')) line.remove_suffix(1);
  for (Wanted& wanted : required_) {
    if (wanted.is_found || !has_match(*wanted.pattern, line)) continue;
    wanted.is_found = true;
    --still_missing_;
  }
  has_retryable_ = has_retryable_ ||
                   std::any_of(retryable_.begin(), retryable_.end(),
                               [&](const re2::RE2* pattern) { return has_match(*pattern, line); });
  if (!forbidden_text_.empty()) return;
  for (const re2::RE2* pattern : forbidden_) {
    if (!has_match(*pattern, line)) continue;
    forbidden_text_ = fmt::format("'{}' in \"{}\"", printable(pattern->pattern()),
                                  truncate_to_width(printable(line), kShownColumns));
    return;
  }
}

std::vector<std::string> OutputMatcher::missing() const {
  std::vector<std::string> patterns;
  for (const Wanted& wanted : required_)
    if (!wanted.is_found) patterns.push_back(wanted.pattern->pattern());
  return patterns;
}

}  // namespace ws
