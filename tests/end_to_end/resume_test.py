"""Going on with earlier runs: the same command after an interruption, edited files, --resume and its kin, retry."""

import os
import pathlib
import signal
import sqlite3

import support


class ResumeTest(support.ProjectTest):
    """Steps write their id into `ran` when they start; a step waits while the file `hold-ID` is there."""

    def chain(self, *names, **commands):
        steps = []
        for i, name in enumerate(names):
            command = commands.get(name, f"echo {name} >> ran; while test -e hold-{name}; do sleep 0.02; done")
            steps.append({"id": name, "command": command, **({"depends_on": [names[i - 1]]} if i else {})})
        return self.workstream("w", steps)

    def ran(self):
        path = self.project / "ran"
        lines = path.read_text(encoding="utf-8").split() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines

    def runs(self):
        """Newest first."""
        return self.expect(0, "history", "--json").json()

    def hold(self, *names):
        for name in names:
            self.write(f"hold-{name}", "")

    def release(self):
        for path in self.project.glob("hold-*"):
            path.unlink()

    def interrupt_at(self, step, file, *options, by=signal.SIGKILL, says=None):
        """Runs until the step is under way (and has said its name, or that), and ends the scheduler there."""
        self.hold(step)
        run = self.start("run", file, *options)
        support.until(lambda: (self.project / "ran").exists() and (says or step) in (self.project / "ran").read_text().split(),
                      f"the start of {step}")
        run.send_signal(by)
        finished = self.finish(run)
        self.release()
        return finished


    def failed(self):
        """a succeeded, b failed, c was skipped; d has nothing to do with them."""
        file = self.workstream("w", [{"id": "a", "command": "echo a >> ran"},
                                     {"id": "b", "command": "echo b >> ran; test -e fixed", "depends_on": ["a"]},
                                     {"id": "c", "command": "echo c >> ran", "depends_on": ["b"]},
                                     {"id": "d", "command": "echo d >> ran"}])
        self.expect(1, "run", file)
        self.ran()
        return file


