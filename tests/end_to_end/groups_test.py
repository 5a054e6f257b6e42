"""Groups with real processes: joins, policies, losers, time limits, nesting, catch and finally."""

import datetime
import json
import time

import support


class GroupTest(support.ProjectTest):
    def groups(self, groups, steps=(), **keys):
        return self.write("g.json", {"id": "ws-g", "steps": list(steps), "step_groups": groups, **keys}).name

    def group(self, result, name):
        (found,) = [group for group in result["groups"] if group["id"] == name]
        return found


def group(name, commands, **keys):
    """Members are called a, b, c, … unless they are whole steps."""
    steps = [one if isinstance(one, dict) else {"id": chr(ord("a") + i), "command": one}
             for i, one in enumerate(commands)]
    return {"id": name, "steps": steps, **keys}


AFTER = {"id": "after", "depends_on": "g", "command": "true"}


class Joins(GroupTest):
    def test_every_policy_with_every_join(self):
        """Row 1g: every join is there, with every policy."""
        # One member succeeds, one fails before it. What the group comes to, and what the dependent does.
        good = {"all": {"collect", "continue", "ignore"}, "first": {None, "drain", "collect", "continue", "ignore"},
                "settled": {None, "fail_fast", "drain", "collect", "continue", "ignore"}}
        good["any"] = good["first"]
        for join, tolerant in good.items():
            for policy in (None, "fail_fast", "drain", "collect", "continue", "ignore"):
                with self.subTest(f"{join} {policy}"):
                    keys = {"join": join, **({"on_failure": policy} if policy else {})}
                    name = self.groups([group("g", ["exit 1", "sleep 0.15"], **keys)], [AFTER])
                    is_good = policy in tolerant
                    result = self.result(0 if is_good else 1, name)
                    self.assertEqual(self.group(result, "g")["state"], "succeeded" if is_good else "failed")
                    self.assertEqual(result["states"]["after"], "succeeded" if is_good else "skipped")
                    is_stopped = policy == "fail_fast" or (policy is None and join == "all")
                    self.assertEqual(result["states"]["b"], "cancelled" if is_stopped else "succeeded")

    def test_impossible_success_ends_the_group_at_once(self):
        for join in ("first", {"any": 2}):
            with self.subTest(join):
                commands = ["exit 1", "exit 1", "sleep 30" if join != "first" else "sleep 0.1; exit 1"]
                begin = time.monotonic()
                result = self.result(1, self.groups([group("g", commands, join=join)], [AFTER]))
                self.assertLess(time.monotonic() - begin, 10)
                self.assertEqual(result["states"]["after"], "skipped")

    def test_an_all_join_whose_last_finisher_failed_ends(self):
        name = self.groups([group("g", ["true", "sleep 0.2; exit 1"], on_failure="continue")], [AFTER])
        result = self.result(0, name)
        self.assertEqual(result["status"], "completed_with_errors")
        self.assertEqual(result["states"]["after"], "succeeded")

    def test_losers_are_really_gone_with_their_grandchildren(self):
        loser = "(trap '' TERM; sleep 300) & sleep 300"
        name = self.groups([group("g", ["sleep 0.3", loser, "setsid sleep 300"], join="first")],
                           [{"id": "after", "depends_on": "g", "command": "touch after; while ! test -e go; do sleep 0.05; done"}])
        run = self.start("run", name, "--max-workers", "4")
        self.wait_for_file("after")

        def alive():
            """Whoever still sleeps for the losers."""
            found = []
            for pid in self.left_over():
                try:
                    with open(f"/proc/{pid}/cmdline", "rb") as file:
                        if file.read().endswith(b"sleep\x00300\x00"):
                            found.append(pid)
                except OSError:
                    pass
            return found

        support.until(lambda: not alive(), "the end of the losers while the run goes on", 15)
        self.assertIsNone(run.poll())
        (self.project / "go").touch()
        self.assertEqual(self.finish(run).code, 0)
        self.assert_nobody_left()

    def test_background_losers_run_on(self):
        name = self.groups([group("g", ["true", "while ! test -e go; do sleep 0.05; done; touch finished"],
                                  join="first", losers="background")],
                           [{"id": "after", "depends_on": "g", "command": "touch go"}])
        result = self.result(0, name)
        self.assertTrue((self.project / "finished").exists())
        self.assertEqual(result["states"], {"a": "succeeded", "b": "succeeded", "after": "succeeded"})

    def test_a_single_member_and_a_dependent_on_one_of_many(self):
        name = self.groups([group("g", ["true"]), {"id": "h", "steps": ["x", "y"]}],
                           [{"id": "x", "command": "touch x"}, {"id": "y", "command": "while ! test -e x2; do sleep 0.05; done"},
                            {"id": "after-x", "depends_on": "x", "command": "touch x2"},
                            {"id": "after-h", "depends_on": ["h", "g"], "command": "true"}])
        self.assertEqual(set(self.result(0, name)["states"].values()), {"succeeded"})


