"""Bloks with real processes: nodes in Python and Node.js, the container and its policies, and every row of the table of
contradictions (3a-3m): what the source document claims, what its own code did, and what holds here.

Where there is no Node.js the tests that need it are passed over and say so.
"""

import json
import shutil
import time
import unittest

import support

# Notes when it ran, waits, fails when told to, and hands its inputs on.
NODE = """
import json, os, sys, time
inputs = json.load(sys.stdin)
with open(os.environ["STEP_ID"] + ".ran", "a") as mark:
    mark.write(f"{os.getpid()}\\n")
with open("times", "a") as times:
    times.write(f"{time.monotonic()} + {os.environ['STEP_ID']}\\n")
time.sleep(inputs.get("sleep", 0))
with open("times", "a") as times:
    times.write(f"{time.monotonic()} - {os.environ['STEP_ID']}\\n")
if "fail" in inputs:
    print(inputs["fail"], file=sys.stderr)
    sys.exit(3)
print("a line that is no result")
print(json.dumps(inputs))
"""
SPAWNER = """
import subprocess, time
subprocess.Popen(["sleep", "300"])
time.sleep(300)
"""
SCRIPT = """
import { readFileSync } from "node:fs";
const inputs = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify({ language: "javascript", got: inputs }));
"""
HAS_NODE = shutil.which("node") is not None
needs_node = unittest.skipUnless(HAS_NODE, "there is no Node.js here (apt install nodejs)")


def container(members, name="box", after=(), **execution):
    """A v1 workflow: a container of Python nodes NAME → inputs, and what stands behind it, NAME → inputs."""
    nodes = [{"name": member, "node": "worker", "type": "runtime.python3"} for member in members]
    steps = [{"name": name, "node": "@blok-ts/parallel-execution", "type": "module"}]
    steps += [{"name": step, "node": "worker", "type": "runtime.python3"} for step, _ in after]
    entries = {name: {"execution": execution, "nodes": nodes}}
    entries.update({member: {"inputs": inputs} for member, inputs in members.items()})
    entries.update({step: {"inputs": inputs} for step, inputs in after})
    return {"name": "container test", "version": "1.0.0", "steps": steps, "nodes": entries}


class BlokTest(support.ProjectTest):
    def setUp(self):
        super().setUp()
        self.write("nodes/worker.py", NODE)

    def run_blok(self, code, workflow, *arguments):
        self.write("flow.json", workflow)
        return self.result(code, "flow.json", *arguments)

    def value(self, result, step):
        return support.outputs_of(result, step)["result"]

    def most_at_once(self, names):
        now = most = 0
        for line in sorted((self.project / "times").read_text().splitlines(), key=lambda line: float(line.split()[0])):
            _, sign, name = line.split(" ", 2)
            if name in names:
                now += 1 if sign == "+" else -1
                most = max(most, now)
        return most


