"""`pause`, `resume`, `drain`, `cancel` and `workers`: what a run that goes on makes of them, and what is said when none
can be reached."""

import os
import pathlib
import signal
import socket
import time

import support

GO = "touch up-{0}; while ! test -e go-{0}; do sleep 0.02; done"


class ControlTest(support.ProjectTest):
    def step(self, name, **keys):
        """Runs from up-NAME until go-NAME."""
        return {"id": name, "command": GO.format(name), **keys}

    def begin(self, *steps, name="w", options=(), **popen):
        run = self.start("run", self.workstream(name, list(steps)), "--json", "--run-id", name, *options, **popen)
        for step in steps:
            if "up-" in step.get("command", "") and "depends_on" not in step:
                self.wait_for_file(f"up-{step['id']}")
        return run

    def go(self, *names):
        for name in names:
            self.write(f"go-{name}", "")

    def end(self, run, code):
        finished = self.finish(run)
        self.assertEqual(finished.code, code, str(finished))
        result = finished.json()
        self.assertEqual(result["exit_code"], code if code >= 0 else 128 - code)
        self.assert_nobody_left()
        return result, {step["id"]: step["state"] for step in result["steps"]}

    def log(self, name="w"):
        return (self.project / ".worktrees" / f"ws-{name}" / "orchestrator.log").read_text(encoding="utf-8")


class Paused(ControlTest):
    def test_a_paused_run_starts_nothing_until_it_is_resumed(self):
        run = self.begin(self.step("a", acceptance_tests=["touch tested"]),
                         {"id": "b", "command": "touch began", "depends_on": "a"})
        said = self.expect(0, "pause").out
        self.assertEqual(said, "run w (ws-w) is paused until it is resumed: a step runs on\n")
        self.go("a")
        self.wait_for_file("tested")
        support.until(lambda: "[a] succeeded" in self.log(), "the end of a")
        self.assertIn("paused: asked by a person at ", self.expect(0, "status").out)
        time.sleep(0.3)
        self.assertFalse((self.project / "began").exists())
        self.assertIn("goes on", self.expect(0, "resume", "ws-w").out)
        self.assertEqual(self.end(run, 0)[1], {"a": "succeeded", "b": "succeeded"})
        self.assertIn("WARN  paused until it is resumed: asked by a person", self.log())
        self.assertIn("going on after the pause", self.log())

    def test_for_a_while(self):
        run = self.begin(self.step("a"), {"id": "b", "command": "true", "depends_on": "a"})
        self.assertIn("is paused for 0.50s", self.expect(0, "pause", "w", "--for", "500ms").out)
        self.go("a")
        self.assertEqual(self.end(run, 0)[0]["status"], "succeeded")
        for wrong in ("0s", "-1s", "soon"):
            self.assertIn("is not a duration above zero", self.expect(2, "pause", "--for", wrong).err)

    def test_by_signal(self):
        run = self.begin(self.step("a"), {"id": "b", "command": "touch began", "depends_on": "a"})
        run.send_signal(signal.SIGUSR1)
        support.until(lambda: "paused until it is resumed: asked by SIGUSR1" in self.log(), "the pause")
        self.go("a")
        time.sleep(0.3)
        self.assertFalse((self.project / "began").exists())
        run.send_signal(signal.SIGUSR2)
        self.end(run, 0)

    def test_ctrl_c_ends_a_paused_run(self):
        run = self.begin(self.step("a"), {"id": "b", "command": "true", "depends_on": "a"})
        self.expect(0, "pause")
        run.send_signal(signal.SIGINT)
        self.assertEqual(self.end(run, -signal.SIGINT)[0]["stop"], "interrupted")

    def test_resume_of_what_is_not_paused(self):
        run = self.begin(self.step("a"))
        self.assertEqual(self.expect(0, "resume").out, "run w (ws-w) was not paused\n")
        self.go("a")
        self.end(run, 0)
        over = self.expect(5, "resume", "w")
        self.assertIn("run w is over: succeeded; only a paused run that goes on can be resumed", over.err)


