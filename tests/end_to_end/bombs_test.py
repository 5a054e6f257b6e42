"""Files made to hurt: they grow when read, nest endlessly, are endless, are no files. Each gets an answer that says
what and where, in bounded time and memory; and running out of memory is told as what it is."""

import os
import resource
import threading

import support

MILLION = 1_000_000
# Address space for one look at a file: far more than any answer needs, far less than what a bomb wants.
ENOUGH = 4 << 30


class BombTest(support.ProjectTest):
    def refused(self, name, *parts, command=("validate",)):
        limits = support.as_a_person if support.is_sanitized() else self.bounded(ENOUGH)
        done = self.call(*command, name, preexec_fn=limits)
        self.assertEqual(done.code, 2, f"{name}: {done.err[:2000]}")
        for part in parts:
            self.assertIn(part, done.err[:20_000])
        # However large the file, the answer is something to read.
        self.assertLess(len(done.err), 40_000, name)
        self.assertLess(max(map(len, done.err.splitlines())), 1000, name)
        return done

    @staticmethod
    def bounded(size):
        def limit():
            support.as_a_person()
            resource.setrlimit(resource.RLIMIT_AS, (size, size))
        return limit


class Growing(BombTest):
    def test_aliases_of_aliases(self):
        letters = "abcdefghijklm"
        lines = [f"x-{new}: &{new} [{','.join([f'*{old}'] * 9)}]" for old, new in zip(letters, letters[1:])]
        self.write("bomb.yaml", "id: ws-b\nx-a: &a [x,x,x,x,x,x,x,x,x]\n" + "\n".join(lines) + "\nsteps: []\n")
        self.refused("bomb.yaml", "error: aliases repeat more than", "bomb.yaml:8:", "write out what is really needed")

    def test_merge_keys(self):
        lines = [f"x-{i}: &b{i} {{<<: [*b{i - 1}, *b{i - 1}], k{i}: 1}}" for i in range(1, 2000)]
        self.write("bomb.yaml", "id: ws-b\nx-0: &b0 {k0: 1}\n" + "\n".join(lines) + "\nsteps: []\n")
        self.refused("bomb.yaml", "error: aliases repeat more than")


class Nested(BombTest):
    def test_json(self):
        for opened, closed in (("[", "]"), ('{"a":', "}")):
            self.write("deep.json", '{"id":"ws-d","steps":' + opened * MILLION + "1" + closed * MILLION + "}")
            self.refused("deep.json", "deep.json:1:", "nested deeper than 200 levels")

    def test_yaml(self):
        for what, steps, message in (
                ("brackets", " " + "[" * MILLION + "]" * MILLION, "more than 10000 open brackets on one line"),
                ("braces", " " + "{a: " * MILLION + "}" * MILLION, "more than 10000 open brackets on one line"),
                ("brackets on lines", "\n" + " [\n" * 200_000 + "]" * 200_000, "nested deeper than 200 levels"),
                ("dashes", "\n" + "- " * MILLION + "a", "nested deeper than 200 levels"),
                ("blocks", "\n" + "".join(" " * i + "- \n" for i in range(1, 1500)), "nested deeper than 200 levels"),
                ("tags", " " + "!a " * MILLION + "a", "two tags on one value"),
                ("anchors", " " + "&a " * MILLION + "a", "two anchors on one value")):
            with self.subTest(what):
                self.write("deep.yaml", f"id: ws-d\nsteps:{steps}\n")
                self.refused("deep.yaml", "deep.yaml:", message)

    def test_expressions_and_templates(self):
        for what, key, value, message in (
                ("parentheses", "when", "(" * MILLION + "true" + ")" * MILLION, "it nests deeper than 200 levels"),
                ("not", "when", "not " * MILLION + "true", "it nests deeper than 200 levels"),
                ("defaults", "command", "echo " + "${inputs.a:-" * MILLION + "x" + "}" * MILLION, "error"),
                ("environment", "command", "echo " + "${env.A:-" * MILLION + "x" + "}" * MILLION, "error"),
                ("a path", "when", "steps" + ".a" * MILLION, "error")):
            with self.subTest(what):
                self.write("deep.json", {"id": "ws-d", "steps": [{"id": "a", "command": "true", key: value}]})
                self.refused("deep.json", "deep.json:1:", message)

    def test_groups_in_groups(self):
        for deep, code in ((90, 0), (10_000, 2)):
            groups = "".join(f'{{"id": "g{i}", "steps": [' for i in range(deep))
            self.write("deep.json", f'{{"id": "ws-d", "groups": [{groups}{{"id": "a", "command": "true"}}{"]}" * deep}]}}')
            done = self.expect(code, "run", "deep.json", "--progress", "none")
            self.assertEqual("nested deeper than 200 levels" in done.err, code == 2)

    def test_prose(self):
        self.write("a.prose", "let x = " + "[" * MILLION + "]" * MILLION + "\n")
        self.refused("a.prose", "a.prose:1:", "nested too deeply")
        self.write("b.prose", "".join("  " * i + "parallel:\n" for i in range(1500)) + "  " * 1500 + 'session "x"\n')
        self.refused("b.prose", "b.prose:201:")
        self.write("c.prose", 'if **' + "(" * MILLION + '**:\n  session "x"\n')
        self.assertIn(self.call("validate", "c.prose").code, (0, 2))

    def test_kata(self):
        condition = "(" * MILLION + "input.x == 1" + ")" * MILLION
        self.write("a.kata", f"kata a v1\ninitial p\nphase p\n  if {condition}\n    goto q\nphase q\n  end\n")
        self.refused("a.kata", "a.kata:")

    def test_blok(self):
        condition = "!" * MILLION + "ctx.vars.x"
        self.write("a.json", {"name": "b", "version": "1.0.0", "trigger": {"manual": {}}, "steps": [
            {"id": "a", "use": "n", "type": "runtime.python3", "inputs": {"v": "js/" + "(" * MILLION + ")" * MILLION}},
            {"id": "b", "branch": {"when": condition, "then": [{"id": "c", "use": "n"}]}}]})
        self.expect(0, "validate", "a.json")  # an expression nobody can evaluate: it loads, and is refused at a run
        refused = self.expect(5, "run", "a.json").err
        self.assertEqual(refused.count("is JavaScript beyond what is understood here: deeper nesting"), 2)
        self.assertLess(max(map(len, refused.splitlines())), 1000)


