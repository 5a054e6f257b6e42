"""Bad input gets a clear answer: what is wrong, where, and what would be right; and nothing is started."""

import json
import os
import signal
import subprocess
import time

import support


class BadInputTest(support.ProjectTest):
    def refused(self, *arguments, parts=(), code=2, **options):
        """`run` and `validate` both refuse, with all `parts` in what they say."""
        for command in ("validate", "run"):
            finished = self.expect(code, command, *arguments, **options)
            for part in parts:
                self.assertIn(part, finished.err)
            self.assertEqual(finished.out, "")
        self.assertFalse((self.project / ".worktrees").exists())
        return finished.err


class Files(BadInputTest):
    def test_no_such_file(self):
        self.workstream("build", ["true"])
        self.refused("biuld.json", parts=["cannot read 'biuld.json': no such file", "did you mean 'build.json'?"])
        self.refused("no/such.yaml", parts=["cannot read 'no/such.yaml'"])
        self.refused("*.yaml", parts=["nothing matches '*.yaml'"])

    def test_directory_without_workstreams(self):
        (self.project / "empty").mkdir()
        self.refused("empty", parts=["no workstream files in 'empty'", "--recursive"])
        self.write("notes/todo.yaml", "title: todo\n")
        self.refused("notes", parts=["none of the 1 file read is a workstream file", "notes/todo.yaml:1:1: warning:"])

    def test_no_workstreams_directory(self):
        self.refused(parts=["'workstreams'", "--workstreams-dir DIR"])
        self.refused("--ws-id", "ws-x", parts=["'workstreams'", "--workstreams-dir DIR"])
        self.refused("ws-x", parts=["'workstreams'"])

    def test_two_files_with_the_same_id(self):
        self.write("all/one.yaml", "id: ws-same\nsteps: []\n")
        self.write("all/two.json", '{"id": "ws-same", "steps": []}')
        self.refused("all", parts=["'ws-same' is taken", "all/one.yaml:1:5", "all/two.json:1:8"])

    def test_unreadable(self):
        options = self.without_root()
        self.workstream("secret", ["true"])
        (self.project / "secret.json").chmod(0)
        self.refused("secret.json", parts=["secret.json", "Permission denied"], **options)

    def test_empty_file(self):
        for name in ("empty.yaml", "empty.json"):
            self.write(name, "")
            self.refused(name, parts=[f"{name}: error: the file is empty"])

    def test_other_notations(self):
        self.write("a.toml", 'id = "ws-a"\n')
        self.write("a.xml", "<workstream/>\n")
        self.write("a.txt", "just words\n")
        self.refused("a.toml", parts=["TOML files are not read", "JSON or YAML"])
        self.refused("a.xml", parts=["XML files are not read", "JSON or YAML"])
        self.refused("a.txt", parts=["a.txt"])

    def test_yaml_that_is_no_workstream(self):
        self.write("list.yaml", "title: Shopping\nitems: [bread]\n")
        self.refused("list.yaml", parts=["list.yaml:1:1: error: no 'id', 'steps', 'tasks', …: not a workstream file"])


class Text(BadInputTest):
    def test_trailing_comma(self):
        self.write("a.json", '{\n  "id": "ws-a",\n  "steps": [\n    {"id": "a", "command": "true"},\n  ]\n}\n')
        self.refused("a.json", parts=["a.json:4:35: error: a comma before ']'", '{"id": "a", "command": "true"},'])

    def test_template(self):
        self.write("a.json", '{"id": "ws-a", "steps": {{steps}}}')
        self.write("a.yaml", "id: ws-a\nsteps: {{ steps }}\n")
        self.refused("a.json", parts=["a.json:1:", "template"])
        self.refused("a.yaml", parts=["a.yaml:2:", "template"])

    def test_step_ids_that_are_paths(self):
        for name in ("a/b", "..", "../../etc", "/"):
            with self.subTest(name):
                self.workstream("a", [{"id": name, "command": "true"}])
                self.refused("a.json", parts=["a.json:1:", "'id' cannot "])

    def test_workstream_ids_that_are_paths(self):
        self.write("a.json", {"id": "../../elsewhere", "steps": []})
        self.refused("a.json", parts=["a.json:1:8: error: 'id' cannot hold '/'"])

    def test_escapes_in_a_file_do_not_reach_the_screen(self):
        self.write("a.json", json.dumps({"id": "ws-a", "steps": [{"id": "\x1b]0;owned\x07", "command": "true"}]}))
        self.write("b.yaml", b"id: ws-b\nname: \x1b[2Jgone\nsteps: 5\n")
        for name in ("a.json", "b.yaml"):
            self.assertNotIn("\x1b", self.refused(name))

    def test_ten_thousand_errors(self):
        mistakes = {"unknown dependency": "  - {{id: s{i}, command: 'true', depends_on: [x{i}]}}\n",
                    "wrong type": "  - {{id: s{i}, command: 5}}\n",
                    "same id": "  - {{id: same, command: 'true'}}\n",
                    "self-dependency": "  - {{id: s{i}, depends_on: s{i}}}\n"}
        for what, line in mistakes.items():
            with self.subTest(what):
                steps = "".join(line.format(i=i) for i in range(10_001))
                self.write("many.yaml", f"id: ws-many\nsteps:\n{steps}")
                begin = time.monotonic()
                message = self.expect(2, "validate", "many.yaml").err
                took = time.monotonic() - begin
                # What is quadratic here takes minutes; a linear reading well under a second without sanitizers.
                self.assertLess(took, 20, what)
                self.assertEqual(message.count(": error: "), 50)
                self.assertRegex(message, r"… and 99[45]\d more\n1000[01] errors, 0 warnings\n$")

    def test_all_mistakes_of_all_files_at_once(self):
        self.write("all/a.yaml", "id: ws-a\nsteps: 5\n")
        self.write("all/b.yaml", "id: ws-b\nsteps:\n  - {id: x, comand: 'true', depends_on: nothing}\n")
        self.refused("all", parts=["all/a.yaml:2:8", "all/b.yaml:3:13", "did you mean 'command'?", "all/b.yaml:3:41"])


