"""Which earlier runs count when a run goes on: several newest runs at once, and runs that were removed since."""

import fcntl
import os
import signal
import time

import support


class History(support.ProjectTest):
    def ran(self):
        path = self.project / "ran"
        lines = path.read_text(encoding="utf-8").split() if path.exists() else []
        path.unlink(missing_ok=True)
        return lines


class Skipped(History):
    def test_a_step_is_skipped_again_for_the_reason_it_was(self):
        # A condition was the first reason; of what is restored the failure would come first.
        name = self.workstream("w", [
            {"id": "weak", "critical": False, "command": "sleep 0.2; exit 1"},
            {"id": "unwanted", "when": "1 == 2", "command": "true"},
            {"id": "after", "depends_on": ["unwanted", "weak"], "command": "echo after >>ran"},
            {"id": "last", "depends_on": [{"id": "weak", "on": "done"}], "command": "touch up; test -e go || sleep 300"}])
        run = self.start("run", name)
        self.wait_for_file("up")
        run.kill()
        self.finish(run)
        self.assert_nobody_left()
        self.write("go", "")
        result = self.result(0, name)
        self.assertEqual((result["status"], result["states"]["after"]), ("completed_with_errors", "skipped"))


class SeveralNewest(History):
    def setUp(self):
        super().setUp()
        self.write("data", "1\n")
        self.workstream("1", [{"id": "a", "command": "echo a >>ran; echo x >>data"}])
        self.workstream("2", [{"id": "c", "command": "echo c >>ran; cp data copy"}], depends_on=["ws-1"])
        self.expect(0, "run", "1.json", "2.json")
        self.assertEqual(self.ran(), ["a", "c"])

    def test_what_an_older_one_did_is_older_than_what_it_needs(self):
        self.expect(0, "run", "1.json", "--fresh-start")
        said = self.expect(0, "run", "1.json", "2.json", "--resume").out
        self.assertEqual(self.ran(), ["a", "c"], said)  # the first one was of the run before
        self.assertIn("runs again: what it depends on ran after it", said)
        self.assertEqual((self.project / "copy").read_text(), (self.project / "data").read_text())

    def test_one_that_is_newer_than_what_it_needs_stands(self):
        self.expect(0, "run", "2.json", "--fresh-start", "--assume-complete", "ws-1")
        self.assertEqual(self.ran(), ["c"])
        self.expect(0, "run", "1.json", "2.json", "--resume")
        self.assertEqual(self.ran(), [])


class Removed(History):
    """A run that is forgotten brings no older one back to life."""

    def interrupted(self, name="w.json", **keys):
        """Its first step is done, its second one was cut off; go on with it by the same command."""
        steps = [{"id": "a", "command": "echo a >>ran"},
                 {"id": "b", "depends_on": ["a"], "command": "echo b >>ran; touch up; test -e go || sleep 300"}]
        for step in steps:
            step.update(keys.get(step["id"], {}))
        self.workstream("w", steps, **keys.get("w", {}))
        run = self.start("run", name)
        self.wait_for_file("up")
        run.kill()
        self.finish(run)
        self.assert_nobody_left()
        self.write("go", "")
        self.assertEqual(self.ran(), ["a", "b"])

    def statuses(self):
        return [run["status"] for run in self.expect(0, "history", "--json").json()]

    def test_cleanup_on_complete_takes_the_interrupted_runs_with_it(self):
        self.interrupted(w={"resume": {"cleanup_on_complete": True}})
        self.expect(0, "run", "w.json")
        self.assertEqual((self.ran(), self.statuses()), (["b"], []))
        for _ in range(2):
            self.assertNotIn("Resuming", self.expect(0, "run", "w.json").out)
            self.assertEqual((self.ran(), self.statuses()), (["a", "b"], []))

    def test_cleanup_on_complete_also_after_a_fresh_start(self):
        self.interrupted(w={"resume": {"cleanup_on_complete": True}})
        self.expect(0, "run", "w.json", "--fresh-start")
        self.ran()
        self.assertNotIn("Resuming", self.expect(0, "run", "w.json").out)
        self.assertEqual((self.ran(), self.statuses()), (["a", "b"], []))

    def test_cleanup_on_complete_keeps_what_an_idempotency_key_remembers(self):
        self.workstream("w", [{"id": "a", "command": "echo a >>ran", "idempotency_key": "k"}],
                        resume={"cleanup_on_complete": True})
        self.expect(0, "run", "w.json")
        self.expect(0, "run", "w.json")
        self.assertEqual((self.ran(), self.statuses()), (["a"], ["succeeded"]))

    def test_clean_keeps_what_an_interrupted_run_would_come_before(self):
        self.interrupted()
        self.expect(0, "run", "w.json", "--fresh-start", "--run-id", "good")
        self.ran()
        kept = self.expect(5, "clean", "--run", "good").out
        self.assertRegex(kept, r"kept run good: without it the next run would go on with run \S+ \(crashed\)")
        self.assertNotIn("Resuming", self.expect(0, "run", "w.json").out)

    def test_an_idempotency_key_brings_nothing_back(self):
        self.interrupted(a={"idempotency_key": "k"})
        self.expect(0, "run", "w.json", "--fresh-start")
        self.assertIn("kept run", self.expect(0, "clean", "--keep", "0").out)
        self.ran()
        self.assertNotIn("Resuming", self.expect(0, "run", "w.json").out)
        self.assertEqual(self.ran(), ["b"])  # what has the key, and nothing else

    def test_what_a_removed_run_left_is_ended(self):
        self.workstream("w", ["(setsid sleep 300 &); touch up; sleep 300"])
        run = self.start("run", "w.json")
        self.wait_for_file("up")
        os.kill(support.keeper_of(run.pid), signal.SIGKILL)
        run.kill()
        self.finish(run)
        self.assertNotEqual(self.left_over(), [])
        self.assertIn("crashed and left", self.expect(0, "clean", "--keep", "0").err)
        self.assert_nobody_left()

    def test_a_run_waits_for_a_clean_up(self):
        name = self.workstream("w", ["true"])
        self.expect(0, "run", name)
        with open(self.project / ".worktrees/ws-w/lock", "r+", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            lock.truncate()
            lock.write("`workstream clean` (process 1), which takes a moment")
            lock.flush()
            run = self.start("run", name)
            time.sleep(0.5)
            self.assertIsNone(run.poll())
        self.assertEqual(self.finish(run).code, 0)


if __name__ == "__main__":
    support.main()
