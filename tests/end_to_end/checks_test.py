"""Checks around the work: pre-flight, gates, artifacts, promised files, approval, who may run beside whom."""

import support


class ChecksTest(support.ProjectTest):
    def step(self, command="true", **keys):
        return {"id": "a", "command": command, **keys}

    def state(self, code, step, **keys):
        result = self.result(code, self.workstream("c", [step], **keys))
        return support.step_of(result, "a")


class Checks(ChecksTest):
    def test_a_failing_preflight_check_keeps_everything_back(self):
        name = self.workstream("c", [self.step("touch ran")], pre_flight_checks=["true", "echo 'no licence'; exit 3"])
        finished = self.expect(1, "run", name)
        self.assertFalse((self.project / "ran").exists())
        self.assertIn("no licence", finished.out)

    def test_preflight_checks_come_first(self):
        self.result(0, self.workstream("c", [self.step("test -e checked")], pre_flight_checks=["touch checked"]))

    def test_artifacts(self):
        self.assertEqual(self.state(0, self.step("mkdir out; touch out/x.bin", expected_artifacts=["out/*.bin"]))["state"], "succeeded")
        found = self.state(1, self.step("true", expected_artifacts=[{"id": "app", "path": "out/*.exe"}]))
        self.assertEqual(found["state"], "failed")
        self.assertIn("out/*.exe", found["why"])

    def test_gates(self):
        blocking = {"type": "GATE_UNIT", "command": "exit 1"}
        self.assertEqual(self.state(1, self.step(test_gates=[blocking]))["state"], "failed")
        self.assertEqual(self.state(0, self.step(test_gates=[{**blocking, "blocking": False}]))["state"], "succeeded")

    def test_success_files(self):
        self.assertEqual(self.state(0, self.step("touch x", success={"files": ["x"]}))["state"], "succeeded")
        self.assertIn("'y'", self.state(1, self.step("touch x", success={"files": ["y"]}))["why"])

    def test_no_change(self):
        self.write("src/a", "1")
        for word, command, code, state in (("fail", "true", 1, "failed"), ("fail", "echo 2 >> src/a", 0, "succeeded"),
                                           ("ok", "true", 0, "succeeded"), ("skip", "true", 0, "skipped")):
            with self.subTest(f"{word} {command}"):
                found = self.state(code, self.step(command, files_scope=["src/"], success={"no_change": word}))
                self.assertEqual(found["state"], state)

    def test_promised_and_other_files_are_reported(self):
        found = self.state(0, self.step("touch promised other", files_create=["promised", "never"]))
        self.assertEqual((found.get("undeclared_files"), found.get("uncreated_files")), (["other"], ["never"]))

    def test_silence_ends_a_step(self):
        found = self.state(1, self.step("echo hello; sleep 300", idle_timeout=0.4))
        self.assertEqual(found["state"], "timed_out")
        self.assert_nobody_left()

    def test_approval(self):
        name = self.workstream("c", [self.step("touch ran")], gate=3)
        for arguments in ([], ["--approve", "2"]):
            self.assertIn("gate", self.expect(5, "run", name, *arguments).err)
        self.assertFalse((self.project / "ran").exists())
        self.expect(0, "run", name, "--approve", "3")
        self.assertTrue((self.project / "ran").exists())


class Beside(ChecksTest):
    # Fails when another one with it runs at the same time.
    ALONE = "mkdir busy && sleep 0.1 && rmdir busy"

    def test_conflict_group(self):
        steps = [{"id": name, "command": self.ALONE, "conflict_group": "x"} for name in "abc"]
        result = self.result(0, self.workstream("c", steps), "--max-workers", "4")
        self.assertEqual(result["concurrent_peak"], 1)

    def test_pools(self):
        steps = [{"id": name, "command": "sleep 0.1", "pools": {"gpu": 1}} for name in "abcd"]
        result = self.result(0, self.workstream("c", steps, pools={"gpu": 2}), "--max-workers", "4")
        self.assertEqual(result["concurrent_peak"], 2)

    def test_parallel_ok(self):
        steps = [{"id": "a", "command": self.ALONE, "parallel_ok": False}] + [{"id": n, "command": self.ALONE, "parallel_ok": False} for n in "bc"]
        self.assertEqual(self.result(0, self.workstream("c", steps), "--max-workers", "4")["concurrent_peak"], 1)

    def test_more_of_a_pool_than_there_is(self):
        name = self.workstream("c", [self.step(pools={"gpu": 3})], pools={"gpu": 2})
        self.assertIn("gpu", self.expect(2, "run", name).err)


if __name__ == "__main__":
    support.main()
