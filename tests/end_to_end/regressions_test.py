"""Bugs that other runners shipped, those of order and results: one test each, named after what went wrong there."""

import json
import signal

import support


class Failure(support.ProjectTest):
    def journal(self):
        path = self.project / "journal"
        return path.read_text(encoding="utf-8").split() if path.exists() else []

    def test_a_dependency_that_fails_within_a_millisecond_still_blocks_its_dependent(self):
        # Many times, as it is a race: a program that ends at once, one that is killed, one that cannot be started.
        steps = []
        for i in range(150):
            for word, failing in (("ends", ["false"]), ("dies", "kill -9 $$"), ("missing", ["/no/such/program"])):
                steps.append({"id": f"{word}{i}", "command": failing})
                steps.append({"id": f"after-{word}{i}", "depends_on": [f"{word}{i}"],
                              "command": f"echo after-{word}{i} >>journal"})
        name = self.workstream("one", steps, execution={"on_failure": "skip_dependents"})
        states = self.result(1, name, "--max-workers", "8")["states"]
        self.assertEqual(self.journal(), [])
        for step, state in states.items():
            self.assertEqual(state, "skipped" if step.startswith("after-") else "failed", step)
        self.assertEqual(len(states), 900)

    # A failure with dependents near and far, beside what does not depend on it.
    TREE = [{"id": "good", "command": "echo good >>journal"},
            {"id": "bad", "depends_on": ["good"], "command": "echo bad >>journal; exit 3"},
            {"id": "near", "depends_on": ["bad"], "command": "echo near >>journal"},
            {"id": "far", "depends_on": ["near", "beside"], "command": "echo far >>journal"},
            {"id": "beside", "depends_on": ["good"], "command": "echo beside >>journal"},
            {"id": "last", "depends_on": ["beside"], "command": "echo last >>journal"}]

    def test_dependents_of_a_failed_step_never_stay_pending(self):
        for policy in ("fail_fast", "skip_dependents", "abort"):
            for words in ([], ["--sequential"]):
                with self.subTest(policy=policy, words=words):
                    name = self.workstream(policy, self.TREE, execution={"on_failure": policy})
                    run = self.call("run", name, "--json", "--fresh-start", *words).json()
                    stored = self.expect(0, "status", f"ws-{policy}", "--json").json()
                    self.assertIsNotNone(stored["ended"])
                    for steps in (run["steps"], stored["steps"]):
                        states = {step["id"]: step["state"] for step in steps}
                        self.assertEqual(states["bad"], "failed")
                        for blocked in ("near", "far"):
                            self.assertIn(states[blocked], ("skipped", "cancelled"))
                        self.assertLessEqual(set(states.values()), {"succeeded", "failed", "skipped", "cancelled"})
                    why = {step["id"]: step["why"] for step in run["steps"]}
                    self.assertIn("bad", why["near"])

    def test_sequential_and_parallel_give_the_same_result_on_failure(self):
        def outcome(name, *words):
            (self.project / "journal").unlink(missing_ok=True)
            finished = self.call("run", name, "--json", "--fresh-start", *words)
            run = finished.json()
            return {"code": finished.code, "status": run["status"], "totals": run["totals"],
                    "first_failure": run["first_failure"], "ran": sorted(self.journal()),
                    "steps": [(step["id"], step["state"], step["why"]) for step in run["steps"]],
                    "groups": [(group["id"], group["state"]) for group in run["groups"]]}

        blocked = ["bad", "beside", "good", "last"]
        everybody = sorted([*blocked, "near", "far"])
        for policy, ran in (("skip_dependents", blocked), ("continue", everybody)):
            with self.subTest(policy=policy):
                name = self.workstream(policy, self.TREE, execution={"on_failure": policy})
                sequential = outcome(name, "--sequential")
                self.assertEqual(sequential["ran"], ran)
                self.assertEqual(outcome(name, "--max-workers", "4"), sequential)
        # Who runs beside a failure is a matter of time under fail_fast; who depends on it is not.
        name = self.workstream("fast", [step for step in self.TREE if step["id"] not in ("beside", "last", "far")])
        sequential = outcome(name, "--sequential")
        self.assertEqual((sequential["code"], sequential["ran"]), (1, ["bad", "good"]))
        self.assertEqual(outcome(name, "--max-workers", "4"), sequential)

    def test_an_ignored_failure_agrees_in_exit_code_summary_result_and_hooks(self):
        for policy, status, last in (("ignore", "succeeded", "Workstream complete in"),
                                     ("continue", "completed_with_errors", "with accepted failures")):
            with self.subTest(policy=policy):
                name = self.workstream(policy, [{"id": "after", "depends_on": ["warm"], "command": "true"}],
                                       step_groups=[{"id": "warm", "on_failure": policy,
                                                     "steps": [{"id": "bad", "command": "exit 1"}]}])
                hooked = ["--notify-cmd", f"cat >>{policy}.notes", "--events", f"{policy}.events"]
                shown = self.expect(0, "run", name, *hooked).out
                self.assertIn("● 1 of 2 steps complete, 1 failure accepted", shown)
                self.assertIn(last, " ".join(shown.splitlines()[-2:]))
                result = self.result(0, name, "--fresh-start")
                self.assertEqual((result["status"], result["states"]), (status, {"bad": "failed", "after": "succeeded"}))
                stored = self.expect(0, "status", f"ws-{policy}", "--json").json()
                self.assertEqual(stored["status"], status)
                self.assertEqual({run["status"] for run in self.expect(
                    0, "history", "--json", f"ws-{policy}").json()}, {status})
                (end,) = [json.loads(line) for line in (self.project / f"{policy}.events").read_text().splitlines()
                          if '"run_finished"' in line]
                self.assertEqual(end["status"], status)
                (note,) = [json.loads(line) for line in (self.project / f"{policy}.notes").read_text().splitlines()
                           if '"occasion":"run_finished"' in line]
                self.assertEqual(note["status"], status)
                strict = self.result(1 if policy == "continue" else 0, name, "--fail-on-errors", "--fresh-start")
                self.assertEqual(strict["status"], status)