class Commands(support.ProjectTest):
    def why(self, command, **keys):
        self.workstream("one", [{"id": "odd", "command": command, **keys}])
        finished = self.expect(1, "run", "one.json")
        self.assertIn("[odd] Failed", finished.out)
        (step,) = self.expect(0, "status", "--json").json()["steps"]
        self.assertIn(step["why"], finished.out)
        return step["why"]

    def test_does_not_exist(self):
        why = self.why(["no-such-program"])
        self.assertIn("program 'no-such-program' was not found", why)
        self.assertIn(f"searched PATH: {self.env['PATH']}", why)
        self.assertIn("not found", self.why(["no-such-program"], env={"PATH": "/nowhere"}))

    def test_is_a_directory(self):
        (self.project / "folder").mkdir()
        self.assertEqual(self.why(["./folder"]), "could not start: './folder' is a directory, not a program")

    def test_is_not_executable(self):
        self.write("data", "x")
        self.assertIn("'./data' is not executable", self.why(["./data"]))

    def test_without_its_interpreter(self):
        self.write("script", "#!/no/such/interpreter\n").chmod(0o755)
        self.assertIn("/no/such/interpreter", self.why(["./script"]))

    def test_working_directory_that_is_not_there(self):
        self.assertIn("nowhere", self.why(["true"], working_dir="nowhere"))

    def test_an_argument_that_is_too_long(self):
        self.assertIn("too long", self.why(["echo", "x" * 3_000_000]))


class Descriptors(support.ProjectTest):
    def setUp(self):
        super().setUp()
        self.workstream("one", ["cat; echo done", {"id": "b", "command": "sleep 0.2; touch ran", "depends_on": ["a"]}])

    def closing(self, redirections):
        script = f'exec "$0" run one.json {redirections}'
        finished = subprocess.run(["sh", "-c", script, support.PROGRAM], cwd=self.project, env=self.env, check=False,
                                  capture_output=True, timeout=support.DEADLINE)
        self.assertTrue((self.project / "ran").exists())
        (self.project / "ran").unlink()
        self.assertEqual(self.expect(0, "logs", "ws-one", "a").out, "done\n")
        return finished

    def test_closed_standard_descriptors(self):
        for redirections in ("<&-", ">&-", "2>&-", "<&- >&- 2>&-", ">/dev/full", ">/dev/full 2>/dev/full"):
            with self.subTest(redirections):
                self.assertEqual(self.closing(redirections).returncode, 0)

    def test_a_reader_that_goes_away_does_not_stop_the_run(self):
        reading, writing = os.pipe()
        process = self.start("run", "one.json", stdout=writing)
        os.close(writing)
        os.read(reading, 1)
        os.close(reading)
        self.assertEqual(self.finish(process).code, 0)
        self.assertTrue((self.project / "ran").exists())

    def test_readers_are_quiet_about_it(self):
        self.expect(0, "run", "one.json")
        for command in ("schema", "plan one.json --json", "graph one.json", "status", "history", "logs ws-one",
                        "logs ws-one --follow", "tools"):
            with self.subTest(command):
                finished = subprocess.run(["bash", "-c", f'"$0" {command} | head -c 1; echo; exit ${{PIPESTATUS[0]}}',
                                           support.PROGRAM], cwd=self.project, env=self.env, check=False,
                                          capture_output=True, timeout=support.DEADLINE)
                self.assertEqual((finished.returncode, finished.stderr), (0, b""))

    def test_a_follower_ends_with_its_reader(self):
        self.workstream("two", ["echo started; touch up; while :; do echo line; sleep 0.1; done"])
        run = self.start("run", "two.json")
        self.wait_for_file("up")
        reading, writing = os.pipe()
        process = self.start("logs", "ws-two", "a", "--follow", stdout=writing)
        os.close(writing)
        self.assertEqual(os.read(reading, 8), b"started\n")
        os.close(reading)
        self.assertEqual(self.finish(process).code, 0)
        run.terminate()
        self.assertEqual(self.finish(run).code, -signal.SIGTERM)

    def test_a_pipe_that_is_non_blocking(self):
        reading, writing = os.pipe()
        os.set_blocking(writing, False)
        process = self.start("schema", stdout=writing)
        os.close(writing)
        time.sleep(0.3)  # only makes it likely that the pipe is full
        with open(reading, "rb") as pipe:
            text = pipe.read()
        self.assertEqual(self.finish(process).code, 0)
        json.loads(text)


if __name__ == "__main__":
    support.main()
