"""A full disk: nothing more starts, what runs may finish, exit 3 with a message that says what to do, and the same
command works once there is room. On a file system of its own where that may be mounted."""

import json
import os
import sqlite3
import subprocess

import support


class DiskFull(support.ProjectTest):
    def setUp(self):
        super().setUp()
        self.disk = self.project / "disk"
        self.disk.mkdir()

    def mount(self, kib):
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={kib}k,mode=0777", "tmpfs", self.disk],
                              capture_output=True, check=False)
        if done.returncode != 0:
            self.skipTest("a small file system cannot be mounted here")
        self.addCleanup(subprocess.run, ["umount", "-l", self.disk], check=False)

    def fill(self, leave_kib=0):
        """A ballast that takes all the room but so much."""
        ballast = self.disk / "ballast"
        with open(ballast, "wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        os.truncate(ballast, max(0, ballast.stat().st_size - leave_kib * 1024))
        return ballast

    def run_it(self, code, *arguments):
        return self.expect(code, "run", "one.json", "--state-dir", "disk/state", *arguments)

    def test_with_no_checkpoint_it_goes_on(self):
        self.mount(1536)
        steps = [{"id": "a", "command": "touch up; until [ -e go ]; do sleep 0.02; done"},
                 *({"id": f"s{i}", "depends_on": ["a"], "command": f"echo s{i} >>ran"} for i in range(40))]
        self.write("one.json", {"id": "ws-one", "steps": steps})
        run = self.start("run", "one.json", "--state-dir", "disk/state", "--no-checkpoint")
        self.wait_for_file("up")
        self.fill()
        self.write("go", "")
        finished = self.finish(run)
        self.assertEqual(finished.code, 0, str(finished))
        said = "the run goes on without a record (--no-checkpoint): cannot store events"
        self.assertEqual(finished.err.count(said), 1, str(finished))
        self.assertEqual(len((self.project / "ran").read_text(encoding="utf-8").split()), 40)

    def test_full_before_the_start(self):
        self.workstream("one", ["touch ran"])
        self.mount(512)
        ballast = self.fill()
        refused = self.run_it(3)
        self.assertIn("disk/state", refused.err)
        self.assertIn("o space left", refused.err)
        self.assertFalse((self.project / "ran").exists())
        ballast.unlink()
        self.run_it(0)

    def test_every_amount_of_room_at_the_start(self):
        """Wherever it becomes full: exit 0 or 3, a message for 3, and afterwards the same command works."""
        self.workstream("one", [{"id": "a", "command": "echo said"},
                                {"id": "b", "command": "true", "depends_on": ["a"]}])
        self.mount(1024)
        self.run_it(0)
        codes = set()
        for room in (*range(0, 64, 4), *range(64, 200, 24)):
            with self.subTest(room=room):
                ballast = self.fill(room)
                finished = self.call("run", "one.json", "--state-dir", "disk/state", "--run-id", f"r{room}")
                codes.add(finished.code)
                self.assertIn(finished.code, (0, 3), str(finished))
                if finished.code == 3:
                    self.assertRegex(finished.err, "No space left|no space left")
                ballast.unlink()
                self.assertEqual(self.integrity(), "ok")
                self.expect(0, "history", "--state-dir", "disk/state")
                self.expect(0, "clean", "--keep", "1", "--state-dir", "disk/state")
        self.assertEqual(codes, {0, 3})
        self.run_it(0)

    def integrity(self):
        database = sqlite3.connect(self.disk / "state" / "workstream.db")
        try:
            return database.execute("PRAGMA integrity_check").fetchone()[0]
        finally:
            database.close()

    def test_full_in_the_middle(self):
        fill = "dd if=/dev/zero of=disk/ballast bs=1k 2>/dev/null; touch filled"
        steps = [{"id": "first", "command": "true"},
                 {"id": "fills", "command": fill + "; true", "depends_on": ["first"]},
                 {"id": "beside", "command": "while ! test -e filled; do sleep 0.02; done; touch finished",
                  "depends_on": ["first"]}]
        steps += [{"id": f"later{i}", "command": f"echo {'x' * 3000}; touch later{i}",
                   "depends_on": [f"later{i - 1}" if i else "fills"]} for i in range(60)]
        self.workstream("one", steps)
        self.mount(1024)
        finished = self.run_it(3, "--run-id", "mine", "--json")
        self.assertIn("disk/state/workstream.db", finished.err)
        self.assertRegex(finished.err, "no space left .*; make room, and give the same command again")
        self.assertTrue((self.project / "finished").exists())  # what ran was let finish
        started = len(list(self.project.glob("later*")))
        self.assertLess(started, 59)
        self.assertEqual(finished.json()["exit_code"], 3)
        self.assertEqual(self.integrity(), "ok")
        # What was recorded is there, and nobody who is not there runs.
        status = self.expect(0, "status", "mine", "--json", "--state-dir", "disk/state").json()
        self.assertEqual(status["status"], "crashed")
        self.assertEqual({step["id"]: step["state"] for step in status["steps"]}["first"], "succeeded")
        (self.disk / "ballast").unlink()
        self.write("one.json", {"id": "ws-one", "steps": steps[:1] + [{"id": "other", "command": "echo done"}]})
        self.run_it(0)
        self.assert_nobody_left()

    def test_a_log_that_does_not_fit(self):
        self.workstream("one", [{"id": "loud", "command": "head -c 3000000 /dev/zero | tr '\\0' x"}])
        self.mount(1536)
        finished = self.run_it(3, "--json")
        result = json.loads(finished.out)
        self.assertIn("No space left", json.dumps(result) + finished.err)
        self.assertEqual(self.integrity(), "ok")

    def test_a_log_at_a_limit_of_files(self):
        """Without a file system of its own: `ulimit -f` cuts each file. The output of a step is not its verdict."""
        self.workstream("one", [{"id": "loud", "command": "head -c 3000000 /dev/zero | tr '\\0' x"},
                                {"id": "after", "command": "touch ran", "depends_on": ["loud"]}])
        script = f"ulimit -f 1000; exec {support.PROGRAM} run one.json --json"
        done = subprocess.run(["sh", "-c", script], cwd=self.project, env=self.env, capture_output=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("File too large", done.stdout.decode() + done.stderr.decode())
        self.assertTrue((self.project / "ran").exists())
        logs = self.expect(0, "logs", "ws-one", "loud")
        self.assertIn("cut short", logs.err)

    def test_the_log_of_the_run_is_cut_short_with_a_message(self):
        self.workstream("one", ["true"])
        script = f"ulimit -f 0; exec {support.PROGRAM} run one.json"
        done = subprocess.run(["sh", "-c", script], cwd=self.project, env=self.env, capture_output=True, check=False)
        self.assertEqual(done.returncode, 3, done.stderr)
        self.assertIn(b"File too large", done.stderr)
        self.expect(0, "run", "one.json")


if __name__ == "__main__":
    support.main()
