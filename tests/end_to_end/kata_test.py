"""Katas with real processes: the contradictions 0a to 0m of the formats' table, results and variables, branches,
waits, katas that spawn katas, and every kata of the source documents.

Skills and katas are small Python programs below skills/ that two profiles of the test find by name.
"""

import json
import re
import threading
import time

import support

SEEDS = support.ROOT.parent / "shared" / "seeds"
PROFILE = """name: {kind}
command: [python3, "{{program}}"]
program: ["skills/{{name}}.py"]
"""
HEAD = """import json, os, pathlib, sys, time
v = json.load(sys.stdin)
def say(value): print(json.dumps(value))
def mark(name): pathlib.Path(name).write_text(str(time.time()))
"""


def parallel(spawns, options="", join="", rest="complete"):
    """A kata whose phase `work` spawns these (name → binding), followed by `rest`."""
    lines = "".join(f"  spawn kata {name} v1 -> {binding}\n" for name, binding in spawns.items())
    return f"kata k v1\nrequires skill see\ninitial work\nphase work\nspawn parallel {options}\n{lines}{join}\n{rest}\n"


SEE = "next see\nphase see\nrun skill see\ncomplete"


class KataTest(support.ProjectTest):
    def setUp(self):
        super().setUp()
        for kind in ("skill", "kata"):
            self.write(f"tools/{kind}.yaml", PROFILE.format(kind=kind))
        self.program("see", "say(v)")

    def program(self, name, body):
        self.write(f"skills/{name}.py", HEAD + body + "\n")

    def kata(self, name, body):
        self.program(f"{name}@v1", body)

    def run_kata(self, code, text, *arguments, seconds=support.DEADLINE):
        path = self.write("k.kata", text)
        finished = self.call("run", path, "--json", *arguments, seconds=seconds)
        self.assertEqual(finished.code, code, str(finished))
        return finished.json()

    def states(self, result):
        return {step["id"]: step["state"] for step in result["steps"]}

    def outputs(self, result):
        (workstream,) = result["workstreams"]
        return workstream["outputs"]

    def exists(self, name):
        return (self.project / name).exists()

    def racers(self):
        self.kata("quick", "time.sleep(0.3); say({'by': 'quick'})")
        self.kata("slow", "mark('slow-began'); time.sleep(1.5); mark('slow-ended'); say({'by': 'slow'})")
        self.kata("endless", "time.sleep(60)")
        self.kata("broken", "sys.exit('no good')")


