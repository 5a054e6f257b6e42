"""What is told of errors and events: error_handling, messages, --notify-cmd, --events, --observer, --progress json."""

import json

import support


class ErrorsTest(support.ProjectTest):
    def name(self, command="exit 3", **keys):
        return self.workstream("e", [{"id": "a", "command": command}, {"id": "b", "depends_on": "a", "command": "true"},
                                     {"id": "c", "command": "sleep 0.3"}], **keys)

    def log(self):
        return (self.project / ".worktrees/ws-e/orchestrator.log").read_text(encoding="utf-8")

    def events(self, text):
        """Lines of JSON, numbered without a gap, with times that never go back."""
        events = [json.loads(line) for line in text.splitlines()]
        self.assertEqual([event["seq"] for event in events], list(range(1, len(events) + 1)))
        self.assertEqual(sorted(event["at_ms"] for event in events), [event["at_ms"] for event in events])
        return events


class ErrorHandling(ErrorsTest):
    def test_actions(self):
        for action, code, status, states in (
                ("fail_fast", 1, "failed", ["failed", "skipped", "cancelled"]),
                ("escalate", 1, "failed", ["failed", "skipped", "cancelled"]),
                ("log_and_continue", 0, "completed_with_errors", ["failed", "succeeded", "succeeded"]),
                ("skip_step", 0, "succeeded", ["failed", "succeeded", "succeeded"])):
            with self.subTest(action):
                result = self.result(code, self.name(error_handling={"on_failure": {"action": action}}))
                self.assertEqual(result["status"], status)
                self.assertEqual(list(result["states"].values()), states)

    def test_skip_step_holds_for_a_group_as_a_whole(self):
        group = {"id": "g", "steps": [{"id": "m", "command": "exit 1"}, {"id": "n", "command": "sleep 30"}]}
        for action, status in (("skip_step", "succeeded"), ("log_and_continue", "completed_with_errors")):
            with self.subTest(action):
                name = self.workstream("e", [{"id": "z", "depends_on": "g", "command": "true"}], step_groups=[group],
                                       error_handling={"on_failure": {"action": action}})
                result = self.result(0, name)
                self.assertEqual(result["status"], status)
                self.assertEqual(result["states"], {"m": "failed", "n": "cancelled", "z": "succeeded"})

    def test_a_pause_when_a_step_failed(self):
        name = self.workstream("e", [{"id": "a", "command": "exit 1"}, {"id": "b", "command": "sleep 0.1"},
                                     {"id": "c", "depends_on": "b", "command": "true"}],
                               error_handling={"on_failure": {"action": "pause_and_notify", "pause_duration": 0.5}})
        result = self.result(1, name)
        started = {step["id"]: step["started_ms"] for step in result["steps"]}
        self.assertGreaterEqual(started["c"], 480)

    def test_messages_are_filled_and_logged(self):
        self.expect(1, "run", self.name(error_handling={"on_failure": {
            "action": "fail_fast", "log_level": "critical", "message": "${step_id} of ${workstream_id} failed, try ${attempt_number}"}}))
        self.assertIn("a of ws-e failed, try 1", self.log())

    def test_a_pause_when_the_breaker_opens(self):
        name = self.workstream("e", [{"id": "a", "command": "echo no; test $STEP_ATTEMPT = 3", "retry": {"attempts": 5},
                                      "circuit_breaker": {"max_error_repeats": 2, "cooldown": 0.4}},
                                     {"id": "b", "command": "sleep 0.1"}, {"id": "c", "depends_on": "b", "command": "true"}],
                               error_handling={"on_circuit_open": {"action": "pause_and_notify", "pause_duration": 0.4}})
        result = self.result(0, name)
        started = {step["id"]: step["started_ms"] for step in result["steps"]}
        self.assertGreaterEqual(started["c"], 380)

    def test_a_message_says_how_long_the_pause_is(self):
        for keys, pause in (({}, "300ms"), ({"pause_duration": 0.2}, "200ms")):
            with self.subTest(pause):
                name = self.workstream("e", [{"id": "a", "command": "exit 1", "retry": {"attempts": 3},
                                              "circuit_breaker": {"max_error_repeats": 2, "cooldown": 0.3}}],
                                       error_handling={"on_circuit_open": {
                                           "action": "pause_and_notify", "message": "pausing ${pause_duration}", **keys}})
                self.expect(1, "run", name)
                self.assertIn(f"pausing {pause}", self.log())

    def test_a_pause_without_a_length_only_notifies(self):
        name = self.workstream("e", [{"id": "a", "command": "exit 1", "retry": {"attempts": 3}, "circuit_breaker": {"max_error_repeats": 2}}],
                               error_handling={"on_circuit_open": {"action": "pause_and_notify", "message": "it opened"}})
        self.assertIn("only notifies", self.expect(1, "run", name, "--events", "events").err)
        self.assertIn("it opened", self.log())
        self.assertNotIn("run_paused", (self.project / "events").read_text(encoding="utf-8"))

    def test_a_message_says_how_much_is_to_be_undone(self):
        steps = [{"id": name, "command": "true", "compensation": {"command": "true"}} for name in ("a", "b", "c")]
        name = self.workstream("e", [*steps, {"id": "boom", "depends_on": ["a", "b", "c"], "command": "exit 1"}], saga={"enabled": True},
                               error_handling={"on_rollback_start": {"message": "undoing ${compensation_count} steps"},
                                               "on_rollback_complete": {"message": "undid ${compensation_count}"}})
        self.expect(1, "run", name)
        self.assertIn("undoing 3 steps", self.log())
        self.assertIn("undid 3", self.log())

    def test_diagnostics_are_collected(self):
        self.expect(1, "run", self.name("echo broken; exit 3", error_handling={"on_failure": {"action": "fail_fast", "collect_diagnostics": True}}))
        self.assertTrue(list((self.project / ".worktrees/ws-e").rglob("*diagnostics*")))