class Interrupted(ResumeTest):
    def test_the_same_command_goes_on_after_kill_9(self):
        file = self.chain("a", "b", "c", "d")
        self.interrupt_at("c", file)
        self.assertEqual(self.ran(), ["a", "b", "c"])
        again = self.expect(0, "run", file)
        self.assertRegex(again.out, r"Resuming run \S+ \(crashed\): 2 kept, 0 changed, 2 to run")
        self.assertEqual(self.ran(), ["c", "d"])
        self.assertRegex(again.out, r"\[a\] Complete: kept from run")

    def test_and_after_ctrl_c(self):
        for by, word in ((signal.SIGINT, "interrupted"), (signal.SIGTERM, "terminated"), (signal.SIGHUP, "hang_up")):
            with self.subTest(signal=by):
                file = self.chain("a", "b", "c")
                self.interrupt_at("b", file, "--fresh-start", by=by)
                self.assertEqual(self.ran(), ["a", "b"])
                again = self.expect(0, "run", file)
                self.assertRegex(again.out, rf"\({word}\): 1 kept, 0 changed, 2 to run")
                self.assertEqual(self.ran(), ["b", "c"])

    def test_a_finished_run_is_not_gone_on_with(self):
        file = self.chain("a", "b")
        self.expect(0, "run", file)
        self.ran()
        self.assertNotIn("Resuming", self.expect(0, "run", file).out)
        self.assertEqual(self.ran(), ["a", "b"])

    def test_fresh_start(self):
        file = self.chain("a", "b")
        self.interrupt_at("b", file)
        self.ran()
        self.assertNotIn("Resuming", self.expect(0, "run", file, "--fresh-start").out)
        self.assertEqual(self.ran(), ["a", "b"])

    def test_interrupted_twice(self):
        file = self.chain("a", "b", "c", "d")
        self.interrupt_at("b", file)
        self.interrupt_at("c", file)
        self.ran()
        self.assertRegex(self.expect(0, "run", file).out, r"2 kept, 0 changed, 2 to run")
        self.assertEqual(self.ran(), ["c", "d"])

    def test_a_run_that_died_before_it_came_to_anything_loses_nothing(self):
        steps = [{"id": "a", "command": "echo a >> ran"}, {"id": "b", "command": "echo b >> ran", "depends_on": ["a"]},
                 {"id": "c", "command": "echo c >> ran; while test -e hold-c; do sleep 0.02; done", "depends_on": ["b"]}]
        check = "echo check >> ran; while test -e hold-check; do sleep 0.02; done"
        file = self.workstream("w", steps, pre_flight_checks=[check])
        self.interrupt_at("c", file)
        for by in (signal.SIGKILL, signal.SIGINT):
            self.ran()
            self.interrupt_at("check", file, by=by)
        self.ran()
        self.assertRegex(self.expect(0, "run", file).out, r"2 kept, 0 changed, 1 to run")
        self.assertEqual(self.ran(), ["check", "c"])

    def test_what_was_done_before_something_it_needs_was_done_again(self):
        file = self.chain("a", "b", "c")
        self.interrupt_at("c", file)
        hold = "echo a2 >> ran; touch up; while test -e hold-a2; do sleep 0.02; done"
        self.chain("a", "b", "c", a=hold)
        self.hold("b")
        run = self.start("run", file)
        support.until(lambda: "a2\nb\n" in (self.project / "ran").read_text(), "b after the edited a")
        run.kill()
        self.finish(run)
        self.release()
        self.ran()
        self.assertRegex(self.expect(0, "run", file).out, r"1 kept, 0 changed, 2 to run")
        self.assertEqual(self.ran(), ["b", "c"])

    def test_a_later_run_did_again_what_an_earlier_one_had_gone_on_from(self):
        # Run 1 does a and b; run 2 does the edited a again and dies before b; a is as run 2 left it, b is older.
        steps = [{"id": "a", "command": "echo a >> ran"},
                 {"id": "slow", "command": "echo slow >> ran; while test -e hold-slow; do sleep 0.02; done"},
                 {"id": "b", "command": "echo b >> ran", "depends_on": ["a"], "priority": -5}]
        file = self.workstream("w", steps)
        self.expect(0, "run", file)
        steps[0]["command"] = "echo a2 >> ran"
        steps[1]["command"] += "; true"
        self.workstream("w", steps)
        self.ran()
        self.interrupt_at("slow", file, "--resume", "--max-workers", "1")
        did = self.ran()
        again = self.expect(0, "run", file, "--max-workers", "1")
        ran = self.ran()
        self.assertEqual(sorted(set(did + ran)), ["a2", "b", "slow"], again.out)
        self.assertIn("b", ran, again.out)

    def test_another_boot_is_a_death(self):
        file = self.chain("a", "b")
        self.interrupt_at("b", file)
        self.ran()
        with sqlite3.connect(self.project / ".worktrees" / "workstream.db") as database:
            # The pid is used again, by a process that lives: this one.
            stat = pathlib.Path(f"/proc/{os.getpid()}/stat").read_text(encoding="utf-8")
            start = stat.rpartition(")")[2].split()[19]
            database.execute("UPDATE runs SET pid = ?, start_ticks = ?, boot_id = 'another'", (os.getpid(), start))
        self.assertRegex(self.expect(0, "run", file).out, r"\(crashed\): 1 kept")

    def test_a_second_scheduler_is_refused_and_a_dead_one_is_not_in_the_way(self):
        file = self.chain("a")
        self.hold("a")
        run = self.start("run", file, "--run-id", "first")
        self.wait_for_file("ran")
        refused = self.expect(5, "run", file)
        self.assertIn("first", refused.err)
        self.assertIn(str(run.pid), refused.err)
        self.assertEqual(refused.out, "")
        run.kill()
        self.finish(run)
        self.release()
        self.expect(0, "run", file)

    def test_outputs_of_kept_steps(self):
        file = self.workstream("w", [
            {"id": "a", "command": "echo a >> ran; echo v=7 >> \"$WORKSTREAM_OUTPUT\"", "outputs": {"v": "v"}},
            {"id": "big", "command": "echo big >> ran; head -c 100000 /dev/zero | tr '\\0' x > big.txt; "
                                     "echo \"t=@big.txt\" >> \"$WORKSTREAM_OUTPUT\""},
            {"id": "b", "depends_on": ["a", "big"], "when": "${steps.a.outputs.v} == 7",
             "command": "echo b${steps.a.outputs.v} >> ran; while test -e hold-b; do sleep 0.02; done"}])
        self.hold("b")
        run = self.start("run", file)
        support.until(lambda: (self.project / "ran").exists() and "b7" in (self.project / "ran").read_text(), "b")
        run.kill()
        self.finish(run)
        self.release()
        self.ran()
        self.expect(0, "run", file)
        self.assertEqual(self.ran(), ["b7"])

    def test_a_lost_attempt_follows_the_retry_policy(self):
        file = self.workstream("w", [{"id": "a", "retry": {"attempts": 3, "initial_delay": "10ms"},
                                      "command": "echo a$STEP_ATTEMPT >> ran; while test -e hold-a; do sleep 0.02; done"}])
        self.interrupt_at("a", file, says="a1")
        self.assertEqual(self.ran(), ["a1"])
        again = self.expect(0, "run", file)
        self.assertRegex(again.out, r"Goes on with attempt 2: attempt 1 was lost with run")
        self.assertEqual(self.ran(), ["a2"])

    def test_groups_go_on_member_by_member(self):
        steps = [{"id": name, "command": f"echo {name} >> ran; while test -e hold-{name}; do sleep 0.02; done"}
                 for name in "abc"]
        file = self.workstream("w", [*steps, {"id": "z", "command": "echo z >> ran", "depends_on": ["g"]}],
                               step_groups=[{"id": "g", "steps": ["a", "b", "c"]}])
        self.hold("b")
        run = self.start("run", file, "--max-workers", "3", "--events", "events")
        support.until(lambda: (self.project / "events").exists()
                      and (self.project / "events").read_text().count('"step_finished"') == 2, "a and c")
        run.kill()
        self.finish(run)
        self.release()
        self.ran()
        self.expect(0, "run", file)
        self.assertEqual(self.ran(), ["b", "z"])

    def test_a_rollback_goes_on(self):
        undo = {"command": "echo undo-$STEP_ID >> ran; while test -e hold-undo-$STEP_ID; do sleep 0.02; done"}
        file = self.workstream("w", [
            {"id": "a", "command": "echo a >> ran", "compensation": undo},
            {"id": "b", "command": "echo b >> ran", "depends_on": ["a"], "compensation": undo},
            {"id": "c", "command": "echo c >> ran", "depends_on": ["b"], "compensation": undo},
            {"id": "bad", "command": "echo bad >> ran; exit 1", "depends_on": ["c"]}],
            saga={"rollback_on_failure": True})
        self.hold("undo-b")
        run = self.start("run", file)
        support.until(lambda: (self.project / "ran").exists() and "undo-b" in (self.project / "ran").read_text(), "undo-b")
        run.kill()
        self.finish(run)
        self.release()
        self.assertEqual(self.ran(), ["a", "b", "c", "bad", "undo-c", "undo-b"])
        again = self.expect(1, "run", file)
        self.assertRegex(again.out, r"Resuming run \S+ \(crashed\): its rollback goes on")
        self.assertEqual(self.ran(), ["undo-b", "undo-a"])
        self.assertEqual(self.runs()[0]["status"], "rolled_back")


