"""What need not run again: idempotency keys over several runs, and steps that change nothing."""

import support


class OnceTest(support.ProjectTest):
    def steps_of(self, code, *steps, arguments=(), **keys):
        result = self.result(code, self.workstream("o", list(steps), **keys), *arguments)
        return {one["id"]: one for one in result["steps"]}


def counts(name="pay", **keys):
    """Leaves a line each time it runs, and hands on how many there are."""
    return {"id": name, "command": f"echo x >> {name}.txt; wc -l < {name}.txt", "outputs": {"runs": "stdout"}, **keys}


class Keys(OnceTest):
    def test_the_second_run_does_not_do_it_again_and_hands_on_the_same(self):
        steps = (counts(idempotency_key="k"), {"id": "next", "depends_on": "pay", "command": "echo ${steps.pay.outputs.runs}",
                                               "outputs": {"seen": "stdout"}})
        first = self.steps_of(0, *steps)
        self.assertNotIn("restored_from", first["pay"])
        for _ in range(2):
            again = self.steps_of(0, *steps)
            self.assertEqual(again["pay"]["state"], "succeeded")
            self.assertEqual(again["pay"]["attempts"], 0)
            self.assertEqual(again["pay"]["outputs"], {"runs": 1})
            self.assertEqual(again["next"]["outputs"], {"seen": 1})
            run = again["pay"]["restored_from"]
            self.assertEqual(again["pay"]["why"], f"done before in run {run}: same idempotency key")
        said = f"done before in run {run}: same idempotency key"
        file = self.workstream("o", list(steps))
        self.assertIn(f"[pay] Complete: {said}", self.expect(0, "run", file).out)
        self.assertIn(said, self.expect(0, "status", "ws-o").out)

    def test_another_key_or_definition_runs(self):
        self.steps_of(0, counts(idempotency_key="k-${vars.v}"), vars={"v": "1"})
        for keys in ({"vars": {"v": "2"}}, {"vars": {"v": "1"}, "env": {"E": "1"}}):
            again = self.steps_of(0, counts(idempotency_key="k-${vars.v}"), **keys)
            self.assertEqual(again["pay"]["attempts"], 1)

    def test_a_success_grows_old(self):
        self.steps_of(0, counts(idempotency_key="k"))
        for ttl, attempts in ((0.001, 1), (0, 0), ("1h", 0)):
            again = self.steps_of(0, counts(idempotency_key="k", idempotency_ttl=ttl))
            self.assertEqual(again["pay"]["attempts"], attempts, ttl)

    def test_failures_and_dry_runs_are_not_remembered(self):
        step = {"id": "pay", "command": "test -e go", "idempotency_key": "k"}
        self.steps_of(1, step)
        (self.project / "go").write_text("")
        self.steps_of(0, step, arguments=("--dry-run",))
        self.assertEqual(self.steps_of(0, step)["pay"]["attempts"], 1)
        self.assertEqual(self.steps_of(0, step)["pay"]["attempts"], 0)

    def test_every_item_has_its_own(self):
        step = {"id": "send", "for_each": {"glob": "*.msg"}, "idempotency_key": "send-{item}", "command": "echo {item}"}
        for name in ("b.msg", "c.msg"):
            (self.project / name).write_text("")
        self.steps_of(0, step)
        (self.project / "a.msg").write_text("")
        again = self.steps_of(0, step)
        self.assertEqual([again[f"send[{i}]"]["attempts"] for i in range(3)], [1, 0, 0])

    def test_a_key_without_a_value_fails_the_step(self):
        found = self.steps_of(1, {"id": "a", "command": "true"},
                              {"id": "b", "depends_on": "a", "command": "true", "idempotency_key": "${steps.a.outputs.id}"})
        self.assertIn("its idempotency_key has no value", found["b"]["why"])

    def test_bad_values_are_told(self):
        for keys, said in (({"idempotency_key": ""}, "idempotency_key"),
                           ({"idempotency_key": "k", "idempotency_ttl": -1}, "must be at least 0, not -1"),
                           ({"idempotency_ttl": "1h"}, "idempotency_key")):
            with self.subTest(keys):
                file = self.workstream("bad", [{"id": "a", "command": "true", **keys}])
                self.assertIn(said, self.expect(2, "validate", file).err)


class Unchanged(OnceTest):
    def test_a_step_that_changes_nothing_is_skipped(self):
        (self.project / "src").mkdir()

        def step(command):
            return {"id": "edit", "files_scope": "src/", "success": {"no_change": "skip"}, "command": command,
                    "acceptance_tests": ["test -e src/new"]}
        publish = {"id": "publish", "depends_on": "edit", "command": "true"}
        found = self.steps_of(0, step("true"), publish)
        self.assertEqual((found["edit"]["state"], found["edit"]["why"]), ("skipped", "it changed nothing"))
        self.assertEqual(found["publish"]["state"], "skipped")
        found = self.steps_of(0, step("touch src/new"), publish)
        self.assertEqual(found["publish"]["state"], "succeeded")
        found = self.steps_of(1, step("exit 3"), publish)
        self.assertEqual(found["edit"]["why"], "exit 3")


if __name__ == "__main__":
    support.main()
