"""Prose programs with real processes: an agent that does what its prompt says, a judge, and one test for each row of
contradictions that was decided (1a to 1i)."""

import json
import stat
import textwrap

import support

# Reads its prompt from standard input; words in it say what to do. What it was asked is kept, in order.
AGENT = """\
#!/usr/bin/env python3
import json, os, re, sys, time
prompt = sys.stdin.read()
own = prompt.split("Context:")[0]
def note(event):
    with open("asked", "a") as log:
        log.write(json.dumps({"event": event, "step": os.environ["STEP_ID"], "attempt": os.environ["STEP_ATTEMPT"],
                              "agent": os.environ.get("WORKSTREAM_AGENT", ""), "model": os.environ.get("WORKSTREAM_MODEL", ""),
                              "prompt": prompt}) + chr(10))
note("start")
for word, value in re.findall(r"(WAIT|SAY|UNTIL) ([^;\\n]*)", own):
    if word == "WAIT":
        time.sleep(float(value))
    if word == "UNTIL" and int(os.environ["STEP_ATTEMPT"]) < int(value):
        sys.exit(3)
    if word == "SAY":
        print(value.strip())
if "FAIL" in own:
    print("broken: " + os.environ["STEP_ID"], file=sys.stderr)
    sys.exit(4)
if "SAY" not in own:
    print("did " + os.environ["STEP_ID"])
note("end")
"""


class ProseTest(support.ProjectTest):
    def setUp(self):
        super().setUp()
        agent = self.write("agent.py", AGENT)
        agent.chmod(agent.stat().st_mode | stat.S_IXUSR)
        self.write("profiles/session.yaml", "name: session\ncommand: [./agent.py]\nstdin: \"{prompt}\"\n")

    def program(self, text, name="p"):
        return self.write(f"{name}.prose", textwrap.dedent(text)).name

    def run_program(self, code, text, *arguments):
        return self.result(code, self.program(text), "--tools-dir", "profiles", *arguments)

    def asked(self, event="start"):
        lines = (self.project / "asked").read_text(encoding="utf-8").splitlines()
        return [one for one in map(json.loads, lines) if one["event"] == event]

    def prompt(self, step):
        (found,) = [one["prompt"] for one in self.asked() if one["step"] == step]
        return found

    def judge(self, body):
        judge = self.write("judge.sh", "#!/bin/sh\nquestion=$(cat)\necho \"$question\" >> judged\n" + body)
        judge.chmod(judge.stat().st_mode | stat.S_IXUSR)
        return "--judge", "./judge.sh"


