"""Rollback with real processes: what is undone, in which order, what is said, and what Ctrl-C does to it."""

import signal
import time

import support

BOOM = {"id": "boom", "depends_on": ["a", "b", "c"], "command": "exit 1"}


class SagaTest(support.ProjectTest):
    def undo(self, name, command=None, **keys):
        return {"id": name, "command": "true", "compensation": {"command": command or f"echo {name} >> undone", **keys}}

    def chain(self, *names, **commands):
        """Steps that complete one after the other."""
        steps = []
        for name in names:
            step = self.undo(name, commands.get(name))
            if steps:
                step["depends_on"] = steps[-1]["id"]
            steps.append(step)
        return steps

    def saga(self, steps, **keys):
        return self.workstream("s", steps, **keys)

    def undone(self):
        path = self.project / "undone"
        return path.read_text(encoding="utf-8").split() if path.exists() else []


class Orders(SagaTest):
    def test_reverse(self):
        result = self.result(1, self.saga([*self.chain("a", "b", "c"), BOOM]))
        self.assertEqual(result["status"], "rolled_back")
        self.assertEqual(self.undone(), ["c", "b", "a"])
        self.assertEqual({result["states"][name] for name in "abc"}, {"compensated"})

    def test_custom(self):
        self.result(1, self.saga([*self.chain("a", "b", "c"), BOOM], rollback_order="custom", custom_order=["b", "a"]))
        self.assertEqual(self.undone(), ["b", "a", "c"])

    def test_parallel(self):
        # Each waits until all are there: one after the other they would never end.
        steps = [self.undo(name, f"touch {name}.up; until [ -e a.up -a -e b.up -a -e c.up ]; do sleep 0.02; done")
                 for name in "abc"]
        result = self.result(1, self.saga([*steps, BOOM], rollback_order="parallel"), "--max-workers", "3")
        self.assertEqual(result["status"], "rolled_back")

    def test_parallel_keeps_what_depended_on_each_other_in_order(self):
        self.result(1, self.saga([*self.chain("a", "b", "c"), BOOM], rollback_order="parallel"))
        self.assertEqual(self.undone(), ["c", "b", "a"])


class What(SagaTest):
    def test_only_what_was_completed(self):
        steps = [self.undo("a"), {**self.undo("b"), "command": "exit 1"}, {**self.undo("c"), "depends_on": "b"}]
        result = self.result(1, self.saga(steps))
        self.assertEqual(self.undone(), ["a"])
        self.assertEqual(result["states"], {"a": "compensated", "b": "failed", "c": "skipped"})

    def test_nothing_after_a_success(self):
        result = self.result(0, self.saga(self.chain("a", "b")))
        self.assertEqual((result["status"], self.undone()), ("succeeded", []))

    def test_it_can_be_switched_off(self):
        for keys in ({"saga": {"enabled": False}}, {"saga": {"enabled": True, "rollback_on_failure": False}},
                     {"error_handling": {"on_step_failure": {"trigger_saga_rollback": False}}},
                     {"error_handling": {"on_failure": {"trigger_saga_rollback": False}}}):
            with self.subTest(keys):
                result = self.result(1, self.saga([*self.chain("a", "b", "c"), BOOM], **keys))
                self.assertEqual((result["status"], self.undone()), ("failed", []))

    def test_parameters_and_outputs(self):
        step = {"id": "a", "command": "echo id=it\\'s-7 > $WORKSTREAM_OUTPUT", "compensation": {
            "command": "echo ${step_output.id} $PARAM_BOOKING >> undone", "parameters": {"booking": "${step_output.id}"}}}
        self.result(1, self.saga([step, {"id": "boom", "depends_on": "a", "command": "exit 1"}]))
        self.assertEqual(self.undone(), ["it's-7", "it's-7"])

    def test_actions_of_the_workstream_come_last(self):
        self.result(1, self.saga([*self.chain("a", "b", "c"), BOOM], compensation_actions=["echo first >> undone", "echo second >> undone"]))
        self.assertEqual(self.undone(), ["c", "b", "a", "first", "second"])

    def test_items_of_a_fan_out(self):
        step = {**self.undo("a", "echo {item} >> undone"), "for_each": ["x", "y"], "execute": "sequential"}
        self.result(1, self.saga([step, {"id": "boom", "depends_on": "a", "command": "exit 1"}]))
        self.assertEqual(self.undone(), ["y", "x"])


