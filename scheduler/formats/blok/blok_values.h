// Values and conditions of a blok file in native words: JSON with templates, expressions.
//
// Knows the names through BlokScope and nothing of steps. What is beyond the subset becomes a
// DeferredFeature with the expression and its place: the file loads and draws, and a run is
// refused. Called by blok_lowering.cpp.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/source.h"
#include "formats/blok/blok_expression.h"
#include "formats/blok/blok_scope.h"
#include "formats/document.h"
#include "model/datum.h"
#include "model/workstream.h"

namespace ws {

class BlokValues {
 public:
  BlokValues(const BlokScope& scope, const SourceSet& sources,
             std::vector<DeferredFeature>& deferred);

  // Who owns what is read next: "step 'load'". `has_item`: it runs once per item.
  void asked_by(std::string owner, bool has_item);

  // JSON text whose texts are templates.
  [[nodiscard]] std::string json(Value value);
  // One text with templates: an idempotency key, a time.
  [[nodiscard]] std::string text(Value value);
  // A condition of the native grammar; empty when it is beyond.
  [[nodiscard]] std::string condition(std::string_view text, Place place);
  // A list that the run makes, as a native expression; empty when it is beyond.
  [[nodiscard]] std::string list(Value value);
  // A value as an operand of a native comparison; empty when it is beyond.
  [[nodiscard]] std::string operand(Value value);
  // What is known of the value without a run.
  [[nodiscard]] std::optional<Datum> constant(Value value) const;

  // The native text of a value: "${a:-${b}}".
  [[nodiscard]] static std::string whole(const BlokValue& value);

  // JavaScript that is not understood here, and why.
  void defer(Place place, std::string_view written, std::string_view why, std::string hint = {});
  // Understood, but what it names has no value where it stands.
  void defer(Place place, std::string_view written, const BlokValue& nothing);

 private:
  void refuse(Place place, std::string_view written, std::string message, std::string hint);
  Datum datum(Value value);
  Datum text_datum(std::string_view text, Place place);
  Datum reference(Value value, Place place);
  Datum pieces(Value list, Place place);
  Datum interpolated(std::string_view text, Place place);
  Datum of_expression(const BlokExpression& expression, std::string_view written, Place place);
  std::string spliced(const BlokValue& value, std::string_view written, Place place);
  // What stands for the value in a native expression; empty when it has none (deferred).
  std::string operand(const BlokExpression& expression, std::string_view written, Place place);
  std::string operand(const BlokValue& value, std::string_view written, Place place);
  std::string truth(const BlokExpression& expression, std::string_view written, Place place);
  std::string comparison(const BlokExpression& expression, std::string_view written, Place place);
  std::string escaped(std::string_view text, Place place);
  Datum plain(const Datum& literal, Place place);
  std::optional<BlokValue> referred(Value value, std::string& written) const;
  std::optional<BlokExpression> parsed(std::string_view text, std::string_view written,
                                       Place place);

  const BlokScope& scope_;
  const SourceSet& sources_;
  std::vector<DeferredFeature>& deferred_;
  std::string owner_;
  bool has_item_ = false;
};

}  // namespace ws
