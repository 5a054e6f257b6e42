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
    "cap_without_backoff": (2, "steps: [{id: a, command: make, retry: {attempts: 2, max_delay: 5s}}]\n"),
    "jitter_without_delay": (0, "steps: [{id: a, command: make, retry: {attempts: 2, jitter: true}}]\n"),
    "pool_that_is_not_declared": (2, "pools: {gpu: 1}\nsteps: [{id: a, command: make, pools: {cpu: 1}}]\n"),
    "more_slots_than_the_pool_has": (2, "pools: {gpu: 1}\nsteps: [{id: a, command: make, pools: {gpu: 2}}]\n"),
    "state_that_is_not_there": (2, THREE + "state_transitions: {initial: a, states: [b]}\n"),
    "rolled_back_step_that_is_not_there": (2, THREE + "saga: {}\nrollback_order: [c, d]\n"),
}


class Contradictions(support.ProjectTest):
    def test_validate_says_what_is_kept(self):
        for name, (code, text) in CASES.items():
            with self.subTest(name):
                (self.project / f"{name}.yaml").write_text(f"id: ws-{name.replace('_', '-')}\n{text}", encoding="utf-8")
                finished = self.call("validate", f"{name}.yaml")
                self.assertEqual(finished.code, code, str(finished))
                said = finished.err + finished.out
                kept = GOLDEN / f"{name}.txt"
                if "WORKSTREAM_APPROVE" in os.environ:
                    GOLDEN.mkdir(exist_ok=True)
                    kept.write_text(said, encoding="utf-8")
                self.assertTrue(kept.exists(), f"{kept} is missing (WORKSTREAM_APPROVE=1 writes it)")
                self.assertEqual(said, kept.read_text(encoding="utf-8"))

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


if __name__ == "__main__":
    support.main()
