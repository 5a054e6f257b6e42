"""`run --deterministic`: two runs of the same file tell the same, byte for byte."""

import json
import shutil

import support

FILE = """
id: ws-same
execution: {parallel: false}
retry: {attempts: 3, backoff: exponential, initial_delay: 20ms, jitter: true}
saga: {enabled: true}
steps:
  - {id: first, command: 'echo "x=1" >>$WORKSTREAM_OUTPUT; printf %010d $$', compensation: {command: 'true'}}
  - {id: flaky, depends_on: first, command: 'echo try $STEP_ATTEMPT; test $STEP_ATTEMPT -ge 3'}
  - {id: each, depends_on: flaky, command: 'echo {item}', for_each: [a, b], acceptance_tests: ['true']}
  - {id: wrong, depends_on: each, command: 'exit 7', retry: {attempts: 1}}
"""


class Deterministic(support.ProjectTest):
    def run_once(self, *options, code=1):
        done = self.expect(code, "run", "same.yaml", "--deterministic", "--sequential", "--events", "events", "--json",
                           *options)
        return (self.project / "events").read_bytes(), done.out

    def setUp(self):
        super().setUp()
        self.write("same.yaml", FILE)

    def test_two_runs_write_the_same_bytes(self):
        first = self.run_once()
        shutil.rmtree(self.project / ".worktrees")
        self.assertEqual(self.run_once(), first)
        # The shell's own number was in its output, padded: it may have more digits the second time.
        events = [json.loads(line) for line in first[0].splitlines()]
        self.assertEqual(events[0]["run_id"], "run-1")
        self.assertEqual(events[0]["seed"], 0)
        self.assertEqual([event["wall"] for event in events[:2]],
                         ["2000-01-01T00:00:00.000Z", "2000-01-01T00:00:00.001Z"])
        self.assertEqual([event["at_ms"] for event in events], list(range(len(events))))
        self.assertTrue(all(event.get("duration_ms", 0) == 0 for event in events[:-1]))
        result = json.loads(first[1])
        self.assertEqual((result["started_at"], result["duration_ms"]), ("2000-01-01T00:00:00.000Z", len(events) - 1))

    def test_a_retry_keeps_its_delay_which_comes_from_the_seed(self):
        def delays(*options):
            shutil.rmtree(self.project / ".worktrees", ignore_errors=True)
            events = [json.loads(line) for line in self.run_once(*options)[0].splitlines()]
            return [event["due_ms"] - event["at_ms"] for event in events if event["event"] == "retry_scheduled"]

        drawn = delays()
        self.assertEqual(len(drawn), 2)
        self.assertTrue(all(10 <= delay <= 60 for delay in drawn), drawn)
        self.assertEqual(delays("--seed", "0"), drawn)
        self.assertNotEqual(delays("--seed", "1"), drawn)

    def test_the_next_run_of_the_project_has_the_next_number(self):
        self.assertIn(b'"run_id":"run-1"', self.run_once()[0])
        self.assertIn(b'"run_id":"run-2"', self.run_once("--fresh-start")[0])
        self.assertIn(b'"run_id":"mine"', self.run_once("--run-id", "mine", "--fresh-start")[0])

    def test_history_keeps_the_real_times(self):
        self.run_once()
        run = self.expect(0, "history", "--json").json()[0]
        self.assertNotIn("2000-01-01", json.dumps(run))

    def test_a_seed_that_is_no_number(self):
        self.assertIn("--seed", self.expect(2, "run", "same.yaml", "--seed", "x").err)


if __name__ == "__main__":
    support.main()
