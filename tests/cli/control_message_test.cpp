// What is said to a run and what it answers, there and back; and texts that are neither.
#include "cli/control_message.h"

#include "support/catch.h"

using namespace ws;
using namespace ws::cli;
using namespace std::chrono_literals;

TEST_CASE("a request is read as it was written") {
  for (const ControlVerb verb : {ControlVerb::pause, ControlVerb::resume, ControlVerb::drain,
                                 ControlVerb::cancel, ControlVerb::workers}) {
    ControlRequest request;
    request.verb = verb;
    request.length = 90s;
    request.workers = 7;
    request.is_kill = verb == ControlVerb::cancel;
    request.step = "ws/a\nb[\"1\"]";
    const auto read = read_request(text_of(request));
    REQUIRE(read.has_value());
    CHECK(read->verb == verb);
    CHECK(read->length == 90s);
    CHECK(read->workers == 7);
    CHECK(read->is_kill == request.is_kill);
    CHECK(read->step == request.step);
  }
}

TEST_CASE("an answer is read as it was written") {
  const auto read = read_answer(text_of(ControlAnswer{true, 3, "is paused\n: 3 steps"}));
  REQUIRE(read.has_value());
  CHECK(read->is_taken);
  CHECK(read->running == 3);
  CHECK(read->text == "is paused\n: 3 steps");
}

TEST_CASE("what is no request or answer is none") {
  for (const std::string_view text :
       {"", "\n", "pause", "workstream-control-1", "workstream-control-1\n",
        "workstream-control-2\npause\n0\n0\n0\n", "workstream-control-1\nhello\n0\n0\n0\n",
        "workstream-control-1\npause\nsoon\n0\n0\n", "workstream-control-1\npause\n0\n-1\n0\n",
        "workstream-control-1\npause\n99999999999999999999\n0\n0\n",
        "workstream-control-1\npause\n0\n0\n0"}) {
    INFO(text);
    CHECK_FALSE(read_request(text).has_value());
    CHECK_FALSE(read_answer(text).has_value());
  }
  // A length below zero is read: it is the run that refuses it.
  CHECK(read_request("workstream-control-1\npause\n-5\n0\n0\n")->length == -5ns);
}