class Contradictions(KataTest):
    """Each row of the table by its number."""

    def setUp(self):
        super().setUp()
        self.racers()

    def test_0a_first_completed_cancels_the_losers(self):
        started = time.monotonic()
        result = self.run_kata(0, parallel({"quick": "a", "endless": "b"}, join="join first_completed", rest=SEE))
        self.assertLess(time.monotonic() - started, 20)
        self.assertEqual(self.states(result)["b"], "cancelled")
        self.assertEqual(self.outputs(result)["parallel_results"], {"a": {"by": "quick"}})
        self.assertEqual(self.outputs(result)["parallel_errors"], {})
        self.assertEqual(self.outputs(result)["parallel_aggregated"]["failureCount"], 0)
        self.assert_nobody_left()

    def test_0a_any_completed_lets_the_losers_run_on(self):
        self.program("see", "say({'early': not os.path.exists('slow-ended'), 'seen': v['parallel_results']})")
        result = self.run_kata(0, parallel({"quick": "a", "slow": "b"}, join="join any_completed", rest=SEE))
        self.assertEqual(self.outputs(result)["result"], {"early": True, "seen": {"a": {"by": "quick"}}})
        self.assertTrue(self.exists("slow-ended"))
        self.assertEqual(self.states(result)["b"], "succeeded")

    def test_0b_only_a_success_satisfies_any_and_first(self):
        for join in ("any_completed", "first_completed"):
            with self.subTest(join):
                result = self.run_kata(0, parallel({"broken": "a", "quick": "b"}, join=f"join {join}", rest=SEE))
                self.assertEqual(self.outputs(result)["parallel_results"], {"b": {"by": "quick"}})

    def test_0c_a_race_nobody_can_win_fails_at_once(self):
        self.kata("broken-too", "time.sleep(0.2); sys.exit(3)")
        for options in ("fail_continue", "", "fail_on_first"):
            for join in ("any_completed", "first_completed"):
                with self.subTest(f"{options} {join}"):
                    result = self.run_kata(1, parallel({"broken": "a", "broken-too": "b"}, options, f"join {join}", SEE))
                    self.assertEqual(self.states(result)["see"], "skipped")

    def test_0d_all_under_continue_when_the_last_one_fails(self):
        self.kata("late", "time.sleep(0.6); sys.exit('too late')")
        result = self.run_kata(0, parallel({"quick": "a", "late": "b"}, "fail_continue", "join all_completed", SEE))
        seen = self.outputs(result)["result"]
        self.assertEqual(seen["parallel_results"], {"a": {"by": "quick"}})
        self.assertEqual(seen["parallel_errors"], {"b": "too late"})

    def test_0e_fail_on_any_stops_the_siblings(self):
        for options in ("", "fail_on_any"):
            with self.subTest(options):
                started = time.monotonic()
                result = self.run_kata(1, parallel({"broken": "a", "endless": "b"}, options, rest=SEE))
                self.assertLess(time.monotonic() - started, 20)
                self.assertEqual(self.states(result)["b"], "cancelled")
                self.assertEqual(self.states(result)["see"], "skipped")
                self.assert_nobody_left()

    def test_0f_fail_on_first_lets_the_others_end_and_keeps_their_results(self):
        result = self.run_kata(1, parallel({"broken": "a", "slow": "b"}, "fail_on_first", rest=SEE))
        self.assertTrue(self.exists("slow-ended"))
        self.assertEqual(self.states(result)["see"], "skipped")
        joined = support.step_of(result, "work.joined")
        self.assertEqual(joined["outputs"]["parallel_results"], {"b": {"by": "slow"}})
        self.assertEqual(joined["outputs"]["parallel_errors"], {"a": "no good"})

    def test_0g_a_written_policy_fails_a_race_that_could_be_won(self):
        spawns = {"broken": "a", "slow": "b"}
        self.run_kata(1, parallel(spawns, "fail_on_any", "join first_completed", SEE))
        self.assertFalse(self.exists("slow-ended"))
        self.run_kata(0, parallel(spawns, "", "join first_completed", SEE))
        self.assertTrue(self.exists("slow-ended"))

    def test_0h_the_timeout_stops_the_rest(self):
        spawns = {"quick": "a", "endless": "b"}
        result = self.run_kata(1, parallel(spawns, "timeout 1200", rest=SEE))
        self.assertEqual(self.states(result)["see"], "skipped")
        self.assert_nobody_left()
        result = self.run_kata(0, parallel(spawns, "timeout 1200 fail_continue", rest=SEE))
        seen = self.outputs(result)["result"]
        self.assertEqual(seen["parallel_results"], {"a": {"by": "quick"}})
        self.assertEqual(list(seen["parallel_errors"]), ["b"])
        self.assert_nobody_left()

    def test_0h_a_race_under_continue_goes_on_at_its_timeout_and_fails_without_a_winner(self):
        self.run_kata(0, parallel({"endless": "a"}, "timeout 500 fail_continue", "join first_completed", SEE))
        self.run_kata(1, parallel({"broken": "a"}, "timeout 20000 fail_continue", "join first_completed", SEE))
        self.run_kata(0, parallel({"quick": "a"}, "timeout 20000 fail_continue", "join any_completed", SEE))

    def test_0i_0j_0k_0m_the_record(self):
        before = time.time() * 1000
        result = self.run_kata(0, parallel({"quick": "q_1", "broken": "b-2"}, "fail_continue", rest=SEE))
        seen = self.outputs(result)["result"]
        record = seen["parallel_aggregated"]
        self.assertEqual(set(record), {"results", "errors", "totalChildren", "successCount", "failureCount", "timestamp"})
        self.assertEqual(record["results"], seen["parallel_results"])
        self.assertEqual(record["errors"], {"b-2": "no good"})
        self.assertEqual((record["totalChildren"], record["successCount"], record["failureCount"]), (2, 1, 1))
        self.assertIsInstance(record["timestamp"], int)
        self.assertTrue(before <= record["timestamp"] <= time.time() * 1000)

    def test_0l_children_queue_through_the_pool(self):
        self.kata("alone", "mine = 'lock'\nos.mkdir(mine); time.sleep(0.2); os.rmdir(mine)")
        text = "kata k v1\ninitial work\nphase work\nspawn parallel\n" + "spawn kata alone v1\n" * 5 + "complete\n"
        self.run_kata(0, text, "--max-workers", "1")


