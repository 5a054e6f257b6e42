"""Signals for real: a first and a second Ctrl-C, TERM, HUP, and the death of the scheduler itself."""

import os
import pathlib
import signal

import support

# Writes one line per signal to the file, and "up" when it can; goes on for a minute unless told to end.
LISTENER = """
import os, signal, sys, time
name, wish = sys.argv[1:]
def told(number, frame):
    with open(name, "a") as log:
        log.write(signal.Signals(number).name + "\\n")
    if wish == "obey":
        sys.exit(0)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, told)
open(name + ".up", "w").close()
end = time.monotonic() + 60
while time.monotonic() < end:
    time.sleep(0.05)
"""


class SignalTest(support.ProjectTest):
    def begin(self, *listeners, more=(), options=(), **popen):
        """A run whose steps are listeners (name, wish); waits until all of them listen."""
        self.write("listener.py", LISTENER)
        steps = [{"id": name, "command": ["python3", "listener.py", name, wish]} for name, wish in listeners]
        name = self.workstream("one", [*steps, *more])
        scheduler = self.start("run", name, "--max-workers", "8", "--json", *options, **popen)
        for listener, _ in listeners:
            self.wait_for_file(listener + ".up")
        return scheduler

    def heard(self, name):
        path = self.project / name
        return path.read_text(encoding="utf-8").split() if path.exists() else []

    def end(self, scheduler, code):
        """It ended by the signal that a shell's $? shows as `code`, and its record says that code."""
        finished = self.finish(scheduler)
        self.assertEqual(128 - finished.code, code, str(finished))
        self.assertEqual(finished.json()["exit_code"], code)
        self.assert_nobody_left()
        return finished


class Asked(SignalTest):
    def asked(self, number, heard, code, stop):
        scheduler = self.begin(("a", "obey"), ("b", "obey"), more=[{"id": "c", "depends_on": ["a"], "command": "true"}])
        scheduler.send_signal(number)
        result = self.end(scheduler, code).json()
        self.assertEqual((self.heard("a"), self.heard("b")), ([heard], [heard]))
        self.assertEqual((result["status"], result["stop"], result["exit_code"]), ("cancelled", stop, code))
        self.assertEqual({step["state"] for step in result["steps"]}, {"cancelled"})
        self.assertEqual(self.expect(0, "status", "--json").json()["status"], "cancelled")
        return result

    def test_interrupt_reaches_each_step_once(self):
        self.asked(signal.SIGINT, "SIGINT", 130, "interrupted")

    def test_terminate(self):
        self.asked(signal.SIGTERM, "SIGTERM", 143, "terminated")

    def test_hang_up(self):
        self.asked(signal.SIGHUP, "SIGTERM", 143, "hang_up")

    def test_the_whole_group_of_a_step_is_asked(self):
        script = "python3 listener.py inner obey & python3 listener.py outer obey; wait"
        scheduler = self.begin(("a", "obey"), more=[{"id": "b", "command": script}])
        self.wait_for_file("inner.up")
        self.wait_for_file("outer.up")
        scheduler.send_signal(signal.SIGINT)
        self.end(scheduler, 130)
        self.assertEqual((self.heard("inner"), self.heard("outer")), (["SIGINT"], ["SIGINT"]))

    def test_an_interrupted_run_never_exits_with_zero(self):
        # The step succeeds although it was asked to end; the run was interrupted all the same.
        scheduler = self.begin(("a", "obey"))
        scheduler.send_signal(signal.SIGINT)
        self.assertEqual(self.end(scheduler, 130).json()["status"], "cancelled")

    def test_ignored_hang_up_stays_ignored(self):
        def nohup():
            support.as_a_person()
            signal.signal(signal.SIGHUP, signal.SIG_IGN)
        scheduler = self.begin(("a", "obey"), preexec_fn=nohup)
        scheduler.send_signal(signal.SIGHUP)
        scheduler.send_signal(signal.SIGTERM)
        self.assertEqual(self.end(scheduler, 143).json()["stop"], "terminated")
        self.assertEqual(self.heard("a"), ["SIGTERM"])


