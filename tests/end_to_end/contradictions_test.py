"""Files whose groups, phases, items, retries or compensations contradict themselves: `validate` says so, each in a golden
file of tests/golden/contradictions/, and `run` starts nothing.

WORKSTREAM_APPROVE=1 rewrites the golden files; review the diff as text.
"""

import os

import support

GOLDEN = support.ROOT / "tests" / "golden" / "contradictions"

THREE = "steps: [{id: a, command: 'true'}, {id: b, command: 'true'}, {id: c, command: 'true'}]\n"

# name → (what `validate` exits with, the file behind its id)
CASES = {
    "member_that_does_not_exist": (2, THREE + "step_groups: [{id: g, steps: [a, bb]}]\n"),
    "member_of_two_groups": (2, THREE + "step_groups: [{id: g, steps: [a]}, {id: h, steps: [a, b]}]\n"),
    "cycle_through_groups": (2, THREE + "step_groups:\n  - {id: g, steps: [a], depends_on: [h]}\n"
                                        "  - {id: h, steps: [b], depends_on: [g]}\n"),
    "groups_in_each_other": (2, THREE + "step_groups: [{id: g, steps: [h]}, {id: h, steps: [g]}]\n"),
    "phases_against_their_steps": (2, "phases:\n  - {id: first, steps: [{id: a, depends_on: [b]}]}\n"
                                      "  - {id: second, depends_on: [first], steps: [{id: b}]}\n"),
    "any_five_of_three": (2, THREE + "step_groups: [{id: g, steps: [a, b, c], join: {any: 5}}]\n"),
    "any_zero": (2, THREE + "step_groups: [{id: g, steps: [a], join: {any: 0}}]\n"),
    "count_without_any": (2, THREE + "step_groups: [{id: g, steps: [a, b], join: {count: 2}}]\n"),
    "losers_of_all": (0, THREE + "step_groups: [{id: g, steps: [a, b], losers: cancel}]\n"),
    "policy_and_its_part": (0, THREE + "step_groups: [{id: g, steps: [a, b], on_failure: fail_fast, on_first_failure: drain}]\n"),
    "part_of_a_policy_misspelt": (2, THREE + "step_groups: [{id: g, steps: [a, b], fail_iff: all}]\n"),
    "failures_of_settled": (0, THREE + "step_groups: [{id: g, steps: [a, b], join: settled, fail_if: all}]\n"),
    "action_of_another_occasion": (2, THREE + "error_handling: {on_circuit_open: {action: fail_fast}}\n"),
    "behind_a_constant_condition": (0, "steps:\n  - id: a\n    when: 1 == 2\n    command: make\n"
                                       "    compensation: {command: make clean}\n"),
    "catch_without_steps": (2, THREE + "step_groups: [{id: g, catch: [a]}]\n"),
    "repeat_without_bound": (2, THREE + "step_groups: [{id: g, steps: [a], repeat: {}}]\n"),
    "output_named_twice": (2, "steps:\n  - {id: a, command: date, outputs: {now: stdout, now: stdout}}\n"),
    "compensation_never_needed": (0, "steps:\n  - id: a\n    when: false\n    command: make\n"
                                     "    compensation: {command: make clean}\n"),
    "items_that_are_no_list": (2, "steps: [{id: a, command: 'echo {item}', for_each: 3}]\n"),
    "items_of_an_empty_list": (2, "steps: [{id: a, command: 'echo {item.os}', for_each: {os: [], v: [1]}}]\n"),
    "excluded_that_is_not_there": (0, "steps:\n  - id: a\n    command: echo {item.os}\n"
                                      "    for_each: {os: [linux, mac], exclude: [{os: bsd}]}\n"),
    "included_of_another_shape": (2, "steps:\n  - id: a\n    command: echo {item.os}\n"
                                     "    for_each: {os: [linux], v: [1], include: [{os: bsd}]}\n"),
    "no_regular_expression": (2, "steps: [{id: a, command: make, retry: {attempts: 2, on_output: ['(']}}]\n"),
    "backoff_below_its_start": (2, "steps:\n  - id: a\n    command: make\n"
                                   "    retry: {backoff: linear, initial_delay: 10s, max_delay: 5s}\n"),
    "backoff_below_the_start_nobody_gave": (2, "steps:\n  - id: a\n    command: make\n"
                                               "    retry: {backoff: linear, max_delay: 500ms}\n"),
    "count_beside_join": (2, "steps: [{id: a, command: make}, {id: b, command: make}]\n"
                             "step_groups: [{id: g, join: all, count: 2, steps: [a, b]}]\n"),
    "cap_without_backoff": (2, "steps: [{id: a, command: make, retry: {attempts: 2, max_delay: 5s}}]\n"),
    "jitter_without_delay": (0, "steps: [{id: a, command: make, retry: {attempts: 2, jitter: true}}]\n"),
    "pool_that_is_not_declared": (2, "pools: {gpu: 1}\nsteps: [{id: a, command: make, pools: {cpu: 1}}]\n"),
    "more_slots_than_the_pool_has": (2, "pools: {gpu: 1}\nsteps: [{id: a, command: make, pools: {gpu: 2}}]\n"),
    "state_that_is_not_there": (2, THREE + "state_transitions: {initial: a, states: [b]}\n"),
    "pause_without_length": (0, "steps: [{id: a, command: make, circuit_breaker: {max_error_repeats: 2}}]\n"
                                "error_handling:\n  on_circuit_open: {action: pause_and_notify, message: stopped}\n"),
    "rolled_back_step_that_is_not_there": (2, THREE + "saga: {}\nrollback_order: [c, d]\n"),
}


