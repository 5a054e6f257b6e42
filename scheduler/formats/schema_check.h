// Checks a value against the description: kinds, ranges, words, rules of texts, unknown and
// misspelt keys, missing and conflicting ones. Every mistake of the file in one go.
//
// Does not read anything into the model and does not look across steps (model/lower.h). Recursion
// is bounded by the depth a Document may have (ReadLimits::max_depth).
#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "base/diagnostic.h"
#include "formats/document.h"
#include "formats/schema.h"

namespace ws {

struct CheckOptions {
  // A variable was missing (already reported): what came out empty of `${…}` is not judged.
  bool has_missing_variables = false;
};

class SchemaCheck {
 public:
  SchemaCheck(const SourceSet& sources, Diagnostics& diagnostics, CheckOptions options)
      : sources_(sources), diagnostics_(diagnostics), options_(options) {}

  // An object at the top of a file or of an array file.
  void check_object(Value value, const ObjectSpec& spec);

 private:
  // What a message calls the value.
  struct Name {
    std::string_view key;
    bool is_element = false;
  };

  void check_value(Value value, const Shape& shape, Name name, Unit unit);
  void check_text_value(Value value, const Shape& shape, Name name);
  void check_number(Value value, const Shape& shape, Name name);
  void check_duration(Value value, const Shape& shape, Name name, Unit unit);
  void check_range(double number, Value value, const Shape& shape, Name name);
  void check_word(Value value, const Shape& shape, Name name);
  void check_list(Value value, const Shape& shape, Name name);
  void check_map(Value value, const Shape& shape, Name name);
  void check_unknown_key(const Member& member, const ObjectSpec& spec);
  void check_presence(Value object, const ObjectSpec& spec, std::size_t base);
  void check_exclusions(Value object, const ObjectSpec& spec, std::size_t base);
  void check_spellings(std::size_t base);
  void wrong_type(Value value, const Shape& shape, Name name);
  void check_rule(TextRule rule, std::string_view text, Place place, Name name);

  Diagnostic& error(const DiagnosticKind& kind, Place place, std::string message, std::string hint);
  Diagnostic& warning(const DiagnosticKind& kind, Place place, std::string message,
                      std::string hint);
  [[nodiscard]] std::string written(Value value) const;
  [[nodiscard]] std::string origin_of(Value value) const;

  struct Seen {
    const KeySpec* spec;
    Place place;
    std::string_view key;  // as written
  };
  // The known keys of the object whose first one is at `base`.
  [[nodiscard]] std::span<const Seen> seen_since(std::size_t base) const;
  [[nodiscard]] const Seen* find_seen(Key key, std::size_t base) const;

  const SourceSet& sources_;
  Diagnostics& diagnostics_;
  CheckOptions options_;
  std::string_view subject_;                          // id of the object being checked
  std::vector<Seen> seen_;                            // a stack: known keys of the open objects
  std::unordered_set<std::string_view> warned_keys_;  // unknown keys already named
};

}  // namespace ws