class Forced(SignalTest):
    def test_quit_kills_at_once(self):
        scheduler = self.begin(("a", "defy"), ("b", "obey"), more=[{"id": "c", "command": "setsid sleep 60 & wait"}])
        scheduler.send_signal(signal.SIGQUIT)
        result = self.end(scheduler, 131).json()
        self.assertEqual((result["status"], result["stop"]), ("cancelled", "quit"))
        self.assertEqual({step["state"] for step in result["steps"]}, {"cancelled"})
        self.assertEqual(list(self.project.glob("core*")), [])

    def test_second_interrupt_kills(self):
        scheduler = self.begin(("a", "defy"), ("b", "defy"))
        scheduler.send_signal(signal.SIGINT)
        support.until(lambda: self.heard("a") and self.heard("b"), "both steps hearing of the interrupt")
        scheduler.send_signal(signal.SIGINT)
        result = self.end(scheduler, 130).json()
        self.assertEqual((self.heard("a"), self.heard("b")), (["SIGINT"], ["SIGINT"]))
        self.assertEqual({step["state"] for step in result["steps"]}, {"cancelled"})

    def test_a_stubborn_step_is_killed_after_its_grace(self):
        scheduler = self.begin(("a", "defy"))
        scheduler.send_signal(signal.SIGTERM)
        self.end(scheduler, 143)
        self.assertEqual(self.heard("a"), ["SIGTERM"])

    def test_a_daemon_of_a_step_does_not_survive(self):
        script = "setsid python3 listener.py daemon defy & exit 0"
        scheduler = self.begin(("a", "obey"), more=[{"id": "b", "command": script}])
        scheduler.send_signal(signal.SIGINT)
        self.end(scheduler, 130)


class Killed(SignalTest):
    def test_nothing_runs_on_and_the_next_run_works(self):
        scheduler = self.begin(("a", "defy"), ("b", "defy"), more=[{"id": "c", "command": "true", "depends_on": ["a"]}],
                               options=["--run-id", "gone"])
        os.kill(scheduler.pid, signal.SIGKILL)
        scheduler.communicate()
        self.assert_nobody_left()
        status = self.expect(0, "status", "ws-one", "--json").json()
        self.assertEqual((status["run_id"], status["status"]), ("gone", "crashed"))
        self.assertEqual([step["state"] for step in status["steps"]], ["lost", "lost", "waiting"])
        self.assertIn("crashed", self.expect(0, "status").out)
        (run,) = self.expect(0, "history", "--status", "crashed", "--json").json()
        self.assertEqual((run["run_id"], run["ended"]), ("gone", None))
        self.assertEqual(self.expect(0, "history", "--status", "running", "--json").json(), [])
        self.assertEqual(self.heard("a"), [])

        self.workstream("one", ["true"])
        self.expect(0, "run", "one.json", "--run-id", "next")
        self.assertEqual([run["status"] for run in self.expect(0, "history", "--json").json()],
                         ["succeeded", "crashed"])

    def test_the_next_run_ends_what_the_kernel_left(self):
        script = "sleep 61 & setsid sleep 62 & echo $! > daemon; touch up; wait"
        name = self.workstream("one", [script])
        other = self.workstream("two", ["true"])
        scheduler = self.start("run", name, "--run-id", "gone")
        self.wait_for_file("up")
        os.kill(support.keeper_of(scheduler.pid), signal.SIGKILL)  # who would have done it
        os.kill(scheduler.pid, signal.SIGKILL)
        scheduler.communicate()
        support.until(lambda: len(self.left_over()) == 2, "the end of the step's shell")
        # Nobody else's business; then the next start, which here carries the mark itself.
        self.assertNotIn("left", self.expect(0, "run", other).err)
        self.assertEqual(len(self.left_over()), 2)
        self.workstream("one", ["true"])
        self.env["STEP_DIR"] = f"{self.project}/.worktrees/ws-one/runs/gone/steps/a/1"
        self.assertIn("run gone crashed and left 2 processes running: ended", self.expect(0, "run", name).err)
        self.assert_nobody_left()
        self.assertNotIn("crashed", self.expect(0, "run", name).err)

    def test_what_a_lost_step_wrote_can_be_read(self):
        name = self.workstream("one", ["echo so far; touch up; exec sleep 60"])
        scheduler = self.start("run", name)
        self.wait_for_file("up")
        log = f"{self.project}/.worktrees/ws-one/runs"
        support.until(lambda: list(pathlib.Path(log).glob("*/steps/a/1/out.log")), "the step's log")
        self.assertEqual(self.expect(0, "logs", "ws-one", "a").out, "so far\n")
        os.kill(scheduler.pid, signal.SIGKILL)
        scheduler.communicate()
        self.assertEqual(self.expect(0, "logs", "ws-one", "a").out, "so far\n")
        self.assertEqual(self.expect(0, "logs", "ws-one", "a", "--follow").out, "so far\n")
        self.assertIn("[a] command started", self.expect(0, "logs", "ws-one", "--follow").out)
        self.assert_nobody_left()


if __name__ == "__main__":
    support.main()