class Contradictions(support.ProjectTest):
    def test_validate_says_what_is_kept(self):
        for name, (code, text) in CASES.items():
            with self.subTest(name):
                (self.project / f"{name}.yaml").write_text(f"id: ws-{name.replace('_', '-')}\n{text}", encoding="utf-8")
                finished = self.call("validate", f"{name}.yaml")
                self.assertEqual(finished.code, code, str(finished))
                self.assert_as_kept(finished.err + finished.out, GOLDEN / f"{name}.txt")

    def test_nothing_is_kept_of_cases_that_are_gone(self):
        self.assertEqual({path.stem for path in GOLDEN.iterdir()}, set(CASES))

    def test_run_starts_nothing(self):
        for name, (code, text) in CASES.items():
            if code == 0:
                continue
            with self.subTest(name):
                (self.project / f"{name}.yaml").write_text(f"id: ws-{name.replace('_', '-')}\n{text}", encoding="utf-8")
                self.expect(2, "run", f"{name}.yaml")
        self.assertFalse((self.project / ".worktrees").exists())


class Rows(support.ProjectTest):
    """The rows of the contradiction list, by their names, where it takes real processes to prove them."""

    def test_row_4b_a_number_of_workers_holds_and_auto_is_what_can_run_at_once(self):
        commands = ["true", "true", {"id": "last", "depends_on": ["a", "b"], "command": "true"}]
        for keys, workers in (({"max_workers": 7}, 7), ({"max_workers": "auto"}, min(2, os.cpu_count())),
                              ({}, min(2, os.cpu_count()))):
            with self.subTest(keys):
                self.assertEqual(self.result(0, self.workstream("w", commands, execution=keys))["max_workers"], workers)

    def test_row_4c_tests_of_a_step_run_before_its_dependents_and_the_workstreams_last(self):
        test = {"command": "echo test of a >> order"}
        steps = [{"id": "a", "command": "echo a >> order", "acceptance_tests": [test]},
                 {"id": "b", "depends_on": "a", "command": "echo b >> order"}]
        name = self.workstream("w", steps, acceptance_tests=[{"command": "echo test of all >> order"}])
        self.assertIn("Running acceptance tests (2/2)", self.expect(0, "run", name).out)
        self.assertEqual((self.project / "order").read_text(encoding="utf-8").splitlines(),
                         ["a", "test of a", "b", "test of all"])

    def test_row_4d_a_cycle_is_named_when_the_file_is_loaded(self):
        name = self.workstream("w", [{"id": "a", "depends_on": "b", "command": "true"},
                                     {"id": "b", "depends_on": "a", "command": "true"}])
        for command in ("validate", "run"):
            self.assertIn("step deadlock: a -> b -> a", self.expect(2, command, name).err.lower())
        self.assertFalse((self.project / ".worktrees").exists())

    def test_row_4e_overlapping_scopes_are_serialised_and_an_error_only_when_strict(self):
        busy = "mkdir busy && sleep 0.1 && rmdir busy"
        steps = [{"id": step, "command": busy, "files_scope": ["src/"]} for step in ("a", "b")]
        name = self.workstream("w", steps, execution={"max_workers": 4})
        finished = self.expect(0, "run", name)
        self.assertIn("warning", finished.err)
        self.expect(2, "run", name, "--strict-scope")
        steps[1]["depends_on"] = "a"
        self.assertEqual(self.expect(0, "run", self.workstream("w", steps), "--strict-scope").err, "")

    def test_row_4k_the_environment_is_laid_over_that_of_the_caller(self):
        name = self.workstream("w", ["test -n \"$HOME\" && test -n \"$PATH\" && test \"$COLOUR\" = red"],
                               env={"COLOUR": "red"})
        self.expect(0, "run", name)

    def test_row_4l_output_beyond_a_pipes_size_does_not_block(self):
        name = self.workstream("w", [{"id": "a", "command": "head -c 1000000 /dev/zero | tr '\\0' x", "timeout": 20}])
        self.expect(0, "run", name)
        self.assertEqual(len(self.expect(0, "logs", "ws-w", "a").out.strip()), 1000000)

    def test_row_4o_the_time_saved_is_that_of_the_steps(self):
        result = self.result(0, self.workstream("w", ["sleep 0.3", "sleep 0.3"], execution={"max_workers": 2}))
        total = sum(step["duration_ms"] for step in result["steps"])
        self.assertLessEqual(abs(result["sequential_estimate_ms"] - total), 2)
        self.assertLessEqual(abs(result["time_saved_percent"] - (100 - 100 * result["duration_ms"] / total)), 1.5)

    def test_row_4p_a_workstream_is_found_by_the_id_inside_its_file(self):
        self.write("workstreams/quite_another_name.json", {"id": "ws-wanted", "steps": [{"id": "a", "command": "true"}]})
        self.assertEqual(self.result(0, "--ws-id", "ws-wanted")["workstreams"][0]["id"], "ws-wanted")

    def test_row_4q_the_graph_is_dot_text_without_any_other_program(self):
        without = dict(self.env, PATH=str(self.directory))
        finished = self.expect(0, "graph", self.workstream("w", ["true"]), env=without)
        self.assertRegex(finished.out, r"^(strict )?digraph ")


if __name__ == "__main__":
    support.main()