class Drained(ControlTest):
    def test_what_runs_finishes_and_the_rest_is_left(self):
        run = self.begin(self.step("a", acceptance_tests=["touch tested"]), self.step("c", retries=3),
                         {"id": "b", "command": "true", "depends_on": "a"})
        self.assertIn("is draining: 2 steps run on, nothing more starts", self.expect(0, "drain").out)
        self.assertIn("paused: draining, asked by a person", self.expect(0, "status").out)
        self.go("a", "c")
        result, states = self.end(run, 75)
        self.assertEqual((result["status"], result["stop"]), ("cancelled", "drained"))
        self.assertEqual(states, {"a": "succeeded", "b": "cancelled", "c": "succeeded"})
        self.assertTrue((self.project / "tested").exists())

    def test_a_pause_does_not_take_a_drain_back(self):
        run = self.begin(self.step("a"), {"id": "b", "command": "true", "depends_on": "a"})
        self.expect(0, "drain")
        self.assertIn("it is draining", self.expect(5, "pause").err)
        self.go("a")
        self.end(run, 75)

    def test_nothing_left_to_do_is_a_success(self):
        run = self.begin(self.step("a"))
        self.expect(0, "drain")
        self.expect(0, "drain")
        self.go("a")
        self.assertEqual(self.end(run, 0)[0]["status"], "succeeded")


class Cancelled(ControlTest):
    def test_the_run(self):
        run = self.begin(self.step("a"), {"id": "b", "command": "true", "depends_on": "a"})
        self.assertEqual(self.expect(0, "cancel").out, "run w (ws-w) is cancelled: 1 step to end\n")
        result, states = self.end(run, 143)  # by nobody's signal
        self.assertEqual((result["status"], result["stop"]), ("cancelled", "cancelled"))
        self.assertEqual(states, {"a": "cancelled", "b": "cancelled"})
        self.assertIn("cancelled by a person", self.log())
        self.assertIn("run w is over: cancelled", self.expect(5, "cancel", "w").err)

    def test_killing(self):
        stubborn = {"id": "a", "command": "trap 'touch asked' INT TERM; touch up-a; while :; do sleep 0.02; done"}
        run = self.begin(stubborn)
        self.expect(0, "cancel")
        self.wait_for_file("asked")
        self.assertIn("was asked to stop before; --kill", self.expect(0, "cancel").out)
        self.assertIn("is stopping", self.expect(5, "pause").err)
        begin = time.monotonic()
        self.assertIn("what ran is killed", self.expect(0, "cancel", "--kill").out)
        self.end(run, 143)
        self.assertLess(time.monotonic() - begin, 4.5)

    def test_one_step(self):
        run = self.begin(self.step("a", retries=3), self.step("d"), {"id": "b", "command": "true", "depends_on": "a"},
                         {"id": "c", "command": "true", "depends_on": "d"})
        self.assertIn("ends its step 'a'", self.expect(0, "cancel", "--step", "a").out)
        support.until(lambda: "[a] cancelled" in self.log(), "the end of a")
        self.assertIn("does not start its step 'c'", self.expect(0, "cancel", "w", "--step", "ws-w/c").out)
        refused = self.expect(5, "cancel", "--step", "a")
        self.assertEqual(refused.err, "workstream: run w refuses: its step 'a' is over: cancelled\n")
        self.assertIn("it has no step 'x'", self.expect(5, "cancel", "--step", "x").err)
        self.go("d")
        result, states = self.end(run, 1)
        self.assertEqual(states, {"a": "cancelled", "b": "skipped", "c": "cancelled", "d": "succeeded"})
        self.assertEqual(result["first_failure"], "ws-w/a")
        steps = {step["id"]: step for step in result["steps"]}
        self.assertEqual((steps["a"]["why"], steps["a"]["attempts"]), ("cancelled by a person", 1))
        self.assertEqual(steps["c"]["why"], "cancelled by a person")
        self.assertEqual(steps["b"]["why"], "dependency 'a' was cancelled")

    def test_one_step_of_several_workstreams(self):
        for name in ("one", "two"):
            self.workstream(name, [self.step("a", command=GO.format(name))])
        run = self.start("run", "one.json", "two.json", "--run-id", "both", "--json", "--max-workers", "2")
        self.wait_for_file("up-one")
        self.wait_for_file("up-two")
        self.assertIn("it has several steps 'a': write ws-one/a", self.expect(5, "cancel", "--step", "a").err)
        self.expect(0, "cancel", "--step", "ws-two/a", "--kill")
        self.go("one")
        self.assertEqual(self.end(run, 1)[0]["status"], "failed")

    def test_nested_runs_are_reached_through_their_step(self):
        self.workstream("inner", [self.step("i")])
        run = self.begin({"id": "n", "command": [support.PROGRAM, "run", "inner.json"]})
        self.wait_for_file("up-i")
        self.assertIn("run w (ws-w) is cancelled", self.expect(0, "cancel").out)  # the outer one, though it is older
        self.end(run, 143)
        self.assertEqual({entry["status"] for entry in self.expect(0, "history", "--json").json()}, {"cancelled"})