class Contradictions(BlokTest):
    def test_3a_the_limit_of_concurrency_is_kept(self):
        members = {f"chunk-{i}": {"sleep": 0.3} for i in range(4)}
        result = self.run_blok(0, container(members, strategy="parallel", error_handling="fail-fast", max_concurrent=2))
        self.assertEqual(self.most_at_once(members), 2)
        self.assertEqual(support.outputs_of(result, "box.data")["execution_info"]["concurrent_peak"], 2)

    def test_3b_the_peak_of_a_sequential_run_is_one(self):
        members = {f"chunk-{i}": {} for i in range(3)}
        result = self.run_blok(0, container(members, strategy="sequential", error_handling="fail-fast"))
        self.assertEqual(support.outputs_of(result, "box.data")["execution_info"]["concurrent_peak"], 1)
        self.assertEqual(self.most_at_once(members), 1)

    def test_3c_a_timeout_is_an_exit_code_and_an_error(self):
        result = self.run_blok(1, container({"slow-node": {"sleep": 60}}, strategy="parallel", error_handling="fail-fast",
                                            timeout=1000))
        self.assertEqual(result["states"]["slow-node"], "timed_out")
        self.assertEqual(result["states"]["box.data"], "skipped")

    def test_3d_the_global_timeout_is_kept(self):
        start = time.monotonic()
        members = {"slow-1": {"sleep": 60}, "slow-2": {"sleep": 60}}
        result = self.run_blok(1, container(members, strategy="parallel", error_handling="fail-fast", global_timeout=700))
        self.assertLess(time.monotonic() - start, 20)
        self.assertNotIn("succeeded", {result["states"][name] for name in members})

    def test_3e_in_turn_the_same_policies_hold(self):
        members = {"slow": {"sleep": 60}, "bad": {"fail": "broken"}, "good": {"n": 1}}
        result = self.run_blok(0, container(members, strategy="sequential", error_handling="continue-partial", timeout=1000))
        self.assertEqual([result["states"][name] for name in members], ["timed_out", "failed", "succeeded"])
        made = support.outputs_of(result, "box.data")
        self.assertEqual(made["results"], [None, None, {"n": 1}])
        self.assertEqual([error["node"] for error in made["errors"]], ["slow", "bad"])

    def test_3f_fail_fast_keeps_what_each_member_came_to(self):
        members = {"good": {"n": 1}, "bad": {"fail": "broken", "sleep": 0.4}, "slow": {"sleep": 60}}
        result = self.run_blok(1, container(members, strategy="parallel", error_handling="fail-fast"))
        self.assertEqual([result["states"][name] for name in members], ["succeeded", "failed", "cancelled"])
        self.assertEqual(self.value(result, "good"), {"n": 1})

    def test_3g_a_partial_container_of_failures_only_goes_on_and_says_so(self):
        members = {"bad-1": {"fail": "one"}, "bad-2": {"fail": "two"}}
        self.write("flow.json", container(members, strategy="parallel", error_handling="continue-partial"))
        finished = self.expect(0, "run", "flow.json")
        self.assertIn("every member failed", finished.out + finished.err)
        self.expect(1, "run", "flow.json", "--fail-on-errors")

    def test_3h_without_error_handling_the_first_failure_fails_it(self):
        members = {"bad": {"fail": "broken"}, "slow": {"sleep": 60}}
        result = self.run_blok(1, container(members, strategy="parallel", max_concurrent=2, global_timeout=120000))
        self.assertEqual([result["states"][name] for name in members], ["failed", "cancelled"])

    def test_3i_results_stand_in_the_order_of_the_declaration(self):
        members = {"last": {"n": 1, "sleep": 0.6}, "first": {"n": 2}, "middle": {"n": 3, "sleep": 0.3}}
        result = self.run_blok(0, container(members, strategy="parallel", error_handling="fail-fast"))
        self.assertEqual([value["n"] for value in support.outputs_of(result, "box.data")["results"]], [1, 2, 3])

    def test_3j_the_limit_is_a_window_and_no_batch(self):
        members = {"long": {"sleep": 1.2}, "short-1": {"sleep": 0.1}, "short-2": {"sleep": 0.1}, "short-3": {"sleep": 0.1}}
        self.run_blok(0, container(members, strategy="parallel", error_handling="fail-fast", max_concurrent=2))
        ends = [line.split(" ", 2)[2] for line in (self.project / "times").read_text().splitlines() if " - " in line]
        self.assertEqual(ends[-1], "long")  # batches of two would keep short-2 and short-3 waiting for it

    def test_3k_who_timed_out_is_gone_with_all_it_started(self):
        self.write("nodes/spawner.py", SPAWNER)
        workflow = container({"runaway": {}}, strategy="parallel", error_handling="fail-fast", timeout=1000)
        workflow["nodes"]["box"]["nodes"][0]["node"] = "spawner"
        result = self.run_blok(1, workflow)
        self.assertEqual(result["states"]["runaway"], "timed_out")
        self.assert_nobody_left()

    def test_3l_one_node_is_taken_with_a_note(self):
        self.write("flow.json", container({"alone": {"n": 1}}, strategy="parallel", error_handling="fail-fast"))
        finished = self.expect(0, "run", "flow.json")
        self.assertIn("has one node", finished.err)

    def test_3m_members_start_from_what_was_there_before_them(self):
        members = {"one": {"before": "js/ctx.response.data.n"}, "two": {"before": "js/ctx.vars['setup'].n"}}
        workflow = container(members, after=[("then", {"one": "js/ctx.vars['one']", "two": "js/ctx.vars.two.before"})],
                             strategy="parallel", error_handling="fail-fast")
        workflow["steps"].insert(0, {"name": "setup", "node": "worker", "type": "runtime.python3"})
        workflow["nodes"]["setup"] = {"inputs": {"n": 7}}
        result = self.run_blok(0, workflow)
        self.assertEqual(self.value(result, "then"), {"one": {"before": 7}, "two": 7})
        # What a member beside it writes is not seen: refused before anything starts.
        workflow["nodes"]["two"]["inputs"] = {"beside": "js/ctx.vars.one"}
        self.write("flow.json", workflow)
        self.assertIn("written beside it", self.expect(5, "run", "flow.json").err)


