// Kinds, ranges, words and keys: what is said about wrong ones, and that nothing is said of right
// ones.
#include "loading.h"
#include "support/catch.h"

namespace ws {
namespace {

using test::load_json;
using test::load_step;
using test::load_yaml;
using Strings = std::vector<std::string>;

Strings kinds_of_step(const std::string& body) {
  Strings out;
  const auto loaded = load_step(body);
  for (const Diagnostic& item : loaded.diagnostics.items()) {
    out.push_back((item.severity == Severity::warning ? "?" : "") + std::string(item.kind->name));
  }
  return out;
}

std::string first_message(const test::Loading& loaded) {
  if (loaded.diagnostics.items().empty()) return "";
  return loaded.diagnostics.items().front().message;
}

std::string first_hint(const test::Loading& loaded) {
  if (loaded.diagnostics.items().empty()) return "";
  return loaded.diagnostics.items().front().hint;
}

TEST_CASE("wrong kinds") {
  const char* const kWrong[] = {"command: 5",
                                "command: {a: b}",
                                "command: [a, [b]]",
                                "tool: {aider: 1}",
                                "tasks: 7",
                                "depends_on: 7",
                                "depends_on: [7]",
                                "depends_on: [{id: 7}]",
                                "timeout: true",
                                "timeout: [1]",
                                "env: [A=B]",
                                "env: {A: [1]}",
                                "env: {A: null}",
                                "stdin: text",
                                "retry: 3",
                                "success: true",
                                "acceptance_tests: 5",
                                "acceptance_tests: [[a]]",
                                "critical: \"yes\"",
                                "priority: 1.5",
                                "priority: true",
                                "for_each: 5",
                                "files_scope: 7",
                                "circuit_breaker: 3",
                                "outputs: [a]",
                                "pools: {gpu: \"1\"}",
                                "parallel_ok: 1",
                                "metadata: text",
                                "wait: 5s",
                                "test_gates: GATE_LINT",
                                "retries: 1.5"};
  for (const char* body : kWrong) {
    INFO(body);
    CHECK(kinds_of_step(body) == Strings{"wrong-type"});
  }
}

TEST_CASE("numbers out of their range, and unusual ones") {
  const char* const kOut[] = {"timeout: 0",
                              "timeout: -1",
                              "timeout: -5m",
                              "timeout_ms: 0",
                              "timeout: 1e300",
                              "idle_timeout: 0s",
                              "retries: -1",
                              "retry: {attempts: 0}",
                              "retry: {backoff: exponential, factor: 0.5}",
                              "retry: {initial_delay: -1}",
                              "success: {exit_codes: [0, 300]}",
                              "success: {exit_codes: -1}",
                              "pools: {gpu: 0}",
                              "circuit_breaker: {max_attempts: 0}",
                              "priority: 99999999999",
                              "tool: t\ncapability_payload: {max_retries: -1}",
                              "circuit_breaker: {max_error_repeats: -1}"};
  for (const char* body : kOut) {
    INFO(body);
    CHECK(kinds_of_step(body) == Strings{"out-of-range"});
  }
  for (const char* body :
       {"timeout: 90d", "retries: 5000", "tool: t\ncapability_payload: {max_retries: 9}",
        "tool: t\ncapability_payload: {timeout_ms: 500}"}) {
    INFO(body);
    CHECK(kinds_of_step(body) == Strings{"?unusual-value"});
  }
  for (const char* body : {"retry: {initial_delay: 0}", "circuit_breaker: {cooldown_seconds: 0}",
                           "timeout: 0.001", "retries: 0"}) {
    INFO(body);
    CHECK(kinds_of_step(body).empty());
  }
}

TEST_CASE("words outside their lists") {
  const char* const kWrong[] = {"on_failure: ignore",
                                "depends_on: [{id: b, on: always}]",
                                "success: {no_change: maybe}",
                                "retry: {backoff: quadratic}",
                                "circuit_breaker: {escalation_strategy: panic}",
                                "test_gates: [{type: GATE_BEAUTY, command: x}]",
                                "priority: soon",
                                "timeout: soon",
                                "command: \"\"",
                                "command: []",
                                "tool: \"\"",
                                "timeout: 1h1h",
                                "timeout: \"5\"",
                                "success: {exit_codes: []}"};
  for (const char* body : kWrong) {
    INFO(body);
    CHECK(kinds_of_step(body) == Strings{"bad-value"});
  }
}

TEST_CASE("an idempotency key is a text with something in it, and its age is not negative") {
  const auto told = [](const char* body) {
    const auto loaded = load_step(body);
    return loaded.errors().empty() ? std::string()
                                   : loaded.errors()[0] + ": " + first_message(loaded);
  };
  CHECK(told("idempotency_key: \"\"") == "bad-value: 'idempotency_key' is empty");
  CHECK(told("idempotency_key: [a]") == "wrong-type: 'idempotency_key' must be text, not a list");
  CHECK(told("idempotency_key: k\nidempotency_ttl: -5") ==
        "out-of-range: 'idempotency_ttl' must be at least 0, not -5");
  CHECK(told("idempotency_key: k\nidempotency_ttl: soon") == "bad-value: 'soon' is not a duration");
  CHECK(told("idempotency_key: k\nidempotency_ttl: 0").empty());
  CHECK(told("idempotency_ttl: 1h") ==
        "not-applicable: 'idempotency_ttl' has a meaning only beside 'idempotency_key'");
}

TEST_CASE("words are case sensitive and suggested") {
  const auto loaded = load_step("on_failure: Continue");
  CHECK(loaded.errors() == Strings{"bad-value"});
  CHECK(first_hint(loaded).starts_with("did you mean 'continue'?"));
}

TEST_CASE("durations say what to write") {
  const auto loaded = load_step("timeout: 5 minuts");
  CHECK(first_message(loaded) == "'5 minuts' is not a duration");
  CHECK(first_hint(loaded) == "write 90s, 5m, 1h30m or a number of seconds");
  CHECK(first_hint(load_step("timeout_ms: fast")) ==
        "write 90s, 5m, 1h30m or a number of milliseconds");
}

TEST_CASE("exactly one action, one condition, one directory, one number of tries") {
  const char* const kTwice[] = {"command: a\ntool: b",
                                "command: a\nscript: b",
                                "tool: a\nwait: {for: 1s}",
                                "when: x\ncondition: y",
                                "working_dir: a\ncwd: b",
                                "retry: {attempts: 2}\nretries: 1",
                                "wait: {for: 1s, event: x}",
                                "stdin: {file: a, text: b}",
                                "timeout: 1\ntimeout_ms: 1000",
                                "retry: {attempts: 1, max_attempts: 2}",
                                "compensation: {action: a, command: b}"};
  for (const char* body : kTwice) {
    INFO(body);
    CHECK(kinds_of_step(body) == Strings{"conflicting-keys"});
  }
  const auto loaded = load_step("command: a\ntool: b");
  REQUIRE(loaded.diagnostics.items().front().notes.size() == 1);
  CHECK(loaded.found() == Strings{"conflicting-keys 5:5"});
}

TEST_CASE("missing keys") {
  CHECK(load_json(R"({"id": "ws-a", "steps": [{}]})").found() == Strings{"missing-key 1:26"});
  CHECK(load_json(R"({"steps": [{"id": "a"}]})").found() == Strings{"missing-key 1:1"});
  CHECK(kinds_of_step("wait: {}") == Strings{"missing-key"});
  CHECK(kinds_of_step("depends_on: [{on: done}]") == Strings{"missing-key"});
  CHECK(kinds_of_step("test_gates: [{required: true}]") == Strings{"missing-key"});
}

TEST_CASE("a key that has a meaning only beside another one") {
  CHECK(kinds_of_step("shell: bash") == Strings{"not-applicable"});
  CHECK(kinds_of_step("tool: x\nargs: [a]") == Strings{"not-applicable"});
}

TEST_CASE("ids of steps") {
  const auto kinds = [](const std::string& id) {
    Strings out;
    const auto loaded = load_json("{\"id\": \"ws-a\", \"steps\": [{\"id\": \"" + id + "\"}]}");
    for (const Diagnostic& item : loaded.diagnostics.items()) out.emplace_back(item.kind->name);
    return out;
  };
  for (const char* id :
       {"", ".", "..", "a/b", "a\\\\b", " a", "a ", "a\\u0000b", "a\\nb", "a\\u007f", "\\ta"}) {
    INFO(id);
    CHECK(kinds(id) == Strings{"bad-id"});
  }
  CHECK(kinds(std::string(201, 'a')) == Strings{"bad-id"});
  for (const char* id : {"a", "Ünïcode", "a.b", "-x", "step 1", "acceptance", "begin", "end", "...",
                         "a:b", "ws-x@1"}) {
    INFO(id);
    CHECK(kinds(id).empty());
  }
  CHECK(kinds(std::string(200, 'a')).empty());
}

TEST_CASE("ids of workstreams") {
  const auto found = [](const std::string& id) {
    return load_json("{\"id\": \"" + id + "\", \"steps\": [{\"id\": \"a\"}]}").found();
  };
  CHECK(found("ws-a-1").empty());
  CHECK(found("WS-A") == Strings{"?unusual-id 1:8"});
  CHECK(found("ws-") == Strings{"?unusual-id 1:8"});
  CHECK(found("a/b") == Strings{"bad-id 1:8"});
  CHECK(found("..") == Strings{"bad-id 1:8"});
}

Strings found_in_id(const std::string& id) {
  return load_yaml("id: " + id + "\nsteps: [{id: a}]\n").found();
}

TEST_CASE("ids of workstreams that would meet the state directory's own files") {
  for (const std::string id : {"workstream.db", "workstream.db-wal", "workstream.db-shm",
                               "workstream.db-journal", "workstream.dbx", ".hidden", "..."}) {
    INFO(id);
    const auto loaded = load_yaml("id: " + id + "\nsteps: [{id: .a}, {id: workstream.db}]\n");
    REQUIRE(loaded.found() == Strings{"bad-id 1:5"});
    CHECK_FALSE(loaded.diagnostics.items()[0].hint.empty());
    // A plan's id names the same directory.
    CHECK(load_yaml("plan_id: " + id + "\nversion: '1'\nglobals: {}\nsteps: []\n").errors() ==
          Strings{"bad-id"});
  }
  const auto text_of = [](const std::string& id) {
    const auto loaded = load_yaml("id: " + id + "\nsteps: []\n");
    const Diagnostic& first = loaded.diagnostics.items().at(0);
    return first.message + "; " + first.hint;
  };
  CHECK(text_of("workstream.db-wal") ==
        "'id' cannot begin with 'workstream.db'; a file of the state directory has that name; "
        "write it with 'ws-' in front");
  CHECK(text_of(".a") ==
        "'id' cannot begin with '.'; it is used as the name of a directory, which would be hidden");
  CHECK(found_in_id("ws-workstream.db") == Strings{"?unusual-id 1:5"});
  CHECK(found_in_id("workstream") == Strings{"?unusual-id 1:5"});
}

TEST_CASE("NUL in texts") {
  CHECK(load_json("{\"id\": \"ws-a\", \"steps\": [{\"id\": \"a\", \"command\": \"a\\u0000b\"}]}")
            .errors() == Strings{"bad-value"});
  CHECK(load_json("{\"id\": \"ws-a\", \"steps\": [{\"id\": \"a\", \"env\": {\"A\": \"\\u0000\"}}]}")
            .errors() == Strings{"bad-value"});
}

TEST_CASE("all mistakes of a file in one go") {
  const auto loaded = load_yaml(
      "id: a/b\ngate: 0\nexecution: {max_workers: 0}\nsteps:\n  - {id: x, timeout: no}\n"
      "  - {command: 5}\n  - 7\n");
  CHECK(loaded.found() == Strings{"bad-id 1:5", "out-of-range 2:7", "out-of-range 3:26",
                                  "bad-value 5:22", "wrong-type 6:15", "missing-key 6:5",
                                  "wrong-type 7:5"});
}

TEST_CASE("ten thousand mistakes are found, fifty shown") {
  std::string text = "id: ws-a\nsteps:\n";
  for (int i = 0; i < 10000; ++i) text += "  - {id: a" + std::to_string(i) + ", timeout: 0}\n";
  const auto loaded = load_yaml(text);
  CHECK(loaded.diagnostics.error_count() == 10000);
  CHECK(loaded.text().find("… and 9950 more\n10000 errors, 0 warnings") != std::string::npos);
}

TEST_CASE("the id of the owner is the subject") {
  const auto loaded = load_step("timeout: 0");
  CHECK(loaded.diagnostics.items().front().subject == "a");
  CHECK(load_yaml("id: ws-a\ngate: 0\nsteps: [{id: a}]\n").diagnostics.items().front().subject ==
        "ws-a");
}

TEST_CASE("null is absent") {
  CHECK(kinds_of_step("command: null\ntimeout: null\nenv: null\ndepends_on: null\nwhen: null")
            .empty());
  CHECK(load_json(R"({"id": null, "steps": [{"id": "a"}]})").errors() == Strings{"missing-key"});
}

TEST_CASE("a bad regular expression says why") {
  const auto loaded = load_step("success: {require_output: \"a(\"}");
  CHECK(loaded.errors() == Strings{"bad-pattern"});
  CHECK(first_message(loaded) == "'require_output' is no regular expression: missing ): a(");
  CHECK(kinds_of_step("retry: {on_output: [\"[\"]}") == Strings{"bad-pattern"});
  CHECK(kinds_of_step("circuit_breaker: {error_patterns: [\"*\"]}") == Strings{"bad-pattern"});
}

}  // namespace
}  // namespace ws