class Workers(ControlTest):
    def test_more_and_fewer(self):
        run = self.begin(self.step("a"), options=["--max-workers", "1"])
        self.assertIn("runs at most 3 steps at once from now on", self.expect(0, "workers", "3").out)
        self.go("a")
        self.end(run, 0)
        self.assertIn("at most 3 steps at once from now on: asked by a person", self.log())

    def test_they_begin_at_once(self):
        steps = [self.step(name) for name in "abc"]
        run = self.start("run", self.workstream("w", steps), "--json", "--run-id", "w", "--max-workers", "1")
        self.wait_for_file("up-a")
        self.assertFalse((self.project / "up-b").exists())
        self.expect(0, "workers", "2", "w")
        self.wait_for_file("up-b")
        self.go("a", "b", "c")
        self.assertEqual(self.end(run, 0)[0]["concurrent_peak"], 2)

    def test_wrong_numbers(self):
        for wrong in ("0", "-1", "many", "100000"):
            self.assertIn("is not a number of workers", self.expect(2, "workers", "--", wrong).err)
        self.assertEqual(self.expect(2, "workers").err, "workstream: how many? `workstream workers N`\n")
        run = self.begin(self.step("a"), options=["--sequential"])
        self.assertIn("it is sequential", self.expect(5, "workers", "2").err)
        self.go("a")
        self.end(run, 0)


