"""Bugs that other runners shipped, around signals, limits and back-off: one named test each."""

import signal
import time

import support
import terminal

# Writes one line for each signal it gets; ends at the last.
LISTENER = """
import os, signal, sys, time
name, last = sys.argv[1:]
def told(number, frame):
    with open(name, "a") as log:
        log.write(signal.Signals(number).name + "\\n")
signal.signal(signal.SIGINT, told)
signal.signal(signal.SIGTERM, told)
open(name + ".up", "w").close()
while not os.path.exists(last):
    time.sleep(0.02)
"""


class Regression(support.ProjectTest):
    def test_nothing_starts_after_shutdown_began(self):
        # Hundreds of short steps end and begin all the time; wherever the signal falls, none starts after it.
        steps = [{"id": f"s{i}", "command": f"echo {i} >> began"} for i in range(2000)]
        name = self.workstream("w", steps)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            with self.subTest(signal=number.name):
                (self.project / "began").unlink(missing_ok=True)
                run = self.start("run", name, "--max-workers", "8", "--fresh-start", "--events", "events", "--progress",
                                 "none")
                support.until(lambda: (self.project / "began").exists(), "the first step")
                run.send_signal(number)
                self.assertLess(self.finish(run).code, 0)
                names = [event["event"] for event in self.written_events()]
                self.assertNotIn("attempt_started", names[names.index("stop_requested"):])
                began = len((self.project / "began").read_text(encoding="utf-8").splitlines())
                self.assertLessEqual(began, names.count("attempt_started"))
                self.assertLess(began, 2000)
                self.assert_nobody_left()

    def listeners(self, count):
        """Steps that listen, and one whose shell has two such children; and the names of all that do."""
        self.write("listener.py", LISTENER)
        names = [f"child{i}" for i in range(count)]
        steps = [{"id": name, "command": ["python3", "listener.py", name, "all-heard"]} for name in names]
        steps.append({"id": "shell", "command": "python3 listener.py grandchild all-heard & python3 listener.py other "
                                                "all-heard; wait"})
        return steps, [*names, "grandchild", "other"]

    def assert_one_sigint_each(self, names):
        for name in names:
            self.wait_for_file(name)
        time.sleep(0.5)  # for a second one to come
        self.write("all-heard", "")
        for name in names:
            self.assertEqual((self.project / name).read_text(encoding="utf-8"), "SIGINT\n", name)

    def test_one_sigint_to_the_scheduler_alone_is_one_per_child(self):
        steps, names = self.listeners(6)
        run = self.start("run", self.workstream("w", steps), "--max-workers", "8", "--json")
        for name in names:
            self.wait_for_file(name + ".up")
        run.send_signal(signal.SIGINT)
        self.assert_one_sigint_each(names)
        self.assertEqual(self.finish(run).code, -signal.SIGINT)
        self.assert_nobody_left()

    def test_one_ctrl_c_typed_at_a_terminal_is_one_sigint_per_child(self):
        # There the kernel sends it to the whole foreground group.
        steps, names = self.listeners(2)
        screen = terminal.Terminal(self, "run", self.workstream("w", steps), "--max-workers", "3")
        for name in names:
            self.wait_for_file(name + ".up")
        screen.type(b"\x03")
        self.assert_one_sigint_each(names)
        self.assertIn(screen.finish(), (130, -signal.SIGINT), screen.text)
        self.assert_nobody_left()

    def test_an_interrupted_run_is_never_exit_zero(self):
        # A run of a few milliseconds, and a signal at any moment of its life: if it was there to get it, it says so.
        name = self.workstream("w", ["true", "true"])
        codes = []
        for i in range(80):
            run = self.start("run", name, "--fresh-start", "--progress", "none", "--json")
            time.sleep(i * 0.001)
            run.send_signal(signal.SIGINT)
            had_it = self.is_still_there(run.pid)
            finished = self.finish(run)
            self.assertIn(finished.code, (-signal.SIGINT, 0) if not had_it else (-signal.SIGINT,), str(finished))
            codes.append(finished.code)
        self.assertIn(-signal.SIGINT, codes)
        for run in self.expect(0, "history", "--json").json():
            self.assertIn(run["status"], ("cancelled", "succeeded", "crashed"))

    @staticmethod
    def is_still_there(pid):
        """Neither dead nor dying: what it was sent before, it gets."""
        try:
            with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                fields = file.read().rpartition(")")[2].split()
        except OSError:
            return False
        return fields[0] not in "ZX" and int(fields[6]) & 0x4 == 0  # PF_EXITING

    def test_an_interrupted_run_whose_steps_all_succeed_is_no_success(self):
        # The step ends with 0 because of the signal.
        name = self.workstream("w", ["trap 'exit 0' INT; touch up; while :; do sleep 0.02; done"])
        run = self.start("run", name, "--json")
        self.wait_for_file("up")
        run.send_signal(signal.SIGINT)
        finished = self.finish(run)
        self.assertEqual((finished.code, finished.json()["status"]), (-signal.SIGINT, "cancelled"))

    def test_retry_back_off_frees_the_slot(self):
        steps = [{"id": "a", "command": "test -e b-was-here", "retry": {"attempts": 2, "initial_delay": "300ms"}},
                 {"id": "b", "command": "touch b-was-here"}]
        result = self.result(0, self.workstream("w", steps), "--max-workers", "1")
        self.assertEqual([(step["id"], step["attempts"]) for step in result["steps"]], [("a", 2), ("b", 1)])

    def test_the_limit_holds_after_a_failure_and_with_long_lived_steps(self):
        body = "mkdir in.$STEP_ID; ls -d in.* | wc -l >> seen; {}; rmdir in.$STEP_ID"
        steps = [{"id": f"long{i}", "command": body.format("sleep 1.5")} for i in range(2)]
        steps += [{"id": f"bad{i}", "command": body.format("sleep 0.05") + "; exit 1", "retries": 1} for i in range(4)]
        steps += [{"id": f"good{i}", "command": body.format("sleep 0.05")} for i in range(6)]
        result = self.result(1, self.workstream("w", steps), "--max-workers", "3")
        seen = [int(line) for line in (self.project / "seen").read_text(encoding="utf-8").split()]
        self.assertEqual(len(seen), 2 + 8 + 6)
        self.assertLessEqual(max(seen), 3)
        self.assertEqual(result["concurrent_peak"], 3)
        self.assertEqual({state for step, state in result["states"].items() if step.startswith("good")}, {"succeeded"})


if __name__ == "__main__":
    support.main()