class Containers(BlokTest):
    def test_a_failed_member_is_null_and_an_error(self):
        members = {"good": {"n": 1}, "bad": {"fail": "no such chunk"}, "fine": {"n": 3}}
        result = self.run_blok(0, container(members, after=[("then", {
            "results": "js/ctx.vars['box'].results", "errors": "js/ctx.vars['box'].errors", "first": "js/ctx.vars['box'].errors[0].node",
            "text": "${ctx.vars['box'].execution_info.completed} of ${ctx.vars['box'].execution_info.total}"})],
            strategy="parallel", error_handling="continue-partial"))
        self.assertEqual(self.value(result, "then"), {
            "results": [{"n": 1}, None, {"n": 3}], "errors": [{"node": "bad", "error": "no such chunk"}], "first": "bad",
            "text": "2 of 3"})
        info = support.outputs_of(result, "box.data")["execution_info"]
        self.assertEqual((info["total"], info["completed"], info["failed"]), (3, 2, 1))

    def test_five_in_parallel_are_faster_than_in_turn(self):
        members = {f"heavy-{i}": {"sleep": 0.5} for i in range(5)}
        took = {}
        for strategy, peak in (("parallel", 5), ("sequential", 1)):
            start = time.monotonic()
            result = self.run_blok(0, container(members, strategy=strategy, error_handling="fail-fast"))
            took[strategy] = time.monotonic() - start
            self.assertEqual(support.outputs_of(result, "box.data")["execution_info"]["concurrent_peak"], peak)
        self.assertLess(took["parallel"], took["sequential"] * 0.6)

    def test_a_container_in_a_container(self):
        workflow = container({"outer-1": {"n": 1}, "inner": {}}, strategy="parallel", error_handling="fail-fast")
        workflow["nodes"]["box"]["nodes"][1]["node"] = "parallel-execution"
        workflow["nodes"]["inner"] = {"execution": {"strategy": "sequential", "error_handling": "fail-fast"},
                                      "nodes": [{"name": "deep-1", "node": "worker", "type": "runtime.python3"},
                                                {"name": "deep-2", "node": "worker", "type": "runtime.python3"}]}
        workflow["nodes"].update({"deep-1": {"inputs": {"d": 1}}, "deep-2": {"inputs": {"d": 2}}})
        result = self.run_blok(0, workflow)
        self.assertEqual(support.outputs_of(result, "inner.data")["results"], [{"d": 1}, {"d": 2}])
        self.assertEqual(support.outputs_of(result, "box.data")["results"][0], {"n": 1})


