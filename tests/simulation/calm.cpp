#include "simulation/calm.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>

#include "simulation/random_tale.h"

namespace ws::test {
namespace {

bool begins(std::string_view word, std::string_view with) { return word.starts_with(with); }

// `catch` and `finally` steps run when what they follow had begun before it was known to fail.
bool is_a_matter_of_time(const TaleItem& item, const std::string& word) {
  constexpr std::array<std::string_view, 14> kWords = {
      "=first", "=any:", "=abort",  "=fail_fast",     "=losers",    "=background", "=within",
      "=pause", "#",     "=member", "=phase_failure", "=handling:", "=catch",      "=finally"};
  if (std::any_of(kWords.begin(), kWords.end(),
                  [&](std::string_view one) { return begins(word, one); }))
    return true;
  // Two needs that are not met: the first to be so says whether the skip is a failure.
  if (word.find(":failure") != std::string::npos) return true;
  return item.kind != TaleKind::step && begins(word, "~");
}

// One that lets the others finish.
bool has_patient_policy(const TaleItem& item) {
  constexpr std::array<std::string_view, 5> kPolicies = {"=drain", "=collect", "=tolerate",
                                                         "=ignore", "=settled"};
  return std::any_of(item.words.begin(), item.words.end(), [&](const std::string& word) {
    return std::find(kPolicies.begin(), kPolicies.end(), word) != kPolicies.end();
  });
}

bool is_fan_out_word(const std::string& word) {
  return begins(word, "=each") || begins(word, "=glob") || begins(word, "=lines") ||
         begins(word, "=from");
}

// One that finds items, or a check before everything.
bool has_process_before_all(const Tale& tale) {
  return std::any_of(tale.items.begin(), tale.items.end(), [](const TaleItem& item) {
    return std::any_of(item.words.begin(), item.words.end(), [](const std::string& word) {
      return begins(word, "=glob") || begins(word, "=lines") || begins(word, "=preflight");
    });
  });
}

}  // namespace

Tale calmed(Tale tale) {
  for (TaleItem& item : tale.items) {
    std::erase_if(item.words,
                  [&](const std::string& word) { return is_a_matter_of_time(item, word); });
    for (std::string& word : item.words) {
      // Which of several is undone before the first that cannot be is a matter of time, too.
      if (begins(word, "=saga:within") || begins(word, "=saga:fail_fast")) word = "=saga";
    }
    const auto each = std::find_if(item.words.begin(), item.words.end(), is_fan_out_word);
    const bool is_group = item.kind == TaleKind::group;
    if ((is_group || each != item.words.end()) && !has_patient_policy(item))
      item.words.insert(is_group ? item.words.end() : std::next(each), "=drain");
  }
  tale.is_calm = true;
  // A run that goes on with another takes over what that one had taken over, but only what it had
  // come to when it died itself: all of it, unless it first waits for a process.
  const std::size_t most = has_process_before_all(tale) ? 1 : 3;
  tale.crashes.resize(std::min(tale.crashes.size(), most));
  if (most == 1 && !tale.crashes.empty())
    std::erase_if(tale.wishes, [](const Wish& wish) { return wish.kind != Wish::Kind::workers; });
  tale.is_fail_fast = false;
  tale.run_timeout = {};
  tale.lateness = {};  // two things that fall into one late turn may do so in one run only
  tale.refused_call.reset();
  // Who ends one step means it: that is another outcome.
  std::erase_if(tale.wishes, [](const Wish& wish) {
    return wish.kind == Wish::Kind::wall_back || wish.kind == Wish::Kind::end_step;
  });
  if (tale.crashes.empty() && tale.wishes.empty())
    tale.crashes.push_back({tale.seed % 17, tale.seed % 2 == 0});
  return tale;
}

Tale tale_of(std::uint32_t seed) {
  if (seed % 3 != 0) return random_tale(seed);
  Tale tale = calmed(random_tale(seed));
  if (seed % 4 != 1) return tale;
  // The rounds of a group would begin anew with it.
  const bool has_rounds =
      std::any_of(tale.items.begin(), tale.items.end(), [](const TaleItem& item) {
        return item.kind == TaleKind::group &&
               std::any_of(item.words.begin(), item.words.end(), [](const std::string& word) {
                 return begins(word, "*") || begins(word, "=repeat");
               });
      });
  if (!has_rounds) tale.edited = fmt::format("ws-0/s{}", seed / 12 % 5);
  return tale;
}

}  // namespace ws::test