class Edited(ResumeTest):
    def test_only_what_changed_runs_again_and_says_why(self):
        file = self.chain("a", "b", "c", "d")
        self.interrupt_at("d", file)
        self.ran()
        self.chain("a", "b", "c", "d", b="echo b2 >> ran")
        again = self.expect(0, "run", file)
        self.assertRegex(again.out, r"1 kept, 2 changed, 1 to run")
        self.assertRegex(again.out, r"\[b\] runs again: its command changed")
        self.assertRegex(again.out, r"\[c\] runs again: 'b' runs again")
        self.assertEqual(self.ran(), ["b2", "c", "d"])

    def test_force_keeps_edited_steps(self):
        file = self.chain("a", "b", "c")
        self.interrupt_at("c", file)
        self.ran()
        self.chain("a", "b", "c", a="echo other >> ran")
        self.assertRegex(self.expect(0, "run", file, "--force").out, r"2 kept, 0 changed, 1 to run")
        self.assertEqual(self.ran(), ["c"])

    def test_another_input_changes_the_steps_that_name_it(self):
        file = self.workstream("w", [
            {"id": "a", "command": "echo a >> ran"},
            {"id": "b", "command": "echo b-${inputs.who} >> ran", "depends_on": ["a"]},
            {"id": "c", "command": "echo c >> ran; while test -e hold-c; do sleep 0.02; done", "depends_on": ["b"]}],
            inputs={"who": {"default": "me"}})
        self.interrupt_at("c", file)
        self.ran()
        again = self.expect(0, "run", file, "--input", "who=you")
        self.assertRegex(again.out, r"\[b\] runs again: its inputs changed")
        self.assertEqual(self.ran(), ["b-you", "c"])

    def test_items_are_known_by_what_they_are(self):
        def write(items):
            return self.workstream("w", [
                {"id": "each", "for_each": items, "command": "echo {item} >> ran; while test -e hold-{item}; do sleep 0.02; done"}])
        file = write(["x", "y", "z"])
        self.interrupt_at("z", file, "--max-workers", "1")
        self.ran()
        write(["new", "z", "y", "x"])
        self.assertRegex(self.expect(0, "run", file, "--max-workers", "1").out, r"2 kept, 0 changed, 2 to run")
        self.assertEqual(self.ran(), ["new", "z"])


