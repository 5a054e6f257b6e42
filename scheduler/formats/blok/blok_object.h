// One object of a blok file: its members by key, each read as the type its key needs, with a
// complaint at its place when it is something else.
//
// Knows the rules of values (kinds, ranges, durations) and no step. Called by the step readers of
// this folder. A null member counts as absent.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "base/diagnostic.h"
#include "base/duration.h"
#include "formats/document.h"

namespace ws {

// What all readers of one file share.
struct BlokReading {
  const SourceSet& sources;
  Diagnostics& diagnostics;
  std::set<std::string, std::less<>> told = {};  // unknown keys that were warned about
};

// Below `least` is an error; above `most` a warning, and the value is taken as it is.
struct BlokRange {
  std::int64_t least = 0;
  std::int64_t most = 0;    // 0: no documented maximum
  std::int64_t usual = 0;   // below it a warning; 0: no documented minimum
  std::string_view unit{};  // for people: " ms"
};

class BlokObject {
 public:
  // `owner` stands in messages: "step 'load'". The value must be an object.
  BlokObject(Value object, std::string owner, BlokReading& reading);

  [[nodiscard]] std::optional<Value> find(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key) const { return find(key).has_value(); }
  [[nodiscard]] const std::string& owner() const { return owner_; }
  [[nodiscard]] Place place() const { return object_.place(); }
  // Of the key, for what is wrong with the member as a whole.
  [[nodiscard]] Place place_of(std::string_view key) const;

  // Empty when absent or of another kind (which is an error).
  [[nodiscard]] std::optional<std::string> text(std::string_view key) const;
  [[nodiscard]] bool flag(std::string_view key, bool otherwise) const;
  [[nodiscard]] std::optional<std::int64_t> whole(std::string_view key, BlokRange range) const;
  [[nodiscard]] std::optional<double> number(std::string_view key, double least) const;
  [[nodiscard]] std::optional<Value> list(std::string_view key) const;
  [[nodiscard]] std::optional<Value> object(std::string_view key) const;
  // A number of milliseconds, or a whole number and one unit: ms, s, m, h, d.
  [[nodiscard]] std::optional<Duration> duration(std::string_view key) const;

  // An error that the key is missing.
  void require(std::string_view key, std::string hint = {}) const;
  // Warns about every member that `known` does not have: the original runs such a file all the
  // same.
  void warn_unknown(std::span<const std::string_view> known) const;

  Diagnostic& error(const DiagnosticKind& kind, Place place, std::string message,
                    std::string hint = {}) const;
  Diagnostic& warning(const DiagnosticKind& kind, Place place, std::string message,
                      std::string hint = {}) const;

 private:
  void wrong_kind(std::string_view key, Value value, std::string_view wanted) const;

  Value object_;
  std::string owner_;
  BlokReading& reading_;
};

// A number of milliseconds or "<whole number>(ms|s|m|h|d)"; nullopt when it is neither.
[[nodiscard]] std::optional<Duration> blok_duration(Value value);

}  // namespace ws
