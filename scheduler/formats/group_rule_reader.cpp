#include "formats/group_rule_reader.h"

#include <string>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "formats/shapes.h"
#include "model/mistakes.h"

namespace ws {
namespace {

bool is_race(const GroupRule& rule) { return rule.join == Join::first || rule.join == Join::any; }

void read_join(const Field* field, GroupRule& rule) {
  if (field == nullptr) return;
  if (field->value.is_object()) {
    const Fields fields(field->value, kJoinObject);
    rule.join = Join::any;
    rule.join_count = read_count(fields.find(Key::any), 1);
    return;
  }
  const std::string word = read_text(field);
  if (word == "first") rule.join = Join::first;
  if (word == "any") rule.join = Join::any;
  if (word == "settled") rule.join = Join::settled;
}

// The policy keys of one rule, as they are written.
class PolicyReader {
 public:
  PolicyReader(const Fields& fields, Key preset, GroupRule& rule, Reading& reading)
      : preset_(fields.find(preset)),
        first_(fields.find(Key::on_first_failure)),
        fail_if_(fields.find(Key::fail_if)),
        errors_(fields.find(Key::errors)),
        rule_(rule),
        reading_(reading) {}

  void read() {
    read_preset();
    const GroupRule said = rule_;
    read_parts();
    // Only these two say what the first failure does.
    rule_.is_policy_explicit = preset_ != nullptr || first_ != nullptr;
    check_effects();
    if (preset_ != nullptr) check_against(said);
  }

 private:
  void read_preset() {
    if (preset_ == nullptr) return;
    const std::string word = read_text(preset_);
    rule_.on_first_failure = word == "fail_fast" ? OnFirstFailure::cancel : OnFirstFailure::drain;
    if (word == "collect") rule_.fail_if = FailIf::all;
    if (word == "continue" || word == "ignore") rule_.fail_if = FailIf::none;
    if (word == "ignore") rule_.errors = Errors::drop;
  }

  void read_parts() {
    const std::string first = read_text(first_);
    if (first == "cancel") rule_.on_first_failure = OnFirstFailure::cancel;
    if (first == "drain") rule_.on_first_failure = OnFirstFailure::drain;
    const std::string fail_if = read_text(fail_if_);
    if (fail_if == "any") rule_.fail_if = FailIf::any;
    if (fail_if == "all") rule_.fail_if = FailIf::all;
    if (fail_if == "none") rule_.fail_if = FailIf::none;
    const std::string errors = read_text(errors_);
    if (errors == "surface") rule_.errors = Errors::surface;
    if (errors == "drop") rule_.errors = Errors::drop;
  }

  // What the join leaves nothing to decide of.
  void check_effects() {
    if (fail_if_ != nullptr && rule_.join == Join::settled && rule_.fail_if != FailIf::none)
      no_effect(*fail_if_, "with 'join: settled' it always succeeds");
    if (errors_ != nullptr && is_race(rule_))
      no_effect(*errors_, "a race that is won forgives its losers");
  }

  // A part may change what the word says; together they should not be another word.
  void check_against(const GroupRule& said) {
    const std::string_view now = preset_name(rule_);
    const std::string_view word = preset_name(said);
    if (now == word || now.empty()) return;
    const Field* part = said.on_first_failure != rule_.on_first_failure ? first_
                        : said.fail_if != rule_.fail_if                 ? fail_if_
                                                                        : errors_;
    if (part == nullptr) return;
    reading_.diagnostics.warning(
        mistakes::contradiction, part->key_place,
        fmt::format("'{}: {}' is not what '{}: {}' says", part->key, read_text(part), preset_->key,
                    word),
        fmt::format("'{}' holds; together they are '{}: {}'", part->key, preset_->key, now));
  }

  void no_effect(const Field& field, std::string why) {
    reading_.diagnostics.warning(mistakes::not_applicable, field.key_place,
                                 fmt::format("'{}' has no effect here", field.key), std::move(why));
  }

  const Field* preset_;
  const Field* first_;
  const Field* fail_if_;
  const Field* errors_;
  GroupRule& rule_;
  Reading& reading_;
};

void read_common(const Fields& fields, Key preset, GroupRule& rule, Reading& reading) {
  read_join(fields.find(Key::join), rule);
  PolicyReader(fields, preset, rule, reading).read();
  if (read_text(fields.find(Key::execute)) == "sequential") rule.execute = Execute::sequential;
  rule.max_workers = read_count(fields.find(Key::max_workers), 0);
}

}  // namespace

GroupRule read_group_rule(const Fields& group, Reading& reading) {
  GroupRule rule;
  read_common(group, Key::on_failure, rule, reading);
  const Field* losers = group.find(Key::losers);
  const std::string word = read_text(losers);
  if (word == "cancel") rule.losers = Losers::cancel;
  if (word == "background") rule.losers = Losers::background;
  if (losers != nullptr && !is_race(rule)) {
    reading.diagnostics.warning(mistakes::not_applicable, losers->key_place,
                                "'losers' has no effect here",
                                "only 'join: first' and 'join: any' have losers");
  }
  rule.timeout = read_duration(group.find(Key::timeout));
  return rule;
}

GroupRule read_item_rule(const Fields& step, Reading& reading) {
  GroupRule rule;
  read_common(step, Key::on_item_failure, rule, reading);
  return rule;
}

void check_join_count(const Field* join, const GroupRule& rule, std::size_t members,
                      std::string_view what, Reading& reading) {
  if (join == nullptr || rule.join != Join::any || members == 0 || rule.join_count <= members)
    return;
  reading.diagnostics.error(
      mistakes::contradiction, join->value.place(),
      fmt::format("'any' wants {} successes of {}", rule.join_count, counted(members, what)),
      "it could never be reached");
}

}  // namespace ws
