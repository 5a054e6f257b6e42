"""Values made of values, aggregates of groups, tools with stand-ins, programs, judges, and workstreams that call others:
with real processes."""

import json

import support


class Values(support.ProjectTest):
    def test_values_keep_their_kind_and_reach_a_program_as_json(self):
        steps = [{"id": "a", "command": "echo '{\"list\": [1, 2]}'", "outputs": {"o": "stdout"}},
                 {"id": "let", "depends_on": "a",
                  "values": {"list": "${steps.a.result.list}", "text": "n=${steps.a.result.list}", "literal": "plain", "in": "${inputs}"}},
                 {"id": "b", "depends_on": "let", "stdin": {"json": {"all": "${steps.let.outputs}", "deep": ["${steps.let.outputs.list}"]}},
                  "command": "cat", "outputs": {"o": "stdout"}}]
        result = self.result(0, self.workstream("v", steps, any_input=True), "--input", "q=7")
        self.assertEqual(support.outputs_of(result, "let"), {"list": [1, 2], "text": "n=[1,2]", "literal": "plain", "in": {"q": 7}})
        self.assertEqual(support.outputs_of(result, "b")["o"], {"all": support.outputs_of(result, "let"), "deep": [[1, 2]]})
        self.assertEqual(result["states"]["let"], "noop")

    def test_a_value_that_cannot_be_made_fails_the_step_before_it_starts(self):
        steps = [{"id": "a", "command": "true"},
                 {"id": "b", "depends_on": "a", "values": {"x": "${steps.a.outputs.none}"}, "command": "touch started"}]
        result = self.result(1, self.workstream("v", steps))
        failed = support.step_of(result, "b")
        self.assertEqual(failed["why"], "its 'x': steps.a.outputs.none has no value: step 'a' wrote no 'none'")
        self.assertFalse((self.project / "started").exists())

    def test_a_failed_test_hands_no_made_value_on(self):
        steps = [{"id": "a", "values": {"x": 1}, "command": "true", "acceptance_tests": ["false"], "on_failure": "continue"},
                 {"id": "b", "depends_on": "a", "command": ["test", "${steps.a.outputs.x}", "=", ""]}]
        self.result(0, self.workstream("v", steps))

    def test_a_long_list_of_results_does_not_keep_a_dependent_from_starting(self):
        steps = [{"id": "a", "for_each": list(range(4)), "command": "head -c 60000 /dev/zero | tr '\\0' x", "outputs": {"o": "stdout"}},
                 {"id": "b", "depends_on": "a", "command": "python3 -c 'import json, os; print(len(json.load(open(os.environ[\"WS_RESULTS\"]))[\"a\"]))'",
                  "success": {"require_output": "^4$"}}]
        self.result(0, self.workstream("v", steps))


class Aggregates(support.ProjectTest):
    def test_what_a_group_came_to(self):
        group = {"id": "g", "on_failure": "continue", "result": "one",
                 "steps": [{"id": "one", "command": "echo 1", "outputs": {"o": "stdout"}},
                           {"id": "two", "command": "echo starting; echo disk is full >&2; exit 3"},
                           {"id": "three", "command": "kill -9 $$"},
                           {"id": "four", "when": "1 == 2", "command": "echo 4"}]}
        steps = [{"id": "after", "depends_on": "g", "values": {"all": "${steps.g.aggregate}", "error": "${steps.two.error}",
                                                             "none": "${steps.one.error}", "result": "${steps.g.result}"}}]
        result = self.result(0, self.workstream("g", steps, step_groups=[group]))
        got = support.outputs_of(result, "after")
        self.assertEqual((got["error"], got["none"], got["result"]), ("disk is full", None, 1))
        whole = got["all"]
        self.assertEqual(whole["results"], {"one": 1})
        self.assertEqual(whole["errors"]["two"], "disk is full")
        self.assertIn("SIGKILL", whole["errors"]["three"])
        self.assertEqual([one["node"] for one in whole["failures"]], ["two", "three"])
        self.assertEqual(whole["list"], [1, None, None, None])
        self.assertEqual((whole["total"], whole["succeeded"], whole["failed"]), (4, 1, 2))
        self.assertGreater(whole["timestamp"], 1_700_000_000_000)
        self.assertLessEqual(1, whole["peak"])