class OfKatas(KataTest):
    """The same where what is spawned is a kata itself, not a program."""

    def setUp(self):
        super().setUp()
        self.program("quick", "time.sleep(0.3); say('quick')")
        self.program("endless", "time.sleep(60)")
        self.program("broken", "sys.exit('no good')")

    # What nobody spawns would run by itself: only those that are.
    def family(self, spawns, *arguments):
        return parallel(spawns, *arguments) + "".join(
            f"kata {name} v1\nrequires skill {name}\ninitial x\nphase x\nrun skill {name}\ncomplete\n" for name in spawns)

    def test_losers_are_cancelled_and_have_not_failed(self):
        result = self.run_kata(0, self.family({"endless": "a", "quick": "b"}, "", "join first_completed", SEE))
        self.assertEqual(self.outputs(result)["parallel_results"], {"b": "quick"})
        self.assertEqual(self.outputs(result)["parallel_errors"], {})
        self.assert_nobody_left()

    def test_failures_go_by_their_binding(self):
        result = self.run_kata(0, self.family({"broken": "a", "quick": "b"}, "fail_continue", "", SEE))
        self.assertEqual(self.outputs(result)["parallel_errors"], {"a": "no good"})
        self.run_kata(1, self.family({"broken": "a", "quick": "b"}, "fail_on_first", "", SEE))

    def test_the_timeout_stops_all_of_them(self):
        for join in ("all", "any", "first"):
            with self.subTest(join):
                text = self.family({"endless": "a"}, "timeout 800 fail_continue", f"join {join}_completed", SEE)
                result = self.run_kata(0, text)
                self.assertEqual(list(self.outputs(result)["parallel_errors"]), ["a"])
                self.assert_nobody_left()
        self.run_kata(1, self.family({"broken": "a"}, "timeout 20000 fail_continue", "join any_completed", SEE))


