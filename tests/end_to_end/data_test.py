"""Values between steps with real processes: outputs, conditions, the three ways to a dependent, hostile values, inputs."""

import json

import support

HOSTILE = ("it's", 'say "hi"', "$(touch pwned)", "`touch pwned`", "a b  c", "line\nline", "back\\slash", "-n", "*", "~",
           "$HOME", "${steps.a.outputs.v}", "; touch pwned", "ünïcode €", "\t tab", "!x", "#c", "%s", "")


class DataTest(support.ProjectTest):
    def outputs(self, result, step):
        (found,) = [one for one in result["steps"] if one["id"] == step]
        return found.get("outputs")

    def run_steps(self, code, *steps, arguments=(), **keys):
        return self.result(code, self.workstream("d", list(steps), **keys), *arguments)


def writes(text, name="a"):
    """A step that writes exactly this to its outputs file; in hexadecimal, so that nothing in it is a template."""
    write = f"import os; open(os.environ['WORKSTREAM_OUTPUT'], 'wb').write(bytes.fromhex('{text.hex()}'))"
    return {"id": name, "command": ["python3", "-c", write]}


class Outputs(DataTest):
    def test_every_form(self):
        lines = writes(b"word=text\nempty=\nnumber=3\nversion=1.10\nflag=true\nlist=[1, 2]\nequals=a=b\n"
                       b"long<<END\nfirst\nsecond = 2\nEND\n", "lines")
        objects = writes(b'{"word": "text", "number": 3, "nothing": null, "deep": {"list": [1]}}', "object")
        result = self.run_steps(0, lines, objects, {"id": "out", "command": "echo one; echo two", "outputs": {"said": "stdout"}},
                                {"id": "json", "command": "echo note; echo '{\"k\": [1]}'", "outputs": {"said": "stdout"}})
        self.assertEqual(self.outputs(result, "lines"),
                         {"word": "text", "empty": "", "number": 3, "version": "1.10", "flag": True, "list": [1, 2],
                          "equals": "a=b", "long": "first\nsecond = 2"})
        self.assertEqual(self.outputs(result, "object"), {"word": "text", "number": 3, "nothing": None, "deep": {"list": [1]}})
        self.assertEqual(self.outputs(result, "out"), {"said": "one\ntwo"})
        self.assertEqual(self.outputs(result, "json"), {"said": {"k": [1]}})

    def test_a_file_that_cannot_be_read_fails_the_step(self):
        for text, said in ((b"no equals sign", "line 1"), (b"a=1\nb b=2\n", "line 2"), (b"a<<END\nnever ended\n", "END"),
                           (b"a=1\na=2\n", "before"), (b"{\"a\": ", "")):
            with self.subTest(text):
                result = self.run_steps(1, writes(text))
                self.assertIn("outputs", result["steps"][0]["why"])
                self.assertIn(said, result["steps"][0]["why"])

    def test_a_failed_step_hands_nothing_on(self):
        step = {"id": "a", "command": "echo v=1 > $WORKSTREAM_OUTPUT; exit 1", "on_failure": "continue"}
        result = self.run_steps(0, step, {"id": "b", "depends_on": "a", "command": ["test", "-z", "${steps.a.outputs.v}"]})
        self.assertIsNone(self.outputs(result, "a"))


