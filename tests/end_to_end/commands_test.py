"""Every command: its help has an example, every reader's --json is JSON, a wrong command line gets one clear line."""

import re

import support

COMMANDS = ("run", "retry", "validate", "plan", "graph", "convert", "status", "logs", "history", "clean", "signal", "pause",
            "resume", "drain", "cancel", "workers", "tools", "init", "schema")


class Help(support.ProjectTest):
    def test_the_program_lists_every_command(self):
        text = self.expect(0, "--help").out
        listed = re.findall(r"^  ([a-z]+)  ", text.partition("Subcommands:")[2], re.MULTILINE)
        self.assertEqual(listed, list(COMMANDS))
        self.assertIn("Example:\n  workstream run", text)

    def test_every_command_shows_an_example_of_itself(self):
        for command in COMMANDS:
            with self.subTest(command):
                finished = self.expect(0, command, "--help")
                example = finished.out.partition("Example:\n")[2]
                self.assertIn(f"  workstream {command}", example)
                self.assertEqual(finished.err, "")

    def test_version(self):
        self.assertRegex(self.expect(0, "--version").out, r"^workstream \d+\.\d+\.\d+\n$")


class WrongCommandLine(support.ProjectTest):
    def complaint(self, *arguments):
        """One line that says what is wrong, and one that says where the help is."""
        finished = self.expect(2, *arguments)
        lines = finished.err.splitlines()
        self.assertEqual(len(lines), 2, str(finished))
        self.assertRegex(lines[1], r"^Run `workstream.* --help` for the options and an example\.$")
        self.assertEqual(finished.out, "")
        self.assertTrue(lines[0].startswith("workstream"), lines[0])
        return lines[0]

    def test_no_command(self):
        self.complaint()

    def test_unknown_command(self):
        self.assertEqual(self.complaint("frobnicate"), "workstream: there is no command 'frobnicate'")
        self.assertEqual(self.complaint("vlaidate"),
                         "workstream: there is no command 'vlaidate'; did you mean 'validate'?")

    def test_unknown_option(self):
        for command in COMMANDS:
            with self.subTest(command):
                line = self.complaint(command, "--frobnicate")
                self.assertIn("--frobnicate", line)
                self.assertTrue(line.startswith(f"workstream {command}: "), line)

    def test_wrong_values(self):
        for option, value in (("--max-workers", "0"), ("--max-workers", "-1"), ("--max-workers", "many"),
                              ("--max-workers", "65537"), ("--max-workers", "2.5"), ("--timeout", "0"),
                              ("--timeout", "soon"), ("--timeout-per-step", "-1"), ("--rate-limit-delay", "-1s"),
                              ("--var", "novalue"), ("--var", "=x"), ("--tool", "aider"), ("--approve", "all"),
                              ("--progress", "loud"), ("--format", "toml")):
            with self.subTest(f"{option} {value}"):
                self.assertIn(option, self.complaint("run", option, value))

    def test_repeatable_options_leave_the_inputs_alone(self):
        # `exit` ends a shell script and means nothing to Python: the step succeeds with either tool.
        self.workstream("one", ["true", {"id": "b", "tool": "shell", "tasks": ["exit"]}], vars={"who": "me"})
        (self.project / "own").mkdir()
        for option, value in (("--var", "who=you"), ("--assume-complete", "ws-other"), ("--tool", "shell=python"),
                              ("--tools-dir", "own")):
            with self.subTest(option):
                result = self.expect(0, "run", option, value, option, value, "one.json", "--json").json()
                self.assertEqual([workstream["file"] for workstream in result["workstreams"]], ["one.json"])
        self.expect(0, "run", "--ws-id", "ws-one", "one.json")
        self.expect(0, "tools", "--tools-dir", "own", "shell")

    def test_missing_value(self):
        self.assertIn("--max-workers", self.complaint("run", "--max-workers"))

    def test_wrong_run_id(self):
        self.workstream("one", ["true"])
        for name in ("../x", "a/b", "", "-x", "a b"):
            with self.subTest(name):
                self.expect(2, "run", "one.json", f"--run-id={name}")
        self.assertFalse((self.project / "x").exists())

    def test_the_same_run_id_twice(self):
        self.workstream("one", ["true"])
        self.expect(0, "run", "one.json", "--run-id", "mine")
        self.assertIn("'mine' exists already", self.expect(2, "run", "one.json", "--run-id", "mine").err)

    def test_readers_that_do_not_know_the_name(self):
        self.workstream("one", ["true"])
        self.assertIn("nothing has run yet", self.expect(2, "status").err)
        self.assertIn("nothing has run yet", self.expect(2, "logs", "ws-one").err)
        self.assertIn("no such run", self.expect(0, "history").out)
        self.expect(0, "run", "one.json")
        self.assertIn("'ws-two'", self.expect(2, "status", "ws-two").err)
        self.assertIn("'ws-two'", self.expect(2, "logs", "ws-two").err)
        self.assertIn("no step 'aa'; did you mean 'a'?", self.expect(2, "logs", "ws-one", "aa").err)
        self.assertIn("'odd' is no status", self.expect(2, "history", "--status", "odd").err)
        self.assertIn("did you mean 'python'?", self.expect(2, "tools", "pyhton").err)


