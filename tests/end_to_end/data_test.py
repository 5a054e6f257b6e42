"""Values between steps with real processes: outputs, conditions, the three ways to a dependent, hostile values, inputs."""

import json

import support

HOSTILE = ("it's", 'say "hi"', "$(touch pwned)", "`touch pwned`", "a b  c", "line\nline", "back\\slash", "-n", "*", "~",
           "$HOME", "${steps.a.outputs.v}", "; touch pwned", "ünïcode €", "\t tab", "!x", "#c", "%s", "")


class DataTest(support.ProjectTest):
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
        self.assertEqual(support.outputs_of(result, "lines"),
                         {"word": "text", "empty": "", "number": 3, "version": "1.10", "flag": True, "list": [1, 2],
                          "equals": "a=b", "long": "first\nsecond = 2"})
        self.assertEqual(support.outputs_of(result, "object"), {"word": "text", "number": 3, "nothing": None, "deep": {"list": [1]}})
        self.assertEqual(support.outputs_of(result, "out"), {"said": "one\ntwo"})
        self.assertEqual(support.outputs_of(result, "json"), {"said": {"k": [1]}})

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
        self.assertIsNone(support.outputs_of(result, "a"))


class Ways(DataTest):
    def test_environment_file_stdin_and_template(self):
        see = ("import json, os, sys\n"
               "print(json.dumps([os.environ['WS_RESULT_A_KEY'], json.load(open(os.environ['WS_RESULTS'])), json.load(sys.stdin), sys.argv[1]]))")
        result = self.run_steps(0, writes(b"key=7\n"),
                                {"id": "b", "depends_on": "a", "stdin": {"context": True}, "outputs": {"seen": "stdout"},
                                 "command": ["python3", "-c", see, "${steps.a.outputs.key}"]})
        environment, file, context, template = support.outputs_of(result, "b")["seen"]
        self.assertEqual((environment, template, file["a_key"]), ("7", "7", 7))
        self.assertEqual(file, context)

    def test_only_what_it_depends_on(self):
        result = self.run_steps(0, writes(b"k=1\n"), {"id": "b", "depends_on": "a", "command": "true"},
                                {"id": "c", "command": "env | grep -c ^WS_RESULT_ || true", "outputs": {"count": "stdout"}})
        self.assertEqual(support.outputs_of(result, "c"), {"count": 0})

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
                    self.assertEqual(support.outputs_of(result, f"{place}-{key}")["v"], [value])
        self.assertFalse((self.project / "pwned").exists())

    def test_in_argv_env_and_stdin_nothing_is_quoted(self):
        value = "it's \"$(touch pwned)\"\nsecond"
        show = "import json, os, sys; print(json.dumps([sys.argv[1], os.environ['V'], sys.stdin.read()]))"
        result = self.run_steps(0, writes(json.dumps({"v": value}).encode()),
                                {"id": "b", "depends_on": "a", "command": ["python3", "-c", show, "${steps.a.outputs.v}"],
                                 "env": {"V": "${steps.a.outputs.v}"}, "stdin": {"text": "${steps.a.outputs.v}"},
                                 "outputs": {"v": "stdout"}})
        self.assertEqual(support.outputs_of(result, "b")["v"], [value, value, value])

    def test_large_and_binary_values_go_by_file(self):
        steps = [{"id": name, "command": ["python3", "-c", f"import sys; sys.stdout.buffer.write({code})"], "outputs": {"v": "stdout"}}
                 for name, code in (("large", "b'x' * 1048576"), ("binary", "bytes(range(256))"))]
        read = "import os; print(os.path.getsize(os.environ['WS_RESULT_LARGE_V_FILE']), os.path.getsize('${steps.binary.outputs.v.file}'))"
        result = self.run_steps(0, *steps, {"id": "b", "depends_on": ["large", "binary"], "outputs": {"v": "stdout"},
                                            "command": ["python3", "-c", read]})
        self.assertEqual(support.outputs_of(result, "b")["v"], "1048576 256")
        self.assertIn("file", support.outputs_of(result, "large")["v"])

    def test_a_large_value_in_a_command_says_where_it_is(self):
        result = self.run_steps(1, {"id": "a", "command": ["python3", "-c", "print('x' * 1048576)"], "outputs": {"v": "stdout"}},
                                {"id": "b", "depends_on": "a", "command": "echo ${steps.a.outputs.v}"})
        self.assertIn(".file", result["steps"][1]["why"])

    def test_provides_and_consumes(self):
        result = self.run_steps(0, {**writes(b"objects=a.o\n"), "provides": ["objects"]}, {"id": "m", "depends_on": "a"},
                                {"id": "b", "depends_on": "m", "consumes": ["objects"], "command": "echo $WS_RESULT_OBJECTS",
                                 "outputs": {"v": "stdout"}})
        self.assertEqual(support.outputs_of(result, "b"), {"v": "a.o"})


