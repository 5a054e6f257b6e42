"""Job control: Ctrl-Z stops the steps with the scheduler, their time stands still, and fg goes on."""

import os
import pathlib
import signal
import time

import support
from terminal import Terminal


def leader():
    """A job of its own, as shells make them: a group that nobody outside of could continue ignores SIGTSTP."""
    support.as_a_person()
    os.setpgid(0, 0)


TICKER = "for i in 1 2 3 4 5 6 7 8; do echo $i >> {}; sleep 0.1; done"


class JobTest(support.ProjectTest):
    def end(self, run, number):
        finished = self.finish(run)
        self.assertEqual(finished.code, -number, str(finished))
        self.assertEqual(finished.json()["status"], "cancelled")
        self.assert_nobody_left()


class Stopped(JobTest):
    """Ctrl-Z: the steps stand still with the scheduler, and their time does."""

    def state_of(self, pid):
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0]

    def ticks(self, name):
        path = self.project / name
        return len(path.read_text(encoding="utf-8").split()) if path.exists() else 0

    def begin_stopped(self, steps, *options):
        run = self.start("run", self.workstream("w", steps), "--json", "--events", "events", *options,
                         preexec_fn=leader)
        support.until(lambda: self.ticks("ticks") > 1, "ticks")
        run.send_signal(signal.SIGTSTP)
        support.until(lambda: self.state_of(run.pid) == "T", "the scheduler standing still")
        return run

    def test_limits_stand_still(self):
        # Each limit is shorter than the time it stands still, and longer than what it does.
        steps = [{"id": "a", "command": TICKER.format("ticks"), "timeout": "3s", "idle_timeout": "3s"},
                 {"id": "w", "wait": {"for": "1s"}, "timeout": "3s"},
                 {"id": "r", "command": "test $STEP_ATTEMPT = 2", "retry": {"attempts": 2, "initial_delay": "500ms"}},
                 {"id": "n", "command": [support.PROGRAM, "run", self.inner(), "--state-dir", "inner"]}]
        run = self.begin_stopped(steps, "--timeout", "4s")
        before = self.ticks("ticks"), self.ticks("inner-ticks")
        time.sleep(4.5)
        self.assertEqual((self.ticks("ticks"), self.ticks("inner-ticks")), before)
        run.send_signal(signal.SIGCONT)
        finished = self.finish(run)
        self.assertEqual(finished.code, 0, str(finished))
        self.assertLess(finished.json()["duration_ms"], 4000)
        self.assert_nobody_left()

    def inner(self):
        return self.workstream("inner", [{"id": "a", "command": TICKER.format("inner-ticks"), "timeout": "3s"}])

    def stand_still(self, run, seconds=0.5):
        """Nothing ticks while it is stopped; then it goes on."""
        before = self.ticks("ticks"), self.ticks("alive")
        time.sleep(seconds)
        self.assertEqual((self.ticks("ticks"), self.ticks("alive")), before)
        run.send_signal(signal.SIGCONT)

    def test_while_starting(self):
        script = "echo 1 >> ticks; while ! test -e go; do echo 1 >> alive; sleep 0.05; done; echo 1 >> done"
        run = self.begin_stopped([{"id": f"s{i}", "command": script} for i in range(100)], "--max-workers", "100")
        self.stand_still(run)
        support.until(lambda: self.ticks("ticks") == 100, "all steps")
        self.write("go", "")
        self.assertEqual(self.finish(run).code, 0)
        self.assertEqual(self.ticks("done"), 100)

    def test_while_testing(self):
        run = self.begin_stopped([{"id": "a", "command": "true", "timeout": "3s", "acceptance_tests": [TICKER.format("ticks")]}])
        self.stand_still(run, 3.5)
        finished = self.finish(run)
        self.assertEqual((finished.code, self.ticks("ticks")), (0, 8), str(finished))

    def test_while_rolling_back(self):
        run = self.begin_stopped([{"id": "a", "command": "true", "compensation": {"command": TICKER.format("ticks"), "timeout": "3s"}},
                                  {"id": "bad", "command": "exit 1", "depends_on": "a"}])
        self.stand_still(run, 3.5)
        finished = self.finish(run)
        self.assertEqual((finished.code, finished.json()["status"]), (1, "rolled_back"), str(finished))
        self.assertEqual(self.ticks("ticks"), 8)

    def test_a_step_that_ignores_it_stands_still_too(self):
        script = "trap '' TSTP; while :; do echo 1 >> ticks; sleep 0.05; done"
        run = self.begin_stopped([script])
        before = self.ticks("ticks")
        time.sleep(0.5)
        self.assertEqual(self.ticks("ticks"), before)
        run.send_signal(signal.SIGCONT)
        support.until(lambda: self.ticks("ticks") > before, "more ticks")
        run.send_signal(signal.SIGINT)
        self.end(run, signal.SIGINT)

    def test_a_signal_while_it_stands_still_counts(self):
        for number in (signal.SIGINT, signal.SIGTERM):
            (self.project / "ticks").unlink(missing_ok=True)
            run = self.begin_stopped(["while :; do echo 1 >> ticks; sleep 0.05; done"])
            run.send_signal(number)
            run.send_signal(signal.SIGCONT)
            self.end(run, number)

    def test_a_ladder_stands_still(self):
        # It was asked to end and is slow: standing still is not taken for defiance (5 s).
        script = "trap 'echo 1 >> asked; sleep 1; echo ended >> asked; exit 0' TERM; " \
                 "while :; do echo 1 >> ticks; sleep 0.05; done"
        run = self.start("run", self.workstream("w", [script]), "--json", "--events", "events", preexec_fn=leader)
        support.until(lambda: self.ticks("ticks") > 1, "ticks")
        run.send_signal(signal.SIGTERM)
        self.wait_for_file("asked")
        run.send_signal(signal.SIGTSTP)
        support.until(lambda: self.state_of(run.pid) == "T", "the scheduler standing still")
        time.sleep(5.5)
        run.send_signal(signal.SIGCONT)
        self.end(run, signal.SIGTERM)
        self.assertIn("ended", (self.project / "asked").read_text(encoding="utf-8"))

    def test_kill_stop_stops_the_scheduler_alone(self):
        run = self.start("run", self.workstream("w", [TICKER.format("ticks")]), "--json", "--events", "events")
        support.until(lambda: self.ticks("ticks") > 1, "ticks")
        run.send_signal(signal.SIGSTOP)
        support.until(lambda: self.ticks("ticks") == 8, "the step going on")
        run.send_signal(signal.SIGCONT)
        self.assertEqual(self.finish(run).code, 0)


