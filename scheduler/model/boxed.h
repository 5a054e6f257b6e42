// Boxed<T>: an optional that is kept apart, so that an absent one costs a pointer. For the large
// and rare parts of what there are many of.
//
// Owns its value; moves like a pointer and copies like a value. Knows nothing of what it holds.
#pragma once

#include <memory>
#include <optional>
#include <utility>

namespace ws {

template <class T>
class Boxed {
 public:
  Boxed() = default;
  Boxed(const Boxed& other) : value_(other ? std::make_unique<T>(*other) : nullptr) {}
  Boxed& operator=(const Boxed& other) {
    value_ = other ? std::make_unique<T>(*other) : nullptr;
    return *this;
  }
  Boxed(Boxed&&) noexcept = default;
  Boxed& operator=(Boxed&&) noexcept = default;
  ~Boxed() = default;

  Boxed(std::optional<T> value) {  // NOLINT(google-explicit-constructor): reads like an optional
    if (value) emplace(std::move(*value));
  }

  template <class... Parts>
  T& emplace(Parts&&... parts) {
    value_ = std::make_unique<T>(std::forward<Parts>(parts)...);
    return *value_;
  }
  void reset() { value_.reset(); }

  [[nodiscard]] explicit operator bool() const { return value_ != nullptr; }
  [[nodiscard]] bool has_value() const { return value_ != nullptr; }
  // Both require a value.
  [[nodiscard]] const T& operator*() const { return *value_; }
  [[nodiscard]] T& operator*() { return *value_; }
  [[nodiscard]] const T* operator->() const { return value_.get(); }
  [[nodiscard]] T* operator->() { return value_.get(); }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace ws
