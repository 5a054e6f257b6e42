"""What a run says at its end agrees wherever it is said: on the screen, in its JSON, by its exit code, in its file, and in
what `status` and `history` read afterwards."""

import json
import os
import pathlib
import shutil
import signal
import socket

import support

GO = "touch up-{0}; while ! test -e go-{0}; do sleep 0.02; done"


class ToldTest(support.ProjectTest):
    def state(self, *path):
        return self.project.joinpath(".worktrees", *path)

    def assert_totals(self, run, **wanted):
        """Of the result, `status` and `history`: the same, and they add up."""
        told = [json.loads(self.state("ws-w", "runs", run, "result.json").read_text(encoding="utf-8")),
                self.expect(0, "status", run, "--json").json(),
                next(one for one in self.expect(0, "history", "--json").json() if one["run_id"] == run)]
        for answer in told:
            totals = answer["totals"]
            self.assertEqual({key: totals[key] for key in wanted}, wanted, answer)
            self.assertEqual(sum(totals[key] for key in ("completed", "failed", "skipped", "cancelled")), totals["total"])
        self.assertEqual(len({answer["status"] for answer in told}), 1)
        totals = told[0]["totals"]
        self.assertLessEqual(totals["accepted"] + totals["ignored"], totals["failed"])


class Counts(ToldTest):
    def cancelled(self, code, **keys):
        """What is said when a person cancels the second of two steps."""
        name = self.workstream("w", ["true", {"id": "c", "command": GO.format("c"), **keys}])
        run = self.start("run", name, "--run-id", "w", "--progress", "plain")
        self.wait_for_file("up-c")
        self.expect(0, "cancel", "--step", "c")
        finished = self.finish(run)
        self.assertEqual(finished.code, code, str(finished))
        self.assertIn("1 of 2 steps complete, 1 cancelled\n", finished.out)
        self.assertIn("\nCancelled by a person:\n", finished.out)
        self.assert_totals("w", total=2, completed=1, failed=0, cancelled=1)
        return finished.out

    def test_a_step_that_a_person_cancelled(self):
        self.assertIn("step 'c' was cancelled by a person\n", self.cancelled(1))

    def test_one_that_is_not_critical(self):
        self.assertIn(", with 1 step cancelled by a person\n", self.cancelled(0, critical=False))

    def test_one_whose_failure_the_run_goes_on_with(self):
        self.assertIn(", with 1 step cancelled by a person\n", self.cancelled(0, on_failure="continue"))

    def test_failures_that_a_group_drops(self):
        group = {"id": "g", "steps": ["a", "b"], "fail_if": "none", "errors": "drop", "on_first_failure": "drain"}
        self.write("w.json", {"id": "ws-w", "groups": [group], "steps": [{"id": "a", "command": "exit 3"}, {"id": "b", "command": "true"}]})
        self.expect(0, "run", "w.json", "--run-id", "w")
        self.assert_totals("w", total=2, completed=1, failed=1)

    def test_a_fan_out_whose_items_were_not_found(self):
        self.workstream("w", ["true", {"id": "each", "for_each": {"lines": "nowhere"}, "command": "true"}])
        self.expect(1, "run", "w.json", "--run-id", "w")
        self.assert_totals("w", total=2, completed=1, failed=1)
        self.assertIn("2 of 2 done: 1 succeeded, 1 failed\n", self.expect(0, "status").out)
        self.assertIn("   1/2 ", self.expect(0, "history").out)

    def test_one_that_was_passed_over(self):
        self.workstream("w", ["exit 1", {"id": "each", "depends_on": "a", "for_each": {"lines": "nowhere"}, "command": "true"}])
        self.expect(1, "run", "w.json", "--run-id", "w")
        self.assert_totals("w", total=2, failed=1, skipped=1)

    def test_one_that_found_nothing_to_do(self):
        self.write("empty", "")
        self.workstream("w", ["true", {"id": "each", "for_each": {"lines": "empty"}, "command": "true"}])
        self.expect(0, "run", "w.json", "--run-id", "w")
        self.assert_totals("w", total=1, completed=1)


