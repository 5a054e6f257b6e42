// Facts of every type with random members, for fixtures.h.
#include <limits>

#include "fixtures.h"

namespace ws::test {

namespace {

std::uint64_t below(Random& random, std::uint64_t limit) {
  return std::uniform_int_distribution<std::uint64_t>(0, limit - 1)(random);
}

bool coin(Random& random) { return below(random, 2) == 1; }

// Small, at the edges, or anything.
std::uint64_t random_number(Random& random) {
  switch (below(random, 4)) {
    case 0:
      return below(random, 10);
    case 1:
      return ~std::uint64_t{0} - below(random, 3);
    case 2:
      return (std::uint64_t{1} << 63) - below(random, 2);
    default:
      return random();
  }
}

std::uint32_t random_small(Random& random) {
  return static_cast<std::uint32_t>(random_number(random));
}

Duration random_duration(Random& random) {
  return Duration(static_cast<Duration::rep>(random_number(random)));
}

NodeId random_node(Random& random) {
  return coin(random) ? NodeId() : NodeId(random_small(random));
}

AttemptKey random_key(Random& random) {
  return {NodeId(static_cast<std::uint32_t>(below(random, 1U << 31))), random_small(random),
          random_small(random)};
}

StopWhy random_why(Random& random) { return static_cast<StopWhy>(below(random, 12)); }
StepState random_state(Random& random) { return static_cast<StepState>(below(random, 12)); }

std::vector<std::string> random_texts(Random& random) {
  std::vector<std::string> texts(below(random, 4));
  for (std::string& text : texts) text = random_text(random);
  return texts;
}

Outcome random_outcome(Random& random) {
  const auto number = static_cast<int>(random_small(random));
  switch (below(random, 7)) {
    case 0:
      return Exited{number};
    case 1:
      return Signaled{number, coin(random)};
    case 2:
      return TimedOut{random_duration(random)};
    case 3:
      return Cancelled{};
    case 4:
      return SpawnFailed{random_text(random)};
    case 5:
      return RateLimited{WallTime(random_duration(random))};
    default:
      return Lost{random_text(random)};
  }
}

AttemptFinished random_finish(Random& random) {
  AttemptFinished fact{random_key(random),  random_outcome(random),  coin(random),
                       random_text(random), random_duration(random), {}};
  fact.facts = {random_number(random),
                random_text(random),
                random_texts(random),
                random_text(random),
                random_duration(random),
                random_duration(random),
                static_cast<std::int64_t>(random_number(random)),
                random_text(random),
                random_texts(random),
                random_text(random),
                random_texts(random),
                random_texts(random),
                random_number(random),
                random_text(random),
                coin(random),
                coin(random)};
  return fact;
}

std::vector<NamedValue> random_values(Random& random) {
  std::vector<NamedValue> values(below(random, 4));
  for (NamedValue& value : values)
    value = {random_text(random), random_text(random), random_text(random)};
  return values;
}

// The facts that came with groups, retries and results.
Fact random_later_fact(Random& random) {
  const NodeId node(static_cast<std::uint32_t>(below(random, 1U << 31)));
  const GroupId group(random_small(random));
  switch (below(random, 15)) {
    case 0:
      return OutputsCollected{node, random_small(random), random_values(random)};
    case 1:
      return RetryScheduled{node, random_small(random), random_duration(random),
                            random_text(random), coin(random)};
    case 2:
      return BreakerOpened{random_node(random), random_node(random), random_text(random),
                           random_duration(random)};
    case 3:
      return BreakerClosed{random_node(random)};
    case 4:
      return GroupBegan{group};
    case 5:
      return FanOutExpanded{group, random_texts(random)};
    case 6:
      return GroupDecided{group, random_state(random), random_node(random), random_text(random)};
    case 7:
      return GroupRestarted{group, random_small(random), random_duration(random),
                            random_text(random)};
    case 8:
      return RunPaused{random_duration(random), random_text(random), coin(random)};
    case 9:
      return RunResumed{};
    case 10:
      return WorkersChanged{random_small(random), random_text(random)};
    case 11:
      return RollbackStarted{random_small(random), random_node(random), random_small(random)};
    case 12:
      return AttemptsResumed{node, random_small(random), random_text(random)};
    case 13:
      return RoundResumed{group, random_small(random)};
    default:
      return CompensationFinished{node, random_small(random), coin(random), random_text(random)};
  }
}

}  // namespace

std::string random_text(Random& random) {
  using namespace std::string_literals;
  static const std::vector<std::string> kPieces = {"a",
                                                   "build it",
                                                   "\"",
                                                   "'",
                                                   "\\",
                                                   "\n",
                                                   "\t",
                                                   "\0"s,
                                                   "\x1b[31m",
                                                   "\xff",
                                                   "\xc3\xa9",
                                                   "\xc3",
                                                   "\xed\xa0\x80",
                                                   "\xf0\x9f\x9a\x80",
                                                   "{\"hex\": \"00\"}",
                                                   "\\u0000",
                                                   "\x7f",
                                                   "\u2028",
                                                   "null"};
  std::string text;
  for (std::uint64_t i = below(random, 6); i > 0; --i) {
    text += kPieces[below(random, kPieces.size())];
  }
  if (below(random, 50) == 0) text.append(10000, 'x');
  return text;
}

Fact random_fact(Random& random) {
  const NodeId node(static_cast<std::uint32_t>(below(random, 1U << 31)));
  switch (below(random, 24)) {
    case 0:
      return RunStarted{random_text(random),   random_text(random),  random_texts(random),
                        random_small(random),  coin(random),         coin(random),
                        random_number(random), random_small(random), random_texts(random)};
    case 1:
      return AttemptStarted{random_key(random), random_text(random)};
    case 2:
      return AttemptRunning{
          random_key(random),
          {static_cast<std::int64_t>(random_number(random)), random_number(random)}};
    case 3:
      return AttemptStopping{random_key(random), random_why(random)};
    case 4:
      return random_finish(random);
    case 5:
      return AcceptanceFinished{node,         random_small(random), random_small(random),
                                coin(random), coin(random),         random_text(random)};
    case 6: {
      StepFinished fact{node,         random_state(random), random_text(random),
                        coin(random), random_text(random),  random_text(random)};
      fact.is_unwanted = coin(random);
      return fact;
    }
    case 7:
      return StepSkipped{node, random_node(random), random_text(random)};
    case 8:
      return GroupJoined{GroupId(random_small(random)), random_state(random), random_node(random)};
    case 9:
      return StopRequested{random_why(random), random_node(random)};
    case 10:
      return RunFinished{static_cast<RunStatus>(below(random, 9)), random_duration(random),
                         random_small(random)};
    default:
      return random_later_fact(random);
  }
}

}  // namespace ws::test
