#include "simulation/shrink.h"

#include <utility>

namespace ws::test {
namespace {

class Shrinker {
 public:
  Shrinker(Tale tale, const std::function<bool(const Tale&)>& still_fails, std::size_t most)
      : tale_(std::move(tale)), still_fails_(still_fails), left_(most) {}

  Tale run() {
    do {
      has_shrunk_ = false;
      drop_items();
      drop_words();
      drop_headings();
      drop_happenings();
      plainer_settings();
      drop_scripts();
      plainer_scripts();
    } while (has_shrunk_ && left_ > 0);
    return std::move(tale_);
  }

 private:
  bool try_it(Tale candidate) {
    if (left_ == 0) return false;
    --left_;
    if (!still_fails_(candidate)) return false;
    tale_ = std::move(candidate);
    has_shrunk_ = true;
    return true;
  }

  // From behind, so that what is left keeps its place.
  void drop_items() {
    for (const TaleKind kind : {TaleKind::workstream, TaleKind::group, TaleKind::step}) {
      for (std::size_t i = tale_.items.size(); i-- > 0;) {
        if (i < tale_.items.size() && tale_.items[i].kind == kind)
          (void)try_it(without_item(tale_, i));
      }
    }
  }

  // The steps stay: mini() gives them one of its own.
  void drop_headings() {
    for (std::size_t i = tale_.items.size(); i-- > 0;) {
      if (tale_.items[i].kind != TaleKind::workstream || !tale_.items[i].words.empty()) continue;
      Tale candidate = tale_;
      candidate.items.erase(candidate.items.begin() + static_cast<std::ptrdiff_t>(i));
      if (!candidate.items.empty()) (void)try_it(std::move(candidate));
    }
  }

  void drop_words() {
    for (std::size_t i = tale_.items.size(); i-- > 0;) {
      for (std::size_t w = tale_.items[i].words.size(); w-- > 0;) {
        Tale candidate = tale_;
        auto& words = candidate.items[i].words;
        words.erase(words.begin() + static_cast<std::ptrdiff_t>(w));
        (void)try_it(std::move(candidate));
      }
      for (std::size_t m = tale_.items[i].members.size(); m-- > 0;) {
        if (tale_.items[i].members.size() < 2) break;
        Tale candidate = tale_;
        auto& members = candidate.items[i].members;
        members.erase(members.begin() + static_cast<std::ptrdiff_t>(m));
        (void)try_it(std::move(candidate));
      }
    }
  }

  void drop_happenings() {
    for (std::size_t w = tale_.wishes.size(); w-- > 0;) {
      Tale candidate = tale_;
      candidate.wishes.erase(candidate.wishes.begin() + static_cast<std::ptrdiff_t>(w));
      (void)try_it(std::move(candidate));
    }
    for (std::size_t c = tale_.crashes.size(); c-- > 0;) {
      Tale candidate = tale_;
      candidate.crashes.erase(candidate.crashes.begin() + static_cast<std::ptrdiff_t>(c));
      (void)try_it(std::move(candidate));
    }
  }

  template <class Change>
  void change(Change what) {
    Tale candidate = tale_;
    what(candidate);
    (void)try_it(std::move(candidate));
  }

  void plainer_settings() {
    if (tale_.is_sequential) change([](Tale& t) { t.is_sequential = false; });
    if (tale_.is_fail_fast) change([](Tale& t) { t.is_fail_fast = false; });
    if (tale_.start_gap > Duration::zero()) change([](Tale& t) { t.start_gap = {}; });
    if (tale_.run_timeout > Duration::zero()) change([](Tale& t) { t.run_timeout = {}; });
    if (tale_.lateness > Duration::zero()) change([](Tale& t) { t.lateness = {}; });
    if (tale_.refused_call) change([](Tale& t) { t.refused_call.reset(); });
    for (std::uint32_t workers = 1; workers < tale_.max_workers; ++workers)
      change([&](Tale& t) { t.max_workers = workers; });
  }

  void drop_scripts() {
    std::vector<Story::Scripts::key_type> keys;
    for (const auto& [key, how] : tale_.scripts) keys.push_back(key);
    for (const auto& key : keys) change([&](Tale& t) { t.scripts.erase(key); });
  }

  void plainer_scripts() {
    std::vector<Story::Scripts::key_type> keys;
    for (const auto& [key, how] : tale_.scripts) keys.push_back(key);
    const Scripted plain;
    for (const auto& key : keys) {
      const Scripted how = tale_.scripts.at(key);
      if (how.lasts != plain.lasts) change([&](Tale& t) { t.scripts.at(key).lasts = plain.lasts; });
      if (how.dies_after != plain.dies_after)
        change([&](Tale& t) { t.scripts.at(key).dies_after = {}; });
      const auto* exited = std::get_if<Exited>(&how.outcome);
      if (exited == nullptr || exited->code > 1)
        change([&](Tale& t) { t.scripts.at(key).outcome = Exited{1}; });
      if (exited == nullptr || exited->code != 0)
        change([&](Tale& t) { t.scripts.at(key).outcome = Exited{0}; });
      if (!how.facts.is_retryable)
        change([&](Tale& t) { t.scripts.at(key).facts.is_retryable = true; });
      if (!how.outputs.empty()) change([&](Tale& t) { t.scripts.at(key).outputs.clear(); });
      if (!how.items.empty()) change([&](Tale& t) { t.scripts.at(key).items.clear(); });
      if (!how.error_text.empty()) change([&](Tale& t) { t.scripts.at(key).error_text.clear(); });
    }
  }

  Tale tale_;
  const std::function<bool(const Tale&)>& still_fails_;
  std::size_t left_;
  bool has_shrunk_ = false;
};

}  // namespace

Tale shrink(Tale tale, const std::function<bool(const Tale&)>& still_fails, std::size_t most) {
  return Shrinker(std::move(tale), still_fails, most).run();
}

}  // namespace ws::test
