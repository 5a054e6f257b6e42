// Which runs go, and why others stay.
#include "store/retention_choice.h"

#include "base/text.h"
#include "support/catch.h"

namespace ws {
namespace {

constexpr WallTime kDay0{};
WallTime day(int n) { return kDay0 + std::chrono::hours(24 * n); }

// Run `number` began on that day of January, and ended on it when it is over.
RunRow run(std::int64_t number, std::vector<std::string> workstreams,
           RunStatus status = RunStatus::succeeded) {
  RunRow row;
  row.number = number;
  row.id = "r" + std::to_string(number);
  row.workstream = workstreams.front();
  row.workstreams = std::move(workstreams);
  row.status = status;
  row.started = day(static_cast<int>(number));
  if (status != RunStatus::running && status != RunStatus::crashed) row.ended = row.started;
  return row;
}

// "r1 r2 | r3: why"
std::string chosen(std::vector<RunRow> oldest_first, const RetentionWish& wish,
                   const std::vector<RunNeed>& needs = {}) {
  const std::vector<RunRow> runs(oldest_first.rbegin(), oldest_first.rend());
  const RetentionChoice choice = choose_removals(runs, needs, wish);
  std::string text;
  for (const RunRow& row : choice.removed) text += row.id + " ";
  for (const KeptRun& kept : choice.kept) text += "| " + kept.run.id + ": " + kept.why;
  return text;
}

RetentionWish keep(std::size_t count) {
  RetentionWish wish;
  wish.keep = count;
  return wish;
}
RetentionWish older_than_day(int n) {
  RetentionWish wish;
  wish.before = day(n);
  return wish;
}

}  // namespace

TEST_CASE("the newest of each workstream stay") {
  const std::vector<RunRow> runs = {run(1, {"a"}), run(2, {"b"}), run(3, {"a"}), run(4, {"a"})};
  CHECK(chosen(runs, keep(1)) == "r1 r3 ");
  CHECK(chosen(runs, keep(2)) == "r1 ");
  CHECK(chosen(runs, keep(3)).empty());
  CHECK(chosen(runs, keep(0)) == "r1 r2 r3 r4 ");
}

TEST_CASE("a run of several workstreams stays while it is among the newest of one") {
  const std::vector<RunRow> runs = {run(1, {"a", "b"}), run(2, {"a"}), run(3, {"a"})};
  CHECK(chosen(runs, keep(1)) == "r2 ");
}

TEST_CASE("age alone, and with a number to keep") {
  const std::vector<RunRow> runs = {run(1, {"a"}), run(2, {"a"}), run(3, {"a"})};
  CHECK(chosen(runs, older_than_day(3)) == "r1 r2 ");
  RetentionWish both = older_than_day(3);
  both.keep = 2;
  CHECK(chosen(runs, both) == "r1 ");
}

TEST_CASE("one workstream, one run") {
  const std::vector<RunRow> runs = {run(1, {"a"}), run(2, {"b"}), run(3, {"b"})};
  RetentionWish wish = keep(0);
  wish.workstream = "b";
  CHECK(chosen(runs, wish) == "r2 r3 ");
  wish = {};
  wish.runs = {"r1"};
  CHECK(chosen(runs, wish) == "r1 ");
}

TEST_CASE("a run that goes on stays, and what may belong to it") {
  const std::vector<RunRow> runs = {run(1, {"a.x.0"}), run(2, {"a"}, RunStatus::running),
                                    run(3, {"a.x.1"}), run(4, {"ax"})};
  CHECK(chosen(runs, keep(0)) ==
        "r1 r4 | r2: it is going on| r3: it may belong to run r2, which is going on");
}

TEST_CASE("the newest stays when the next may carry on from it, unless it is asked for by name") {
  const std::vector<RunRow> failed = {run(1, {"a"}, RunStatus::failed),
                                      run(2, {"a"}, RunStatus::crashed)};
  CHECK(chosen(failed, older_than_day(9)) ==
        "r1 | r2: it is the newest of 'a' and crashed: the next may carry on from it");
  CHECK(chosen(failed, keep(0)) == "r1 r2 ");
  RetentionWish named;
  named.runs = {"r2"};
  CHECK(chosen({run(1, {"a"}), failed[1]}, named) == "r2 ");
  const std::vector<RunRow> mixed = {run(1, {"a", "b"}, RunStatus::failed), run(2, {"a"})};
  CHECK(chosen(mixed, older_than_day(9)) ==
        "| r1: it is the newest of 'b' and failed: the next may carry on from it"
        "| r2: without it the next run would go on with run r1 (failed)");
}

TEST_CASE("what came after a run that stays and did not succeed, stays: else it would be newest") {
  const std::vector<RunRow> runs = {run(1, {"a"}), run(2, {"a"}, RunStatus::crashed), run(3, {"a"}),
                                    run(4, {"a", "b"}), run(5, {"b"})};
  RetentionWish wish;
  wish.runs = {"r3"};
  CHECK(chosen(runs, wish) == "| r3: without it the next run would go on with run r2 (crashed)");
  wish.runs = {"r4"};
  CHECK(chosen(runs, wish) == "r4 ");  // r3 is left
  wish.runs = {"r2", "r3", "r4"};
  CHECK(chosen(runs, wish) == "r2 r3 r4 ");
  // One that is remembered brings no other back to life.
  CHECK(chosen(runs, keep(0), {{0, 2, "the key"}}) ==
        "r1 r4 r5 | r2: the key"
        "| r3: without it the next run would go on with run r2 (crashed)");
}

TEST_CASE("what a run that stays needs, stays, and what that needs") {
  const std::vector<RunRow> runs = {run(1, {"a"}), run(2, {"a"}), run(3, {"a"}), run(4, {"a"}),
                                    run(5, {"a"})};
  const std::vector<RunNeed> needs = {
      {5, 3, "r5 does"}, {3, 1, "r3 does"}, {2, 1, "r2 does"}, {4, 2, "r4 does"}};
  CHECK(chosen(runs, keep(1), needs) == "r2 r4 | r1: r3 does| r3: r5 does");
  // In a ring nobody is lost and nobody stays for ever.
  CHECK(chosen(runs, keep(0), {{1, 2, "x"}, {2, 1, "y"}}) == "r1 r2 r3 r4 r5 ");
}

TEST_CASE("what is remembered stays") {
  const std::vector<RunRow> runs = {run(1, {"a"}), run(2, {"a"})};
  CHECK(chosen(runs, keep(0), {{0, 1, "the key"}}) == "r2 | r1: the key");
}

TEST_CASE("a clock that was set back does not change which are the newest") {
  std::vector<RunRow> runs = {run(1, {"a"}), run(2, {"a"})};
  runs[1].started = runs[0].started - std::chrono::hours(5);
  runs[1].ended = runs[1].started;
  CHECK(chosen(runs, keep(1)) == "r1 ");
}

TEST_CASE("a hundred thousand runs are chosen from at once") {
  std::vector<RunRow> runs;
  std::vector<RunNeed> needs;
  for (std::int64_t i = 1; i <= 100000; ++i) {
    runs.push_back(run(i, {"ws" + std::to_string(i % 50)}));
    if (i > 50) needs.push_back({i, i - 50, "before"});
  }
  const RetentionChoice choice = choose_removals({runs.rbegin(), runs.rend()}, needs, keep(1));
  CHECK(choice.removed.empty());
  CHECK(choice.kept.size() == 99950);
}

}  // namespace ws
