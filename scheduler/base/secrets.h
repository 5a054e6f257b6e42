// The names whose values are secret, the values that became known, and the texts they are hidden
// in.
//
// Does not know where a value comes from (cli/secret_values.h, executors/), nor who shows a text.
// A value is hidden as it is and in the forms it takes on its way: each of its lines, escaped in
// JSON, quoted for a shell, percent-encoded, in base64. Learning one while a run goes on is
// allowed.
#pragma once

#include <cstdint>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/masker.h"

namespace ws {

// Shorter values are not hidden: half of every text would be gone, and with it what is left of the
// secret.
inline constexpr std::size_t kShortestSecret = 4;
// Of a value with several lines, and of one that is looked for in base64.
inline constexpr std::size_t kShortestSecretPart = 8;

class Secrets {
 public:
  Secrets() : patterns_(std::make_shared<const MaskPatterns>(std::span<const std::string>())) {}

  void add_name(std::string name) { names_.insert(std::move(name)); }
  [[nodiscard]] bool has_any() const { return !names_.empty(); }
  [[nodiscard]] bool has_name(std::string_view name) const { return names_.contains(name); }
  [[nodiscard]] const std::set<std::string, std::less<>>& names() const { return names_; }

  // Nothing when the name is none of ours, or the value is known.
  void learn(std::string_view name, std::string_view value);

  // Names of ours that had a value too short to hide.
  [[nodiscard]] const std::set<std::string, std::less<>>& too_short() const { return too_short_; }

  [[nodiscard]] std::string hide(std::string_view text) const { return masked(patterns_, text); }
  // In a JSON text only what stands in values that are text, so that it stays JSON.
  [[nodiscard]] std::string hide_in_json(std::string_view json) const;
  [[nodiscard]] bool is_in(std::string_view text) const { return hide(text) != text; }
  [[nodiscard]] const std::shared_ptr<const MaskPatterns>& patterns() const { return patterns_; }

 private:
  std::set<std::string, std::less<>> names_;
  std::set<std::string, std::less<>> too_short_;
  std::set<std::string, std::less<>> values_;
  std::vector<std::string> forms_;
  std::shared_ptr<const MaskPatterns> patterns_;
};

// The texts a value shows up as; the value itself is the first.
[[nodiscard]] std::vector<std::string> forms_of_secret(std::string_view value);

}  // namespace ws