class Nodes(BlokTest):
    @needs_node
    def test_python_and_javascript_side_by_side(self):
        self.write("nodes/script.mjs", SCRIPT)
        self.write("nodes/folder/index.js", SCRIPT.replace("import { readFileSync } from", "const { readFileSync } = require(").
                   replace('"node:fs";', '"node:fs");'))
        workflow = container({"py": {"a": [1, None]}, "js": {"b": "ü"}, "local": {}}, strategy="parallel", error_handling="fail-fast")
        workflow["nodes"]["box"]["nodes"][1].update({"node": "script", "type": "module"})
        workflow["nodes"]["box"]["nodes"][2].update({"node": "folder", "type": "local"})
        result = self.run_blok(0, workflow)
        self.assertEqual(support.outputs_of(result, "box.data")["results"],
                         [{"a": [1, None]}, {"language": "javascript", "got": {"b": "ü"}}, {"language": "javascript", "got": {}}])

    def test_inputs_keep_their_kinds_and_their_texts(self):
        inputs = {"whole": "${ctx.request.body.list}", "part": "<${ctx.request.body.list}>", "n": "js/ctx.request.body.n", "null": None,
                  "quotes": "it's \"$HOME\" `x` \\", "looks": "js/'${steps.x.result}'", "brace": "{item}", "deep": [{"k": ["$.req.body.n"]}]}
        workflow = {"name": "inputs", "version": "1.0.0", "steps": [{"id": "show", "use": "worker", "type": "runtime.python3", "inputs": inputs}]}
        result = self.run_blok(0, workflow, "--input", "list=[1, 2]", "--input", "n=7")
        self.assertEqual(self.value(result, "show"), {**inputs, "whole": [1, 2], "part": "<[1,2]>", "n": 7, "looks": "${steps.x.result}",
                                                      "deep": [{"k": [7]}]})

    def test_an_input_that_is_missing_fails_the_step_that_needs_it(self):
        workflow = {"name": "inputs", "version": "1.0.0",
                    "steps": [{"id": "show", "use": "worker", "type": "runtime.python3", "inputs": {"x": "js/ctx.request.body.x"}}]}
        result = self.run_blok(1, workflow)
        self.assertIn("x", result["steps"][0]["why"])

    def test_a_node_without_a_file_is_refused_before_anything_starts(self):
        workflow = container({"here": {}, "gone": {}}, strategy="parallel", error_handling="fail-fast")
        workflow["nodes"]["box"]["nodes"][1]["node"] = "missing-node"
        self.write("flow.json", workflow)
        finished = self.expect(5, "run", "flow.json")
        self.assertIn("nodes/missing-node.py", finished.err)
        self.assertFalse((self.project / "times").exists())

    def test_javascript_beyond_the_subset_loads_draws_and_is_refused_with_its_place(self):
        workflow = {"name": "beyond", "version": "1.0.0", "steps": [
            {"id": "a", "use": "worker", "type": "runtime.python3", "inputs": {"x": "js/ctx.vars.dataset.slice(0, 1000)"}}]}
        self.write("flow.json", workflow)
        self.expect(0, "validate", "flow.json")
        self.expect(0, "graph", "flow.json")
        finished = self.expect(5, "run", "flow.json")
        self.assertIn("js/ctx.vars.dataset.slice(0, 1000)", finished.err)
        self.assertIn("flow.json:1:", finished.err)
        self.assertFalse((self.project / "times").exists())