class Endings(ToldTest):
    def ended(self, *arguments, **options):
        """A run whose steps succeed and whose end does not: 3 by its exit code and in its JSON, with the reason."""
        finished = self.expect(3, "run", "w.json", "--run-id", "w", "--json", *arguments, **options)
        result = finished.json()
        self.assertEqual((result["exit_code"], len(result["errors"])), (3, 1))
        self.assertIn(result["errors"][0], finished.err)
        return result["errors"][0]

    def test_a_result_that_cannot_be_written(self):
        self.workstream("w", ["mkdir -p .worktrees/ws-w/runs/w/result.json/x"])
        self.assertIn("result.json", self.ended())

    def test_outputs_that_cannot_be_handed_on(self):
        self.workstream("w", [{"id": "a", "command": "echo hello", "outputs": {"said": "stdout"}}],
                        outputs={"said": "${steps.a.outputs.said}"})
        error = self.ended("--hand-on", env={**self.env, "WORKSTREAM_OUTPUT": str(self.project / "no/such/file")})
        self.assertIn("no/such/file", error)
        kept = json.loads(self.state("ws-w", "runs", "w", "result.json").read_text(encoding="utf-8"))
        self.assertEqual((kept["exit_code"], kept["errors"]), (3, [error]))

    def test_a_database_that_was_cut_short_in_its_place(self):
        self.workstream("w", ["truncate -s 100 .worktrees/workstream.db .worktrees/workstream.db-wal"])
        self.assertIn("workstream.db", self.ended())

    def test_its_end_agrees_with_what_the_next_command_finds(self):
        over = "yes nonsense | dd bs=1000 count=50 conv=notrunc of={} 2>/dev/null"
        database, log = ".worktrees/workstream.db", ".worktrees/workstream.db-wal"
        codes = []
        for number, how in enumerate((over.format(database), over.format(log), f"{over.format(database)}; {over.format(log)}",
                                      f": > {database}", f": > {log}", f": > {database}; : > {log}", "true")):
            shutil.rmtree(self.state(), ignore_errors=True)
            self.workstream("w", ["true"])
            if number % 2 == 0:
                self.expect(0, "run", "w.json", "--run-id", "before")
            self.workstream("w", [how])
            finished = self.call("run", "w.json", "--run-id", "w", "--json")
            self.assertEqual(finished.code, finished.json()["exit_code"])
            self.assertEqual(finished.code == 0, self.call("status", "w").code == 0, f"{how}: {finished}")
            codes.append(finished.code)
        self.assertEqual(set(codes), {0, 3}, codes)

    def test_an_earlier_database_put_back_in_its_place(self):
        self.workstream("w", ["true"])
        self.expect(0, "run", "w.json", "--run-id", "before")
        shutil.copy(self.state("workstream.db"), self.project / "old.db")
        self.workstream("w", [": > .worktrees/workstream.db-wal; cat old.db > .worktrees/workstream.db"])
        self.ended()

    def test_a_failed_run_stays_one(self):
        self.workstream("w", ["mkdir -p .worktrees/ws-w/runs/w/result.json/x; exit 1"])
        result = self.expect(1, "run", "w.json", "--run-id", "w", "--json").json()
        self.assertEqual((result["exit_code"], len(result["errors"])), (1, 1))