class Tools(support.ProjectTest):
    PROFILE = {"command": ["sh", "-c", 'echo "$1: $2"', "sh", "{name}", "{prompt}"]}

    def test_the_first_tool_that_has_a_profile(self):
        self.write("tools/skill.json", self.PROFILE)
        step = {"id": "a", "tool": ["skill:data.split", "skill"], "tasks": ["go"], "outputs": {"o": "stdout"}}
        self.assertEqual(support.outputs_of(self.result(0, self.workstream("t", [step])), "a"), {"o": "data.split: go"})
        self.write("tools/more.json", {"skill:data.split": {"command": ["echo", "its own"]}})
        self.assertEqual(support.outputs_of(self.result(0, self.workstream("t", [step])), "a"), {"o": "its own"})

    def test_profiles_beside_the_file(self):
        self.write("deep/tools/skill.json", self.PROFILE)
        step = {"id": "a", "tool": "skill", "tasks": ["go"], "outputs": {"o": "stdout"}}
        self.write("deep/t.json", {"id": "ws-t", "steps": [step]})
        self.assertEqual(support.outputs_of(self.result(0, "deep/t.json"), "a"), {"o": "skill: go"})

    def test_without_any_profile_nothing_starts(self):
        step = {"id": "a", "tool": ["skill:data.split", "skill"], "tasks": ["go"]}
        finished = self.expect(5, "run", self.workstream("t", [{"id": "b", "command": "touch started"}, step]))
        self.assertIn("there is no tool profile 'skill:data.split' or 'skill'", finished.err)
        self.assertIn("tools/skill.yaml", finished.err)
        self.assertFalse((self.project / "started").exists())

    def test_a_program_is_the_first_file_that_exists(self):
        self.write("tools/py.json", {"command": ["python3", "{program}"], "program": ["nodes/{name}.py", "nodes/{name}/main.py"]})
        self.write("deep/nodes/hello/main.py", "print('found')")
        step = {"id": "a", "tool": ["node:hello", "py"], "outputs": {"o": "stdout"}}
        self.write("deep/t.json", {"id": "ws-t", "steps": [step]})
        self.assertEqual(support.outputs_of(self.result(0, "deep/t.json"), "a"), {"o": "found"})
        step["tool"][0] = "node:nobody"
        self.write("deep/t.json", {"id": "ws-t", "steps": [step]})
        finished = self.expect(5, "run", "deep/t.json")
        self.assertIn("there is no file for 'nobody' (step 'a'); looked for deep/nodes/nobody.py", finished.err)
        self.expect(0, "validate", "deep/t.json")


class ExitCodes(support.ProjectTest):
    def test_a_silent_success_keeps_its_exit_code(self):
        steps = [{"id": "a", "command": "exit 1", "success": {"exit_codes": [0, 1]}},
                 {"id": "b", "depends_on": "a", "values": {"code": "${steps.a.exit_code}"}}]
        self.assertEqual(support.outputs_of(self.result(0, self.workstream("e", steps)), "b"), {"code": 1})


class Judge(support.ProjectTest):
    STEPS = [{"id": "q", "tool": "judge", "tasks": ["is it done?"], "success": {"exit_codes": [0, 1]}},
             {"id": "yes", "depends_on": "q", "when": "${steps.q.exit_code} == 0", "command": "true"}]

    def states(self, judge):
        return self.result(0, self.workstream("j", self.STEPS), "--judge", judge)["states"]

    def test_the_question_is_on_standard_input_or_where_the_command_wants_it(self):
        self.assertEqual(self.states("grep -q done")["yes"], "succeeded")
        self.assertEqual(self.states("grep -q never")["yes"], "skipped")
        self.assertEqual(self.states("test {prompt} = 'is it done?'")["yes"], "succeeded")
        self.assertEqual(self.states("test {prompt} = 'no' && echo a | grep b")["yes"], "skipped")

    def test_without_a_judge_the_run_is_refused(self):
        name = self.workstream("j", self.STEPS)
        finished = self.expect(5, "run", name)
        self.assertIn("--judge CMD", finished.err)
        self.assertIn("--judge CMD", self.expect(0, "validate", name).err)


