"""A second signal on a real run, in the states that take one: when it kills, and when it is the first one once more."""

import itertools
import signal
import time

import support
from interrupts_test import FAIL, SIGNALS, InterruptTest

# Asked to end, it takes its time; killed, it never says so.
SLOW = "trap 'echo asked >> asked; sleep 1; echo ended >> asked; exit 0' TERM INT; touch up; while :; do sleep 0.02; done"
# Never ends by itself, nor because it is asked to.
STUBBORN = "trap 'echo >> asked' TERM INT; touch up; while :; do sleep 0.02; done"


class Again(InterruptTest):
    """The same signal sent twice: a supervisor signals the process and its group, a person means it."""

    def twice(self, number, pause):
        for name in ("up", "asked"):
            (self.project / name).unlink(missing_ok=True)
        run = self.start("run", self.workstream("w", [SLOW]), "--fresh-start", "--json", "--events", "events")
        self.wait_for_file("up")
        run.send_signal(number)
        time.sleep(pause)
        run.send_signal(number)
        self.end(run, number, False)
        return (self.project / "asked").read_text(encoding="utf-8").split() if (self.project / "asked").exists() else []

    def test_at_once_is_one_wish(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for pause in (0.002, 0.005):
                with self.subTest(number=number.name, pause=pause):
                    self.assertEqual(self.twice(number, pause), ["asked", "ended"])

    def test_later_is_a_second_wish(self):
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            with self.subTest(number=number.name):
                self.assertEqual(self.twice(number, 0.3), ["asked"])


class Second(InterruptTest):
    """Another signal after the first one: what still runs is killed, and the first names the end."""

    def each(self, steps, rolling_back=False):
        """A run of these steps is signalled when the file `up` is there; gives the results."""
        name = self.workstream("w", steps)
        asking = [number for number in SIGNALS if number != signal.SIGQUIT]
        for first, second in itertools.product(asking, SIGNALS):
            with self.subTest(first=first.name, second=second.name):
                for file in ("events", "up", "asked", "undone"):
                    (self.project / file).unlink(missing_ok=True)
                run = self.start("run", name, "--fresh-start", "--json", "--events", "events", "--max-workers", "1")
                self.wait_for_file("up")
                run.send_signal(first)
                support.until(lambda: "stop_requested" in self.events(), "the first wish being taken")
                if first == second:
                    time.sleep(0.15)  # at once it would be the same wish
                begin = time.monotonic()
                run.send_signal(second)
                yield self.end(run, first, rolling_back)
                self.assertLess(time.monotonic() - begin, 4.5, "it was asked once more, not killed")

    def test_while_a_step_waits_for_a_slot(self):
        for result in self.each([STUBBORN, "echo b >> started"]):
            self.assertEqual([step["state"] for step in result["steps"]], ["cancelled", "cancelled"])
        self.assertFalse((self.project / "started").exists())

    def test_while_testing(self):
        steps = [{"id": "a", "command": "true", "acceptance_tests": [STUBBORN, "echo b >> started"]}]
        for result in self.each(steps):
            self.assertEqual(result["status"], "cancelled")
        self.assertFalse((self.project / "started").exists())

    def test_while_rolling_back(self):
        steps = [{"id": "a", "command": "true", "compensation": {"command": "touch up; sleep 300; echo a >> undone"}},
                 {"id": "bad", "command": FAIL, "depends_on": "a"}]
        for result in self.each(steps, rolling_back=True):
            self.assertEqual(result["status"], "partially_rolled_back")
            self.assertFalse((self.project / "undone").exists())

    def test_where_the_first_one_ends_it(self):
        states = ("backing off", "in a wait step", "waiting for an event", "waiting for the start gap")
        # Of two that come at once the kernel delivers the lower number first.
        for state, (first, second) in itertools.product(states, itertools.combinations(sorted(SIGNALS), 2)):
            with self.subTest(state=state, first=first.name, second=second.name):
                run = self.begin(state)
                run.send_signal(first)
                run.send_signal(second)
                finished = self.finish(run)
                # When all is written, the second one does what signals do by default.
                died_by = [signal.SIGTERM if number == signal.SIGHUP else number for number in (first, second)]
                self.assertIn(-finished.code, [*died_by, second], str(finished))
                self.assertEqual(self.events()[-1], "run_finished")
                self.assertEqual(self.expect(0, "status", "--json").json()["status"], "cancelled")
                self.assert_nobody_left()

    def test_after_the_one_that_kills(self):
        # What is told of the end is slow, so that there is a time after the run.
        name = self.workstream("w", [STUBBORN])
        for second in SIGNALS:
            with self.subTest(second=second.name):
                for file in ("events", "up", "notified"):
                    (self.project / file).unlink(missing_ok=True)
                run = self.start("run", name, "--fresh-start", "--json", "--events", "events",
                                 "--notify-cmd", "touch notified; exec sleep 300")
                self.wait_for_file("up")
                run.send_signal(signal.SIGQUIT)
                self.wait_for_file("notified")
                if second == signal.SIGQUIT:
                    time.sleep(0.15)
                run.send_signal(second)
                self.assertEqual(self.end(run, signal.SIGQUIT, False)["status"], "cancelled")


if __name__ == "__main__":
    support.main()
