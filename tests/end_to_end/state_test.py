"""What a run leaves on disk, and what the readers say of it, also while it is under way and from other processes."""

import json
import os
import shutil
import stat

import support


class StateTest(support.ProjectTest):
    def run_directory(self, workstream="ws-one"):
        (found,) = (self.project / ".worktrees" / workstream / "runs").iterdir()
        return found

    def attempt(self, step, number=1):
        return self.run_directory() / "steps" / step / str(number)


class ResultFile(StateTest):
    def test_fields(self):
        steps = [{"id": "first", "command": "sleep 0.3; echo out"},
                 {"id": "second", "command": "sleep 0.3", "acceptance_tests": ["true", "Verify that it looks good"]},
                 {"id": "third", "command": "exit 3", "depends_on": ["first", "second"]},
                 {"id": "fourth", "command": "true", "depends_on": ["third"]}]
        name = self.workstream("one", steps, version="1.2.0", metadata={"owner": "me"})
        printed = self.expect(1, "run", name, "--json", "--run-id", "mine", "--max-workers", "4").out
        result = json.loads(printed)
        self.assertEqual(printed, (self.run_directory() / "result.json").read_text(encoding="utf-8"))
        self.assertEqual((result["schema_version"], result["run_id"], result["exit_code"], result["status"]),
                         (2, "mine", 1, "failed"))
        self.assertEqual([step["id"] for step in result["steps"]], ["first", "second", "third", "fourth"])
        totals = result["totals"]
        self.assertEqual((totals["total"], totals["completed"], totals["failed"], totals["skipped"],
                          totals["cancelled"], totals["unverified"]), (4, 2, 1, 1, 0, 1))
        self.assertEqual(result["concurrent_peak"], 2)  # measured: never four
        self.assertEqual(result["max_workers"], 4)
        self.assertGreaterEqual(result["duration_ms"], 300)
        self.assertGreaterEqual(result["sequential_estimate_ms"], 600)
        self.assertLess(result["started_at"], result["ended_at"])
        (workstream,) = result["workstreams"]
        self.assertEqual((workstream["version"], workstream["metadata"]), ("1.2.0", {"owner": "me"}))
        third, fourth = result["steps"][2:]
        self.assertEqual((third["outcome"], third["why"], third["attempts"]), ("exit 3", "exit 3", 1))
        self.assertEqual((fourth["state"], fourth["cause"], fourth["attempts"]), ("skipped", "ws-one/third", 0))
        tests = result["steps"][1]["acceptance_tests"]
        self.assertEqual([test["verdict"] for test in tests][0], "PASS")
        self.assertEqual(result["acceptance_tests"]["manual"], 1)
        self.assertGreaterEqual(result["steps"][0]["duration_ms"], 300)

    def test_sequential_peak_is_one(self):
        result = self.result(0, self.workstream("one", ["sleep 0.1"] * 3), "--sequential")
        self.assertEqual((result["concurrent_peak"], result["is_sequential"]), (1, True))

    def test_a_dry_run_leaves_nothing(self):
        result = self.result(0, self.workstream("one", ["touch ran"]), "--dry-run")
        self.assertTrue(result["is_dry_run"])
        self.assertEqual(sorted(path.name for path in self.project.iterdir()), ["one.json"])