class Limits(GroupTest):
    def test_max_workers_inside_the_global_limit(self):
        count = "mkdir slot1 2>/dev/null && d=slot1 || { mkdir slot2 && d=slot2; }; sleep 0.1; rmdir $d"
        result = self.result(0, self.groups([group("g", [count] * 5, max_workers=2)]), "--max-workers", "5")
        self.assertEqual(result["concurrent_peak"], 2)

    def test_sequential_members_in_their_order(self):
        name = self.groups([group("g", ["sleep 0.1; echo a >> order", "echo b >> order", "echo c >> order"],
                                  execute="sequential")])
        self.result(0, name)
        self.assertEqual((self.project / "order").read_text(encoding="utf-8"), "a\nb\nc\n")

    def test_a_group_timeout_ends_its_members(self):
        """Row 3c: the exit code and an error object say that it was late."""
        begin = time.monotonic()
        result = self.result(1, self.groups([group("g", ["true", "sleep 300 & sleep 300"], timeout=0.3)], [AFTER]))
        self.assertLess(time.monotonic() - begin, 10)
        self.assertEqual(self.group(result, "g")["state"], "timed_out")
        self.assertIn("time limit was reached", self.group(result, "g")["errors"]["b"])
        self.assertEqual(result["states"]["after"], "skipped")
        self.assert_nobody_left()

    def test_a_group_timeout_with_a_policy_that_tolerates_it(self):
        result = self.result(0, self.groups([group("g", ["true", "sleep 300"], timeout=0.3, on_failure="continue")], [AFTER]))
        self.assertEqual((result["states"]["after"], result["status"]), ("succeeded", "completed_with_errors"))

    def test_nesting_shares_one_pool(self):
        inner = {"id": "leaf", "command": "true"}
        for depth in range(30):
            inner = {"id": f"g{depth}", "steps": [inner, {"id": f"s{depth}", "command": "true"}]}
        result = self.result(0, self.groups([inner], [{"id": "after", "depends_on": "g29", "command": "true"}]),
                             "--max-workers", "1")
        self.assertEqual((len(result["states"]), result["concurrent_peak"]), (32, 1))


class CatchAndFinally(GroupTest):
    def body(self, command, catch="true", last="true"):
        return self.groups([group("g", [command], catch=[{"id": "caught", "command": catch}],
                                  **{"finally": [{"id": "last", "command": last}]})], [AFTER])

    def test_without_a_failure_only_finally_runs(self):
        result = self.result(0, self.body("true"))
        self.assertEqual(result["states"], {"a": "succeeded", "caught": "skipped", "last": "succeeded", "after": "succeeded"})
        self.assertEqual(result["status"], "succeeded")

    def test_catch_sees_the_error_and_handles_it(self):
        see = "printf '%s|' \"$ERROR_STEP\" \"$ERROR_CODE\" \"$ERROR_MESSAGE\" ${error.step} ${error.code} > seen"
        result = self.result(0, self.body("exit 7", see))
        self.assertEqual((self.project / "seen").read_text(encoding="utf-8"), "a|7|exit 7|a|7|")
        self.assertEqual(result["states"], {"a": "failed", "caught": "succeeded", "last": "succeeded", "after": "succeeded"})

    def test_a_failing_catch_fails_the_group_and_finally_runs(self):
        result = self.result(1, self.body("exit 7", "exit 8", "touch last"))
        self.assertTrue((self.project / "last").exists())
        self.assertEqual((result["states"]["caught"], result["states"]["after"]), ("failed", "skipped"))

    def test_a_failing_finally_fails_the_group(self):
        result = self.result(1, self.body("true", "true", "exit 9"))
        self.assertEqual(result["states"]["after"], "skipped")

    def test_finally_runs_after_a_fail_fast_of_the_group(self):
        name = self.groups([group("g", ["exit 1", "sleep 300"], **{"finally": [{"id": "last", "command": "touch last"}]})])
        result = self.result(1, name)
        self.assertEqual((result["states"]["b"], result["states"]["last"]), ("cancelled", "succeeded"))
        self.assertTrue((self.project / "last").exists())
        self.assert_nobody_left()


