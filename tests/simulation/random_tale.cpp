#include "simulation/random_tale.h"

#include <algorithm>
#include <functional>
#include <iterator>

#include <fmt/format.h>

namespace ws::test {
namespace {

std::uint32_t draw(std::mt19937& random, std::uint32_t limit) {
  return static_cast<std::uint32_t>(random()) % limit;
}

// FNV-1a: the same on every machine.
std::uint32_t hash(const std::string& text) {
  std::uint32_t value = 2166136261U;
  for (const char c : text) value = (value ^ static_cast<unsigned char>(c)) * 16777619U;
  return value;
}

}  // namespace

RandomWorkstreams::RandomWorkstreams(std::uint32_t seed) : seed_(seed), random_(seed) {
  const std::uint32_t workstreams = one_in(3) ? 2 + below(2) : 1;
  for (std::uint32_t w = 0; w < workstreams; ++w) workstream(w);
}

std::uint32_t RandomWorkstreams::below(std::uint32_t limit) { return draw(random_, limit); }

std::string RandomWorkstreams::retry() {
  constexpr const char* kRetries[] = {"*2",
                                      "*3:fixed:1s",
                                      "*3:linear:500ms",
                                      "*2:fixed:4s",
                                      "*4:exponential:500ms:2s:jitter",
                                      "*3:exit2",
                                      "*3:fixed:1s:filter"};
  return kRetries[below(7)];
}

std::string RandomWorkstreams::breaker() {
  constexpr const char* kBreakers[] = {"#repeats=2", "#repeats=2,cooldown=2s", "#attempts=3",
                                       "#returns=1,cooldown=1s", "#attempts=2,cooldown=3s"};
  std::string text = kBreakers[below(5)];
  return text;
}

std::string RandomWorkstreams::policy() {
  constexpr const char* kPolicies[] = {"=fail_fast", "=drain", "=collect", "=tolerate", "=ignore"};
  return kPolicies[below(5)];
}

std::string RandomWorkstreams::condition(std::uint32_t step) {
  switch (below(4)) {
    case 0:
      return fmt::format("steps.s{}.state == 'succeeded'", step);
    case 1:
      return fmt::format("steps.s{}.state != 'failed'", step);
    default:
      return fmt::format("steps.s{}.outputs.x == 1", step);
  }
}

// It waits for what it speaks of.
void RandomWorkstreams::add_condition(Entity& entity, std::uint32_t chances) {
  const std::uint32_t step = below(std::max(entity.first, 1U));
  const std::string of_step = condition(step);
  const bool is_plain = entity.first == 0 || one_in(4);
  const std::string plain = one_in(2) ? "?{1 == 1}" : "?{1 == 2}";
  if (!one_in(chances)) return;
  if (is_plain) return entity.words.push_back(plain);
  entity.words.push_back(fmt::format("?{{{}}} <- s{}:done", of_step, step));
  entity.needs.insert(step);
}

RandomWorkstreams::Entity RandomWorkstreams::step(std::uint32_t number) {
  Entity made;
  made.name = fmt::format("s{}", number);
  made.first = made.last = number;
  std::vector<std::string>& words = made.words;
  const auto maybe = [&](std::uint32_t chances, const std::string& word) {
    if (one_in(chances)) words.push_back(word);
  };
  if (one_in(6)) {
    constexpr const char* kEach[] = {"=each:3", "=each:1", "=each:0", "=glob:*", "=lines:f"};
    const std::uint32_t which = below(6);
    const std::uint32_t source = below(std::max(number, 1U));
    if (which < 5 || number == 0) {
      words.emplace_back(kEach[which % 5]);
    } else {
      words.push_back(fmt::format("=from{{steps.s{0}.outputs.list}} <- s{0}:done", source));
      made.needs.insert(source);
    }
    constexpr const char* kJoins[] = {"=first", "=any:2", "=settled", "=all"};
    maybe(2, kJoins[below(4)]);
    maybe(2, policy());
    maybe(6, "=sequential");
    maybe(6, "=most:2");
    maybe(6, "=within:2s");
    maybe(4, "=background");
  }
  maybe(8, "=nothing");
  maybe(8, "=noncritical");
  maybe(8, "=continue");
  maybe(20, "=abort");
  maybe(8, "%2");
  maybe(16, "=manualtest");
  maybe(6, "~2s");
  maybe(6, fmt::format("!{}", below(3)));
  const std::string scope = fmt::format("^dir{}/", below(2));
  if (has_scopes()) maybe(4, scope);
  maybe(4, retry());
  maybe(10, breaker());
  if (made.needs.empty()) add_condition(made, 8);
  maybe(10, "=pool:gpu");
  maybe(12, "=pool:ram=2");
  maybe(12, "=conflict:one");
  maybe(16, "=alone");
  maybe(16, "=wait:2s");
  constexpr const char* kUndo[] = {"=undo", "=undo", "=undo:1", "=undo:2:1s"};
  maybe(3, kUndo[below(4)]);
  return made;
}

RandomWorkstreams::Entity RandomWorkstreams::group(std::vector<Entity>& open,
                                                   std::vector<Entity>& done) {
  Entity made;
  made.name = fmt::format("g{}", groups_++);
  const std::uint32_t size = 1 + below(std::min(4U, static_cast<std::uint32_t>(open.size())));
  const std::uint32_t from = below(static_cast<std::uint32_t>(open.size()) - size + 1);
  // The last ones may become handlers.
  std::uint32_t handlers = one_in(3) && size > 1 ? 1 + below(std::min(size - 1, 2U)) : 0;
  made.first = open[from].first;
  made.last = open[from + size - 1].last;
  std::string caught;
  std::string finals;
  for (std::uint32_t i = 0; i < size; ++i) {
    Entity& inner = open[from + i];
    made.depth = std::max(made.depth, inner.depth + 1);
    if (i + handlers < size) {
      made.members.push_back(inner.name);
    } else {
      inner.is_handler = true;
      std::string& list = finals.empty() && one_in(2) ? caught : finals;
      list += (list.empty() ? "" : ",") + inner.name;
    }
    done.push_back(std::move(inner));
  }
  const auto range = open.begin() + from;
  open.erase(range, range + size);
  std::vector<std::string>& words = made.words;
  const auto maybe = [&](std::uint32_t chances, const std::string& word) {
    if (one_in(chances)) words.push_back(word);
  };
  if (!caught.empty()) words.push_back("=catch:" + caught);
  if (!finals.empty()) words.push_back("=finally:" + finals);
  constexpr const char* kJoins[] = {"=first", "=any:1", "=any:2", "=settled", "=all"};
  maybe(2, kJoins[below(5)]);
  maybe(2, policy());
  maybe(4, "=background");
  maybe(6, "=losers");
  maybe(5, "=sequential");
  maybe(5, fmt::format("&{}", 1 + below(2)));
  maybe(4, fmt::format("~{}s", 1 + below(4)));
  maybe(8, "=member:2s");
  const std::string rounds = retry();
  maybe(5, rounds);
  maybe(8, breaker());
  add_condition(made, 8);
  if (one_in(7)) {
    words.push_back(fmt::format("=repeat:{}", 1 + below(3)));
    maybe(3, "=until{" + condition(made.first) + "}");
    maybe(4, "=while{" + condition(made.first) + "}");
    maybe(3, "=lenient");
  }
  maybe(10, one_in(2) ? "=phase_failure:continue" : "=phase_failure:abort");
  return made;
}

// Only on what lies wholly before, so there is no cycle.
void RandomWorkstreams::add_dependencies(std::vector<Entity>& all) {
  for (Entity& entity : all) {
    if (entity.is_handler || one_in(2)) continue;
    for (const Entity& other : all) {
      if (other.last >= entity.first || !one_in(5)) continue;
      if (other.members.empty() && entity.needs.contains(other.first)) continue;
      constexpr const char* kOn[] = {"", "", "", ":done", ":failure"};
      entity.words.push_back("<- " + other.name + kOn[below(5)]);
    }
  }
}

void RandomWorkstreams::workstream(std::uint32_t number) {
  TaleItem own{TaleKind::workstream, number, fmt::format("ws-{}", number), {}, {}};
  own.words.emplace_back("=pools:gpu=1,ram=3");
  const auto maybe = [&](std::uint32_t chances, const std::string& word) {
    if (one_in(chances)) own.words.push_back(word);
  };
  maybe(8, "&1");
  maybe(8, "%1");
  maybe(12, "=abort");
  maybe(12, "=sequential");
  maybe(12, "=conflict:one");
  maybe(16, "=alone");
  maybe(12, "=preflight:1");
  maybe(8, retry());
  maybe(8, breaker() + (one_in(2) ? ",whole" : one_in(2) ? ",phase" : ""));
  maybe(12, "=pause:2s");
  maybe(12, "=pause_open:1s");
  maybe(16, "=handling:skip_step");
  if (one_in(3)) {
    constexpr const char* kSagas[] = {"=saga", "=saga:parallel", "=saga:fail_fast",
                                      "=saga:retry_later=2,parallel", "=saga:within=3s"};
    own.words.emplace_back(kSagas[below(5)]);
    maybe(3, "=actions:2");
  }
  if (number > 0) maybe(2, fmt::format("<- ws-{}", below(number)));
  items_.push_back(std::move(own));
  std::vector<Entity> open;
  const std::uint32_t steps = 1 + below(9);
  for (std::uint32_t s = 0; s < steps; ++s) open.push_back(step(s));
  std::vector<Entity> done;
  for (std::uint32_t g = below(6); g > 0 && !open.empty(); --g) {
    Entity made = group(open, done);
    const std::uint32_t first = made.first;
    const auto place = std::find_if(open.begin(), open.end(),
                                    [&](const Entity& other) { return other.first > first; });
    (made.depth < 4 ? open.insert(place, std::move(made))
                    : done.insert(done.end(), std::move(made)));
  }
  std::move(open.begin(), open.end(), std::back_inserter(done));
  std::sort(done.begin(), done.end(), [](const Entity& a, const Entity& b) {
    const bool is_group = !a.members.empty();
    const bool is_other_group = !b.members.empty();
    return std::tie(is_group, a.first, a.depth) < std::tie(is_other_group, b.first, b.depth);
  });
  add_dependencies(done);
  for (Entity& entity : done) {
    const TaleKind kind = entity.members.empty() ? TaleKind::step : TaleKind::group;
    items_.push_back(
        {kind, number, std::move(entity.name), std::move(entity.members), std::move(entity.words)});
  }
}

// Coarse on purpose: ends, limits and interrupts that fall into one turn are where mistakes hide.
Scripted drawn_attempt(std::uint32_t seed, const std::string& name, std::uint32_t attempt,
                       std::uint32_t part) {
  std::mt19937 random(seed * 7919U ^ hash(fmt::format("{} {} {}", name, attempt, part)));
  Scripted how;
  how.lasts = std::chrono::milliseconds(500 * draw(random, 8));
  how.dies_after = std::chrono::milliseconds(500 * draw(random, 5));
  constexpr int kSignals[] = {11, 9, 15, 2};
  switch (draw(random, 9)) {
    case 0:
    case 1:
      how.outcome = Exited{1};
      break;
    case 2:
      how.outcome = Exited{2};
      break;
    case 3:
      how.outcome = draw(random, 2) == 0 ? Outcome(Signaled{kSignals[draw(random, 4)], false})
                                         : Outcome(SpawnFailed{"no", draw(random, 3) == 0});
      break;
    case 4:
      if (draw(random, 3) == 0) how.outcome = Lost{"gone"};
      break;
    default:
      break;
  }
  how.facts.is_retryable = draw(random, 3) > 0;
  how.error_text = draw(random, 2) == 0 ? "this" : "that";
  if (draw(random, 2) == 0) how.outputs.push_back({"x", draw(random, 2) == 0 ? "1" : "2", ""});
  constexpr const char* kLists[] = {"[1,2,3]", "[]", "[4]", "7"};
  if (draw(random, 3) > 0) how.outputs.push_back({"list", kLists[draw(random, 4)], ""});
  for (std::uint32_t i = draw(random, 4); i > 0; --i) how.items.push_back(std::to_string(i));
  return how;
}

namespace {

void add_wishes(Tale& tale, std::mt19937& random) {
  const auto below = [&](std::uint32_t limit) { return draw(random, limit); };
  constexpr Wish::Kind kStops[] = {Wish::Kind::interrupt, Wish::Kind::interrupt,
                                   Wish::Kind::terminate, Wish::Kind::hang_up};
  if (below(3) == 0) {
    for (std::uint32_t i = 1 + below(3); i > 0; --i) {
      const auto when = std::chrono::milliseconds(500 * below(24));
      tale.wishes.push_back({when, kStops[below(4)], 0});
    }
  }
  for (std::uint32_t i = below(6) == 0 ? 1 + below(3) : 0; i > 0; --i) {
    const auto when = std::chrono::milliseconds(500 * below(12));
    tale.wishes.push_back({when, Wish::Kind::workers, 1 + below(4)});
  }
  if (below(8) == 0) {
    const auto when = std::chrono::milliseconds(500 * below(12));
    tale.wishes.push_back({when, Wish::Kind::wall_back, 3600});
  }
}

// With a source of its own, so that nothing else of the tale depends on these.
void add_milder_wishes(Tale& tale) {
  std::mt19937 random(tale.seed ^ 0x51ED270BU);
  const auto below = [&](std::uint32_t limit) { return draw(random, limit); };
  for (std::uint32_t i = below(4) == 0 ? 1 + below(4) : 0; i > 0; --i) {
    const auto when = std::chrono::milliseconds(500 * below(24));
    switch (below(6)) {
      case 0:
        tale.wishes.push_back({when, Wish::Kind::drain, 0});
        break;
      case 1:
      case 2:
        tale.wishes.push_back({when, Wish::Kind::pause, 1 + below(9)});
        break;
      case 3:
        tale.wishes.push_back({when, Wish::Kind::resume, 0});
        break;
      default:
        tale.wishes.push_back({when, Wish::Kind::end_step, below(20)});
    }
  }
}

}  // namespace

Tale random_tale(std::uint32_t seed) {
  Tale tale;
  tale.seed = seed;
  tale.items = RandomWorkstreams(seed).take();
  std::mt19937 random(seed ^ 0x9E3779B9U);
  const auto below = [&](std::uint32_t limit) { return draw(random, limit); };
  tale.max_workers = 1 + below(4);
  tale.is_sequential = below(6) == 0;
  tale.is_fail_fast = below(10) == 0;
  if (below(6) == 0) tale.start_gap = std::chrono::milliseconds(below(900));
  if (below(6) == 0) tale.run_timeout = std::chrono::seconds(1 + below(12));
  if (below(6) == 0) tale.lateness = std::chrono::milliseconds(below(700));
  if (below(8) == 0) tale.refused_call = below(20);
  add_wishes(tale, random);
  add_milder_wishes(tale);
  for (std::uint32_t i = below(3) == 0 ? 1 + below(3) : 0; i > 0; --i)
    tale.crashes.push_back({below(24), below(2) == 0});
  return tale;
}

}  // namespace ws::test