class Variables(KataTest):
    def test_a_single_spawn_has_a_binding_of_three_parts(self):
        self.kata("child", "say({'n': 7})")
        result = self.run_kata(0, "kata k v1\nrequires skill see\ninitial a\nphase a\nspawn kata child v1 -> got\nnext b\n"
                                  "phase b\nrun skill see\ncomplete\n", "--input", "x=5")
        seen = self.outputs(result)["result"]
        self.assertEqual(seen["got"], {"childTaskId": "k/a", "success": True, "output": {"n": 7}})
        self.assertEqual(seen["inputs"], {"x": 5})
        self.assertEqual(self.outputs(result)["got"], {"n": 7})

    def test_a_failed_spawn_fails_its_parent(self):
        self.kata("child", "sys.exit(1)")
        result = self.run_kata(1, "kata k v1\ninitial a\nphase a\nspawn kata child v1\nnext b\nphase b\ncomplete\n")
        self.assertEqual(self.states(result)["b"], "skipped")

    def test_results_of_phases_and_skills_that_print_text(self):
        self.program("words", "print('two words')")
        result = self.run_kata(0, "kata k v1\nrequires skill words\nrequires skill see\ninitial a\nphase a\nrun skill words\n"
                                  "run skill see\nnext b\nphase b\nrun skill see\ncomplete\n")
        self.assertEqual(self.outputs(result)["result"]["phases"]["a"]["phases"], {"a": "two words"})

    def test_models_are_for_the_programs(self):
        self.program("see", "say([os.environ['AI_MODEL'], os.environ['AI_TAGS']])")
        result = self.run_kata(0, "kata k v1\nai-model big\nai-tags x y\nrequires skill see\ninitial a\nphase a\nai-model small\n"
                                  "run skill see\ncomplete\n")
        self.assertEqual(self.outputs(result)["result"], ["small", "x y"])

    def test_fail_fails(self):
        result = self.run_kata(1, "kata k v1\nrequires skill see\ninitial a\nphase a\nrun skill see\nfail\n")
        self.assertEqual(self.states(result)["a.see"], "succeeded")
        self.assertEqual(self.states(result)["a.fail"], "failed")

    def test_a_skill_without_a_program_is_refused_before_anything_starts(self):
        self.write("k.kata", "kata k v1\nrequires skill see\nrequires skill gone\ninitial a\nphase a\nrun skill see\nrun skill gone\ncomplete\n")
        finished = self.expect(5, "run", "k.kata")
        self.assertIn("gone", finished.err)


class Branches(KataTest):
    TEXT = ("kata k v1\nrequires skill assess\nrequires skill see\ninitial a\nphase a\nrun skill assess\n"
            "if level == high AND score >= 80\nnext b\nelse if level in [medium, low]\nnext c\nelse\nnext d\n"
            "phase b\nrun skill see\nnext end\nphase c\nnext e\nphase e\nrun skill see\nnext end\nphase d\nfail\n"
            "phase end\ncomplete\n")

    def taken(self, code, value):
        self.program("assess", f"say({value!r})")
        states = self.states(self.run_kata(code, self.TEXT))
        return {name for name in "bcde" if states[name] not in ("skipped",)}, states["end"]

    def test_the_branch_taken_decides(self):
        done = ("succeeded", "noop")
        for value, phases in (({"level": "high", "score": 80}, {"b"}), ({"level": "medium"}, {"c", "e"})):
            taken, end = self.taken(0, value)
            self.assertEqual(taken, phases)
            self.assertIn(end, done)
        for value in ({"level": "high", "score": 79}, {"level": "high"}, {}, "text", {"level": 5}, {"level": None}):
            with self.subTest(value):
                self.assertEqual(self.taken(1, value), ({"d"}, "skipped"))

    def test_a_kind_that_cannot_be_ordered_is_told(self):
        self.program("assess", "say({'level': 'high', 'score': '80'})")
        result = self.run_kata(1, self.TEXT)
        self.assertIn("text", json.dumps(result))

    def test_without_else_and_match_it_fails(self):
        result = self.run_kata(1, "kata k v1\ninitial a\nphase a\nif x == 1\nnext b\nphase b\ncomplete\n", "--input", "x=2")
        self.assertEqual(self.states(result)["a.no-branch"], "failed")
        result = self.run_kata(0, "kata k v1\ninitial a\nphase a\nif x == 1\nnext b\nphase b\ncomplete\n", "--input", "x=1")
        self.assertEqual(self.states(result)["a.no-branch"], "skipped")

    def test_on_what_spawned_katas_gave(self):
        self.kata("good", "say({'n': 3})")
        self.kata("bad", "sys.exit('bad')")
        text = parallel({"good": "g", "bad": "b"}, "fail_continue", rest=(
            "if parallel_aggregated.successCount == 1 AND g.n > 2 AND parallel_results.g.n < 4 AND parallel_errors.b == bad "
            "AND parallel_results.b == null\nnext yes\nelse\nnext no\nphase yes\ncomplete\nphase no\nfail"))
        self.run_kata(0, text.replace("requires skill see\n", ""))

    def test_alternatives_may_use_the_same_binding(self):
        self.kata("left", "say('from left')")
        self.kata("right", "say('from right')")
        spawn = "spawn parallel\nspawn kata {} v1 -> part\njoin all_completed\nnext end\n"
        text = ("kata k v1\nrequires skill see\ninitial a\nphase a\nif way == left\nnext l\nelse\nnext r\nphase l\n" + spawn.format("left") +
                "phase r\n" + spawn.format("right") + "phase end\nrun skill see\ncomplete\n")
        for way in ("left", "right"):
            result = self.run_kata(0, text, "--input", f"way={way}")
            self.assertEqual(self.outputs(result)["result"]["parallel_results"], {"part": f"from {way}"})