class Keys(JobTest):
    def test_ctrl_z_and_fg_in_a_shell(self):
        name = self.workstream("w", ["while ! test -e go; do echo 1 >> ticks; sleep 0.05; done"])
        shell = Terminal(self, "--norc", "--noediting", "-i", columns=100, executable="/bin/bash", PS1="ready> ")
        shell.until(lambda text: "ready> " in text, "a prompt")
        shell.type(f"'{support.PROGRAM}' run {name}\n".encode())
        shell.until(lambda text: "\x1b[?25l" in text, "the live view")
        self.wait_for_file("ticks")
        shell.type(b"\x1a")
        shell.until(lambda text: "Stopped" in text, "the shell's word")
        self.assertTrue(shell.is_cursor_shown())
        before = (self.project / "ticks").stat().st_size
        time.sleep(0.3)
        self.assertEqual((self.project / "ticks").stat().st_size, before)
        at = len(shell.text)
        shell.type(b"fg\n")
        shell.until(lambda text: "\x1b[?25l" in text[at:], "the live view again")
        self.write("go", "")
        shell.until(lambda text: "All steps complete" in text[at:], "the end")
        shell.type(b"echo code $?\nexit\n")
        shell.finish()
        self.assertIn("code 0", shell.text)


if __name__ == "__main__":
    support.main()
