"""As the first process of a container (PID 1): orphans are reaped, signals count, the exit code is right."""

import os
import shutil
import signal
import subprocess

import support


class FirstProcess(support.ProjectTest):
    def setUp(self):
        super().setUp()
        probe = ["unshare", "--pid", "--fork", "--mount-proc", "true"]
        if shutil.which("unshare") is None or subprocess.run(probe, capture_output=True, check=False).returncode != 0:
            self.skipTest("this user may not make a PID namespace")

    def begin(self, steps, *options):
        """The program as PID 1 of a namespace; the process that is given back is the one outside."""
        name = self.workstream("one", steps)
        command = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc", support.PROGRAM, "run", name, *options]
        process = subprocess.Popen(command, cwd=self.project, env=self.env, stdin=subprocess.DEVNULL,
                                   stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=support.as_a_person)
        self.addCleanup(self.put_away, process)
        return process

    def test_no_zombies_and_the_exit_code(self):
        # Counted by a last step, inside: what the others left may be there no more.
        count = "sed -n 's/^State:\\s*//p' /proc/[0-9]*/status | grep -c '^Z' > zombies; " \
                "cat /proc/[0-9]*/comm > names; exit 3"
        leave = ["(setsid sh -c 'true & true & exec sleep 0.1' &)", "sleep 0 & sleep 0 & exit 0",
                 "setsid sleep 60 & setsid sleep 60 & exit 0", "(env -i setsid true &); sleep 0.2"]
        steps = [{"id": f"s{i}", "command": command} for i, command in enumerate(leave * 5)]
        steps.append({"id": "last", "depends_on": [step["id"] for step in steps], "command": count})
        finished = self.finish(self.begin(steps, "--max-workers", "4"))
        self.assertEqual(finished.code, 1, str(finished))
        self.assertIn("exit 3", finished.out)
        self.assertEqual((self.project / "zombies").read_text().strip(), "0")
        self.assertNotIn("sleep", (self.project / "names").read_text())
        self.assert_nobody_left()

    def test_success(self):
        self.assertEqual(self.finish(self.begin(["true", "setsid sleep 60 & exit 0"])).code, 0)
        self.assert_nobody_left()

    def signalled(self, number, code):
        outer = self.begin(["touch up; setsid sleep 60 & wait"], "--json")
        self.wait_for_file("up")
        (first,) = support.children_of(outer.pid)
        os.kill(first, number)
        finished = self.finish(outer)
        # Inside, a signal that has no handler does nothing to PID 1: it must end by itself.
        self.assertEqual(finished.code, code, str(finished))
        self.assertEqual(finished.json()["status"], "cancelled")
        self.assert_nobody_left()

    def test_interrupt(self):
        self.signalled(signal.SIGINT, 130)

    def test_terminate(self):
        self.signalled(signal.SIGTERM, 143)

    def test_there_is_no_keeper_because_the_kernel_is_one(self):
        outer = self.begin(["touch up; setsid sleep 60 & wait"])
        self.wait_for_file("up")
        (first,) = support.children_of(outer.pid)
        self.assertIsNone(support.keeper_of(first))
        os.kill(first, signal.SIGKILL)
        self.finish(outer)
        self.assert_nobody_left()


if __name__ == "__main__":
    support.main()
