#include "store/event_codec.h"

#include "fixtures.h"
#include "support/catch.h"

namespace ws {

using test::dump;
using test::Random;

namespace {

Fact round_trip(const Fact& fact) {
  const StoredFact stored = encode(fact);
  const Result<Fact> read = decode(stored.type, stored.node, stored.body);
  INFO(stored.type << " " << stored.body);
  REQUIRE(read.has_value());
  return *read;
}

std::string decode_error(std::string_view type, std::string_view body) {
  const Result<Fact> read = decode(type, NodeId(1U), body);
  REQUIRE(read.has_error());
  return read.error().message;
}

}  // namespace

TEST_CASE("every fact comes back as it was, whatever its texts") {
  Random random(20250131);
  for (int i = 0; i < 20000; ++i) {
    const Fact fact = test::random_fact(random);
    const Fact read = round_trip(fact);
    if (dump(read) == dump(fact)) continue;
    CHECK(dump(read) == dump(fact));
    return;
  }
}

TEST_CASE("facts with nothing in them come back too") {
  CHECK(dump(round_trip(RunStarted{})) == dump(RunStarted{}));
  CHECK(dump(round_trip(AttemptStarted{})) == dump(AttemptStarted{}));
  CHECK(dump(round_trip(AttemptFinished{})) == dump(AttemptFinished{}));
  CHECK(dump(round_trip(StopRequested{})) == dump(StopRequested{}));
}

TEST_CASE("the stored form is documented: small JSON with the names of the schema") {
  CHECK(encode(AttemptStarted{{NodeId(7U), 1, 0}, "echo \"a\""}).body ==
        R"({"attempt":1,"command":"echo \"a\"","part":0})");
  CHECK(encode(AttemptStarted{{NodeId(7U), 1, 0}, "x"}).node == NodeId(7U));
  CHECK(encode(StepFinished{NodeId(7U), StepState::timed_out, "timed out", true}).body ==
        R"({"is_accepted":true,"state":"timed_out","why":"timed out"})");
  CHECK(encode(StepSkipped{NodeId(7U), NodeId(3U), "dep:a failed"}).body ==
        R"({"cause":3,"why":"dep:a failed"})");
  CHECK(encode(StopRequested{StopWhy::fail_fast, NodeId()}).body == R"({"why":"fail_fast"})");
  CHECK(!encode(StopRequested{}).node.is_valid());
  AttemptFinished killed{{NodeId(1U), 2, 1}, Signaled{9, true}, false, "killed", Duration(5), {}};
  killed.facts.log = "a\xff";
  CHECK(encode(killed).body ==
        R"({"attempt":2,"duration_ns":5,"log":{"hex":"61ff"},"max_rss_kib":0,)"
        R"("outcome":{"kind":"signaled","text":"core dumped","value":9},"output_bytes":0,)"
        R"("part":1,"why":"killed"})");
}

TEST_CASE("members of a later version are ignored") {
  const Result<Fact> read = decode("step_finished", NodeId(4U),
                                   R"({"state":"failed","why":"x","colour":{"deep":[1,2]}})");
  REQUIRE(read.has_value());
  CHECK(dump(*read) == dump(StepFinished{NodeId(4U), StepState::failed, "x", false}));
}

TEST_CASE("members an earlier version did not write keep their defaults") {
  const Result<Fact> read = decode("attempt_started", NodeId(4U), "{}");
  REQUIRE(read.has_value());
  CHECK(dump(*read) == dump(AttemptStarted{{NodeId(4U), 1, 0}, ""}));
}

TEST_CASE("what cannot be read is an error with the reason") {
  CHECK(decode_error("step_teleported", "{}") ==
        "unknown event type 'step_teleported': written by a newer version of workstream?");
  CHECK(decode_error("step_\x1b[31m", "{}") ==
        "unknown event type 'step_\xc2\xb7[31m': written by a newer version of workstream?");
  CHECK(decode_error("step_finished", "") ==
        "a stored 'step_finished' event cannot be read: it is no JSON object");
  CHECK(decode_error("step_finished", "[1]") ==
        "a stored 'step_finished' event cannot be read: it is no JSON object");
  CHECK(decode_error("step_finished", "{\"state\":\"failed\"") ==
        "a stored 'step_finished' event cannot be read: it is no JSON object");
  CHECK(decode_error("step_finished", R"({"state":"exploded"})") ==
        "a stored 'step_finished' event cannot be read: 'state' is not what it should be");
  CHECK(decode_error("step_finished", R"({"why":7})") ==
        "a stored 'step_finished' event cannot be read: 'why' is not what it should be");
  CHECK(decode_error("step_finished", R"({"why":{"hex":"6"}})") ==
        "a stored 'step_finished' event cannot be read: 'why' is not what it should be");
  CHECK(decode_error("step_finished", R"({"why":{"hex":"+1"}})") ==
        "a stored 'step_finished' event cannot be read: 'why' is not what it should be");
  CHECK(decode_error("attempt_started", R"({"attempt":-1})") ==
        "a stored 'attempt_started' event cannot be read: 'attempt' is not what it should be");
  CHECK(decode_error("attempt_started", R"({"attempt":4294967296})") ==
        "a stored 'attempt_started' event cannot be read: 'attempt' is not what it should be");
  CHECK(decode_error("attempt_started", R"({"attempt":1.5})") ==
        "a stored 'attempt_started' event cannot be read: 'attempt' is not what it should be");
  CHECK(decode_error("attempt_finished", R"({"outcome":{"kind":"vanished"}})") ==
        "a stored 'attempt_finished' event cannot be read: 'outcome' is not what it should be");
  CHECK(decode_error("attempt_finished", R"({"outcome":{"kind":"exited"}})") ==
        "a stored 'attempt_finished' event cannot be read: 'outcome' is not what it should be");
  CHECK(decode_error("attempt_finished", "{}") ==
        "a stored 'attempt_finished' event cannot be read: 'outcome' is not what it should be");
  CHECK(decode_error("stop_requested", R"({"why":"boredom"})") ==
        "a stored 'stop_requested' event cannot be read: 'why' is not what it should be");
}

TEST_CASE("a body nested a million deep is refused without a crash") {
  const std::string deep = "{\"x\":" + std::string(1000000, '[') + std::string(1000000, ']') + "}";
  CHECK(decode("run_finished", NodeId(), deep).has_value());  // an unknown member, so ignored
  CHECK(decode_error("run_finished", std::string(1000000, '[')) ==
        "a stored 'run_finished' event cannot be read: it is no JSON object");
}

TEST_CASE("every reason to stop has its name back") {
  for (int i = 0; i <= static_cast<int>(StopWhy::drained); ++i) {
    CHECK(stop_why_named(name(static_cast<StopWhy>(i))) == static_cast<StopWhy>(i));
  }
  CHECK(!stop_why_named("boredom"));
}

TEST_CASE("lists of texts come back as they were") {
  Random random(7);
  for (int i = 0; i < 200; ++i) {
    std::vector<std::string> texts(static_cast<std::size_t>(i % 5));
    for (std::string& text : texts) text = test::random_text(random);
    const auto read = decode_texts(encode_texts(texts));
    REQUIRE(read.has_value());
    CHECK(*read == texts);
  }
  CHECK(decode_texts("{").has_error());
  CHECK(decode_texts("[1]").has_error());
}

}  // namespace ws