class Wishes(ResumeTest):
    def test_a_failed_run_is_gone_on_with_when_asked(self):
        file = self.failed()
        self.write("fixed", "")
        self.assertRegex(self.expect(0, "run", file, "--resume").out, r"\(failed\): 2 kept, 0 changed, 2 to run")
        self.assertEqual(self.ran(), ["b", "c"])

    def test_else_everything_runs_and_the_way_is_shown(self):
        file = self.failed()
        self.assertRegex(self.expect(1, "run", file).out, r"failed with 2 steps done: .*--resume")
        self.assertEqual(sorted(self.ran()), ["a", "b", "d"])

    def test_nothing_to_resume(self):
        file = self.chain("a")
        self.assertIn("Nothing to resume", self.expect(0, "run", file, "--resume").out)

    def test_resume_of_a_success_keeps_everything(self):
        file = self.chain("a", "b")
        self.expect(0, "run", file)
        self.ran()
        self.assertRegex(self.expect(0, "run", file, "--resume").out, r"2 kept, 0 changed, 0 to run")
        self.assertEqual(self.ran(), [])

    def test_resume_from_a_step(self):
        file = self.chain("a", "b", "c")
        self.expect(0, "run", file)
        self.ran()
        self.expect(0, "run", file, "--resume-from", "b")
        self.assertEqual(self.ran(), ["b", "c"])

    def test_resume_from_a_phase(self):
        file = self.write("p.json", {"id": "ws-p", "phases": [
            {"id": "one", "steps": [{"id": "a", "command": "echo a >> ran"}]},
            {"id": "two", "depends_on": ["one"], "steps": [{"id": "b", "command": "echo b >> ran"}]},
            {"id": "three", "depends_on": ["two"], "steps": [{"id": "c", "command": "echo c >> ran"}]}]}).name
        self.expect(0, "run", file)
        self.ran()
        self.expect(0, "run", file, "--resume-from", "two")
        self.assertEqual(self.ran(), ["b", "c"])

    def test_resume_from_something_whose_past_is_missing(self):
        file = self.failed()
        refused = self.expect(5, "run", file, "--resume-from", "c")
        self.assertIn("'b' is not done", refused.err)
        self.assertIn("--assume-previous-complete", refused.err)
        self.assertEqual(self.ran(), [])
        self.expect(0, "run", file, "--resume-from", "c", "--assume-previous-complete")
        self.assertEqual(self.ran(), ["c"])

    def test_wrong_wishes(self):
        file = self.chain("a")
        self.assertIn("did you mean 'a'", self.expect(2, "run", file, "--resume-from", "aa").err)
        self.expect(2, "run", file, "--resume", "--fresh-start")
        self.expect(2, "run", file, "--assume-previous-complete")
        self.expect(2, "run", file, "--resume", "--dry-run")
        self.assertEqual(self.ran(), [])