class Notify(ErrorsTest):
    def test_the_command_gets_the_event_as_json(self):
        self.expect(1, "run", self.name(), "--notify-cmd", "cat >> told; echo >> told")
        lines = [json.loads(line) for line in (self.project / "told").read_text(encoding="utf-8").splitlines() if line.strip()]
        self.assertTrue(any("a" in json.dumps(one) for one in lines), lines)
        self.assertGreaterEqual(len(lines), 2)

    def test_a_failing_command_does_not_fail_the_run(self):
        self.expect(0, "run", self.workstream("e", ["true"]), "--notify-cmd", "exit 9")


class Events(ErrorsTest):
    def test_to_a_file(self):
        self.expect(1, "run", self.name(), "--events", "events")
        events = self.events((self.project / "events").read_text(encoding="utf-8"))
        names = [event["event"] for event in events]
        self.assertEqual((names[0], names[-1]), ("run_started", "run_finished"))
        self.assertEqual(names.count("step_finished") + names.count("step_skipped"), 3)

    def test_to_stdout_the_screen_goes_to_stderr(self):
        finished = self.expect(1, "run", self.name(), "--events", "-")
        self.events(finished.out)
        self.assertIn("[a] Failed", finished.err)

    def test_both_want_stdout(self):
        self.assertIn("--events", self.expect(2, "run", self.name(), "--events", "-", "--json").err)

    def test_a_file_that_cannot_be_written(self):
        self.assertIn("no/such", self.expect(3, "run", self.name(), "--events", "no/such/dir").err)

    def test_observers(self):
        text = self.expect(1, "run", self.name(), "--observer", "json", "--observer", "noop").err
        self.events("\n".join(line for line in text.splitlines() if line.startswith("{")))
        self.assertIn("step", self.expect(1, "run", self.name(), "--observer", "log").err)
        self.assertIn("pigeon", self.expect(2, "run", self.name(), "--observer", "pigeon").err)

    def test_progress_for_programs(self):
        finished = self.expect(1, "run", self.name(), "--progress", "json")
        lines = [json.loads(line) for line in finished.out.splitlines() if line.startswith("{")]
        self.assertTrue(lines, str(finished))


if __name__ == "__main__":
    support.main()