class Ways(DataTest):
    def test_environment_file_stdin_and_template(self):
        see = ("import json, os, sys\n"
               "print(json.dumps([os.environ['WS_RESULT_A_KEY'], json.load(open(os.environ['WS_RESULTS'])), json.load(sys.stdin), sys.argv[1]]))")
        result = self.run_steps(0, writes(b"key=7\n"),
                                {"id": "b", "depends_on": "a", "stdin": {"context": True}, "outputs": {"seen": "stdout"},
                                 "command": ["python3", "-c", see, "${steps.a.outputs.key}"]})
        environment, file, context, template = self.outputs(result, "b")["seen"]
        self.assertEqual((environment, template, file["a_key"]), ("7", "7", 7))
        self.assertEqual(file, context)

    def test_only_what_it_depends_on(self):
        result = self.run_steps(0, writes(b"k=1\n"), {"id": "b", "depends_on": "a", "command": "true"},
                                {"id": "c", "command": "env | grep -c ^WS_RESULT_ || true", "outputs": {"count": "stdout"}})
        self.assertEqual(self.outputs(result, "c"), {"count": 0})

    def test_hostile_values_arrive_as_they_are(self):
        values = {f"v{i}": value for i, value in enumerate(HOSTILE)}
        places = {"word": "{}", "double": "\"{}\"", "single": "'{}'"}
        show = "python3 -c 'import json, sys; print(json.dumps(sys.argv[1:]))' "
        steps = [{"id": f"{place}-{key}", "depends_on": "a", "outputs": {"v": "stdout"},
                  "command": show + around.format("${steps.a.outputs." + key + "}")}
                 for place, around in places.items() for key in values]
        result = self.run_steps(0, writes(json.dumps(values).encode()), *steps)
        for place in places:
            for key, value in values.items():
                with self.subTest(f"{place} {value!r}"):
                    self.assertEqual(self.outputs(result, f"{place}-{key}")["v"], [value])
        self.assertFalse((self.project / "pwned").exists())

    def test_in_argv_env_and_stdin_nothing_is_quoted(self):
        value = "it's \"$(touch pwned)\"\nsecond"
        show = "import json, os, sys; print(json.dumps([sys.argv[1], os.environ['V'], sys.stdin.read()]))"
        result = self.run_steps(0, writes(json.dumps({"v": value}).encode()),
                                {"id": "b", "depends_on": "a", "command": ["python3", "-c", show, "${steps.a.outputs.v}"],
                                 "env": {"V": "${steps.a.outputs.v}"}, "stdin": {"text": "${steps.a.outputs.v}"},
                                 "outputs": {"v": "stdout"}})
        self.assertEqual(self.outputs(result, "b")["v"], [value, value, value])

    def test_large_and_binary_values_go_by_file(self):
        steps = [{"id": name, "command": ["python3", "-c", f"import sys; sys.stdout.buffer.write({code})"], "outputs": {"v": "stdout"}}
                 for name, code in (("large", "b'x' * 1048576"), ("binary", "bytes(range(256))"))]
        read = "import os; print(os.path.getsize(os.environ['WS_RESULT_LARGE_V_FILE']), os.path.getsize('${steps.binary.outputs.v.file}'))"
        result = self.run_steps(0, *steps, {"id": "b", "depends_on": ["large", "binary"], "outputs": {"v": "stdout"},
                                            "command": ["python3", "-c", read]})
        self.assertEqual(self.outputs(result, "b")["v"], "1048576 256")
        self.assertIn("file", self.outputs(result, "large")["v"])

    def test_a_large_value_in_a_command_says_where_it_is(self):
        result = self.run_steps(1, {"id": "a", "command": ["python3", "-c", "print('x' * 1048576)"], "outputs": {"v": "stdout"}},
                                {"id": "b", "depends_on": "a", "command": "echo ${steps.a.outputs.v}"})
        self.assertIn(".file", result["steps"][1]["why"])

    def test_provides_and_consumes(self):
        result = self.run_steps(0, {**writes(b"objects=a.o\n"), "provides": ["objects"]}, {"id": "m", "depends_on": "a"},
                                {"id": "b", "depends_on": "m", "consumes": ["objects"], "command": "echo $WS_RESULT_OBJECTS",
                                 "outputs": {"v": "stdout"}})
        self.assertEqual(self.outputs(result, "b"), {"v": "a.o"})


