"""What steps write: nothing is lost, nothing blocks, nothing harms a screen; and how they ended is shown exactly."""

import subprocess

import support


class OutputTest(support.ProjectTest):
    def output_of(self, command, code=0):
        """The bytes a step wrote, read back through `logs`."""
        name = self.workstream("one", [{"id": "a", "command": command}])
        self.said = self.expect(code, "run", name)
        return self.expect(0, "logs", "ws-one", "a").out_bytes

    def python(self, text):
        self.write("writer.py", "import os, sys\nout = sys.stdout.buffer\n" + text)
        return ["python3", "writer.py"]


class Bytes(OutputTest):
    def test_64_kib_without_a_newline(self):
        self.assertEqual(self.output_of(self.python("out.write(b'x' * 65536)")), b"x" * 65536)

    def test_five_megabytes(self):
        text = b"".join(b"line %d\n" % i for i in range(500_000))
        self.assertEqual(self.output_of(self.python("for i in range(500_000): out.write(b'line %d\\n' % i)")), text)
        self.assertGreater(len(text), 5_000_000)
        (row,) = self.expect(0, "logs", "ws-one", "a", "--json").json()
        self.assertEqual(row["output_bytes"], len(text))

    def test_both_streams_in_order(self):
        command = self.python("for i in range(200): os.write(1 + i % 2, b'%d\\n' % i)")
        # Two pipes: what is written to one stream stays in order.
        lines = [int(line) for line in self.output_of(command).split()]
        self.assertEqual([i for i in lines if i % 2 == 0], list(range(0, 200, 2)))
        self.assertEqual([i for i in lines if i % 2 == 1], list(range(1, 200, 2)))

    def test_invalid_utf8_is_kept_in_the_log_and_made_readable_elsewhere(self):
        raw = b"caf\xe9 \xff\xfe\xc3 end\n"
        self.assertEqual(self.output_of(self.python(f"out.write({raw!r}); sys.exit(1)"), code=1), raw)
        self.said.out_bytes.decode("utf-8")
        self.assertIn("caf\\xE9", self.said.out)
        self.expect(1, "run", "one.json", "--json").json()

    def test_escapes_of_a_failed_step_are_harmless_in_the_summary(self):
        raw = b"\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b[2J\rover\x08\x7f\n"
        self.assertEqual(self.output_of(self.python(f"out.write({raw!r}); sys.exit(1)"), code=1), raw)
        for byte in b"\x1b\x07\x08\x7f\r":
            self.assertNotIn(byte, self.said.out_bytes + self.said.err_bytes)
        self.assertIn("│ over", self.said.out)

    def test_the_last_lines_of_a_failed_step_and_the_path_of_its_log(self):
        self.output_of(["sh", "-c", "for i in $(seq 1 100); do echo line $i; done; exit 9"], code=1)
        self.assertIn("│ line 100\n", self.said.out)
        self.assertNotIn("│ line 1\n", self.said.out)
        self.assertRegex(self.said.out, r"log: /.*/steps/a/1/out\.log\n")

    def test_stdin_is_empty(self):
        self.assertEqual(self.output_of("cat; echo end"), b"end\n")

    def test_nobody_reads_the_screen_and_all_is_kept(self):
        # A pipe that is never read: the run must not depend on it beyond what fits into the pipe.
        self.workstream("one", [{"id": "a", "command": "seq 1 100000"}])
        process = self.start("run", "one.json", stdout=subprocess.PIPE)
        support.until(lambda: process.poll() is not None, "the end of a run whose screen nobody reads")
        self.assertEqual(len(self.expect(0, "logs", "ws-one", "a").out.splitlines()), 100_000)


