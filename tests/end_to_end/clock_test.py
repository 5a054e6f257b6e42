"""The clock on the wall is set back while a run goes on: time limits, delays and durations do not go by it."""

import pathlib
import signal

import support


class ClockBack(support.ProjectTest):
    def setUp(self):
        super().setUp()
        library = pathlib.Path(support.PROGRAM).parent / "tests/helpers/clock_back.so"
        if not library.exists():
            self.skipTest(f"{library} is not built")
        # The address sanitizer wants to be loaded first, unless it is told otherwise.
        self.env.update({"LD_PRELOAD": str(library), "CLOCK_BACK": str(self.project / "back"),
                         "ASAN_OPTIONS": "verify_asan_link_order=0"})

    def begin(self, *more):
        waiting = {"id": "wait", "timeout": 25, "command": "touch up; until [ -e go ]; do sleep 0.02; done"}
        run = self.start("run", self.workstream("w", [waiting, *more]), "--json", "--events", "events")
        self.wait_for_file("up")
        return run

    def test_a_run_ends_as_without_it(self):
        run = self.begin({"id": "again", "depends_on": ["wait"], "command": "test $STEP_ATTEMPT = 2",
                          "retry": {"attempts": 2, "initial_delay": "100ms"}},
                         {"id": "limited", "depends_on": ["wait"], "command": "sleep 300", "timeout": "300ms", "critical": False},
                         {"id": "last", "depends_on": ["again"], "command": "sleep 0.1"})
        self.write("back", "")
        self.expect(0, "status", "ws-w")
        self.write("go", "")
        finished = self.finish(run)
        self.assertEqual(finished.code, 0, str(finished))
        result = finished.json()
        self.assertLess(result["ended_at"], result["started_at"])  # what the clock said
        states = {step["id"]: step["state"] for step in result["steps"]}
        self.assertEqual(states, {"wait": "succeeded", "again": "succeeded", "limited": "timed_out", "last": "succeeded"})
        for length in [result["duration_ms"], *(step["duration_ms"] for step in result["steps"])]:
            self.assertTrue(0 <= length < 25000, length)
        moments = [event["at_ms"] for event in self.written_events()]
        self.assertEqual(moments, sorted(moments))
        (row,) = self.expect(0, "history", "--json").json()
        self.assertEqual((row["status"], row["duration_ms"]), ("completed_with_errors", result["duration_ms"]))
        self.assertRegex(self.expect(0, "history").out, r"\d\.\d\ds")

    def test_the_time_since_it_began_is_told(self):
        run = self.begin()
        self.write("back", "")
        support.until(lambda: self.expect(0, "status", "ws-w", "--json").json()["duration_ms"] >= 400, "the time to pass")
        self.write("go", "")
        self.assertEqual(self.finish(run).code, 0)

    def test_the_run_that_goes_on_is_the_newer_one(self):
        run = self.begin({"id": "next", "depends_on": ["wait"], "command": "echo >>ran; test -e back || sleep 300"})
        self.write("go", "")
        self.wait_for_file("ran")
        self.write("back", "a week")
        run.send_signal(signal.SIGKILL)
        self.finish(run)
        self.assert_nobody_left()
        self.assertIn("1 kept, 0 changed, 1 to run", self.expect(0, "run", "w.json").out)
        rows = self.expect(0, "history", "--json").json()
        self.assertEqual([row["status"] for row in rows], ["succeeded", "crashed"])
        self.assertEqual(self.expect(0, "status", "ws-w", "--json").json()["status"], "succeeded")


if __name__ == "__main__":
    support.main()