class Screen(GroupTest):
    def test_what_is_said_of_a_race(self):
        text = self.expect(0, "run", self.groups([group("g", ["sleep 0.1", "sleep 300"], join="first")])).out
        self.assertIn("[g] Decided: 'a' succeeded; the others are cancelled", text)
        self.assertIn("[b] Cancelled", text)

    def test_tolerated_failures_are_not_shown_as_a_failed_run(self):
        text = self.expect(0, "run", self.groups([group("g", ["exit 1", "true"], join="settled")])).out
        self.assertIn("\n● 1 of 2 steps complete, 1 failure accepted", text)

    def test_errors_by_kind(self):
        commands = ["echo 'connection refused'; exit 1"] * 3 + ["echo 'timeout exceeded'; exit 1"] * 2
        result = self.result(0, self.groups([group("g", commands, join="settled")]))
        record = self.group(result, "g")
        self.assertEqual(record["error"], "parallel execution failed: 5 items failed with 2 error types: "
                         "'connection refused' (3 items), 'timeout exceeded' (2 items)")
        self.assertEqual(record["errors"]["a"], "connection refused")
        self.assertEqual([one["index"] for one in record["error_list"]], [0, 1, 2, 3, 4])

    def test_a_failed_check_is_the_error_not_the_last_line(self):
        step = {"id": "a", "command": "echo 'all is well'", "acceptance_tests": ["exit 3"]}
        record = self.group(self.result(1, self.groups([group("g", [step])])), "g")
        self.assertIn("acceptance test failed", record["errors"]["a"])

    def test_results_keep_the_declared_order_with_null_for_none(self):
        """Rows 0i and 3i: by the ids of the file, in its order."""
        steps = [{"id": name, "command": command, "outputs": {"v": "stdout"}}
                 for name, command in (("z", "sleep 0.2; echo 1"), ("m", "exit 1"), ("a", "echo 3"))]
        record = self.group(self.result(0, self.groups([group("g", steps, join="settled")])), "g")
        self.assertEqual((record["members"], record["results"]), (["z", "m", "a"], [1, None, 3]))
        self.assertEqual(record["states"], ["succeeded", "failed", "succeeded"])

    def test_times_and_the_aggregate_are_kept(self):
        """Rows 0j and 0k: milliseconds and ISO text of the same moment; what was printed is stored with the run."""
        result = self.result(0, self.groups([group("g", ["echo 1", "exit 1"], on_failure="continue")]))
        ended = datetime.datetime.fromisoformat(result["ended_at"].replace("Z", "+00:00"))
        self.assertEqual(result["timestamp"], round(ended.timestamp() * 1000))
        (kept,) = (self.project / ".worktrees/ws-g/runs" / result["run_id"]).rglob("result.json")
        stored = json.loads(kept.read_text(encoding="utf-8"))
        self.assertEqual(self.group(stored, "g"), self.group(result, "g"))

    def test_members_do_not_see_each_other_and_the_join_has_all(self):
        """Rows 1i and 3m: each member has what was there before the group; after it the values stand in the order
        of the file, null for who has none."""
        keep = {"outputs": {"v": "stdout"}}
        steps = [{"id": "c", "command": "sleep 0.3; env > seen-c; echo c", **keep}, {"id": "lost", "command": "exit 1", **keep},
                 {"id": "a", "command": "env > seen-a; echo a", **keep}]
        after = {"id": "after", "depends_on": "g", "command": "echo '${steps.g.results}' > all"}
        self.result(0, self.groups([group("g", steps, join={"any": 2})], [after]))
        for name in ("seen-a", "seen-c"):
            self.assertNotIn("WS_RESULT_", (self.project / name).read_text(encoding="utf-8").replace("WS_RESULTS", ""))
        self.assertEqual(json.loads((self.project / "all").read_text(encoding="utf-8")), ["c", None, "a"])


if __name__ == "__main__":
    support.main()
