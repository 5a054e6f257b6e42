"""Phases, loops and waits with real processes."""

import time

import support


class PhasesTest(support.ProjectTest):
    def phases(self, *phases, **keys):
        return self.write("p.json", {"id": "ws-p", "phases": list(phases), **keys}).name


class Phases(PhasesTest):
    def test_one_after_the_other(self):
        name = self.phases({"id": "one", "steps": [{"id": "a", "command": "sleep 0.2; touch a"}, {"id": "b", "command": "true"}]},
                           {"id": "two", "depends_on": "one", "steps": [{"id": "c", "command": "test -e a"}]})
        self.assertEqual(set(self.result(0, name)["states"].values()), {"succeeded"})

    def test_a_dependency_across_phases(self):
        name = self.phases({"id": "one", "steps": [{"id": "a", "command": "touch a"}]},
                           {"id": "two", "steps": [{"id": "b", "depends_on": "a", "command": "test -e a"}]})
        self.result(0, name)

    def test_retry_phase(self):
        strategy = {"on_failure": "retry_phase", "max_phase_retries": 2}
        name = self.phases({"id": "one", "resume_strategy": strategy, "steps": [
            {"id": "a", "command": "echo x >> rounds; test $(wc -l < rounds) = 3"}]}, {"id": "two", "depends_on": "one", "steps": [{"id": "b", "command": "true"}]})
        self.assertEqual(self.result(0, name)["states"], {"a": "succeeded", "b": "succeeded"})

    def test_skip_phase(self):
        name = self.phases({"id": "one", "resume_strategy": {"on_failure": "skip_phase"}, "steps": [{"id": "a", "command": "exit 1"}]},
                           {"id": "two", "depends_on": "one", "steps": [{"id": "b", "command": "true"}]})
        self.assertEqual(self.result(0, name)["states"], {"a": "failed", "b": "succeeded"})

    def test_an_order_that_contradicts_the_steps(self):
        name = self.phases({"id": "one", "steps": [{"id": "a", "depends_on": "b"}]},
                           {"id": "two", "depends_on": "one", "steps": [{"id": "b"}]})
        self.assertIn("two -> one -> a -> b -> two", self.expect(2, "run", name).err)


class Rows(PhasesTest):
    """Rows of the feature list, by their names."""

    def test_f86_a_phase_waits_for_all_of_another_and_is_parallel_inside(self):
        name = self.phases({"id": "one", "steps": [{"id": "a", "command": "touch a; until test -e b; do sleep 0.02; done"},
                                                   {"id": "b", "command": "touch b; until test -e a; do sleep 0.02; done"}]},
                           {"id": "two", "depends_on": "one", "steps": [{"id": "c", "command": "test -e a -a -e b"}]},
                           execution={"max_workers": 2})
        self.result(0, name)

    def test_f60_f61_a_breaker_per_phase_cools_down_once_and_leaves_other_phases_alone(self):
        bad = [{"id": step, "command": "echo no; exit 1"} for step in ("a", "b")]
        name = self.phases({"id": "one", "on_failure": "drain", "steps": [
                               *bad, {"id": "c", "command": "sleep 0.1"}, {"id": "d", "depends_on": "c", "command": "touch d"}]},
                           {"id": "two", "steps": [{"id": "e", "depends_on": "c", "command": "true"}]}, execution={"max_workers": 4},
                           circuit_breaker={"max_error_repeats": 2, "cooldown": 0.4, "per_step": False, "per_phase": True})
        states = self.result(1, name, "--events", "events")["states"]
        opened = [line for line in (self.project / "events").read_text(encoding="utf-8").splitlines() if '"breaker_opened"' in line]
        self.assertEqual(len(opened), 2, opened)  # once with a cooldown, then for good
        self.assertFalse((self.project / "d").exists())
        self.assertEqual((states["c"], states["d"], states["e"]), ("succeeded", "cancelled", "succeeded"))

    def test_f71_a_gate_is_opened_by_an_approval_as_high(self):
        name = self.phases({"id": "one", "steps": [{"id": "a", "command": "touch a"}]}, gate=3)
        self.assertIn("--approve 3", self.expect(5, "run", name).err)
        self.expect(5, "run", name, "--approve", "2")
        self.assertFalse((self.project / "a").exists())
        self.expect(0, "run", name, "--approve", "3")

    def test_f92_max_phase_retries_bounds_the_rounds(self):
        strategy = {"on_failure": "retry_phase", "max_phase_retries": 1}
        name = self.phases({"id": "one", "resume_strategy": strategy, "steps": [{"id": "a", "command": "echo x >> rounds; exit 1"}]})
        self.expect(1, "run", name)
        self.assertEqual((self.project / "rounds").read_text(encoding="utf-8").count("x"), 2)

    def test_f94_states_are_checked_and_change_nothing(self):
        phase = {"id": "one", "steps": [{"id": "a", "command": "true"}]}
        states = {"initial": "planned", "states": ["planned", "done"], "transitions": [{"from": "planned", "to": "done"}]}
        self.result(0, self.phases(phase, state_transitions=states))
        states["transitions"][0]["to"] = "gone"
        self.assertIn("'gone'", self.expect(2, "run", self.phases(phase, state_transitions=states)).err)


class Loops(PhasesTest):
    def loop(self, **repeat):
        return self.phases({"id": "one", "repeat": repeat, "steps": [
            {"id": "a", "command": "echo x >> rounds; echo n=$(wc -l < rounds) > $WORKSTREAM_OUTPUT"}]})

    def rounds(self):
        return (self.project / "rounds").read_text(encoding="utf-8").count("x")

    def test_a_number_of_rounds(self):
        self.result(0, self.loop(max=3))
        self.assertEqual(self.rounds(), 3)

    def test_until(self):
        self.result(0, self.loop(max=9, until="${steps.a.outputs.n} == 4"))
        self.assertEqual(self.rounds(), 4)

    def test_a_loop_that_does_not_end_fails(self):
        finished = self.expect(1, "run", self.loop(max=3, until="${steps.a.outputs.n} == 9"))
        self.assertEqual(self.rounds(), 3)
        self.assertIn("3", finished.out)


class Waits(PhasesTest):
    def test_for_and_until_take_no_worker(self):
        steps = [{"id": "w", "wait": {"for": 0.5}, "priority": 9}, {"id": "past", "wait": {"until": "2020-01-01T00:00:00Z"}, "priority": 9},
                 {"id": "a", "command": "true"}]
        begin = time.monotonic()
        result = self.result(0, self.workstream("p", steps), "--max-workers", "1")
        self.assertGreater(time.monotonic() - begin, 0.5)
        ended = {step["id"]: step["ended_ms"] for step in result["steps"]}
        self.assertLess(ended["a"], 400)
        self.assertLess(ended["past"], 400)

    def test_an_event(self):
        run = self.start("run", self.workstream("p", [{"id": "w", "wait": {"event": "go"}}, {"id": "a", "depends_on": "w", "command": "true"}]))
        support.until(lambda: self.call("signal", "go").code == 0, "a run that can be told")
        self.assertEqual(self.finish(run).code, 0)

    def test_an_event_that_never_comes(self):
        result = self.result(1, self.workstream("p", [{"id": "w", "wait": {"event": "go", "timeout": 0.3}}]))
        self.assertEqual(result["states"], {"w": "timed_out"})

    def test_a_signal_without_a_run(self):
        self.assertIn("no run", self.expect(5, "signal", "go").err)


if __name__ == "__main__":
    support.main()