class Large(BombTest):
    def test_an_id_and_a_command_of_a_hundred_megabytes(self):
        huge = "x" * 100_000_000
        for steps, column in ((f'[{{"id":"a","command":"{huge}"}}]', 43), (f'[{{"id":"{huge}","command":"true"}}]', 29)):
            self.write("huge.json", f'{{"id":"ws-b","steps":{steps}}}')
            self.refused("huge.json", f"huge.json:1:{column}: error: a text of 100000000 bytes; the limit is 16777216")

    def test_a_line_of_ten_megabytes(self):
        self.write("line.yaml", f"id: ws-b\nsteps: [{{id: a, command: 'true {'x' * 10_000_000}', bogus: 1}}]\n")
        done = self.call("validate", "line.yaml")
        self.assertLess(len(done.err), 2000)
        self.assertIn("line.yaml:2:", done.err)

    def test_a_hundred_thousand_errors(self):
        files = {"a.json": '{"id":"ws-b","steps":[' + ",".join('{"id":"s","comand":"true"}' for _ in range(50_000)) + "]}",
                 "b.yaml": "id: ws-b\nsteps:\n" + "".join(f"  - {{id: s{i}, command: 'true', depends_on: [n{i}]}}\n"
                                                          for i in range(100_000)),
                 "c.prose": "".join(f"bogus {i}\n" for i in range(100_000))}
        for name, text in files.items():
            with self.subTest(name):
                self.write(name, text)
                done = self.refused(name)
                self.assertRegex(done.err, r"… and \d+ more\n\d+ errors, \d+ warnings\n$")

    def test_output_of_one_line_of_ten_megabytes(self):
        name = self.workstream("one", ["head -c 10000000 /dev/zero | tr '\\0' x; exit 1"])
        done = self.call("run", name)
        self.assertEqual(done.code, 1)
        self.assertLess(len(done.out), 4000)
        self.assertLess((self.project / ".worktrees/workstream.db").stat().st_size, 1_000_000)