class AfterALostAttempt(ToldTest):
    STEP = {"id": "a", "retry": {"attempts": 3, "initial_delay": "10ms"},
            "command": "echo \"try $STEP_ATTEMPT\"; if test -n \"$PREVIOUS_ATTEMPT_DIR\"; then echo \"$PREVIOUS_ATTEMPT_DIR\" > dir; "
                       "cat \"$PREVIOUS_ATTEMPT_DIR/out.log\" > before; exit 0; fi; " + GO.format("a")}

    def killed(self, *steps, name="first", logs=1):
        self.workstream("w", list(steps))
        run = self.start("run", "w.json", "--run-id", name)
        self.wait_for_file("up-a")
        support.until(lambda: len(list(self.state("ws-w", "runs", name, "steps").rglob("out.log"))) == logs, "the logs")
        os.kill(run.pid, signal.SIGKILL)
        run.communicate()
        self.assert_nobody_left()

    def test_its_own_directory_is_named(self):
        self.killed(self.STEP)
        finished = self.expect(0, "run", "w.json", "--run-id", "second", "--progress", "plain")
        self.assertEqual((self.project / "before").read_text(), "try 1\n")
        self.assertIn("/runs/first/steps/a/1", (self.project / "dir").read_text())
        self.assertIn("attempt 1 was lost with run first", finished.out)
        self.assertNotIn("ttempt 1 failed", finished.out)

    def test_one_that_is_gone_is_an_empty_one(self):
        self.killed(self.STEP)
        shutil.rmtree(self.state("ws-w", "runs", "first", "steps"))
        self.expect(0, "run", "w.json", "--run-id", "second")
        self.assertIn("/runs/second/steps/a/1", (self.project / "dir").read_text())

    def test_an_item_that_has_another_number_now(self):
        self.write("items", "x\ny\n")
        each = {**self.STEP, "for_each": {"lines": "items"}}
        self.killed({**each, "command": "echo \"$ITEM\"; " + each["command"]}, logs=2)
        self.write("items", "y\nx\n")
        self.write("go-a", "")
        self.expect(0, "run", "w.json", "--run-id", "second")
        self.assertNotIn("/runs/first/", (self.project / "dir").read_text())


class Socket(ToldTest):
    def tell(self, *fields):
        control = self.state("ws-w", "runs", "w", "control")
        one = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.addCleanup(one.close)
        os.chdir(control.parent)
        self.addCleanup(os.chdir, pathlib.Path("/"))
        one.connect("control")
        one.send("\n".join(["workstream-control-1", *map(str, fields), ""]).encode())
        return one.recv(1000).decode()

    def test_it_refuses_what_the_command_line_would(self):
        run = self.start("run", self.workstream("w", [GO.format("a")]), "--run-id", "w", "--json", "--max-workers", "2")
        self.wait_for_file("up-a")
        for count in (0, 65537, 4294967295):
            self.assertIn(f"\n0\n0\n{count} is not a number of workers: 1 to 65536", self.tell("workers", 0, count, 0))
        for length in (-1, 2 ** 63 - 1):
            self.assertIn("\n0\n0\nthat is no length of time", self.tell("pause", length, 0, 0))
        self.assertIn("\n1\n1\nruns at most 65536 steps", self.tell("workers", 0, 65536, 0))
        self.write("go-a", "")
        self.assertEqual(self.finish(run).code, 0)