class Waits(KataTest):
    TEXT = "kata k v1\ninitial a\nphase a\nwait event approved timeout {}\nnext b\nphase b\ncomplete\n"

    def test_an_event_is_signalled(self):
        threading.Timer(0.7, lambda: self.call("signal", "approved")).start()
        self.run_kata(0, self.TEXT.format(20))

    def test_the_timeout_is_in_seconds(self):
        started = time.monotonic()
        result = self.run_kata(1, self.TEXT.format(1))
        self.assertTrue(1 <= time.monotonic() - started < 15)
        self.assertEqual(self.states(result), {"a": "timed_out", "b": "skipped"})


class Nesting(KataTest):
    CHILD = "kata child v1\nrequires skill see\ninitial x\nphase x\nrun skill see\ncomplete\n"
    PARENT = "kata parent v1\ninitial a\nphase a\nspawn parallel\nspawn kata child v1 -> one\nspawn kata child v1 -> two\ncomplete\n"

    def test_in_one_file_and_in_a_directory(self):
        self.write("one/all.kata", self.PARENT + self.CHILD)
        self.write("many/a-parent.kata", self.PARENT)
        self.write("many/child.kata", self.CHILD)
        for target in ("one/all.kata", "many", "many/a-parent.kata"):
            with self.subTest(target):
                finished = self.call("run", target, "--json")
                self.assertEqual(finished.code, 0, str(finished))
                results = self.outputs(finished.json())["parallel_results"]
                self.assertEqual([results[name]["inputs"]["childName"] for name in ("one", "two")], ["one", "two"])

    def test_versions_are_told_apart(self):
        second = self.CHILD.replace("v1", "v2").replace("skill see", "skill other")
        self.program("other", "say('second')")
        self.write("k.kata", self.CHILD + second + "kata parent v1\ninitial a\nphase a\nspawn kata child v2 -> r\ncomplete\n")
        finished = self.call("run", "k.kata", "--ws-id", "parent", "--json")
        self.assertEqual(finished.code, 0, str(finished))
        self.assertEqual(self.outputs(finished.json())["result"], "second")

    def test_a_child_without_any_result_gives_null(self):
        child = "kata child v1\ninitial x\nphase x\nnext y\nphase y\ncomplete\n"
        self.write("k.kata", child + "kata top v1\nrequires skill see\ninitial a\nphase a\nspawn kata child v1 -> one\n"
                                     "spawn parallel\nspawn kata child v1 -> two\nif one.output == null\nnext b\nelse\nnext c\n"
                                     "phase b\nrun skill see\ncomplete\nphase c\nfail\n")
        finished = self.call("run", "k.kata", "--json")
        self.assertEqual(finished.code, 0, str(finished))
        seen = self.outputs(finished.json())["result"]
        self.assertEqual(seen["one"]["output"], None)
        self.assertEqual(seen["parallel_results"], {"two": None})

    def test_mistakes_of_a_child_are_told_once(self):
        self.write("k.kata", "kata child v1\ninitial x\nphase x\nnext z\nkata top v1\ninitial a\nphase a\nspawn kata child v1 -> one\n"
                             "if one.output == 1\nnext b\nelse\nnext b\nphase b\ncomplete\n")
        finished = self.expect(2, "validate", "k.kata")
        self.assertIn("1 error, 0 warnings", finished.err)

    def test_recursion_shows_the_loop(self):
        self.write("k.kata", "kata a v1\ninitial x\nphase x\nspawn kata b v1\ncomplete\nkata b v1\ninitial x\nphase x\nspawn kata a v1\ncomplete\n")
        finished = self.expect(2, "validate", "k.kata")
        self.assertIn("a -> b -> a", finished.err)

    def test_grandchildren(self):
        self.write("k.kata", self.CHILD + self.PARENT +
                   "kata top v1\ninitial a\nphase a\nspawn kata parent v1 -> p\nif p.output.one.inputs.childName == one\nnext yes\n"
                   "else\nnext no\nphase yes\ncomplete\nphase no\nfail\n")
        finished = self.call("run", "k.kata", "--json")
        self.assertEqual(finished.code, 0, str(finished))