class Json(support.ProjectTest):
    def setUp(self):
        super().setUp()
        self.workstream("one", [{"id": "a", "command": "echo hi", "acceptance_tests": ["true"]},
                                {"id": "b", "command": "exit 3", "depends_on": ["a"]}])

    def test_readers_of_files(self):
        report = self.expect(0, "validate", "one.json", "--json").json()
        self.assertEqual((report["ok"], report["bundles_checked"], report["errors"], report["warnings"]),
                         (True, 1, [], []))
        plan = self.expect(0, "plan", "one.json", "--json").json()
        self.assertEqual([(step["id"], step["wave"]) for step in plan["steps"]], [("a", 1), ("b", 2)])
        self.assertEqual((plan["wave_count"], plan["width"]), (2, 1))
        graph = self.expect(0, "graph", "one.json", "--json").json()
        self.assertEqual(len(graph["nodes"]), 2)
        self.assertEqual(graph, self.expect(0, "graph", "one.json", "--format", "json").json())

    def test_mistakes(self):
        self.write("bad.yaml", "id: ws-bad\nsteps:\n  - {id: a, command: 'true', depends_on: b}\n")
        report = self.expect(2, "validate", "bad.yaml", "--json").json()
        self.assertFalse(report["ok"])
        (error,) = report["errors"]
        self.assertEqual((error["file"], error["line"], error["column"], error["id"]), ("bad.yaml", 3, 42, "ws-bad/a"))

    def test_readers_of_runs(self):
        self.assertEqual(self.expect(0, "history", "--json").json(), [])
        self.expect(1, "run", "one.json", "--run-id", "first")
        status = self.expect(0, "status", "--json").json()
        self.assertEqual((status["run_id"], status["status"]), ("first", "failed"))
        self.assertEqual([(step["id"], step["state"]) for step in status["steps"]],
                         [("a", "succeeded"), ("b", "failed")])
        (run,) = self.expect(0, "history", "--json").json()
        self.assertEqual((run["run_id"], run["workstream"], run["status"]), ("first", "ws-one", "failed"))
        attempts = self.expect(0, "logs", "ws-one", "a", "--json").json()
        self.assertEqual([(row["test"], row["command"], row["outcome"]) for row in attempts],
                         [(None, "echo hi", "exit 0"), (1, "true", "exit 0")])
        self.assertEqual(len(self.expect(0, "logs", "first", "--json").json()), 3)

    def test_the_rest(self):
        names = [tool["name"] for tool in self.expect(0, "tools", "--json").json()]
        self.assertLessEqual({"shell", "python", "node", "aider", "claude", "codex", "pytest", "ruff"}, set(names))
        (shell,) = self.expect(0, "tools", "shell", "--json").json()
        self.assertTrue(shell["installed"])
        for arguments in (["schema"], ["schema", "--json"]):
            self.assertIn("properties", self.expect(0, *arguments).out)
            self.assertIn("$schema", self.expect(0, *arguments).json())


class Graph(support.ProjectTest):
    def test_formats(self):
        self.workstream("one", ["true", {"id": "next", "depends_on": ["a"], "command": "true"}])
        self.assertRegex(self.expect(0, "graph", "one.json").out, r"^(strict )?digraph ")
        self.assertRegex(self.expect(0, "graph", "one.json", "--format", "mermaid").out, r"^(graph|flowchart) ")
        self.expect(0, "graph", "one.json", "-o", "out.dot")
        self.assertTrue((self.project / "out.dot").read_text(encoding="utf-8").rstrip().endswith("}"))
        self.assertIn("out.pdf", self.expect(2, "graph", "one.json", "-o", "out.pdf").err)

    def test_pictures(self):
        self.workstream("one", ["true"])
        without = dict(self.env, PATH=str(self.directory))
        self.assertIn("dot", self.expect(3, "graph", "one.json", "-o", "x.png", env=without).err)
        if not any((support.pathlib.Path(place) / "dot").exists() for place in self.env["PATH"].split(":")):
            self.skipTest("Graphviz is not installed")
        self.expect(0, "graph", "one.json", "-o", "out.png")
        self.assertEqual((self.project / "out.png").read_bytes()[:8], b"\x89PNG\r\n\x1a\n")
        self.assertIn(b"<svg", self.expect(0, "graph", "one.json", "--format", "svg").out_bytes)

    def test_a_cycle_is_drawn_in_red(self):
        self.workstream("ring", [{"id": "a", "depends_on": ["b"]}, {"id": "b", "depends_on": ["a"]}])
        finished = self.expect(2, "graph", "ring.json")
        self.assertIn("deadlock: a -> b -> a", finished.err)
        self.assertRegex(finished.out, r'n0 -> n1 \[color="#cc0000"')

    def test_states_of_a_run(self):
        self.workstream("one", ["exit 1", "true"])
        self.expect(1, "run", "one.json")
        graph = self.expect(0, "graph", "one.json", "--run", "ws-one", "--json").json()
        self.assertEqual([node["state"] for node in graph["nodes"]], ["failed", "succeeded"])


if __name__ == "__main__":
    support.main()