class Ends(OutputTest):
    def test_a_grandchild_that_holds_the_pipe_does_not_delay_the_end(self):
        after = {"id": "b", "command": "touch ran", "depends_on": ["a"]}
        self.workstream("one", ["sleep 50 & echo leader done", after])
        result = self.result(0, "one.json")
        self.assertLess(result["duration_ms"], 20_000)
        self.assertTrue((self.project / "ran").exists())
        self.assertEqual(self.expect(0, "logs", "ws-one", "a").out, "leader done\n")
        self.assert_nobody_left()

    def test_a_daemon_is_gone_when_its_step_is(self):
        self.workstream("one", ["setsid sleep 50 > /dev/null 2>&1 & sleep 0.1"])
        self.expect(0, "run", "one.json")
        self.assert_nobody_left()

    def test_exit_codes_and_signals_are_shown_exactly(self):
        ends = {"exit 255": "exit 255", "exit 15": "exit 15", "exit 130": "exit 130", "exit 143": "exit 143",
                "kill -TERM $$": "killed by signal 15 (SIGTERM)", "kill -KILL $$": "killed by signal 9 (SIGKILL)",
                "kill -SEGV $$": "killed by signal 11 (SIGSEGV)", "kill -HUP $$": "killed by signal 1 (SIGHUP)",
                "kill -34 $$": "killed by signal 34"}
        steps = [{"id": f"s{i}", "command": command} for i, command in enumerate(ends)]
        result = self.result(1, self.workstream("one", steps))
        self.assertEqual([step["outcome"].partition(" (SIGRT")[0] for step in result["steps"]], list(ends.values()))
        text = self.expect(0, "status").out
        for end in ends.values():
            self.assertIn(end, text)

    def test_signals_of_a_step_are_its_own(self):
        # Blocked or ignored signals of the scheduler are not inherited: SIGPIPE ends `yes` quietly.
        result = self.result(0, self.workstream("one", ["yes | head -n 1", "(kill -PIPE $(sh -c 'echo $PPID'); echo no)"
                                                        " || true"]))
        self.assertEqual(result["states"], {"a": "succeeded", "b": "succeeded"})
        self.assertEqual(self.expect(0, "logs", "ws-one", "a").out, "y\n")

    def test_descriptors_do_not_leak(self):
        out = self.output_of(self.python("print(sorted(int(fd) for fd in os.listdir('/proc/self/fd')))"))
        self.assertEqual(out, b"[0, 1, 2, 3]\n")  # 3: the directory that is being listed


class Plain(support.ProjectTest):
    def test_the_transcript(self):
        self.workstream("one", [{"id": "a", "command": "sleep 0.1", "acceptance_tests": ["true"]},
                                {"id": "b", "command": "sleep 0.1", "depends_on": ["a"]}])
        lines = self.expect(0, "run", "one.json").out.splitlines()
        pattern = (r"✓ Loading workstream: ws-one", r"✓ Validating schema", r"✓ Checking file scope conflicts",
                   r"✓ Building dependency graph \(2 steps, 1 dependency\)",
                   r"✓ Initializing worker pool \(max_workers=1\)", r"", r"⟳ Executing steps in parallel:",
                   r"  → \[a\] Starting\.\.\.", r"", r"✓ \[a\] Complete \(.+s\)", r"  → \[b\] Starting\.\.\.",
                   r"✓ \[b\] Complete \(.+s\)", r"", r"✓ All steps complete",
                   r"✓ Running acceptance tests \(1/1\)", r"  → a: PASS", r"", r"✓ Workstream complete in .+s")
        for line, expected in zip(lines, pattern):
            self.assertRegex(line, f"^{expected}$")
        self.assertIn(len(lines) - len(pattern), (0, 1))  # one more when time was saved

    def test_ascii(self):
        name = self.workstream("one", ["exit 1", {"id": "b", "command": "true", "depends_on": ["a"]}])
        self.expect(1, "run", name, "--ascii").out_bytes.decode("ascii")
        self.expect(1, "run", name, env=dict(self.env, LC_ALL="de_DE.ISO-8859-1")).out_bytes.decode("ascii")
        self.expect(0, "status", "--ascii").out_bytes.decode("ascii")

    def test_no_colour_without_a_terminal(self):
        name = self.workstream("one", ["exit 1"])
        for progress in ("auto", "plain", "none"):
            finished = self.expect(1, "run", name, "--progress", progress, env=dict(self.env, TERM="xterm-256color"))
            self.assertNotIn("\x1b", finished.out + finished.err)

    def test_json_has_stdout_for_itself(self):
        finished = self.expect(0, "run", self.workstream("one", ["true"]), "--json")
        self.assertEqual(finished.json()["status"], "succeeded")
        self.assertIn("✓ [a] Complete", finished.err)
        self.assertEqual(self.expect(0, "run", "one.json", "--json", "--progress", "none").err, "")


if __name__ == "__main__":
    support.main()