class Directories(StateTest):
    def test_logs_of_attempts(self):
        loud = {"id": "loud", "command": "echo out; echo err >&2", "acceptance_tests": ["echo tested"]}
        self.workstream("one", [loud,
                                {"id": "silent", "command": "true"},
                                {"id": "failing", "command": "exit 2"}])
        self.expect(1, "run", "one.json")
        self.assertEqual((self.attempt("loud") / "out.log").read_text(encoding="utf-8"), "out\nerr\n")
        self.assertEqual((self.attempt("loud") / "cmd").read_text(encoding="utf-8").strip(), "echo out; echo err >&2")
        self.assertEqual((self.attempt("failing") / "cmd").read_text(encoding="utf-8").strip(), "exit 2")
        self.assertFalse((self.attempt("silent") / "out.log").exists())
        self.assertEqual(self.expect(0, "logs", "ws-one", "loud").out, "out\nerr\n")
        self.assertEqual(self.expect(0, "logs", "ws-one", "loud", "--test", "1").out, "tested\n")
        self.assertIn("wrote nothing (exit 0)", self.expect(0, "logs", "ws-one", "silent").err)
        self.expect(2, "logs", "ws-one", "loud", "--test", "2")
        self.expect(2, "logs", "ws-one", "loud", "--attempt", "2")
        (self.attempt("loud") / "out.log").unlink()
        self.assertIn("out.log", self.expect(3, "logs", "ws-one", "loud").err)

    def test_modes_keep_others_out(self):
        self.addCleanup(os.umask, os.umask(0o022))
        self.workstream("one", [{"id": "loud", "command": "echo secret"}, {"id": "bad", "command": "exit 1"},
                                {"id": "tool", "tool": "python", "tasks": ["print(1)"]}])
        self.expect(1, "run", "one.json")
        state = self.project / ".worktrees"
        for path in [state, *state.rglob("*")]:
            if path.is_symlink():
                continue
            mode = stat.S_IMODE(path.lstat().st_mode)
            with self.subTest(str(path.relative_to(self.project))):
                self.assertEqual(oct(mode), oct(0o700 if path.is_dir() else 0o600))

    def test_git_is_not_offered_the_state(self):
        self.expect(0, "run", self.workstream("one", ["true"]))
        self.assertEqual((self.project / ".worktrees/.gitignore").read_text(encoding="utf-8"), "*\n")

    def test_the_log_of_the_run_is_linked(self):
        self.expect(1, "run", self.workstream("one", ["true", "exit 4"]), "--run-id", "first")
        link = self.project / ".worktrees/ws-one/orchestrator.log"
        self.assertEqual(os.readlink(link), "runs/first/orchestrator.log")
        text = link.read_text(encoding="utf-8")
        for line in (r" INFO  run first started: 2 steps", r" INFO  \[a\] command started: true",
                     r" WARN  \[b\] command ended after \d+\.\d\ds: exit 4", r" ERROR \[b\] failed in .*: exit 4",
                     r" ERROR run first failed"):
            self.assertRegex(text, line)
        self.assertEqual(self.expect(0, "logs", "ws-one").out, text)
        self.assertEqual(self.expect(0, "logs").out, text)
        self.expect(1, "run", "one.json", "--run-id", "second")
        self.assertEqual(os.readlink(link), "runs/second/orchestrator.log")
        self.assertEqual(self.expect(0, "logs", "first").out, text)

    def test_another_state_directory(self):
        name = self.workstream("one", ["true"])
        self.expect(0, "run", name, "--state-dir", "deep/state")
        self.assertFalse((self.project / ".worktrees").exists())
        self.assertIn("ws-one", self.expect(0, "status", "--state-dir", "deep/state").out)
        self.assertIn("no such run", self.expect(0, "history").out)

    def test_what_a_step_sees(self):
        self.write("see.py", "import json, os\nprint(json.dumps({**os.environ, 'cwd': os.getcwd()}))\n")
        self.workstream("one", [{"id": "see", "command": "python3 see.py"}])
        self.expect(0, "run", "one.json", "--run-id", "mine")
        seen = json.loads(self.expect(0, "logs", "ws-one", "see").out)
        self.assertEqual((seen["WORKSTREAM_ID"], seen["RUN_ID"], seen["STEP_ID"], seen["STEP_ATTEMPT"]),
                         ("ws-one", "mine", "see", "1"))
        self.assertEqual(seen["cwd"], str(self.project))
        self.assertTrue(os.path.isdir(os.path.dirname(seen["WORKSTREAM_OUTPUT"])))


