// substitute() over a whole document: where each mistake stands, and each missing name once.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/substitution.h"
#include "model/mistakes.h"

namespace ws {

namespace {

constexpr std::size_t kMostMistakes = 10000;  // of one document; more are counted only

// Finds where the expressions of one string stand in the file: exactly when the string is spelt as
// it is meant, otherwise by their own spelling, otherwise it is the whole string.
class Locator {
 public:
  Locator(std::string_view source, Place place, std::string_view text)
      : token_(source.substr(place.offset, place.length)), place_(place), text_(text) {
    for (const std::size_t quote : {std::size_t{0}, std::size_t{1}}) {
      if (quote <= token_.size() && token_.substr(quote, text.size()) == text) {
        start_ = quote;
        return;
      }
    }
  }

  // Called in the order of offsets, so that all calls together pass over the token once.
  Place operator()(const SubstitutionMistake& mistake) {
    if (start_) return at(*start_ + mistake.offset, mistake.length);
    const std::size_t found =
        token_.find(text_.substr(mistake.offset, mistake.length), std::min(cursor_, token_.size()));
    if (found == std::string_view::npos) {
      cursor_ = token_.size();
      return place_;
    }
    cursor_ = found + 1;
    return at(found, mistake.length);
  }

 private:
  [[nodiscard]] Place at(std::size_t offset, std::size_t length) const {
    return {place_.source, place_.offset + static_cast<std::uint32_t>(offset),
            static_cast<std::uint32_t>(length)};
  }

  std::string_view token_;
  Place place_;
  std::string_view text_;
  std::optional<std::size_t> start_;
  std::size_t cursor_ = 0;
};

// The mistakes of one document, each missing name once.
class Collected {
 public:
  void add(Place place, SubstitutionMistake mistake) {
    if (!mistake.name.empty()) {
      const auto known = missing_.find(mistake.name);
      if (known != missing_.end()) {
        ++all_[known->second].further;
        return;
      }
    }
    if (all_.size() >= kMostMistakes) {
      ++dropped_;
      return;
    }
    if (!mistake.name.empty()) missing_.emplace(mistake.name, all_.size());
    all_.push_back({place, std::move(mistake), 0});
  }

  // False when there was any.
  bool report(Diagnostics& diagnostics) {
    for (Found& found : all_) {
      Diagnostic& added =
          diagnostics.error(*found.mistake.kind, found.place, std::move(found.mistake.message),
                            std::move(found.mistake.hint));
      if (found.further > 0) {
        added.notes.push_back(
            {{}, fmt::format("and used in {}", counted(found.further, "more place"))});
      }
    }
    if (dropped_ > 0) {
      diagnostics.error(
          mistakes::limit_exceeded, {},
          fmt::format("{} in expressions are not shown", counted(dropped_, "further mistake")));
    }
    return all_.empty();
  }

 private:
  struct Found {
    Place place;
    SubstitutionMistake mistake;
    std::size_t further = 0;  // uses of the same missing name
  };
  std::vector<Found> all_;
  std::map<std::string, std::size_t, std::less<>> missing_;  // name → index in all_
  std::size_t dropped_ = 0;
};

}  // namespace

bool substitute(Document& document, const SourceSet& sources, const VariableLookup& lookup,
                Diagnostics& diagnostics, std::set<std::string, std::less<>>& used_vars) {
  Collected collected;
  const auto replace = [&](std::string_view text,
                           Place place) -> std::optional<Document::Replacement> {
    std::optional<Substitution> result = substitute(text, lookup);
    if (!result) return std::nullopt;
    used_vars.insert(result->used_vars.begin(), result->used_vars.end());
    Locator locate(sources.text(place.source), place, text);
    for (SubstitutionMistake& mistake : result->mistakes) {
      const Place at = locate(mistake);
      collected.add(at, std::move(mistake));
    }
    return Document::Replacement{std::move(result->text), result->is_whole};
  };
  const bool has_room = document.substitute_strings(replace);
  if (!has_room) {
    diagnostics.error(mistakes::limit_exceeded, {}, "the values of variables exceed 4 GiB",
                      "use shorter values");
  }
  return collected.report(diagnostics) && has_room;
}

}  // namespace ws