class Promises(DataTest):
    def consumer(self, **keys):
        return {"id": "c", "consumes": ["x"], "command": "printf '%s' \"$WS_RESULT_X\"", "outputs": {"v": "stdout"}, **keys}

    def test_of_a_fan_out_the_list(self):
        for items in ([1, 2, 3], {"from": "${steps.l.outputs.n}"}):
            for outputs in ({"x": "stdout"}, {"other": "stdout"}, None):
                with self.subTest(f"{items} {outputs}"):
                    step = {"id": "a", "depends_on": ["l"], "for_each": items, "provides": ["x"], "command": "echo {item}"}
                    if outputs:
                        step["outputs"] = outputs
                    result = self.run_steps(0, writes(b"n=[1, 2, 3]\n", "l"), step, self.consumer(depends_on=["a"]))
                    self.assertEqual(support.outputs_of(result, "c"), {"v": [1, 2, 3]})

    def test_what_nobody_declared_is_the_standard_output(self):
        result = self.run_steps(0, {"id": "a", "provides": ["x"], "command": "echo said"}, self.consumer(depends_on=["a"]))
        self.assertEqual(support.outputs_of(result, "c"), {"v": "said"})
        self.assertEqual(support.outputs_of(result, "a"), {"x": "said"})
        result = self.run_steps(0, {"id": "a", "provides": ["x", "y"], "command": "echo said; echo y=1 > $WORKSTREAM_OUTPUT"},
                                self.consumer(depends_on=["a"]))
        self.assertEqual(support.outputs_of(result, "a"), {"y": 1, "x": "said"})

    def test_a_step_that_runs_nothing_provides_nothing(self):
        name = self.workstream("d", [{"id": "a", "provides": ["x"], "wait": {"for": "1ms"}}, self.consumer(depends_on=["a"])])
        self.assertIn("runs nothing that could make it", self.expect(2, "run", name).err)

    def test_a_consumed_name_is_not_hidden_by_a_step_of_that_name(self):
        result = self.run_steps(0, {"id": "a", "provides": ["x"], "command": "echo right"},
                                {"id": "x", "command": "echo wrong", "outputs": {"v": "stdout"}},
                                self.consumer(depends_on=["x", "a"]))
        self.assertEqual(support.outputs_of(result, "c"), {"v": "right"})

    def test_a_declared_key_that_is_not_written_is_told(self):
        steps = [{"id": "a", "command": "true", "outputs": {"other": "key", "said": "stdout"}}]
        name = self.workstream("d", steps)
        text = self.expect(0, "run", name).out
        self.assertIn("Outputs that were declared and not written:\n  [a] other\n", text)
        self.assertIn("declared and not written: other", (self.project / ".worktrees/ws-d/orchestrator.log").read_text())
        result = self.run_steps(1, *steps, {"id": "b", "depends_on": "a", "command": "echo ${steps.a.outputs.other}"})
        self.assertEqual(result["steps"][0]["unwritten_outputs"], ["other"])
        self.assertIn("step 'a' wrote no 'other'; it wrote: said", result["steps"][1]["why"])

    def test_no_two_equal_names(self):
        see = "import os; print(open(os.environ['WS_RESULTS']).read().count('\"a_b_c\"'), os.environ['WS_RESULT_A_B_C'])"
        steps = [{"id": "a", "command": "echo 1", "outputs": {"b_c": "stdout"}},
                 {"id": "a_b", "command": "echo 2", "outputs": {"c": "stdout"}},
                 {"id": "d", "depends_on": ["a", "a_b"], "command": ["python3", "-c", see], "outputs": {"v": "stdout"}}]
        self.assertEqual(support.outputs_of(self.run_steps(0, *steps), "d"), {"v": "1 1"})
        said = self.expect(0, "validate", self.workstream("d", steps))
        self.assertIn("the output 'b_c' of step 'a' and the output 'c' of step 'a_b' are both WS_RESULT_A_B_C", said.err + said.out)


