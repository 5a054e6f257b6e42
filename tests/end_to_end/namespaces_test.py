"""A run in another PID namespace (a container that shares the project): other processes see that it goes on, although
its process number means nothing to them, and can speak to it."""

import os
import shutil
import signal
import subprocess

import support

UNSHARE = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
WAITS = "touch up; while [ ! -e go ]; do sleep 0.02; done"


class OtherNamespace(support.ProjectTest):
    def setUp(self):
        super().setUp()
        if shutil.which("unshare") is None or subprocess.run([*UNSHARE, "true"], capture_output=True,
                                                             check=False).returncode != 0:
            self.skipTest("this user may not make a PID namespace")

    def start_inside(self, *arguments):
        """The program in a namespace of its own; given back is the process outside."""
        process = subprocess.Popen([*UNSHARE, support.PROGRAM, *arguments], cwd=self.project, env=self.env,
                                   stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                   preexec_fn=support.as_a_person)
        self.addCleanup(self.put_away, process)
        return process

    def begin(self, *steps):
        run = self.start_inside("run", self.workstream("one", [WAITS, *steps]), "--json")
        self.wait_for_file("up")
        return run

    def status(self):
        return self.expect(0, "status", "--json").json()["status"]

    def test_it_is_shown_as_going_on(self):
        run = self.begin()
        self.assertEqual(self.status(), "running")
        self.assertEqual([row["status"] for row in self.expect(0, "history", "--json").json()], ["running"])
        self.assertIn("process 1 of another container", self.expect(0, "status").out)
        refused = self.expect(5, "run", "one.json")
        self.assertIn("is being run by run", refused.err)
        self.write("go", "")
        self.assertEqual(self.finish(run).code, 0)
        self.assertEqual(self.status(), "succeeded")

    def test_it_hears_what_is_said_to_it(self):
        run = self.begin("true")
        self.expect(0, "pause")
        self.expect(0, "resume")
        self.expect(0, "workers", "2")
        self.expect(0, "cancel")
        finished = self.finish(run)
        self.assertEqual((finished.code, finished.json()["status"]), (143, "cancelled"), str(finished))
        self.assert_nobody_left()

    def test_from_inside_a_run_outside_is_going_on(self):
        run = self.start("run", self.workstream("one", [WAITS]))
        self.wait_for_file("up")
        inside = self.finish(self.start_inside("history", "--json"))
        self.assertEqual([row["status"] for row in inside.json()], ["running"])
        cancelled = self.finish(self.start_inside("cancel"))
        self.assertEqual(cancelled.code, 0, str(cancelled))
        self.assertNotEqual(self.finish(run).code, 0)

    def test_one_that_was_killed_is_crashed(self):
        run = self.begin()
        (first,) = support.children_of(run.pid)
        os.kill(first, signal.SIGKILL)
        self.finish(run)
        self.assertEqual(self.status(), "crashed")
        self.write("go", "")
        # The next run holds the lock, and does not bring the killed one back to life.
        (self.project / "up").unlink()
        (self.project / "go").unlink()
        run = self.start("run", "one.json")
        self.wait_for_file("up")
        rows = self.expect(0, "history", "--json").json()
        self.assertEqual([row["status"] for row in rows], ["running", "crashed"])
        self.write("go", "")
        self.assertEqual(self.finish(run).code, 0)


if __name__ == "__main__":
    support.main()