class WhenUndoingFails(SagaTest):
    def failing(self, code=1, **keys):
        return self.result(code, self.saga([*self.chain("a", "b", "c", b="echo b >> undone; exit 1"), BOOM], **keys))

    def test_log_and_continue(self):
        result = self.failing()
        self.assertEqual((result["status"], self.undone()), ("partially_rolled_back", ["c", "b", "a"]))
        self.assertEqual([one["node"].split("/")[-1] for one in result["rollback"]["left"]], ["b"])

    def test_fail_fast(self):
        self.failing(rollback_strategy={"on_compensation_failure": "fail_fast"})
        self.assertEqual(self.undone(), ["c", "b"])

    def test_retry_later(self):
        self.failing(rollback_strategy={"on_compensation_failure": "retry_later", "max_rollback_retries": 2})
        self.assertEqual(self.undone(), ["c", "b", "a", "b", "b"])

    def test_retries_and_timeout_of_one(self):
        steps = [self.undo("a", "echo x >> undone; exit 1", retries=2), self.undo("b", "echo late >> undone; sleep 300", timeout=0.2),
                 {"id": "boom", "depends_on": ["a", "b"], "command": "exit 1"}]
        result = self.result(1, self.saga(steps))
        self.assertEqual((result["status"], sorted(self.undone())), ("partially_rolled_back", ["late", "x", "x", "x"]))
        self.assert_nobody_left()

    def test_the_time_of_the_whole_rollback(self):
        begin = time.monotonic()
        result = self.result(1, self.saga([*self.chain("a", "b", "c", c="sleep 300"), BOOM], rollback_strategy={"rollback_timeout": 0.5}))
        self.assertEqual((result["status"], self.undone()), ("partially_rolled_back", []))
        self.assertLess(time.monotonic() - begin, 100)  # of its 300
        self.assert_nobody_left()

    def test_the_summary_says_what_is_left(self):
        self.failing()
        text = self.expect(1, "run", "s.json").out
        self.assertIn("partially rolled back", text)
        self.assertIn("[b]", text[text.index("c"):])


class Interrupted(SagaTest):
    def slow(self):
        steps = self.chain("a", "b", "c", c="touch undoing; sleep 0.6; echo c >> undone")
        return self.start("run", self.saga([*steps, BOOM]))

    def test_one_ctrl_c_does_not_end_a_rollback(self):
        run = self.slow()
        self.wait_for_file("undoing")
        run.send_signal(signal.SIGINT)
        finished = self.finish(run)
        self.assertEqual(self.undone(), ["c", "b", "a"], str(finished))
        self.assertNotEqual(finished.code, 0)

    def test_the_second_ends_it_and_says_what_is_left(self):
        steps = self.chain("a", "b", "c", c="touch undoing; sleep 300")
        run = self.start("run", self.saga([*steps, BOOM]))
        self.wait_for_file("undoing")
        run.send_signal(signal.SIGINT)
        time.sleep(0.3)
        self.assertIsNone(run.poll())
        run.send_signal(signal.SIGINT)
        finished = self.finish(run)
        self.assertEqual(self.undone(), [])
        self.assertIn("partially rolled back", finished.out)
        for name in "abc":
            self.assertIn(name, finished.out[finished.out.rindex("partially") - 400:])
        self.assert_nobody_left()

    def test_ctrl_c_of_a_run_undoes_nothing_when_it_did_not_fail(self):
        steps = [self.undo("a"), {"id": "b", "depends_on": "a", "command": "touch up; sleep 300"}]
        run = self.start("run", self.saga(steps))
        self.wait_for_file("up")
        run.send_signal(signal.SIGINT)
        self.assertEqual(self.finish(run).code, -signal.SIGINT)
        self.assertEqual(self.undone(), [])


if __name__ == "__main__":
    support.main()