class Flows(BlokTest):
    def flow(self, code, *steps, arguments=()):
        def typed(step):
            if "use" in step:
                step.setdefault("type", "runtime.python3")
            for value in step.values():
                for inner in value if isinstance(value, list) else value.values() if isinstance(value, dict) else ():
                    for one in inner if isinstance(inner, list) else [inner]:
                        if isinstance(one, dict):
                            typed(one)
            return step
        return self.run_blok(code, {"name": "flow test", "version": "1.0.0", "steps": [typed(step) for step in steps]}, *arguments)

    def test_branch_takes_one_arm_and_missing_is_false(self):
        branch = {"id": "decide", "branch": {"when": "ctx.request.body.kind === 'a' || ctx.request.body.n > 3",
                                             "then": [{"id": "yes", "use": "worker", "as": "answer", "inputs": {"t": 1}}],
                                             "else": [{"id": "no", "use": "worker", "as": "answer", "inputs": {"t": 0}}]}}
        after = {"id": "after", "use": "worker", "inputs": {"t": "js/ctx.state.answer.t", "yes": "js/ctx.state.yes"}}
        for given, taken in (((), 0), (("--input", "kind=a"), 1), (("--input", "n=4"), 1), (("--input", "n=x"), None), (("--input", "kind=1"), 0)):
            with self.subTest(given):
                result = self.flow(0 if taken is not None else 1, branch, after, arguments=given)
                if taken is not None:
                    self.assertEqual(self.value(result, "after"), {"t": taken, "yes": {"t": 1} if taken else None})

    def test_switch_runs_the_first_case_of_a_value(self):
        switch = {"id": "route", "switch": {"on": "js/ctx.request.body.kind", "cases": [
            {"when": ["a", 1], "do": [{"id": "first", "use": "worker"}]}, {"when": "a", "do": [{"id": "again", "use": "worker"}]}],
            "default": [{"id": "other", "use": "worker"}]}}
        for given, taken in ((("--input", "kind=a"), "first"), (("--input", "kind=1"), "first"), ((), "other")):
            with self.subTest(given):
                states = self.flow(0, switch, arguments=given)["states"]
                self.assertEqual([name for name in ("first", "again", "other") if states[name] == "succeeded"], [taken])

    def test_each_gives_results_in_order_and_is_bounded(self):
        result = self.flow(0, {"id": "list", "use": "worker", "inputs": {"items": [0.4, 0.1, 0.3, 0.1]}},
                           {"id": "each", "forEach": {"in": "js/ctx.state.list.items", "as": "item", "mode": "parallel", "concurrency": 2,
                                                      "do": [{"id": "one", "use": "worker", "inputs": {"sleep": "js/ctx.state.item", "i": "js/ctx.state.itemIndex"}}]}},
                           {"id": "after", "use": "worker", "inputs": {"all": "js/ctx.state.each", "prev": "js/ctx.prev[1].i"}})
        self.assertEqual(self.value(result, "after"),
                         {"all": [{"sleep": s, "i": i} for i, s in enumerate([0.4, 0.1, 0.3, 0.1])], "prev": 1})
        self.assertEqual(self.most_at_once({f"each[{i}]" for i in range(4)}), 2)

    def test_several_steps_for_each_item_of_a_list_that_the_run_makes(self):
        result = self.flow(0, {"id": "list", "use": "worker", "inputs": {"items": [{"n": 1, "t": "a"}, {"n": 2, "t": "b"}], "base": 10}},
                           {"id": "each", "forEach": {"in": "js/ctx.state.list.items", "as": "item", "mode": "parallel", "do": [
                               {"id": "first", "use": "worker", "inputs": {"n": "js/ctx.state.item.n", "i": "js/ctx.state.itemIndex",
                                                                           "base": "js/ctx.state.list.base"}},
                               {"id": "pick", "branch": {"when": "ctx.state.item.t === 'a'", "then": [{"id": "special", "use": "worker"}]}},
                               {"id": "second", "use": "worker", "inputs": {"of": "js/ctx.state.first", "special": "js/ctx.state.special"}}]}},
                           {"id": "after", "use": "worker", "inputs": {"all": "js/ctx.state.each"}})
        self.assertEqual(self.value(result, "after")["all"], [{"of": {"n": 1, "i": 0, "base": 10}, "special": {}},
                                                              {"of": {"n": 2, "i": 1, "base": 10}, "special": None}])

    def test_a_loop_goes_on_while_its_condition_holds_and_no_longer_than_allowed(self):
        self.write("nodes/count.py", "import json, os\nn = int(open('n').read()) + 1 if os.path.exists('n') else 1\n"
                                     "open('n', 'w').write(str(n))\nprint(json.dumps({'n': n}))\n")
        loop = {"id": "again", "loop": {"while": "ctx.state.tick === undefined || ctx.state.tick.n < 3", "maxIterations": 5,
                                        "do": [{"id": "tick", "use": "count"}]}}
        self.assertEqual(self.value(self.flow(0, loop), "tick"), {"n": 3})
        loop["loop"]["while"] = "true"
        self.flow(1, loop)
        self.assertEqual((self.project / "n").read_text(), "8")

    def test_try_catch_finally(self):
        steps = ({"id": "saga", "tryCatch": {
            "try": [{"id": "made", "use": "worker", "inputs": {"id": 5}}, {"id": "bad", "use": "worker", "inputs": {"fail": "broken"}}],
            "catch": [{"id": "undo", "branch": {"when": "ctx.state.made !== undefined", "then": [
                          {"id": "undone", "use": "worker", "inputs": {"id": "js/ctx.state.made.id"}}]}},
                      {"id": "note", "use": "worker", "inputs": {"step": "js/ctx.error.stepId", "why": "js/ctx.error.message"}}],
            "finally": [{"id": "metric", "use": "worker"}]}},
            {"id": "after", "use": "worker", "inputs": {"bad": "js/ctx.state.bad.x", "made": "js/ctx.state.made"}})
        result = self.flow(0, *steps)
        self.assertEqual(self.value(result, "undone"), {"id": 5})
        self.assertEqual(self.value(result, "note")["step"], "bad")
        self.assertEqual(result["states"]["metric"], "succeeded")
        self.assertEqual(self.value(result, "after"), {"bad": None, "made": {"id": 5}})

    def test_retries_wait_and_a_duration_is_of_each_attempt(self):
        start = time.monotonic()
        result = self.flow(1, {"id": "bad", "use": "worker", "inputs": {"fail": "x"}, "retry": {"maxAttempts": 3, "minTimeoutInMs": 200, "factor": 2}})
        self.assertGreater(time.monotonic() - start, 0.6)
        self.assertEqual(len((self.project / "bad.ran").read_text().splitlines()), 3)
        result = self.flow(1, {"id": "slow", "use": "worker", "inputs": {"sleep": 60}, "maxDuration": "500ms",
                               "retry": {"maxAttempts": 2, "minTimeoutInMs": 1}})
        self.assertEqual(result["states"]["slow"], "timed_out")
        self.assertEqual(len((self.project / "slow.ran").read_text().splitlines()), 2)

    def test_an_idempotency_key_stands_for_an_earlier_success(self):
        step = {"id": "charge", "use": "worker", "inputs": {"n": 1}, "idempotencyKey": "js/`order-${ctx.request.body.id}`"}
        for given in ("1", "1", "2"):
            self.flow(0, dict(step), arguments=("--input", f"id={given}"))
        self.assertEqual(len((self.project / "charge.ran").read_text().splitlines()), 2)

    def test_a_stop_ends_the_workflow_and_is_no_failure(self):
        result = self.flow(0, {"id": "decide", "branch": {"when": "true", "then": [
            {"id": "enough", "use": "worker", "stop": True}, {"id": "inside", "use": "worker"}]}}, {"id": "after", "use": "worker"},
            {"id": "behind", "use": "worker"}, {"id": "off", "use": "worker", "active": False})
        self.assertEqual([result["states"][name] for name in ("enough", "inside", "after", "behind", "off")], ["succeeded"] + ["skipped"] * 4)

    def test_a_workflow_calls_another_of_its_directory(self):
        self.write("child.json", {"name": "child flow", "version": "1.0.0", "steps": [
            {"id": "work", "use": "worker", "type": "runtime.python3", "inputs": {"got": "js/ctx.request.body.x"}}]})
        result = self.flow(0, {"id": "call", "subworkflow": "child flow", "inputs": {"x": [1]}, "allowList": ["child flow"]},
                           {"id": "after", "use": "worker", "inputs": {"child": "js/ctx.state.call.got", "prev": "js/ctx.prev"}})
        self.assertEqual(self.value(result, "after"), {"child": [1], "prev": {"got": [1]}})