class LogLimit(ToldTest):
    FLOOD = "yes 0123456 | head -c 1000000; touch ended; echo the end"

    def log(self, run="w"):
        return self.state("ws-w", "runs", run, "steps", "a", "1", "out.log").read_text(encoding="utf-8")

    def test_the_beginning_is_kept_and_the_step_goes_on(self):
        self.workstream("w", [self.FLOOD])
        finished = self.expect(0, "run", "w.json", "--run-id", "w", "--log-limit", "64KiB", "--progress", "plain")
        self.assertTrue((self.project / "ended").exists())
        log = self.log()
        self.assertEqual(log[:65536], "0123456\n" * 8192)
        self.assertEqual(log[65536:], "\n[workstream: the log ends here, after 65536 bytes; the output went on]\n")
        self.assertIn("[a] Output was lost: the log ends after 65536 bytes (--log-limit)", finished.out)
        step = json.loads(self.state("ws-w", "runs", "w", "result.json").read_text())["steps"][0]
        self.assertEqual(step["log_error"], "the log ends after 65536 bytes (--log-limit)")
        self.assertEqual(step["usage"]["output_bytes"], 1000008)
        self.assertIn("the log ends here", self.expect(0, "logs", "w", "a").out)

    def test_what_is_judged_and_handed_on_is_whole(self):
        self.workstream("w", [{"id": "a", "command": self.FLOOD, "success": {"require_output": ["the end"]}}])
        self.expect(0, "run", "w.json", "--run-id", "w", "--log-limit", "1k")
        self.assertLess(len(self.log()), 1200)

    def test_none_and_an_exact_fit(self):
        self.workstream("w", [self.FLOOD])
        for number, limit in enumerate(("none", "1000008", "1G", "2MB")):
            result = self.result(0, "w.json", "--run-id", f"w{number}", "--log-limit", limit)
            self.assertEqual(len(self.log(f"w{number}")), 1000008)
            self.assertNotIn("log_error", result["steps"][0])

    def test_runs_inside_a_run_have_it_too(self):
        self.write("items", "1\n")
        self.write("w.json", [{"id": "ws-w", "steps": [{"id": "each", "workstream": "inner", "for_each": {"lines": "items"}}]},
                              {"id": "inner", "steps": [{"id": "a", "command": self.FLOOD}]}])
        self.expect(0, "run", "w.json", "--ws-id", "ws-w", "--run-id", "w", "--log-limit", "5000")
        logs = [path for path in self.state().rglob("a/1/out.log") if path.stat().st_size > 4000]
        self.assertEqual([path.stat().st_size < 5200 for path in logs], [True])

    def test_wrong_sizes(self):
        self.workstream("w", ["touch ran"])
        for wrong in ("0", "-1", "many", "1.5", "10Q", "1e9", "99999999T", "0K", " "):
            refused = self.expect(2, "run", "w.json", f"--log-limit={wrong}")
            self.assertIn(f"--log-limit: '{wrong}' is not a size above zero: write 64KiB, 10M, 2G", refused.err)
        self.assertFalse((self.project / "ran").exists())


class Stopped(support.ProjectTest):
    """What a person's stop is called."""

    def stop(self, number, *steps, **keys):
        run = self.start("run", self.workstream("w", list(steps), **keys))
        self.wait_for_file("up")
        run.send_signal(number)
        return self.finish(run).out

    def test_to_quit_is_one_wish(self):
        said = self.stop(signal.SIGQUIT, "touch up; sleep 300")
        self.assertIn("Stopping: quit", said)
        self.assertNotIn("interrupted twice", said)
        self.assertEqual(said.count("Stopping:"), 1, said)

    def test_an_item_that_never_started_has_not_failed(self):
        said = self.stop(signal.SIGTERM, {"id": "f", "command": "touch up; sleep 300", "for_each": ["a", "b", "c"],
                                          "max_workers": 1})
        self.assertNotRegex(said, r"'f\[\d\]' failed")

    def test_a_step_that_was_tried_was_started(self):
        self.stop(signal.SIGTERM, {"id": "a", "command": "touch up; exit 1",
                                   "retry": {"attempts": 3, "initial_delay": "300s"}})
        (step,) = self.expect(0, "status", "--json").json()["steps"]
        self.assertEqual((step["attempts"], step["why"]), (1, "not tried again: terminated"))

    def test_a_rollback_that_did_not_succeed_was_cancelled_by_nobody(self):
        name = self.workstream("w", [{"id": "a", "command": "true", "compensation": {"command": "exit 1"}},
                                     {"id": "bad", "command": "exit 1", "depends_on": ["a"]}])
        self.expect(1, "run", name)
        said = self.call("run", name, "--resume").out
        self.assertRegex(said, r"Resuming run \S+ \(partially rolled back\): 0 kept, 1 changed, 1 to run")
        self.assertIn("[a] runs again: it was not undone to the end", said)

    def test_a_notice_that_outlasts_the_run(self):
        name = self.workstream("w", ["true"])
        err = self.expect(0, "run", name, "--notify-cmd", "sleep 300").err
        self.assertRegex(err, r"not done 10s after the run")


if __name__ == "__main__":
    support.main()
