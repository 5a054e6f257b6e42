// The environment of a child in the form execve wants: a base shared by all children, and an
// overlay of a few names.
//
// Does not read the process's own environment (machine.h does) and gives no name a meaning.
// Callers: executors/.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

namespace ws {

using EnvironmentList = std::vector<std::pair<std::string, std::string>>;

// Built once; must outlive every block made from it.
class EnvironmentBase {
 public:
  explicit EnvironmentBase(const EnvironmentList& variables);  // later wins
  EnvironmentBase(const EnvironmentBase&) = delete;
  EnvironmentBase& operator=(const EnvironmentBase&) = delete;

  // Empty when there is no such name.
  [[nodiscard]] std::string_view value(std::string_view name) const;

 private:
  friend class EnvironmentBlock;
  std::deque<std::string> entries_;  // "NAME=value"; addresses stay
  std::unordered_map<std::string_view, std::size_t> index_;
  std::vector<char*> pointers_;
};

class EnvironmentBlock {
 public:
  explicit EnvironmentBlock(const EnvironmentBase& base)
      : base_(&base), pointers_(base.pointers_) {}
  EnvironmentBlock(EnvironmentBlock&&) = default;
  EnvironmentBlock& operator=(EnvironmentBlock&&) = default;

  // Replaces or adds. A name with '=' or a zero byte in either part is dropped: execve cannot carry
  // it.
  void set(std::string_view name, std::string_view value);
  [[nodiscard]] std::string_view value(std::string_view name) const;
  // Ends with null. Valid until the next set().
  [[nodiscard]] char* const* data();

 private:
  const EnvironmentBase* base_;
  std::vector<char*> pointers_;
  std::deque<std::string> overlay_;
  std::unordered_map<std::string_view, std::size_t> overlay_index_;  // name → index in pointers_
};

}  // namespace ws
