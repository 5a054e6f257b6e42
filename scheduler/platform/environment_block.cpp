#include "platform/environment_block.h"

namespace ws {

namespace {

bool is_carried(std::string_view name, std::string_view value) {
  return !name.empty() && name.find('=') == std::string_view::npos &&
         name.find('\0') == std::string_view::npos && value.find('\0') == std::string_view::npos;
}

std::string entry_of(std::string_view name, std::string_view value) {
  std::string entry;
  entry.reserve(name.size() + value.size() + 1);
  entry.append(name).append(1, '=').append(value);
  return entry;
}

std::string_view value_in(const char* entry, std::string_view name) {
  return std::string_view(entry).substr(name.size() + 1);
}

}  // namespace

EnvironmentBase::EnvironmentBase(const EnvironmentList& variables) {
  for (const auto& [name, value] : variables) {
    if (!is_carried(name, value)) continue;
    std::string& entry = entries_.emplace_back(entry_of(name, value));
    const auto [it, is_new] =
        index_.try_emplace(std::string_view(entry).substr(0, name.size()), pointers_.size());
    if (is_new) {
      pointers_.push_back(entry.data());
    } else {
      pointers_[it->second] = entry.data();
    }
  }
}

std::string_view EnvironmentBase::value(std::string_view name) const {
  const auto it = index_.find(name);
  return it == index_.end() ? std::string_view() : value_in(pointers_[it->second], name);
}

void EnvironmentBlock::set(std::string_view name, std::string_view value) {
  if (!is_carried(name, value)) return;
  if (!pointers_.empty() && pointers_.back() == nullptr) pointers_.pop_back();
  std::string& entry = overlay_.emplace_back(entry_of(name, value));
  const std::string_view key = std::string_view(entry).substr(0, name.size());
  if (const auto base = base_->index_.find(key); base != base_->index_.end()) {
    pointers_[base->second] = entry.data();
    return;
  }
  const auto [it, is_new] = overlay_index_.try_emplace(key, pointers_.size());
  if (is_new) {
    pointers_.push_back(entry.data());
  } else {
    pointers_[it->second] = entry.data();
  }
}

std::string_view EnvironmentBlock::value(std::string_view name) const {
  if (const auto base = base_->index_.find(name); base != base_->index_.end())
    return value_in(pointers_[base->second], name);
  const auto it = overlay_index_.find(name);
  return it == overlay_index_.end() ? std::string_view() : value_in(pointers_[it->second], name);
}

char* const* EnvironmentBlock::data() {
  if (pointers_.empty() || pointers_.back() != nullptr) pointers_.push_back(nullptr);
  return pointers_.data();
}

}  // namespace ws
