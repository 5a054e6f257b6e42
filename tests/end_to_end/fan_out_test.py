"""`for_each` with real processes: where items come from, what they see, their results, and very many of them."""

import time

import support


class FanOutTest(support.ProjectTest):
    def items(self, for_each, **keys):
        """What each item of a fan-out printed, in the order of the items."""
        step = {"id": "each", "for_each": for_each, "command": ["echo", "{index} {item}"], "outputs": {"v": "stdout"}, **keys}
        result = self.result(0, self.workstream("f", [step, {"id": "end", "depends_on": "each", "command": "true"}]))
        self.assertEqual(result["states"]["end"], "succeeded")
        return [one["outputs"]["v"] for one in result["steps"] if one["id"].startswith("each[")]


class Sources(FanOutTest):
    def test_list(self):
        self.assertEqual(self.items(["a b", 2, True, "$(touch pwned)"]), ["0 a b", "1 2", "2 true", "3 $(touch pwned)"])
        self.assertFalse((self.project / "pwned").exists())

    def test_product_with_exclude_and_include(self):
        self.assertEqual(self.items({"os": ["a", "b"], "py": [3, 4], "exclude": [{"os": "b", "py": 3}], "include": [{"os": "c", "py": 4}]},
                                    command=["echo", "{item.os}{item.py}"]), ["a3", "a4", "b4", "c4"])

    def test_glob(self):
        for name in ("b.txt", "a.txt", "it's $(touch pwned).txt", "no.md"):
            self.write(f"in/{name}", "")
        self.assertEqual(self.items({"glob": "in/*.txt"}), ["0 in/a.txt", "1 in/b.txt", "2 in/it's $(touch pwned).txt"])
        self.assertEqual(self.items({"glob": "nothing/*"}), [])

    def test_lines(self):
        self.write("list", "one\n\n  two words \nthree")
        self.assertEqual(len(self.items({"lines": "list"})), 3)

    def test_from_an_earlier_step(self):
        make = {"id": "make", "command": "echo '{\"list\": [{\"n\": 1}, {\"n\": 2}]}' > $WORKSTREAM_OUTPUT"}
        each = {"id": "each", "depends_on": "make", "for_each": {"from": "${steps.make.outputs.list}"},
                "command": "echo $(({item.n} * 10 + $ITEM_N + $INDEX))", "outputs": {"v": "stdout"}}
        sums = {"id": "sum", "depends_on": "each", "command": ["echo", "${steps.each.outputs.v}"], "outputs": {"v": "stdout"}}
        self.assertEqual(support.outputs_of(self.result(0, self.workstream("f", [make, each, sums])), "sum"), {"v": [11, 23]})

    def test_items_that_cannot_be_found(self):
        make = {"id": "make", "command": "echo list=text > $WORKSTREAM_OUTPUT"}
        for for_each, said in (({"lines": "not-there"}, "not-there"), ({"from": "${steps.make.outputs.list}"}, "list")):
            with self.subTest(for_each):
                each = {"id": "each", "depends_on": "make", "for_each": for_each, "command": "true"}
                finished = self.expect(1, "run", self.workstream("f", [make, each, {"id": "end", "depends_on": "each"}]))
                self.assertIn(said, finished.out)
                self.assertIn("[end] Skipped", finished.out)
                self.assertIn("fan-out 'each' failed: its items ", finished.out.splitlines()[-1])
                self.assertNotIn("the others", finished.out)

    def test_no_items_is_a_success(self):
        self.assertEqual(self.items([]), [])


class Rules(FanOutTest):
    def run_items(self, code, **keys):
        step = {"id": "each", "for_each": ["true", "false", "true"], "command": "sleep 0.1; {item}", **keys}
        return self.result(code, self.workstream("f", [step, {"id": "end", "depends_on": "each", "command": "true"}]))

    def test_what_a_failing_item_does(self):
        for policy, code, end in (("fail_fast", 1, "skipped"), ("drain", 1, "skipped"), ("collect", 0, "succeeded"),
                                  ("continue", 0, "succeeded"), ("ignore", 0, "succeeded")):
            with self.subTest(policy):
                result = self.run_items(code, on_item_failure=policy)
                self.assertEqual((result["states"]["each[1]"], result["states"]["end"]), ("failed", end))

    def test_joins(self):
        for join in ("first", {"any": 2}, "settled"):
            with self.subTest(join):
                self.assertEqual(self.run_items(0, join=join)["states"]["end"], "succeeded")

    def test_on_failure_of_the_step_is_about_the_whole(self):
        self.assertEqual(self.run_items(0, on_failure="continue")["states"]["end"], "succeeded")

    def test_limits(self):
        self.assertEqual(self.run_items(0, on_item_failure="collect", max_workers=2)["concurrent_peak"], 2)
        self.assertEqual(self.run_items(0, on_item_failure="collect", execute="sequential")["concurrent_peak"], 1)

    def test_items_found_later_run_in_parallel(self):
        self.write("list", "1\n1\n1\n")
        step = {"id": "each", "for_each": {"lines": "list"}, "command": "sleep 0.5"}
        result = self.result(0, self.workstream("f", [step]))
        self.assertGreater(result["concurrent_peak"], 1)

    def test_items_retry_each_on_its_own(self):
        step = {"id": "each", "for_each": [1, 2, 3], "command": "test $STEP_ATTEMPT -ge {item}", "retry": {"attempts": 3}}
        result = self.result(0, self.workstream("f", [step]))
        self.assertEqual([one["attempts"] for one in result["steps"]], [1, 2, 3])


class VeryMany(FanOutTest):
    def test_a_thousand_items_keep_their_order(self):
        step = {"id": "each", "for_each": list(range(1000)), "command": ["echo", "{item}"], "outputs": {"v": "stdout"}}
        last = {"id": "last", "depends_on": "each", "stdin": {"context": True}, "outputs": {"is_same": "stdout"},
                "command": ["python3", "-c", "import json, sys; print(json.dumps(json.load(sys.stdin)['each_v'] == list(range(1000))))"]}
        result = self.result(0, self.workstream("f", [step, last]))
        self.assertEqual(support.outputs_of(result, "last"), {"is_same": True})
        self.assertEqual(result["totals"]["completed"], 1001)

    def test_a_hundred_thousand_items(self):
        begin = time.monotonic()
        steps = [{"id": "each", "for_each": list(range(100_000))}, {"id": "end", "depends_on": "each", "command": "true"}]
        finished = self.expect(0, "run", self.workstream("f", steps), "--progress", "none", seconds=120)
        self.assertLess(time.monotonic() - begin, 30, str(finished)[:1000])

    def test_ten_thousand_items_found_later(self):
        (self.project / "list").write_text("".join(f"{i}\n" for i in range(10_000)), encoding="utf-8")
        steps = [{"id": "each", "for_each": {"lines": "list"}}, {"id": "end", "depends_on": "each", "command": "true"}]
        self.expect(0, "run", self.workstream("f", steps), "--progress", "none", seconds=60)


if __name__ == "__main__":
    support.main()
