"""A second signal on a real run, in the states that take one: when it kills, and when it is the first one once more."""

import os
import signal
import subprocess
import time

import support
from interrupts_test import FAIL, SIGNALS, InterruptTest

# Asked to end, it takes its time; killed, it never says so.
SLOW = "trap 'echo asked >> asked; sleep 1; echo ended >> asked; exit 0' TERM INT; touch up; while :; do sleep 0.02; done"


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


if __name__ == "__main__":
    support.main()
