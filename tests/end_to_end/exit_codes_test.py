"""Every exit code of the program, each reached for real. Signals (130, 143) are in signals_test.py."""

import os
import subprocess

import support


class Success(support.ProjectTest):
    def test_all_succeeded(self):
        self.assertEqual(self.result(0, self.workstream("one", ["true", "true"]))["status"], "succeeded")

    def test_accepted_failure(self):
        name = self.workstream("one", [{"id": "a", "command": "exit 1", "on_failure": "continue"}, "true"])
        self.assertEqual(self.result(0, name)["status"], "completed_with_errors")
        self.assertEqual(self.result(1, name, "--fail-on-errors")["status"], "completed_with_errors")

    def test_everything_assumed_complete(self):
        name = self.workstream("one", ["true"])
        self.assertIn("nothing to run", self.expect(0, "run", name, "--assume-complete", "ws-one").out)

    def test_warnings_do_not_matter(self):
        name = self.workstream("one", ["true"], colour="red")
        self.assertIn("unknown key 'colour'", self.expect(0, "run", name).err)
        self.expect(2, "run", name, "--strict")


class Failure(support.ProjectTest):
    def test_a_step_failed(self):
        result = self.result(1, self.workstream("one", ["exit 7", {"id": "b", "depends_on": ["a"], "command": "true"}]))
        self.assertEqual(result["states"], {"a": "failed", "b": "skipped"})
        self.assertEqual(result["first_failure"], "ws-one/a")

    def test_a_step_timed_out(self):
        name = self.workstream("one", [{"id": "a", "command": "sleep 60", "timeout": 0.2}])
        self.assertEqual(self.result(1, name)["states"], {"a": "timed_out"})

    def test_an_acceptance_test_failed(self):
        name = self.workstream("one", [{"id": "a", "command": "true", "acceptance_tests": ["test -e nothing"]}])
        self.assertEqual(self.result(1, name)["states"], {"a": "failed"})
        name = self.workstream("two", ["true"], acceptance_tests=["test -e nothing"])
        self.assertEqual(self.result(1, name)["states"], {"a": "succeeded", "acceptance": "failed"})

    def test_an_abort(self):
        name = self.workstream("one", [{"id": "a", "command": "exit 1"}, "sleep 60", "sleep 60"])
        result = self.result(1, name, "--fail-fast", "--max-workers", "2")
        self.assertEqual(result["states"], {"a": "failed", "b": "cancelled", "c": "cancelled"})


class WorldFailed(support.ProjectTest):
    def refused(self, *arguments, **options):
        finished = self.expect(3, "run", self.workstream("one", ["touch ran"]), *arguments, **options)
        self.assertTrue(finished.err.startswith("workstream: "), str(finished))
        self.assertFalse((self.project / "ran").exists())
        return finished.err

    def test_a_file_where_the_state_directory_belongs(self):
        self.write(".worktrees", "")
        message = self.refused()
        self.assertIn(".worktrees", message)
        self.assertIn("cannot start the run", message)

    def test_a_file_where_the_workstream_directory_belongs(self):
        self.write(".worktrees/ws-one", "")
        self.assertIn("ws-one", self.refused())

    def test_a_database_that_is_none(self):
        self.write(".worktrees/workstream.db", "not a database at all" * 100)
        self.assertIn("workstream.db", self.refused())
        self.assertIn("workstream.db", self.expect(3, "status").err)
        self.assertIn("workstream.db", self.expect(3, "history").err)

    def test_a_state_directory_without_permission(self):
        options = self.without_root()
        self.workstream("one", ["touch ran"])
        self.project.chmod(0o555)
        self.addCleanup(self.project.chmod, 0o755)
        finished = self.expect(3, "run", "one.json", **options)
        self.assertIn("Permission denied", finished.err)
        self.assertIn(".worktrees", finished.err)
        self.expect(0, "run", "one.json", "--dry-run", **options)

    def test_standard_output_on_a_full_disk(self):
        name = self.workstream("one", ["true"])
        for command in (["schema"], ["plan", name], ["validate", name], ["validate", name, "--json"], ["graph", name],
                        ["tools"], ["history"], ["run", name, "--json"], ["status"], ["logs", "ws-one"]):
            with self.subTest(command), open("/dev/full", "wb") as full:
                self.assertIn("No space left", self.expect(3, *command, stdout=full).err)

    def test_a_full_disk(self):
        disk = self.directory / "disk"
        disk.mkdir()
        mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(disk)], capture_output=True,
                                 check=False)
        if mounted.returncode != 0:
            self.skipTest(f"no small file system can be mounted here: {mounted.stderr.decode().strip()}")
        self.addCleanup(subprocess.run, ["umount", "-l", str(disk)], check=True)
        flood = {"id": "flood", "command": "head -c 3000000 /dev/zero"}
        steps = [flood] + [{"id": f"s{i}", "command": "touch last" if i == 99 else "true",
                            "depends_on": ["flood"] if i == 0 else [f"s{i - 1}"]} for i in range(100)]
        finished = self.expect(3, "run", self.workstream("one", steps), "--state-dir", disk / "state")
        self.assertIn("the run could not be recorded", finished.err)
        self.assertIn("full", finished.err)
        self.assertFalse((self.project / "last").exists())
        self.assert_nobody_left()