class BadInput(BlokTest):
    def refuses(self, said, **keys):
        self.write("flow.json", json.dumps({"name": "sample", "version": "1.0.0", **keys}))
        finished = self.expect(2, "run", "flow.json")
        self.assertIn(said, finished.err)
        self.assertIn("flow.json:1:", finished.err)

    def test_what_the_reader_refuses(self):
        self.refuses("of no known shape", steps=[{"id": "a", "usse": "worker"}])
        self.refuses("has no entry in 'nodes'", steps=[{"name": "one", "node": "worker", "type": "module"}], nodes={})
        self.refuses("must be 1 or more, not 0", steps=[{"id": "a", "forEach": {"in": [1], "as": "x", "concurrency": 0, "do": [{"id": "b", "use": "c"}]}}])
        self.refuses("is no duration: 1h30m", steps=[{"id": "a", "wait": {"for": "1h30m"}}])
        workflow = container({"one": {}, "two": {}}, max_concurrent=0)
        self.refuses("must be 1 or more, not 0", **workflow)

    def test_files_that_are_hard_to_read(self):
        text = json.dumps({"name": "sample", "version": "1.0.0", "steps": [{"id": "a", "use": "worker", "type": "runtime.python3", "inputs": {"t": "é"}}]},
                          ensure_ascii=False)
        self.write("flow.json", text.encode("latin-1"))
        self.assertIn("UTF-8", self.expect(2, "validate", "flow.json").err)
        self.write("flow.json", b"\xef\xbb\xbf" + text.replace(", ", ",\r\n").encode())
        self.assertEqual(self.value(self.result(0, "flow.json"), "a"), {"t": "é"})
        self.write("flow.json", "")
        self.expect(2, "validate", "flow.json")
        self.write("flow.json", text[:-1])
        self.expect(2, "validate", "flow.json")


if __name__ == "__main__":
    support.main()