class Calls(support.ProjectTest):
    LIBRARY = {"id": "ws-lib", "version": "2", "inputs": {"n": None, "who": "Bob"}, "env": {"GREETING": "hi"},
               "outputs": {"result": "${steps.add.result}", "line": "${inputs.who}: ${steps.add.result}"},
               "steps": [{"id": "add", "command": "expr ${inputs.n} + 1", "outputs": {"r": "stdout"}},
                         {"id": "greet", "depends_on": "add", "command": "test $GREETING = hi"}]}

    def test_inputs_go_in_and_outputs_come_out(self):
        steps = [{"id": "pre", "command": "echo 41", "outputs": {"n": "stdout"}},
                 {"id": "sub", "depends_on": "pre", "workstream": "ws-lib@2", "inputs": {"n": "${steps.pre.result}"}},
                 {"id": "post", "depends_on": "sub", "values": {"r": "${steps.sub.result}", "l": "${steps.sub.outputs.line}"}}]
        self.write("lib.json", self.LIBRARY)
        result = self.result(0, self.workstream("main", steps))
        self.assertEqual(support.outputs_of(result, "post"), {"r": 42, "l": "Bob: 42"})
        self.assertEqual(result["states"]["sub:greet"], "succeeded")
        self.assertNotIn("add", result["states"])
        # In a directory, too, what is only called does not run by itself; by its id it does.
        self.assertEqual(self.result(0, ".")["states"].keys(), result["states"].keys())
        self.assertEqual(self.result(0, "lib.json", "--input", "n=1")["states"], {"add": "succeeded", "greet": "succeeded"})

    def test_a_failure_inside_fails_the_call(self):
        library = {**self.LIBRARY, "steps": [{"id": "add", "command": "exit 3"}], "outputs": {"r": "${steps.add.exit_code}"}}
        self.write("lib.json", library)
        steps = [{"id": "sub", "workstream": "ws-lib", "inputs": {"n": 1}},
                 {"id": "after", "depends_on": "sub", "command": "touch after"},
                 {"id": "anyway", "depends_on": [{"id": "sub", "on": "failure"}], "values": {"e": "${steps.sub.error}"}}]
        result = self.result(1, self.workstream("main", steps))
        self.assertEqual(result["states"]["after"], "skipped")
        self.assertEqual(support.outputs_of(result, "anyway"), {"e": "exit 3"})

    def test_the_version_decides_and_a_loop_is_told(self):
        self.write("one.json", {**self.LIBRARY, "version": "1", "steps": [{"id": "add", "values": {"result": "old"}}]})
        self.write("two.json", {**self.LIBRARY, "steps": [{"id": "add", "values": {"result": "new"}}]})
        steps = [{"id": "sub", "workstream": "ws-lib@1", "inputs": {"n": 1}}]
        result = self.result(0, self.workstream("main", steps))
        self.assertEqual(support.outputs_of(result, "sub:outputs")["result"], "old")
        result = self.result(0, "one.json", "two.json", "--ws-id", "ws-lib@2", "--input", "n=1")
        self.assertEqual(support.outputs_of(result, "add"), {"result": "new"})
        finished = self.expect(2, "run", self.workstream("main", [{"id": "sub", "workstream": "ws-lib@3", "inputs": {"n": 1}}]))
        self.assertIn("calls workstream 'ws-lib@3', which is not loaded", finished.err)
        self.write("a.json", {"id": "ws-a", "steps": [{"id": "s", "workstream": "ws-b"}]})
        self.write("b.json", {"id": "ws-b", "steps": [{"id": "t", "workstream": "ws-a"}]})
        finished = self.expect(2, "validate", "a.json")
        self.assertIn("workstream 'ws-a' calls itself: ws-a -> ws-b -> ws-a", finished.err)

    def test_a_call_resumes_nothing_but_keeps_what_it_says_of_the_whole(self):
        self.write("lib.json", {"id": "ws-lib", "steps": [{"id": "add", "command": "test -e mark || { touch mark; exit 1; }"}]})
        steps = [{"id": "sub", "workstream": "ws-lib", "retry": {"attempts": 2}},
                 {"id": "never", "workstream": "ws-lib", "when": "1 == 2"},
                 {"id": "slow", "workstream": "ws-slow", "timeout": "200ms", "on_failure": "continue"},
                 {"id": "after", "depends_on": "slow", "command": "true"}]
        self.write("slow.json", {"id": "ws-slow", "steps": [{"id": "sleep", "command": "sleep 60"}]})
        states = self.result(0, self.workstream("main", steps))["states"]
        self.assertEqual(states, {"sub:add": "succeeded", "never:add": "skipped", "slow:sleep": "timed_out", "after": "succeeded"})

    def test_the_plan_and_the_graph_show_the_copy(self):
        self.write("lib.json", self.LIBRARY)
        name = self.workstream("main", [{"id": "sub", "workstream": "ws-lib", "inputs": {"n": 1}}])
        self.assertIn("sub:add", self.expect(0, "plan", name).out)
        self.assertIn("sub:add", self.expect(0, "graph", name).out)
        self.assertTrue(json.loads(self.expect(0, "plan", name, "--json").out))


