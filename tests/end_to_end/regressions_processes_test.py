"""Bugs that other runners shipped, those of processes: one test each, named after what went wrong there."""

import os
import shutil
import subprocess
import time

import support


class Output(support.ProjectTest):
    def test_a_grandchild_that_holds_stdout_open_does_not_block_the_end_of_a_step(self):
        began = time.monotonic()
        name = self.workstream("one", ["setsid sleep 300 & echo begun", {"id": "b", "depends_on": ["a"],
                                                                         "command": "echo next"}])
        self.assertEqual(self.result(0, name)["states"], {"a": "succeeded", "b": "succeeded"})
        self.assertLess(time.monotonic() - began, 100)  # of its 300
        self.assert_nobody_left()

    def kept(self, size):
        name = self.workstream("one", [["head", "-c", str(size), "/dev/zero"]])
        self.assertEqual(self.result(0, name)["states"], {"a": "succeeded"})
        (log,) = (self.project / ".worktrees/ws-one/runs").glob("*/steps/a/1/out.log")
        return log.stat().st_size

    def test_64_kib_of_output_do_not_deadlock(self):
        for size in (65535, 65536, 65537, 1024 * 1024 + 1):
            with self.subTest(size=size):
                self.assertEqual(self.kept(size), size)
                shutil.rmtree(self.project / ".worktrees")

    def most_memory_for(self, size):
        """KiB of the program's own at its peak, while a step writes so many bytes."""
        name = self.workstream("one", [["head", "-c", str(size), "/dev/zero"]])
        scheduler = self.start("run", name, "--fresh-start", stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(scheduler.pid, 0)
        scheduler.returncode = os.waitstatus_to_exitcode(status)
        self.assertEqual(scheduler.returncode, 0)
        return usage.ru_maxrss

    def test_1_gib_of_output_is_neither_lost_nor_in_memory(self):
        size = 1024**3
        if shutil.disk_usage(self.project).free < 3 * size:
            self.skipTest("too little room on the disk")
        least = self.most_memory_for(1)
        shutil.rmtree(self.project / ".worktrees")
        self.assertLess(self.most_memory_for(size), least + 128 * 1024)
        (log,) = (self.project / ".worktrees/ws-one/runs").glob("*/steps/a/1/out.log")
        self.assertEqual(log.stat().st_size, size)


class Input(support.ProjectTest):
    def test_closed_stdin_so_a_prompt_cannot_hang(self):
        name = self.workstream("one", ["read answer || echo nobody answers", {"id": "b", "command": ["cat"]}])
        reader, writer = os.pipe()  # somebody who could type, and never does
        self.addCleanup(os.close, reader)
        self.addCleanup(os.close, writer)
        self.expect(0, "run", name, stdin=reader)
        self.assertEqual(self.expect(0, "logs", "ws-one", "a").out, "nobody answers\n")

    def test_inherited_tmout_does_not_end_a_shell(self):
        # A shell with TMOUT ends itself when it waits for input: it has to find an end of file instead.
        if shutil.which("bash") is None:
            self.skipTest("bash is not installed")
        self.env["TMOUT"] = "1"
        name = self.workstream("one", [["bash", "-c", "sleep 1.3; read line; echo end of file: $?"]])
        self.expect(0, "run", name)
        self.assertEqual(self.expect(0, "logs", "ws-one", "a").out, "end of file: 1\n")


class Ends(support.ProjectTest):
    def told(self, command):
        name = self.workstream("one", [command])
        finished = self.expect(1, "run", name)
        (step,) = self.expect(0, "status", "--json").json()["steps"]
        return finished.out, step["why"]

    def test_exit_255_is_shown_exactly(self):
        out, why = self.told("exit 255")
        self.assertIn("exit 255", out)
        self.assertEqual(why, "exit 255")

    def test_signal_deaths_are_shown_exactly(self):
        # 15 is not the exit code 15, 9 not 137 or -9; what a shell makes of its child's death is the shell's exit code.
        for command, why in ((["sh", "-c", "kill -TERM $$"], "killed by signal 15 (SIGTERM)"), ("exit 15", "exit 15"),
                             (["sh", "-c", "kill -KILL $$"], "killed by signal 9 (SIGKILL)"), ("exit 137", "exit 137"),
                             ("sh -c 'kill -KILL $$'; exit $?", "exit 137")):
            with self.subTest(command=command):
                out, told = self.told(command)
                self.assertEqual(told, why)
                self.assertIn(why, out)


class FirstProcess(support.ProjectTest):
    def test_no_zombies_as_pid_1_in_a_container(self):
        unshare = ["unshare", "--pid", "--fork", "--kill-child", "--mount-proc"]
        if os.system(" ".join([*unshare, "true", ">/dev/null", "2>&1"])) != 0:
            self.skipTest("this user may not make a PID namespace")
        name = self.workstream("one", [
            "(setsid true &); (setsid sh -c 'true & true' &); exit 0",
            {"id": "b", "depends_on": ["a"], "command": "grep -c '^State:.Z' /proc/[0-9]*/status > zombies; exit 0"}])
        finished = os.system(f"cd '{self.project}' && {' '.join(unshare)} '{support.PROGRAM}' run {name} > out 2>&1")
        self.assertEqual(finished, 0, (self.project / "out").read_text())
        counts = [line.rpartition(":")[2] for line in (self.project / "zombies").read_text().split()]
        self.assertEqual(set(counts), {"0"})


if __name__ == "__main__":
    support.main()