class Found(ResumeTest):
    """What a reader of the first version found."""

    def hold_step(self, name, **keys):
        return {"id": name, "command": f"echo {name} >> ran; while test -e hold-{name}; do sleep 0.02; done", **keys}

    def test_what_finally_took_down_is_set_up_again(self):
        file = self.workstream("w", [{"id": "server", "command": "echo server >> ran; touch up"},
                                     {"id": "test", "command": "echo test >> ran; test -e up || exit 9; test -e fixed",
                                      "depends_on": ["server"]}],
                               step_groups=[{"id": "g", "steps": ["server", "test"],
                                             "finally": [{"id": "stop", "command": "rm up"}]}])
        self.expect(1, "run", file)
        self.ran()
        self.write("fixed", "")
        self.expect(0, "run", file, "--resume")
        self.assertEqual(self.ran(), ["server", "test"])

    def test_a_shorter_list_is_another_list(self):
        def write(items):
            return self.workstream("w", [{"id": "each", "for_each": items, "command": "true"},
                                         {"id": "sum", "command": "echo sum >> ran", "depends_on": ["each"]},
                                         self.hold_step("y", depends_on=["sum"])])
        file = write(["x", "q", "z"])
        self.interrupt_at("y", file)
        self.ran()
        write(["x", "q"])
        self.expect(0, "run", file)
        self.assertEqual(self.ran(), ["sum", "y"])

    def test_nothing_runs_forward_while_undoing(self):
        undo = {"command": "echo undo-$STEP_ID >> ran; while test -e hold-undo-$STEP_ID; do sleep 0.02; done"}
        steps = [{"id": "a", "command": "echo a >> ran", "compensation": undo},
                 {"id": "bad", "command": "exit 1", "depends_on": ["a"]}]
        file = self.workstream("w", steps, saga={"enabled": True})
        self.interrupt_at("undo-a", file)
        self.ran()
        self.workstream("w", steps + [{"id": "new", "command": "echo new >> ran", "depends_on": ["a"]}], saga={"enabled": True})
        self.expect(1, "run", file)
        self.assertEqual(self.ran(), ["undo-a"])

    def test_a_group_that_is_skipped_this_time(self):
        file = self.workstream("w", [{"id": "m", "command": "true"},
                                     {"id": "z", "command": "echo z >> ran", "depends_on": [{"id": "g", "on": "done"}]},
                                     self.hold_step("y", depends_on=["z"])],
                               step_groups=[{"id": "g", "steps": ["m"], "when": "${inputs.x} == 1"}],
                               inputs={"x": {"default": 1}})
        self.interrupt_at("y", file)
        self.ran()
        self.expect(0, "run", file, "--input", "x=2")
        self.assertEqual(self.ran(), ["z", "y"])

    def test_fewer_rounds_than_were_done(self):
        def write(rounds):
            return self.workstream("w", [self.hold_step("m")], step_groups=[{"id": "g", "steps": ["m"], "repeat": rounds}])
        file = write({"max": 5})
        self.hold("m")
        run = self.start("run", file, "--events", "events")
        support.until(lambda: (self.project / "ran").exists(), "m")
        self.release()
        support.until(lambda: (self.project / "ran").read_text().count("m") >= 2, "the second round")
        run.kill()
        self.finish(run)
        write({"max": 1})
        self.ran()
        self.expect(0, "run", file)
        self.assertEqual(self.ran(), ["m"])

    def test_a_race_stays_won_beside_a_wait_and_an_edited_loser(self):
        def write(loser):
            return self.workstream("w", [{"id": "timer", "wait": {"for": "5m"}}, {"id": "loser", "command": loser},
                                         {"id": "work", "command": "echo work >> ran"},
                                         {"id": "use", "command": "echo use >> ran", "depends_on": ["race"]},
                                         self.hold_step("y", depends_on=["use"])],
                                   step_groups=[{"id": "race", "steps": ["timer", "loser", "work"], "join": "first"}])
        file = write("exec sleep 300")
        self.interrupt_at("y", file, "--max-workers", "4")
        self.ran()
        write("exec sleep 301")
        self.expect(0, "run", file, "--max-workers", "4")
        self.assertEqual(self.ran(), ["y"])

    def test_the_same_run_id_again(self):
        file = self.chain("a", "b")
        self.interrupt_at("b", file, "--run-id", "nightly")
        self.ran()
        again = self.expect(0, "run", file, "--run-id", "nightly")
        self.assertIn("this one is 'nightly.2'", again.err)
        self.assertEqual(self.ran(), ["b"])
        self.expect(2, "run", file, "--run-id", "nightly.2")

    def test_a_condition_is_no_part_of_the_definition(self):
        file = self.workstream("w", [{"id": "p", "command": "echo p >> ran", "when": "${inputs.x} < 5"},
                                     self.hold_step("y", depends_on=["p"])], inputs={"x": {"default": 1}})
        self.interrupt_at("y", file)
        self.ran()
        self.expect(0, "run", file, "--input", "x=2")
        self.assertEqual(self.ran(), ["y"])

    def test_a_step_of_two_workstreams(self):
        for name in "ab":
            self.write(f"{name}.json", {"id": f"ws-{name}", "steps": [{"id": "t", "command": f"echo {name} >> ran"}]})
        self.expect(0, "run", "a.json", "b.json")
        self.ran()
        self.assertIn("could be ws-a/t and ws-b/t", self.expect(2, "retry", "--step", "t").err)
        self.expect(0, "retry", "ws-b", "--step", "t")
        self.assertEqual(self.ran(), ["b"])

    def test_runs_inside_runs_go_on_only_with_the_run_around_them(self):
        self.write("w.json", {"id": "ws-w", "steps": [
            {"id": "plan", "command": "echo '{\"l\": [\"p\"]}' > \"$WORKSTREAM_OUTPUT\"", "outputs": {"l": "l"}},
            {"id": "c", "for_each": {"from": "steps.plan.outputs.l"}, "workstream": "ws-called", "depends_on": ["plan"]}]})
        self.write("called.json", {"id": "ws-called", "steps": [
            {"id": "in1", "command": "echo in1 >> ran"}, self.hold_step("in2", depends_on=["in1"])]})
        self.interrupt_at("in2", "w.json", by=signal.SIGINT)
        self.ran()
        self.expect(0, "run", "w.json", "--fresh-start")
        self.assertEqual(self.ran(), ["in1", "in2"])
        self.interrupt_at("in2", "w.json", by=signal.SIGINT)
        self.ran()
        self.expect(0, "run", "w.json")
        self.assertEqual(self.ran(), ["in2"])