class Once(support.ProjectTest):
    # Two workstreams, each twenty wide, above a third that both need.
    def files(self, shared):
        self.workstream("base", [{"id": "shared", "command": shared}])
        steps = [{"id": f"user{i}", "command": f"echo user{i} >>journal"} for i in range(20)]
        steps.append({"id": "end", "depends_on": [step["id"] for step in steps], "command": "echo end >>journal"})
        self.workstream("left", steps, depends_on=["ws-base"])
        self.workstream("right", steps, depends_on=["ws-base"])
        return ["left.json", "base.json", "right.json"]

    def lines(self):
        return (self.project / "journal").read_text(encoding="utf-8").split()

    def test_a_shared_dependency_runs_exactly_once(self):
        names = self.files("echo shared >>journal")
        self.expect(0, "run", *names, "--max-workers", "8")
        lines = self.lines()
        self.assertEqual((lines.count("shared"), lines[0], lines.count("end"), len(lines)), (1, "shared", 2, 43))

    def test_a_shared_dependency_runs_exactly_once_also_when_its_first_run_is_interrupted(self):
        for number in (signal.SIGINT, signal.SIGKILL):
            with self.subTest(signal=number.name):
                for name in ("journal", "up", "go"):
                    (self.project / name).unlink(missing_ok=True)
                names = self.files("echo begun >>journal; touch up; test -e go || sleep 300; echo shared >>journal")
                first = self.start("run", *names, "--max-workers", "8", "--fresh-start")
                self.wait_for_file("up")
                first.send_signal(number)
                self.assertEqual(self.finish(first).code, -number)
                self.assert_nobody_left()
                self.assertEqual(self.lines(), ["begun"])
                self.write("go", "")
                again = self.expect(0, "run", *names, "--max-workers", "8").out
                self.assertIn("43 to run", again)
                lines = self.lines()
                self.assertEqual((lines[:3], lines.count("shared"), len(lines)), (["begun", "begun", "shared"], 1, 45))


class Resumed(support.ProjectTest):
    def test_outputs_of_finished_steps_are_there_after_resume(self):
        name = self.workstream("one", [
            {"id": "make", "command": "echo made >>journal; echo n=$((6*7)) >>$WORKSTREAM_OUTPUT"},
            {"id": "wait", "depends_on": ["make"], "command": "touch up; test -e go || sleep 300"},
            {"id": "use", "depends_on": ["make", "wait"],
             "command": "echo ${steps.make.outputs.n} >>used"}])
        first = self.start("run", name)
        self.wait_for_file("up")
        first.kill()
        self.finish(first)
        self.assert_nobody_left()
        self.write("go", "")
        self.expect(0, "run", name)
        self.assertEqual((self.project / "journal").read_text(), "made\n")
        self.assertEqual((self.project / "used").read_text(), "42\n")


if __name__ == "__main__":
    support.main()