class Rows(ProseTest):
    def test_1a_the_first_success_wins_and_the_losers_are_cancelled(self):
        result = self.run_program(0, """\
            let winner = parallel (first):
              session "FAIL"
              session "WAIT 0.2; SAY second"
              session "WAIT 20"
            session "use {winner}"
            """)
        self.assertEqual([result["states"][f"session-{i}"] for i in (1, 2, 3)], ["failed", "succeeded", "cancelled"])
        self.assertEqual(self.prompt("session-4").strip(), "use second")

    def test_1b_a_policy_that_is_not_written_does_not_preempt_a_race(self):
        result = self.run_program(0, """\
            parallel (any):
              a = session "FAIL"
              b = session "WAIT 0.3"
            """)
        self.assertEqual((result["states"]["a"], result["states"]["b"]), ("failed", "succeeded"))
        result = self.run_program(1, """\
            parallel (any, on-fail: fail-fast):
              a = session "FAIL"
              b = session "WAIT 20"
            """)
        self.assertEqual(result["states"]["b"], "cancelled")

    def test_1c_first_with_continue_goes_on_when_nobody_succeeded(self):
        result = self.run_program(0, """\
            parallel ("first", on-fail: "continue"):
              a = session "FAIL"
              b = session "FAIL"
            session "after"
              context: { a, b }
            """)
        self.assertEqual(result["states"]["session-1"], "succeeded")
        self.assertIn("broken", self.prompt("session-1"))

    def test_1d_continue_lets_all_end_and_tells_of_the_failures(self):
        text = """\
            parallel (on-fail: continue):
              a = session "FAIL"
              b = session "WAIT 0.2; SAY fine"
            session "after"
              context: { a, b }
            """
        result = self.run_program(0, text)
        self.assertEqual(result["status"], "completed_with_errors")
        self.assertRegex(self.prompt("session-1"), r"a:\nfailed: .*\n\nb:\nfine")
        self.run_program(1, text, "--fail-on-errors")

    def test_1e_ignore_leaves_the_failed_out(self):
        result = self.run_program(0, """\
            let all = parallel (on-fail: ignore):
              a = session "FAIL"
              b = session "SAY fine"
            session "after"
              context: { a, b }
            """, "--fail-on-errors")
        self.assertEqual(result["status"], "succeeded")
        self.assertEqual(self.prompt("session-1").strip(), "after\n\nContext:\n\nb:\nfine")

    def test_1f_regardless_keeps_a_record_of_each(self):
        result = self.run_program(0, """\
            output all = parallel (regardless):
              a = session "SAY one"
              b = session "FAIL"
            """)
        (outputs,) = [one["outputs"] for one in result["workstreams"]]
        first, second = outputs["all"]
        self.assertEqual(first, {"name": "a", "status": "succeeded", "value": "one", "error": None})
        self.assertEqual((second["name"], second["status"], second["value"]), ("b", "failed", None))
        self.assertTrue(second["error"])

    def test_1g_all_strategies_are_there(self):
        for strategy in ("all", "first", "any", "regardless", '"all"', '"first"', '"any"', '"settled"', '"race"'):
            with self.subTest(strategy):
                self.run_program(0, f"""\
                    parallel ({strategy}):
                      session "A"
                      session "B"
                    """)

    def test_1h_the_pool_holds(self):
        branches = "".join(f'  session "WAIT 0.2; {i}"\n' for i in range(4))
        self.result(0, self.program("parallel:\n" + branches), "--tools-dir", "profiles", "--max-workers", "1")
        running = 0
        for line in (self.project / "asked").read_text(encoding="utf-8").splitlines():
            running += 1 if json.loads(line)["event"] == "start" else -1
            self.assertIn(running, (0, 1))

    def test_1i_what_a_race_left_without_a_value_is_null(self):
        self.run_program(0, """\
            parallel (any, count: 2):
              a = session "SAY one"
              b = session "SAY two"
              c = session "WAIT 20"
            session "after"
              context: { a, b, c }
            """)
        self.assertEqual(self.prompt("session-1").strip(), "after\n\nContext:\n\na:\none\n\nb:\ntwo\n\nc:\nnull")


