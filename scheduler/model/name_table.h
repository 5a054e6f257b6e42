// NameTable: from a name to a dense number, without copying names. Open addressing over views of
// texts that live elsewhere: a million steps cost one array, not a million allocations.
//
// Knows nothing of what is named. Internal to model/. The names must outlive the table.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string_view>
#include <vector>

namespace ws {

class NameTable {
 public:
  explicit NameTable(std::size_t expected)
      : slots_(std::bit_ceil(expected * 2 + 2), 0), mask_(slots_.size() - 1) {
    names_.reserve(expected);
    hashes_.reserve(expected);
  }

  // Numbers the name 0, 1, 2, …; when it is known already, returns the number it has and adds an
  // entry that find() never gives, so numbers keep counting.
  std::optional<std::uint32_t> add(std::string_view name) {
    const std::size_t hash = std::hash<std::string_view>{}(name);
    const auto number = static_cast<std::uint32_t>(names_.size());
    if (names_.size() * 2 + 2 > slots_.size()) grow();
    std::optional<std::uint32_t> known;
    std::size_t slot = hash & mask_;
    while (slots_[slot] != 0 && !known) {
      const std::uint32_t other = slots_[slot] - 1;
      if (hashes_[other] == hash && names_[other] == name) known = other;
      slot = (slot + 1) & mask_;
    }
    if (!known) slots_[slot] = number + 1;
    names_.push_back(name);
    hashes_.push_back(hash);
    return known;
  }

  // For something without a name: numbers keep counting, find() never gives it.
  void add_nameless() {
    names_.emplace_back();
    hashes_.push_back(0);
  }

  [[nodiscard]] std::optional<std::uint32_t> find(std::string_view name) const {
    const std::size_t hash = std::hash<std::string_view>{}(name);
    for (std::size_t slot = hash & mask_; slots_[slot] != 0; slot = (slot + 1) & mask_) {
      const std::uint32_t number = slots_[slot] - 1;
      if (hashes_[number] == hash && names_[number] == name) return number;
    }
    return std::nullopt;
  }

  // By number, duplicates and what has no name (empty) included.
  [[nodiscard]] const std::vector<std::string_view>& names() const { return names_; }

 private:
  void grow() {
    std::vector<std::uint32_t> before(slots_.size() * 2, 0);
    before.swap(slots_);
    mask_ = slots_.size() - 1;
    for (const std::uint32_t entry : before) {
      if (entry == 0) continue;
      std::size_t slot = hashes_[entry - 1] & mask_;
      while (slots_[slot] != 0) slot = (slot + 1) & mask_;
      slots_[slot] = entry;
    }
  }

  std::vector<std::uint32_t> slots_;  // number + 1; 0: free
  std::size_t mask_;
  std::vector<std::string_view> names_;
  std::vector<std::size_t> hashes_;
};

}  // namespace ws