class WrittenInTheFile(ResumeTest):
    def failing(self, **resume):
        steps = [{"id": "a", "command": "echo a >> ran"},
                 {"id": "b", "command": "echo b >> ran; test -e fixed", "depends_on": ["a"]}]
        file = self.workstream("w", steps, resume=resume)
        self.expect(1, "run", file)
        self.ran()
        return file

    def test_enabled_goes_on_after_a_failure_too(self):
        self.expect(1, "run", self.failing(enabled=True))
        self.assertEqual(self.ran(), ["b"])

    def test_not_enabled_or_from_the_beginning(self):
        for resume in ({"enabled": False}, {"strategy": "from_beginning"}):
            file = self.workstream("w", [{"id": "a", "command": "echo a >> ran; while test -e hold-a; do sleep 0.02; done"}],
                                   resume=resume)
            self.interrupt_at("a", file)
            self.assertNotIn("Resuming", self.expect(0, "run", file).out)
            self.assertIn("Resuming", self.expect(0, "run", file, "--resume").out)

    def test_from_the_start_of_the_phase(self):
        def step(name):
            return {"id": name, "command": f"echo {name} >> ran; while test -e hold-{name}; do sleep 0.02; done"}
        file = self.write("p.json", {"id": "ws-p", "resume": {"strategy": "from_phase_start"}, "phases": [
            {"id": "one", "steps": [step("a")]},
            {"id": "two", "depends_on": ["one"], "execute": "sequential", "steps": [step("b"), step("c")]}]}).name
        self.interrupt_at("c", file)
        self.ran()
        self.expect(0, "run", file)
        self.assertEqual(self.ran(), ["b", "c"])

    def test_an_edit_is_refused_when_the_file_says_so(self):
        def write(command):
            return self.workstream("w", [{"id": "a", "command": command},
                                         {"id": "b", "command": "echo b >> ran; while test -e hold-b; do sleep 0.02; done",
                                          "depends_on": ["a"]}], resume={"on_resume": {"check_file_changes": True}})
        file = write("echo a >> ran")
        self.interrupt_at("b", file)
        self.ran()
        write("echo other >> ran")
        for words in ([], ["--resume-from", "a"], ["--resume"]):
            refused = self.expect(5, "run", file, *words)
            self.assertIn("'a' was edited since it finished", refused.err)
            self.assertEqual(self.ran(), [])
        self.expect(0, "run", file, "--force")
        self.assertEqual(self.ran(), ["b"])

    def test_cleanup_on_complete(self):
        file = self.workstream("w", ["echo a >> ran"], resume={"cleanup_on_complete": True})
        self.expect(0, "run", file)
        self.assertEqual(self.runs(), [])
        self.assertEqual(list((self.project / ".worktrees" / "ws-w" / "runs").glob("*")), [])
        self.workstream("w", ["exit 1"], resume={"cleanup_on_complete": True})
        self.expect(1, "run", file)
        self.assertEqual(len(self.runs()), 1)