class Unverified(support.ProjectTest):
    def test_strict_acceptance(self):
        name = self.workstream("one", [{"id": "a", "command": "true",
                                        "acceptance_tests": ["Verify that the page looks good"]}])
        result = self.result(0, name)
        self.assertEqual((result["states"], result["totals"]["unverified"]), ({"a": "unverified"}, 1))
        finished = self.expect(4, "run", name, "--strict-acceptance")
        self.assertIn("unverified", finished.err)

    def test_a_failure_weighs_more(self):
        prose = {"id": "a", "command": "true", "acceptance_tests": ["Verify that it looks good"]}
        name = self.workstream("one", [prose, "exit 1"])
        self.expect(1, "run", name, "--strict-acceptance")


class Refused(support.ProjectTest):
    def refused(self, name, *arguments, **options):
        finished = self.expect(5, "run", name, *arguments, **options)
        self.assertIn("refused before starting; nothing has run", finished.err)
        self.assertEqual(finished.out, "")
        self.assertFalse((self.project / "ran").exists())
        return finished.err

    def test_unknown_tool(self):
        name = self.workstream("one", ["touch ran", {"id": "b", "tool": "pyhton", "tasks": ["x"]}])
        message = self.refused(name)
        self.assertIn("one.json:1:", message)
        self.assertIn("no tool profile 'pyhton' (step b)", message)
        self.assertIn("did you mean 'python'?", message)

    def test_tool_that_is_not_installed(self):
        self.write("tools/oven.yaml", "name: oven\ncommand: [no-such-oven, '{prompt}']\ninstall: buy one\n")
        self.write("tools/echo.yaml", "name: echo\ncommand: [echo, '{prompt}']\n")
        name = self.workstream("one", ["touch ran", {"id": "b", "tool": "oven", "tasks": ["bread"]}])
        message = self.refused(name)
        for part in ("'oven' (step b) is not installed", "no-such-oven", "buy one", "--tool oven=PROFILE"):
            self.assertIn(part, message)
        self.expect(0, "run", name, "--tool", "oven=echo")
        self.assertIn("bread", self.expect(0, "logs", "ws-one", "b").out)

    def test_a_choice_that_does_not_exist_is_not_ignored(self):
        name = self.workstream("one", [{"id": "a", "tool": "python", "tasks": ["open('ran', 'w')"]}])
        message = self.expect(2, "run", name, "--tool", "python=shel").err
        self.assertIn("--tool python=shel: there is no profile 'shel'", message)
        self.assertIn("did you mean 'shell'?", message)
        self.assertIn("'nowhere'", self.expect(2, "run", name, "--tools-dir", "nowhere").err)
        self.expect(2, "tools", "--tools-dir", "nowhere")
        self.assertFalse((self.project / "ran").exists())

    def test_a_broken_profile_is_not_passed_over_in_silence(self):
        self.write("tools/python.yaml", "name: python\ncomand: [echo]\n")
        name = self.workstream("one", [{"id": "a", "tool": "python", "tasks": ["print(1)"]}])
        self.assertIn("tools/python.yaml:2:1: error: unknown key 'comand'", self.refused(name))
        self.assertEqual(self.expect(0, "run", self.workstream("two", ["true"])).err, "")
        self.expect(2, "tools")

    def test_gate(self):
        name = self.workstream("one", ["touch ran"], gate=2)
        self.assertIn("--approve 2", self.refused(name))
        self.expect(0, "run", name, "--approve", "2")

    def test_work_for_a_person(self):
        name = self.workstream("one", ["touch ran", {"id": "sign", "tasks": ["Sign the paper"]}])
        self.assertIn("--assume-complete sign", self.refused(name))
        self.expect(0, "run", name, "--assume-complete", "sign")

    def test_locked_by_another_run(self):
        name = self.workstream("one", ["touch up; sleep 60"])
        holder = self.start("run", name, "--run-id", "first")
        self.wait_for_file("up")
        finished = self.expect(5, "run", name)
        self.assertIn(f"'ws-one' is being run by run first (process {holder.pid}, since ", finished.err)
        os.kill(holder.pid, 9)
        self.finish(holder)
        (self.project / "up").unlink()
        self.expect(124, "run", name, "--timeout", "1")


class RunTimeout(support.ProjectTest):
    def test_the_whole_run(self):
        name = self.workstream("one", ["sleep 60", {"id": "b", "depends_on": ["a"], "command": "true"}])
        result = self.result(124, name, "--timeout", "0.3")
        self.assertEqual((result["status"], result["stop"]), ("timed_out", "run_timeout"))
        self.assertNotIn("succeeded", result["states"].values())
        self.assert_nobody_left()

    def test_in_the_file(self):
        self.assertEqual(self.result(124, self.workstream("one", ["sleep 60"], execution={"timeout": 0.3}))["status"],
                         "timed_out")


if __name__ == "__main__":
    support.main()