class WhileItRuns(StateTest):
    def test_status_and_logs_from_another_process(self):
        waiting = "echo said; touch up; while ! test -e go; do sleep 0.05; done"
        self.workstream("one", [{"id": "first", "command": waiting},
                                {"id": "next", "command": "true", "depends_on": ["first"]}])
        run = self.start("run", "one.json")
        self.wait_for_file("up")
        status = self.expect(0, "status", "ws-one", "--json").json()
        self.assertEqual((status["status"], status["pid"], status["ended"]), ("running", run.pid, None))
        self.assertEqual([step["state"] for step in status["steps"]], ["running", "waiting"])
        def has_grown():  # although nothing has happened in the run meanwhile
            later = self.expect(0, "status", "ws-one", "--json").json()
            return later["duration_ms"] >= max(300, status["duration_ms"] + 100)

        support.until(has_grown, "the duration of the running step to grow")
        self.assertIn(f"process {run.pid}", self.expect(0, "status").out)
        (row,) = self.expect(0, "history", "--status", "running", "--json").json()
        self.assertEqual(row["workstream"], "ws-one")
        self.assertEqual(self.expect(0, "logs", "ws-one", "first").out, "said\n")
        followers = [self.start("logs", "ws-one", "first", "--follow"), self.start("logs", "ws-one", "--follow")]
        self.write("go", "")
        self.assertEqual(self.finish(run).code, 0)
        step, whole = [self.finish(follower) for follower in followers]
        self.assertEqual((step.code, step.out), (0, "said\n"))
        self.assertRegex(whole.out, r"INFO  run \S+ succeeded")

    def test_ten_runs_at_once(self):
        names = [self.workstream(f"w{i}", [f"echo {i}; sleep 0.3", "true", "true"]) for i in range(10)]
        runs = [self.start("run", name, "--json") for name in names]
        for i, run in enumerate(runs):
            finished = self.finish(run)
            self.assertEqual(finished.code, 0, str(finished))
            self.assertEqual(finished.json()["workstreams"][0]["id"], f"ws-w{i}")
        rows = self.expect(0, "history", "--json").json()
        self.assertEqual({row["workstream"] for row in rows}, {f"ws-w{i}" for i in range(10)})
        self.assertEqual({row["status"] for row in rows}, {"succeeded"})
        self.assertEqual(self.expect(0, "logs", "ws-w7", "a").out, "7\n")

    def test_records_that_were_removed_under_a_run_are_an_error(self):
        self.workstream("other", ["true"])
        for again in (False, True):
            with self.subTest(is_made_anew=again):
                for name in ("up", "go"):
                    (self.project / name).unlink(missing_ok=True)
                run = self.start("run", self.workstream("one", ["touch up; while ! test -e go; do sleep 0.05; done"]))
                self.wait_for_file("up")
                shutil.rmtree(self.project / ".worktrees")
                if again:
                    self.expect(0, "run", "other.json")
                self.write("go", "")
                finished = self.finish(run)
                self.assertEqual(finished.code, 3, str(finished))
                self.assertIn("workstream.db' was removed while the run went on: its records are lost", finished.err)

    def test_one_run_of_a_workstream_at_a_time(self):
        self.workstream("shared", ["touch up; while ! test -e go; do sleep 0.05; done"])
        self.workstream("other", ["true"])
        holder = self.start("run", "shared.json", "--run-id", "first")
        self.wait_for_file("up")
        for arguments in (["shared.json"], ["other.json", "shared.json"]):
            message = self.expect(5, "run", *arguments).err
            self.assertIn(f"'ws-shared' is being run by run first (process {holder.pid}, since 20", message)
            self.assertIn("`workstream status first` shows it, `workstream cancel first` ends it", message)
        self.expect(0, "run", "other.json")
        self.expect(0, "run", "shared.json", "--dry-run")
        self.write("go", "")
        self.assertEqual(self.finish(holder).code, 0)
        self.expect(0, "run", "shared.json")


class History(StateTest):
    def test_filters(self):
        self.workstream("good", ["true"])
        self.workstream("bad", ["exit 1"])
        for name, code in (("good", 0), ("bad", 1), ("good", 0)):
            self.expect(code, "run", f"{name}.json")

        def listed(*arguments):
            rows = self.expect(0, "history", "--json", *arguments).json()
            return [(row["workstream"], row["status"]) for row in rows]
        good, bad = ("ws-good", "succeeded"), ("ws-bad", "failed")
        self.assertEqual(listed(), [good, bad, good])  # newest first
        self.assertEqual(listed("--status", "failed"), [bad])
        self.assertEqual(listed("--status", "crashed"), [])
        self.assertEqual(listed("ws-good"), [good, good])
        self.assertEqual(listed("--limit", "2"), [good, bad])
        self.assertEqual(len(self.expect(0, "history").out.splitlines()), 3)

    def test_a_run_is_found_by_the_beginning_of_its_id(self):
        self.workstream("one", ["true"])
        for name in ("alpha-1", "alpha-2", "beta-1"):
            self.expect(0, "run", "one.json", "--run-id", name)
        self.assertEqual(self.expect(0, "status", "beta", "--json").json()["run_id"], "beta-1")
        self.assertIn("alpha-2 and alpha-1", self.expect(2, "status", "alpha").err)
        self.assertEqual(self.expect(0, "status", "ws-one", "--json").json()["run_id"], "beta-1")


if __name__ == "__main__":
    support.main()