class Retry(ResumeTest):
    def test_what_failed(self):
        self.failed()
        self.write("fixed", "")
        self.expect(0, "retry")
        self.assertEqual(self.ran(), ["b", "c"])
        self.assertIn("nothing failed", self.expect(0, "retry").out)

    def test_one_step_and_downstream(self):
        file = self.chain("a", "b", "c")
        self.expect(0, "run", file)
        self.ran()
        self.expect(0, "retry", "ws-w", "--step", "b")
        self.assertEqual(self.ran(), ["b"])
        self.expect(0, "retry", "ws-w", "--downstream", "b")
        self.assertEqual(self.ran(), ["b", "c"])

    def test_an_older_run_from_another_directory(self):
        file = self.failed()
        first = self.runs()[0]["run_id"]
        self.expect(1, "run", file)
        self.ran()
        self.write("fixed", "")
        elsewhere = self.directory / "elsewhere"
        elsewhere.mkdir()
        self.expect(0, "retry", first, "--state-dir", self.project / ".worktrees", cwd=elsewhere)
        self.assertEqual(self.ran(), ["b", "c"])

    def test_what_cannot_be_retried(self):
        self.expect(2, "retry", "nobody")
        file = self.chain("a")
        self.hold("a")
        run = self.start("run", file)
        self.wait_for_file("ran")
        self.assertIn("still going on", self.expect(5, "retry").err)
        self.release()
        self.finish(run)
        self.expect(2, "retry", "--step", "nobody")
        self.expect(2, "retry", "--step", "a", "--downstream", "a")


if __name__ == "__main__":
    support.main()