class NoFiles(BombTest):
    def test_endless_and_unreadable(self):
        if support.is_sanitized():
            self.skipTest("a gigabyte of zeros takes too long under the sanitizer")
        done = self.expect(2, "validate", "/dev/zero")
        self.assertIn("cannot read '/dev/zero': it is larger than 1073741824 bytes", done.err)

    def test_devices_and_directories(self):
        self.write("a.yaml", "id: ws-a\nsteps: [{id: a, command: 'true'}]\n")
        (self.project / "d.yaml").mkdir()
        for arguments, part in (
                (["validate", "/dev/null"], "/dev/null: error: the file is empty"),
                (["validate", "/proc/self/mem"], "cannot read '/proc/self/mem'"),
                (["validate", "d.yaml"], "no workstream files in 'd.yaml'"),
                (["run", "a.yaml", "--input", "d.yaml"], "cannot read 'd.yaml': it is a directory")):
            with self.subTest(arguments):
                self.assertIn(part, self.expect(2, *arguments).err)

    def test_pipes_are_read_where_they_are_named_and_not_where_they_lie(self):
        text = b"id: ws-a\nsteps: [{id: a, command: 'true'}]\n"
        self.write("dir/a.yaml", text)
        self.write("tools/a.yaml", "name: x\ncommand: [x]\n")
        for path in ("dir/b.yaml", "tools/b.yaml", "named.yaml"):
            os.mkfifo(self.project / path)
        self.assertIn("1 workstream in 1 file", self.expect(0, "validate", "dir").out)
        self.expect(0, "run", "dir/a.yaml")
        writer = threading.Thread(target=lambda: (self.project / "named.yaml").write_bytes(text))
        writer.start()
        self.expect(0, "validate", "named.yaml")
        writer.join()

    def test_paths_that_lead_out_of_the_state_directory(self):
        self.write("a.yaml", "id: ws-a\nsteps: [{id: a, command: 'true'}]\n")
        standing_in = ["run", "a.yaml", "--ws-id", "ws-a", "--as"]
        for arguments in ([*standing_in, "../../escaped"], [*standing_in, ".."], [*standing_in, "workstream.db"],
                          ["run", "a.yaml", "--run-id", "../x"], ["status", "../a"], ["logs", "../a"], ["signal", "../x"], ["signal", "a/b"]):
            with self.subTest(arguments):
                self.assertNotIn("\n\n", self.expect(2, *arguments).err)
        self.assertEqual({path.name for path in self.project.rglob("*")}, {"a.yaml"})
        self.assertFalse((self.directory / "escaped").exists())

    def test_a_file_that_is_rewritten_while_it_is_read(self):
        long = "id: ws-a\nsteps:\n" + "".join(f"  - {{id: s{i}, command: 'true'}}\n" for i in range(2000))
        is_over = threading.Event()

        def rewrite():
            while not is_over.is_set():
                self.write("a.yaml", long)
                self.write("a.yaml", "id: ws-a\nsteps: []\n")
        writer = threading.Thread(target=rewrite)
        self.write("a.yaml", long)
        writer.start()
        try:
            for _ in range(30):
                self.assertIn(self.call("validate", "a.yaml").code, (0, 2))
        finally:
            is_over.set()
            writer.join()


class ShortMemory(BombTest):
    def setUp(self):
        super().setUp()
        if support.is_sanitized():
            self.skipTest("the sanitizer needs its address space")

    def test_it_is_told_as_what_it_is(self):
        steps = [{"id": f"s{i}", "command": "true", "depends_on": [f"s{i - 1}"] if i else []} for i in range(20_000)]
        self.write("many.json", {"id": "ws-m", "steps": steps})
        self.write("many.yaml", "id: ws-y\nsteps:\n" + "".join(f"  - {{id: s{i}, command: 'true'}}\n" for i in range(20_000)))
        seen = set()
        for name in ("many.json", "many.yaml"):
            for megabytes in range(38, 80, 4):
                for command in (["validate"], ["graph"], ["run", "--dry-run", "--progress", "none"]):
                    done = self.finish(self.start(*command, name, preexec_fn=self.bounded(megabytes << 20)))
                    seen.add(done.code)
                    if done.code != 0:
                        self.assertEqual(done.code, 3, str(done)[:2000])
                        self.assertRegex(done.err, "out of memory|Cannot allocate memory", f"{command} {megabytes}")
        self.assertEqual(seen, {0, 3}, "the sizes tried tell nothing")

    def test_a_run_ends_in_order_and_keeps_what_is_done(self):
        steps = [{"id": "first", "command": "echo x >> first"}, {"id": "long", "command": "sleep 300"},
                 {"id": "flood", "depends_on": ["first"],
                  "command": "head -c 60000000 /dev/zero | tr '\\0' x", "outputs": {"all": "stdout"}},
                 {"id": "each", "depends_on": ["first"], "for_each": {"lines": "lines"}, "command": "true"}]
        self.write("lines", "".join(f"{'y' * 200} {i}\n" for i in range(200_000)))
        name = self.workstream("one", steps)
        done = self.finish(self.start("run", name, "--run-id", "r", preexec_fn=self.bounded(110 << 20)))
        self.assertEqual(done.code, 3, str(done)[:3000])
        self.assertRegex(done.err, "out of memory|bad_alloc|Cannot allocate")
        self.assert_nobody_left()
        shown = self.expect(0, "status", "r", "--json").json()
        states = {step["id"]: step["state"] for step in shown["steps"]}
        self.assertEqual(states["first"], "succeeded", shown["status"])
        self.assertIn(shown["status"], ("crashed", "failed"))


if __name__ == "__main__":
    support.main()
