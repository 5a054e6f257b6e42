"""One helper program a behaviour (tests/support/helpers), each as a step of a real run: how the step ends, and that
nobody and no descriptor is left: while the run goes on, and after it."""

import os
import pathlib
import signal
import time

import support


class TreeTest(support.ProjectTest):
    def helper(self, name):
        return support.own_helper(self, name)

    def scan(self, program):
        return support.running(program)

    def descriptors(self, pid):
        """How many are open when nothing begins or ends: the same in five looks in a row."""
        seen = []
        support.until(lambda: seen.append(len(os.listdir(f"/proc/{pid}/fd"))) or
                      (len(seen) >= 5 and len(set(seen[-5:])) == 1), "a steady number of descriptors")
        return seen[-1]

    def ended(self, program, *arguments, state="succeeded", outcome=None, **keys):
        """A step that is this program, between two that wait for a word: what is left when it has ended?"""
        path = self.helper(program)
        wait = "touch {0}.up; while [ ! -e {0}.go ]; do sleep 0.02; done"
        name = self.workstream("tree", [
            {"id": "before", "command": wait.format("before")},
            {"id": "step", "depends_on": ["before"], "critical": False, "command": [path, *arguments], **keys},
            {"id": "after", "depends_on": [{"id": "step", "on": "done"}], "command": wait.format("after")}])
        scheduler = self.start("run", name, "--json")
        self.wait_for_file("before.up")
        before = self.descriptors(scheduler.pid)
        self.write("before.go", "")
        self.wait_for_file("after.up")
        # Who cleared its environment may live until no step runs (scheduler/README.md).
        if program != "amnesiac":
            support.until(lambda: not self.scan(path), f"the end of every {program} while the run goes on")
        self.assertEqual(self.descriptors(scheduler.pid), before)
        self.assertEqual([support.name_of(child) for child in support.children_of(scheduler.pid)
                          if not support.is_alive(child)], [], "zombies")
        self.write("after.go", "")
        finished = self.finish(scheduler)
        self.assertEqual(self.scan(path), [], "left after the run")
        self.assert_nobody_left()
        step = support.step_of(finished.json(), "step")
        self.assertEqual(step["state"], state, str(finished))
        if outcome is not None:
            self.assertEqual(step["why"], outcome)
        return step


class Behaviours(TreeTest):
    def test_double_fork(self):
        self.ended("daemoniser")

    def test_double_fork_without_environment_in_a_new_session(self):
        self.ended("amnesiac")

    def test_holds_stdout_open_after_the_leader_ended(self):
        step = self.ended("daemoniser")
        self.assertLess(step["duration_ms"], 60_000)  # it would sleep for ten minutes

    def test_leaves_its_process_group_behind(self):
        self.ended("spawner", "leave", state="failed", outcome="exit 7")

    def test_a_thousand_children(self):
        self.ended("swarm", "1000")

    def forks_without_end(self, *how):
        self.ended("forker", "alive", *how, timeout="0.5s", state="timed_out")
        alive = self.project / "alive"
        size = alive.stat().st_size
        self.assertGreater(size, 10)
        time.sleep(0.3)
        self.assertEqual(alive.stat().st_size, size, "it forks on")

    def test_forks_without_end(self):
        self.forks_without_end()

    def test_forks_without_end_in_sessions_of_their_own(self):
        self.forks_without_end("session")

    def test_ignores_sigterm(self):
        self.ended("stubborn", timeout="0.3s", state="timed_out")

    def test_stops_itself_and_its_time_limit_ends_it(self):
        self.ended("stopper", timeout="0.5s", state="timed_out")

    def test_dies_by_signal(self):
        self.ended("crasher", str(int(signal.SIGSEGV)), state="failed", outcome="killed by signal 11 (SIGSEGV)")
        for name in ("before.up", "before.go", "after.up", "after.go"):
            (self.project / name).unlink()
        self.ended("crasher", str(int(signal.SIGKILL)), state="failed", outcome="killed by signal 9 (SIGKILL)")

    def test_exit_255(self):
        self.ended("exit_with", "255", state="failed", outcome="exit 255")

    def test_closes_its_output_and_runs_on(self):
        self.ended("closer", state="failed", outcome="exit 3")

    def test_floods(self):
        self.ended("flooder", str(50 * 1024 * 1024))


class Stopped(TreeTest):
    def test_an_interrupt_ends_a_stopped_step(self):
        path = self.helper("stopper")
        scheduler = self.start("run", self.workstream("one", [[path]]), "--json")
        (pid,) = support.until(lambda: self.scan(path), "the step")
        support.until(lambda: pathlib.Path(f"/proc/{pid}/stat").read_text().split()[2] == "T", "it being stopped")
        scheduler.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(scheduler).code, -signal.SIGINT)
        self.assertEqual(self.scan(path), [])

    def test_a_stopped_step_can_be_continued(self):
        path = self.helper("stopper")
        scheduler = self.start("run", self.workstream("one", [{"id": "a", "command": [path]}]), "--json")
        (pid,) = support.until(lambda: self.scan(path), "the step")
        support.until(lambda: pathlib.Path(f"/proc/{pid}/stat").read_text().split()[2] == "T", "it being stopped")
        os.kill(pid, signal.SIGCONT)
        finished = self.finish(scheduler)
        self.assertEqual(finished.json()["steps"][0]["why"], "exit 5", str(finished))


if __name__ == "__main__":
    support.main()