class Unreachable(ControlTest):
    COMMANDS = (["pause"], ["resume"], ["drain"], ["cancel"], ["cancel", "--step", "a"], ["workers", "2"])

    def test_nobody_to_tell(self):
        for command in self.COMMANDS:
            self.assertIn("workstream: no run is going on", self.expect(5, *command).err)
            self.assertIn("no run of workstream 'x' is going on", self.expect(5, *command, "--ws-id", "x").err)
            self.assertEqual(self.expect(2, *command, "nothing").out, "")
        self.assertIn("`workstream run` goes on with an interrupted one\n", self.expect(5, "resume").err)

    def test_several_runs(self):
        first = self.begin(self.step("a"), name="first")
        second = self.begin(self.step("b"), name="second")
        self.assertIn("run second", self.expect(0, "pause").out)
        refused = self.expect(2, "cancel").err
        self.assertIn("several runs are going on: say which one to cancel: ", refused)
        self.assertIn("run first", self.expect(0, "cancel", "--ws-id", "ws-first").out)
        self.assertEqual(self.finish(first).code, 143)
        self.expect(0, "cancel", "sec")
        self.end(second, 143)

    def test_a_run_that_was_killed(self):
        run = self.begin(self.step("a"))
        os.kill(run.pid, signal.SIGKILL)
        run.communicate()
        self.assertTrue(list(self.project.glob(".worktrees/ws-w/runs/w/control")))
        self.assertIn("run w is over: crashed", self.expect(5, "cancel", "w").err)
        self.assertIn("no run is going on", self.expect(5, "pause").err)

    def stop(self, run):
        """By a signal that asks nobody; the process stands still when this returns."""
        os.kill(run.pid, signal.SIGSTOP)
        stat = pathlib.Path(f"/proc/{run.pid}/stat")
        support.until(lambda: stat.read_text(encoding="utf-8").rpartition(")")[2].split()[0] == "T", "the stop")

    def test_a_run_that_stands_still_never_hears_what_was_given_up(self):
        run = self.begin(self.step("a"), {"id": "b", "command": "true", "depends_on": "a"})
        self.stop(run)
        for command in (["drain"], ["pause"], ["cancel", "--step", "a"]):
            told = self.expect(5, *command).err
            self.assertEqual(told, f"workstream: run w stands still (Ctrl-Z) and has not heard this wish, which is taken "
                                   f"back: `kill -CONT {run.pid}` lets it go on, then say it again\n")
        os.kill(run.pid, signal.SIGCONT)
        self.assertIn("was not paused", self.expect(0, "resume").out)  # it is heard after what was said before
        self.go("a")
        self.assertEqual(self.end(run, 0)[1], {"a": "succeeded", "b": "succeeded"})
        self.assertNotIn("asked by a person", self.log())

    def test_a_run_that_stands_still_can_be_ended_by_a_signal(self):
        run = self.begin(self.step("a"))
        self.stop(run)
        self.assertIn(f"`kill -CONT {run.pid}` lets it go on; `kill {run.pid}` before that ends it as soon as it does",
                      self.expect(5, "cancel").err)
        os.kill(run.pid, signal.SIGTERM)
        os.kill(run.pid, signal.SIGCONT)
        self.assertEqual(self.end(run, -signal.SIGTERM)[0]["stop"], "terminated")

    def test_somebody_elses_run(self):
        if os.getuid() != 0:
            self.skipTest("only root can be two users")
        run = self.begin(self.step("a"))
        control = self.project / ".worktrees/ws-w/runs/w/control"
        self.assertEqual(control.stat().st_mode & 0o777, 0o600)
        for directory in [self.project, *control.parents[:5]]:
            directory.chmod(0o755)
        control.chmod(0o777)  # and although it were open to all: the run looks who speaks
        socket_of = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.addCleanup(socket_of.close)
        os.chdir(control.parent)
        try:
            if os.fork() == 0:
                os.setuid(65534)
                try:
                    socket_of.connect("control")
                    socket_of.send(b"workstream-control-1\ncancel\n0\n0\n1\n")
                    os._exit(0 if socket_of.recv(100) else 7)
                except OSError:
                    os._exit(8)
            self.assertIn(os.waitstatus_to_exitcode(os.wait()[1]), (7, 8))
        finally:
            os.chdir(pathlib.Path("/"))
        self.go("a")
        self.assertEqual(self.end(run, 0)[0]["status"], "succeeded")

    def test_where_no_socket_can_be(self):
        # The name is taken by a directory: the run says so, and goes on without.
        (self.project / ".worktrees/ws-w/runs/w/control/x").mkdir(parents=True)
        run = self.start("run", self.workstream("w", [self.step("a")]), "--run-id", "w", "--json")
        self.wait_for_file("up-a")
        self.assertIn("run w does not listen", self.expect(5, "pause").err)
        self.go("a")
        finished = self.finish(run)
        self.assertEqual(finished.code, 0)
        self.assertIn("pause, drain, cancel and workers cannot reach this run: ", finished.err)

    def test_a_long_path(self):
        deep = "/".join(["a directory with a long name"] * 8)
        run = self.begin(self.step("a"), options=["--state-dir", deep])
        self.assertIn("is paused", self.expect(0, "pause", "--state-dir", deep).out)
        self.assertIn("goes on", self.expect(0, "resume", "--state-dir", deep, "--json").json()["message"])
        self.go("a")
        self.end(run, 0)
        self.assertEqual(list(self.project.glob(f"{deep}/ws-w/runs/w/control")), [])


if __name__ == "__main__":
    support.main()