class Conditions(DataTest):
    def test_operators(self):
        cases = {"${steps.a.outputs.n} == 3": True, "${steps.a.outputs.n} != 3": False, "${steps.a.outputs.n} > 2": True,
                 "${steps.a.outputs.n} >= 3": True, "${steps.a.outputs.n} < 3": False, "${steps.a.outputs.n} <= 3": True,
                 "${steps.a.outputs.w} in ['main', 'dev']": True, "${steps.a.outputs.w} not in ['main']": False,
                 "${steps.a.outputs.w} not_in ['main']": False,
                 "${steps.a.outputs.l} contains 2": True, "${steps.a.outputs.w} starts_with 'ma'": True,
                 "${steps.a.outputs.w} ends_with 'x'": False, "not ${steps.a.outputs.t}": False,
                 "${steps.a.outputs.t} and (${steps.a.outputs.n} > 5 or ${steps.a.outputs.w} == 'main')": True,
                 "${steps.a.outputs.missing:-none} == 'none'": True, "${steps.a.state} == 'succeeded'": True,
                 "${steps.a.exit_code} == 0": True, "true": True, "false": False}
        steps = [{"id": f"c{i}", "depends_on": "a", "when": text, "command": "true"} for i, text in enumerate(cases)]
        result = self.run_steps(0, writes(b'{"n": 3, "w": "main", "l": [1, 2], "t": true}'), *steps)
        for i, (text, wanted) in enumerate(cases.items()):
            self.assertEqual(result["states"][f"c{i}"], "succeeded" if wanted else "skipped", text)
        self.assertEqual(result["status"], "succeeded")

    def test_a_skip_says_its_condition_and_goes_on(self):
        name = self.workstream("d", [{"id": "a", "when": "1 > 2", "command": "true"}, {"id": "b", "depends_on": "a", "command": "true"}])
        text = self.expect(0, "run", name).out
        self.assertIn("[a] Skipped", text)
        self.assertIn("1 > 2", text)
        self.assertEqual(self.result(0, name)["states"], {"a": "skipped", "b": "skipped"})

    def test_a_condition_without_a_value_fails_the_step(self):
        result = self.run_steps(1, writes(b"n=x\n"), {"id": "b", "depends_on": "a", "when": "${steps.a.outputs.n} > 3"},
                                {"id": "c", "depends_on": "a", "when": "${steps.a.outputs.nothing} == 1"})
        self.assertEqual((result["states"]["b"], result["states"]["c"]), ("failed", "failed"))
        self.assertIn("cannot compare", result["steps"][1]["why"])
        self.assertIn("nothing", result["steps"][2]["why"])

    def test_wrong_ones_are_told_when_the_file_is_loaded(self):
        for text, said in (("${steps.nobody.outputs.x} == 1", "nobody"), ("1 + 1 == 2", "'+'"), ("'a' > true", "compare"),
                           ("${steps.a.output.x} == 1", "output"), ("(1 == 1", "never closed"), ("${steps.b.state} == 'x'", "b")):
            with self.subTest(text):
                name = self.workstream("d", [{"id": "a"}, {"id": "b", "depends_on": "a", "when": text}])
                self.assertIn(said, self.expect(2, "run", name).err)


class Inputs(DataTest):
    def name(self):
        show = {"id": "a", "command": ["echo", "${inputs.who} ${inputs.count}"], "outputs": {"v": "stdout"}}
        return self.workstream("d", [show], inputs={"who": {"description": "a name"}, "count": 3})

    def test_from_the_command_line_and_from_files(self):
        self.write("in.yaml", "who: Ada\ncount: 5\n")
        self.write("in.json", {"who": "Alan"})
        for arguments, wanted in ((["--input", "who=it's"], "it's 3"), (["--input", "in.yaml"], "Ada 5"),
                                  (["--input", "in.yaml", "--input", "count=7"], "Ada 7"), (["--input", "in.json"], "Alan 3")):
            with self.subTest(arguments):
                self.assertEqual(self.outputs(self.result(0, self.name(), *arguments), "a"), {"v": wanted})

    def test_what_is_missing_or_unknown(self):
        self.assertIn("who", self.expect(2, "run", self.name()).err)
        self.assertIn("whom", self.expect(2, "run", self.name(), "--input", "who=x", "--input", "whom=y").err)
        self.assertIn("no-such.yaml", self.expect(2, "run", self.name(), "--input", "no-such.yaml").err)


if __name__ == "__main__":
    support.main()