class Programs(ProseTest):
    def test_source_order_is_kept(self):
        self.run_program(0, """\
            session "WAIT 0.2"
            do:
              session "B"
              session "C"
            repeat 2:
              session "D"
            session "E" -> session "F"
            """)
        order = [(one["event"], one["step"]) for one in map(json.loads, (self.project / "asked").read_text().splitlines())]
        self.assertEqual(order, [(event, f"session-{i}") for i in range(1, 8) for event in ("start", "end")])

    def test_agents_models_and_profiles(self):
        self.write("profiles/agent:writer.yaml", "name: \"agent:writer\"\ncommand: [sh, -c, 'echo special; cat']\nstdin: \"{prompt}\"\n")
        self.run_program(0, """\
            agent writer:
              model: opus
              prompt: "You write."
            agent reader:
              prompt: "You read."
            let text = session: writer
              prompt: "Write."
            session: reader
              model: haiku
              prompt: "Read."
              context: text
            """)
        (asked,) = self.asked()
        self.assertEqual((asked["agent"], asked["model"]), ("reader", "haiku"))
        self.assertEqual(asked["prompt"].strip(), "You read.\n\nRead.\n\nContext:\n\ntext:\nspecial\nYou write.\n\nWrite.")

    def test_retry_is_further_attempts(self):
        result = self.run_program(0, "session \"UNTIL 3\"\n  retry: 2\n")
        self.assertEqual(result["states"]["session-1"], "succeeded")
        self.assertEqual([one["attempt"] for one in self.asked()], ["1", "2", "3"])
        self.run_program(1, "session \"UNTIL 4\"\n  retry: 2\n")

    def test_try_catch_finally_throw(self):
        result = self.run_program(1, """\
            try:
              try:
                session "FAIL inner"
              catch as e:
                session "caught"
                  context: e
                throw
              finally:
                session "always"
            catch:
              session "outer"
              throw "for good"
            session "never"
            """)
        self.assertEqual([one["step"] for one in self.asked()], ["session-1", "session-2", "session-3", "session-4"])
        self.assertEqual(result["states"]["session-5"], "skipped")
        self.assertIn("Context:\n\ne:\n", self.prompt("session-2"))

    def test_blocks_inputs_and_outputs(self):
        result = self.run_program(0, """\
            input topic: "what about"
            block study(what, how):
              let notes = session "SAY notes on {what}, {how}"
              output notes
            let a = do study(topic, "briefly")
            output both = session "SAY {a}!"
            """, "--input", "topic=tea")
        (outputs,) = [one["outputs"] for one in result["workstreams"]]
        self.assertEqual(outputs, {"both": "notes on tea, briefly!"})

    def test_lists_that_the_run_makes(self):
        result = self.run_program(0, """\
            let list = session "SAY [\\"x\\", \\"y\\"]"
            let each = list | pmap:
              session "SAY <{item}>"
            let more = each | map:
              session "SAY ({item})"
            output all = more
            """)
        (outputs,) = [one["outputs"] for one in result["workstreams"]]
        self.assertEqual(outputs, {"all": ["(<x>)", "(<y>)"]})

    def test_several_statements_for_each(self):
        result = self.run_program(0, """\
            let list = session "SAY [\\"x\\", \\"y\\"]"
            let suffix = session "SAY !"
            let each = list | pmap:
              let first = session "SAY <{item}>"
              session "SAY {first}{suffix}"
            output all = each
            for name, i in list:
              session "WAIT 0.1; SAY {i}"
              session "SAY {name}"
            """)
        (outputs,) = [one["outputs"] for one in result["workstreams"]]
        self.assertEqual(outputs, {"all": ["<x>!", "<y>!"]})
        self.assertEqual([one["prompt"].strip() for one in self.asked()][-4:],
                         ["WAIT 0.1; SAY 0", "SAY x", "WAIT 0.1; SAY 1", "SAY y"])

    def test_lists_in_lists_are_refused_by_a_run(self):
        name = self.program("""\
            let rows = session "A"
            let sums = rows | pmap:
              let cells = item | map:
                session "SAY {item}"
              session "SAY {item} {cells}"
            """)
        self.expect(0, "validate", name)
        self.assertIn("a list inside of another one", self.expect(5, "run", name, "--tools-dir", "profiles").err)

    def test_a_program_calls_another(self):
        self.program("input about: \"what\"\noutput found = session \"SAY news of {about}\"\n", "research")
        result = self.run_program(0, """\
            use "./research.prose"
            let r = research(about: "tea")
            output both = session "SAY {r.found}!"
            """)
        outputs = [one["outputs"] for one in result["workstreams"] if "outputs" in one]
        self.assertEqual(outputs, [{"both": "news of tea!"}])

    def test_files_in_other_shapes(self):
        self.write("b.prose", b"\xef\xbb\xbfsession \"A\"\r\nsession \"B\"\r\n")
        self.result(0, "b.prose", "--tools-dir", "profiles")
        for name, text in (("latin.prose", b"session \"caf\xe9\"\n"), ("empty.prose", b""),
                           ("huge.prose", b"session \"A\"\n" * 8_000_000), ("zero.prose", b"\0" * 100)):
            with self.subTest(name):
                self.write(name, text)
                self.assertIn(f"{name}:", self.expect(2, "validate", name).err)

    def test_pipes_over_known_lists(self):
        result = self.run_program(0, """\
            let all = ["yes a", "no b", "Yes, c", "true d"]
              | filter:
                  session "SAY {item}"
              | map:
                  session "SAY <{item}>"
              | reduce(sum, x):
                  session "SAY {sum}{x}"
            output all = all
            """.replace("let all", "let sum_of").replace("output all = all", "output all = sum_of"))
        (outputs,) = [one["outputs"] for one in result["workstreams"]]
        self.assertEqual(outputs, {"all": "<yes a><Yes, c><true d>"})

    def test_a_filter_that_leaves_nothing(self):
        self.run_program(0, """\
            let kept = ["a", "b"] | filter:
              session "SAY no"
            session "after"
              context: kept
            """)
        self.assertNotIn("a\n", self.prompt("session-3").split("kept:")[1])

    def test_what_is_refused_by_a_run(self):
        name = self.program("input l: \"list\"\nlet k = l | filter:\n  session \"{item}\"\n")
        self.expect(0, "validate", name)
        self.expect(0, "graph", name)
        refused = self.expect(5, "run", name, "--tools-dir", "profiles", "--input", "l=[]")
        self.assertIn("p.prose:2:13: error: ", refused.err)
        self.assertFalse((self.project / "asked").exists())

    def test_codes_are_kinds(self):
        name = self.program("session \"A\nlet a = session: nobody\n")
        found = self.expect(2, "validate", name, "--json").json()
        self.assertEqual([one["kind"] for one in found["errors"]], ["E001", "E007"])