class RunOutputs(DataTest):
    STEPS = [writes(b'{"n": 3, "l": [1, 2], "t": "1.10"}')]
    OUTPUTS = {"n": "${steps.a.outputs.n}", "list": "steps.a.outputs.l", "version": "v${steps.a.outputs.t}-${inputs.who}",
               "missing": "${steps.a.outputs.nope}", "either": "${steps.a.outputs.nope:-none}", "who": "${inputs.who}"}

    def test_they_are_in_the_result_with_their_kind(self):
        result = self.run_steps(0, *self.STEPS, arguments=("--input", "who=me"), outputs=self.OUTPUTS, inputs={"who": "you"})
        (workstream,) = result["workstreams"]
        self.assertEqual(workstream["outputs"], {"n": 3, "list": [1, 2], "version": "v1.10-me", "missing": None, "either": "none", "who": "me"})
        self.assertEqual(workstream["output_errors"].keys(), {"missing"})
        self.assertIn("step 'a' wrote no 'nope'", workstream["output_errors"]["missing"])

    def test_they_are_shown_after_the_run_and_in_the_plan(self):
        name = self.workstream("d", self.STEPS, outputs=self.OUTPUTS, inputs={"who": "you"})
        text = self.expect(0, "run", name).out
        self.assertIn("Outputs:\n  n: 3\n  list: [1,2]\n  version: v1.10-you\n  missing: none (", text)
        self.assertIn("Outputs of the run (6):\n    n: ${steps.a.outputs.n}\n", self.expect(0, "plan", name).out)
        planned = self.expect(0, "plan", name, "--json").json()
        self.assertEqual(planned["workstreams"][0]["outputs"], self.OUTPUTS)

    def test_a_failed_run_says_why_there_is_none(self):
        result = self.run_steps(1, {"id": "a", "command": "exit 1"}, outputs={"r": "${steps.a.result}", "s": "${steps.a.state}"})
        (workstream,) = result["workstreams"]
        self.assertEqual(workstream["outputs"], {"r": None, "s": "failed"})
        self.assertIn("step 'a' failed", workstream["output_errors"]["r"])

    def test_a_large_one_is_its_file(self):
        step = {"id": "a", "command": ["python3", "-c", "print('x' * 1048576)"], "outputs": {"v": "stdout"}}
        (workstream,) = self.run_steps(0, step, outputs={"big": "${steps.a.outputs.v}"})["workstreams"]
        self.assertEqual(workstream["outputs"]["big"].keys(), {"file"})

    def test_of_a_workstream_that_is_its_own_step(self):
        self.write("one.json", {"id": "ws-one", "tasks": ["echo 42"], "tool": "shell", "outputs": {"answer": "stdout"}})
        result = self.result(0, "one.json")
        self.assertEqual(result["workstreams"][0]["outputs"], {"answer": 42})

    def test_wrong_ones_are_told_when_the_file_is_loaded(self):
        for source, said in (("${steps.nope.result}", "unknown step 'nope'"), ("${steps.a.outputs.k}", "output 'k' of step 'a'"),
                             ("${foo}", "unknown name 'foo'"), ("stdout", "names no value: 'stdout'"), ("${steps.a.result", "never closed"),
                             ("x ${stepid}", "did you mean 'step_id'?")):
            with self.subTest(source):
                name = self.workstream("d", [{"id": "a", "command": "true", "outputs": {"v": "stdout"}}], outputs={"r": source})
                error = self.expect(2, "run", name).err
                self.assertIn(said, error)
                self.assertIn("'outputs' of workstream 'ws-d'", error)


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
                           ("${steps.a.output.x} == 1", "output"), ("${steps.a.state} > 3", "cannot compare text (steps.a.state)"),
                           ("${steps.a.state}", "a condition is true or false, not text"), ("steps.a.state.x == 1", "no members"), ("(1 == 1", "never closed"), ("${steps.b.state} == 'x'", "b")):
            with self.subTest(text):
                name = self.workstream("d", [{"id": "a"}, {"id": "b", "depends_on": "a", "when": text}])
                self.assertIn(said, self.expect(2, "run", name).err)

    def test_one_that_is_never_true_is_told_beforehand(self):
        for text, is_told in (("1 == 2", True), ("'a' == 'b' or 2 < 1", True), ("false", False), ("1 == 1", False),
                              ("'${vars.mode}' == 'full'", False)):
            with self.subTest(text):
                name = self.workstream("d", [{"id": "a", "command": "true", "when": text}], vars={"mode": "quick"})
                said = self.expect(0, "validate", name)
                self.assertEqual("is always false: the step never runs" in said.err + said.out, is_told)

    def test_what_a_wait_waits_for(self):
        for wait, code in (({"until": "bogus"}, 2), ({"until": "14:30"}, 0), ({"until": "${steps.a.result}"}, 0), ({"event": "a/b"}, 2),
                           ({"event": "go"}, 0)):
            with self.subTest(wait):
                said = self.expect(code, "validate", self.workstream("d", ["true", {"id": "b", "depends_on": "a", "wait": wait}]))
                self.assertEqual("'wait' of step 'b' is" in said.err, code == 2)