class CaughtErrors(support.ProjectTest):
    def test_the_message_is_what_the_program_said_last(self):
        group = {"id": "g", "steps": [{"id": "bad", "command": "echo starting; echo disk is full >&2; exit 3"}],
                 "catch": [{"id": "tell", "command": ["echo", "${error.message}"], "outputs": {"o": "stdout"}}]}
        result = self.result(0, self.workstream("c", [], step_groups=[group]))
        self.assertEqual(support.outputs_of(result, "tell"), {"o": "disk is full"})


class GroupsForEach(support.ProjectTest):
    """A group once for each item: known beforehand (copies in the plan), and found by a run (a run each)."""

    GROUP = {"id": "each", "depends_on": "pre", "result": "b", "max_workers": 1,
             "steps": [{"id": "a", "command": ["echo", "{item} of ${steps.pre.result}"], "outputs": {"o": "stdout"}},
                       {"id": "b", "depends_on": "a", "command": ["echo", "${index}: ${steps.a.result} ${inputs.q:-none}"],
                        "outputs": {"o": "stdout"}}]}

    def results(self, items, *arguments, pre="echo P", code=0, **keys):
        steps = [{"id": "pre", "command": pre, "outputs": {"o": "stdout"}},
                 {"id": "use", "depends_on": "each", "values": {"all": "${steps.each.results}"}}]
        name = self.workstream("each", steps, any_input=True, step_groups=[{**self.GROUP, "for_each": items, **keys}])
        return self.result(code, name, *arguments)

    def test_known_items_are_copies_in_the_plan(self):
        result = self.results(["x", "it's $HOME", {"n": 3}], "--input", "q=Q")
        self.assertEqual(support.outputs_of(result, "use")["all"], ["0: x of P Q", "1: it's $HOME of P Q", '2: {"n":3} of P Q'])
        self.assertIn("each.2:a", result["states"])

    def test_items_that_a_run_finds_are_runs_of_their_own(self):
        found = ["x", "it's $HOME ${steps.pre.result}", {"n": 3}]
        self.write("found.json", found)
        result = self.results({"from": "${steps.pre.result}"}, pre="cat found.json")
        self.assertEqual([one.split(" of ")[0] for one in support.outputs_of(result, "use")["all"]],
                         ["0: x", "1: it's $HOME ${steps.pre.result}", '2: {"n":3}'])
        self.assertEqual(result["states"]["each[2]"], "succeeded")
        self.assertIn("ws-each.each.2", self.expect(0, "history").out)
        self.assert_nobody_left()

    def test_a_failure_for_one_item(self):
        self.write("found.json", [0, 1, 2])
        failing = {"steps": [{"id": "b", "command": "test {item} != 1", "outputs": {"o": "stdout"}}], "on_failure": "continue"}
        for items in ([0, 1, 2], {"from": "${steps.pre.result}"}):
            with self.subTest(items):
                result = self.results(items, pre="cat found.json", **failing)
                self.assertEqual(support.outputs_of(result, "use")["all"], ["", None, ""])

    def test_groups_with_items_in_groups_with_items(self):
        inner = {"id": "inner", "for_each": "${item.list}", "result": "leaf",
                 "steps": [{"id": "leaf", "command": ["echo", "{item}"], "outputs": {"o": "stdout"}}]}
        literal = {**inner, "for_each": ["y", "z"]}
        for items, part in (([{"list": ["p"]}, {"list": ["q", "r"]}], inner), (["k"], literal)):
            with self.subTest(part["for_each"]):
                result = self.results(items, steps=[part], result="inner")
                self.assertEqual(result["status"], "succeeded")

    def test_a_file_that_needs_tools_and_paths_keeps_them(self):
        self.write("found.json", ["deep"])
        self.write("sub/tools/say.json", {"command": ["echo", "said {prompt}"]})
        self.write("sub/data/here.txt", "text")
        steps = [{"id": "pre", "command": "cat found.json", "outputs": {"o": "stdout"}}]
        group = {"id": "each", "depends_on": "pre", "for_each": "${steps.pre.result}", "result": "say",
                 "steps": [{"id": "say", "tool": "say", "tasks": ["{item}"], "outputs": {"o": "stdout"}},
                           {"id": "look", "working_dir": "data", "command": "test -e here.txt"}]}
        self.write("sub/main.json", {"id": "ws-m", "steps": steps, "step_groups": [group], "outputs": {"all": "${steps.each.results}"}})
        self.assertEqual(self.result(0, "sub/main.json")["workstreams"][0]["outputs"], {"all": ["said deep"]})


if __name__ == "__main__":
    support.main()