class Judged(ProseTest):
    def test_without_a_judge_it_loads_and_draws_and_does_not_run(self):
        name = self.program("if **well**:\n  session \"A\"\n")
        self.expect(0, "validate", name)
        self.expect(0, "graph", name)
        self.expect(0, "plan", name)
        refused = self.expect(5, "run", name, "--tools-dir", "profiles")
        self.assertIn("--judge", refused.err)

    def test_conditions(self):
        for word, said in (("first", "one"), ("second", "two"), ("third", "three")):
            with self.subTest(word):
                judge = self.judge(f'[ "$question" = "is it {word}" ]\n')
                result = self.run_program(0, """\
                    let a = session "SAY zero"
                    if **is it first**:
                      a = session "SAY one"
                    elif **is it second**:
                      a = session "SAY two"
                    else:
                      a = "three"
                    output a = session "SAY {a}"
                    """.replace("output a =", "output b ="), *judge)
                (outputs,) = [one["outputs"] for one in result["workstreams"]]
                self.assertEqual(outputs, {"b": said})

    def test_loops(self):
        judge = self.judge('echo x >> rounds\n[ "$(wc -l < rounds)" -ge 3 ]\n')
        self.run_program(0, "loop until **done** (max: 9):\n  session \"again\"\n", *judge)
        self.assertEqual(len(self.asked()), 3)
        (self.project / "rounds").unlink()
        self.run_program(0, "loop until **done** (max: 2):\n  session \"again\"\nsession \"after\"\n", *judge)
        self.assertEqual(len(self.asked()), 6)

    def test_while_asks_first(self):
        judge = self.judge('echo x >> rounds\n[ "$(wc -l < rounds)" -lt 3 ]\n')
        self.run_program(0, "loop while **more** (max: 9):\n  session \"again\"\nsession \"after\"\n", *judge)
        self.assertEqual(len(self.asked()), 3)

    def test_rounds_hand_values_on(self):
        judge = self.judge('echo x >> rounds\n[ "$(wc -l < rounds)" -ge 3 ]\n')
        result = self.run_program(0, """\
            let d = session "SAY a"
            loop until **good** (max: 5) as i:
              d = session "SAY {d}{i}"
            output d = d
            """.replace("output d = d", "output e = d"), *judge)
        (outputs,) = [one["outputs"] for one in result["workstreams"]]
        self.assertEqual(outputs, {"e": "a012"})

    def test_choices(self):
        text = """\
            choice **which**:
              option "Fix it":
                session "SAY fix"
              option "1":
                session "SAY one"
            session "after"
            """
        for label, step in (("Fix it", "session-1"), ("1", "session-2")):
            with self.subTest(label):
                result = self.run_program(0, text, *self.judge(f"echo '{label}'\n"))
                self.assertEqual(result["states"][step], "succeeded")
                self.assertEqual(list(result["states"].values()).count("skipped"), 2)
        result = self.run_program(1, text, *self.judge("echo neither\n"))
        self.assertIn("none of the options", json.dumps(result))
        self.assertIn("- Fix it\n- 1", (self.project / "judged").read_text(encoding="utf-8"))


if __name__ == "__main__":
    support.main()