class Messages(DataTest):
    def log_of(self, code, message, *steps, hook="on_failure", **keys):
        name = self.workstream("m", list(steps), error_handling={hook: {"message": message}}, **keys)
        self.expect(code, "run", name)
        log = (self.project / ".worktrees/ws-m/orchestrator.log").read_text()
        return next(line for line in log.splitlines() if f" {hook}: " in line).partition(f" {hook}: ")[2]

    def test_every_name_has_its_value(self):
        ok = {"id": "ok", "command": "echo k=v > $WORKSTREAM_OUTPUT"}
        bad = {"id": "bad", "depends_on": "ok", "command": "exit 3"}
        message = ("${step_id} ${workstream_id} ${attempt_number} ${max_attempts} ${worktree_path} ${pause_duration} ${compensation_count} "
                   "${error.step} ${error.code} ${inputs.who} ${steps.ok.state} ${steps.ok.outputs.k} [${error.message}]")
        self.assertEqual(self.log_of(1, message, ok, bad, inputs={"who": "me"}),
                         "bad ws-m 1 1 .worktrees/ws-m 0s 0 bad 3 me succeeded v [exit 3]")
        flaky = {"id": "flaky", "retry": {"attempts": 2}, "command": "[ -e x ] || { touch x; exit 4; }; echo k=w > $WORKSTREAM_OUTPUT"}
        self.assertEqual(self.log_of(0, "${step_output.k} ${error.code} ${error.message}", flaky, hook="on_recovery"), "w 4 exit 4")

    def test_a_name_without_a_value_is_empty(self):
        self.assertEqual(self.log_of(1, "[${steps.a.outputs.none}${step_output.x}] ${steps.a.outputs.none:-none}", "exit 1"), "[] none")

    def test_unknown_names_are_told_when_the_file_is_loaded(self):
        for message, said in (("${stepid}", "did you mean 'step_id'?"), ("${foo}", "unknown name 'foo'"), ("${error.mesage}", "did you mean 'message'?"),
                              ("${steps.b.state}", "unknown step 'b'"), ("${inputs.x}", "unknown input 'x'"), ("${item}", "outside a for_each"),
                              ("${step_id.x}", "has no members"), ("${step_id:-${stepid}}", "'stepid'"), ("${HOME}", "unknown name 'HOME'"),
                              ("${steps}", "is not a value"), ("${step_id + 1}", "${path}"), ("${", "")):
            with self.subTest(message):
                name = self.workstream("m", ["true"], error_handling={"on_retry": {"message": message}})
                error = self.expect(2, "validate", name).err
                self.assertIn(said, error)
                self.assertIn("'on_retry' of workstream 'ws-m'", error)


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
                self.assertEqual(support.outputs_of(self.result(0, self.name(), *arguments), "a"), {"v": wanted})

    def test_what_is_missing_or_unknown(self):
        self.assertIn("who", self.expect(2, "run", self.name()).err)
        self.assertIn("whom", self.expect(2, "run", self.name(), "--input", "who=x", "--input", "whom=y").err)
        self.assertIn("no-such.yaml", self.expect(2, "run", self.name(), "--input", "no-such.yaml").err)


if __name__ == "__main__":
    support.main()