class Files(KataTest):
    GOOD = "kata k v1\ninitial a\nphase a\ncomplete\n"

    def test_bad_bytes_and_sizes(self):
        files = {"latin1.kata": (self.GOOD.encode() + "# Größe\n".encode("latin-1"), 2, "UTF-8"),
                 "bom.kata": (b"\xef\xbb\xbf" + self.GOOD.encode(), 0, ""),
                 "crlf.kata": (self.GOOD.replace("\n", "\r\n").encode(), 0, ""),
                 "empty.kata": (b"", 2, "empty"),
                 "large.kata": (self.GOOD.encode() + b"# comment\n" * 10_000_000, 2, "limit"),
                 "utf16.kata": (self.GOOD.encode("utf-16"), 2, "UTF-16")}
        for name, (text, code, said) in files.items():
            with self.subTest(name):
                (self.project / name).write_bytes(text)
                finished = self.call("validate", name)
                self.assertEqual(finished.code, code, str(finished))
                self.assertIn(said, finished.err)

    def test_strict_makes_an_error_of_an_undeclared_skill(self):
        self.write("k.kata", "kata k v1\ninitial a\nphase a\nrun skill see\ncomplete\n")
        finished = self.expect(0, "validate", "k.kata")
        self.assertIn("not required", finished.err)
        self.expect(2, "validate", "k.kata", "--strict")
        self.expect(0, "run", "k.kata")

    def test_the_format_may_be_named(self):
        self.write("k.txt", self.GOOD)
        self.expect(0, "validate", "k.txt", "--format", "kata")

    def test_plan_and_graph(self):
        self.write("k.kata", parallel({"x": "a", "y": "b"}, "fail_continue", "join any_completed"))
        self.assertIn("work.children", self.expect(0, "plan", "k.kata").out)
        self.assertIn("work.joined", self.expect(0, "graph", "k.kata").out)

    def test_every_kata_of_the_source_document(self):
        sources = list(SEEDS.glob("000_*.txt"))
        if not sources:
            self.skipTest("the source documents are not beside the project")
        blocks = re.findall(r"^```[a-z]*\n(.*?)^```", sources[0].read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        katas = [block for block in blocks if block.startswith("kata ")]
        self.assertEqual(len(katas), 5)
        for text in katas:
            with self.subTest(text.split("\n")[0]):
                self.write("k.kata", text)
                self.expect(0, "validate", "k.kata")
        for text in [block for block in blocks if block.startswith(("phase ", "spawn parallel", "// "))]:
            with self.subTest(text):
                self.write("k.kata", text)
                finished = self.expect(2, "validate", "k.kata")
                self.assertIn("expected `kata NAME VERSION` at the beginning of the file", finished.err)


if __name__ == "__main__":
    support.main()
