"""Which notation a file is in, phase plans that run, samples that `init` writes, and files of profiles."""

import json
import time

import support


class Detection(support.ProjectTest):
    def test_by_shape_without_a_name_that_tells(self):
        self.write("plain", "id: ws-a\nsteps: [{id: a}]\n")
        self.write("braces.txt", '{"id": "ws-b", "steps": [{"id": "a"}]}')
        for name in ("plain", "braces.txt"):
            self.expect(0, "validate", f"./{name}")
        self.expect(0, "validate", "braces.txt", "--format", "json")
        self.write("wrong.toml", "id: ws-c\nsteps: [{id: a}]\n")
        self.assertIn("TOML files are not read", self.expect(2, "validate", "wrong.toml").err)
        self.expect(0, "validate", "wrong.toml", "--format", "yaml")

    def test_none_of_them(self):
        self.write("notes.txt", "just words\nand more\n")
        said = self.expect(2, "validate", "notes.txt").err
        for part in ("'id' and 'steps'", "plan_id", "phase_identity", "kata NAME v1", "session", "--format"):
            self.assertIn(part, said)
        self.assertIn("1 error, 0 warnings", said)

    def test_encodings(self):
        text = "id: ws-a\nsteps:\n  - id: a\n"
        self.write("bom.yaml", b"\xef\xbb\xbf" + text.encode())
        self.write("crlf.yaml", text.replace("\n", "\r\n").encode())
        self.write("latin.yaml", b"id: ws-a\nname: caf\xe9\nsteps: [{id: a}]\n")
        self.write("binary", bytes(range(256)) * 10)
        self.write("empty.json", "")
        self.expect(0, "validate", "bom.yaml")
        self.expect(0, "validate", "crlf.yaml")
        self.assertIn("latin.yaml:2:10: error: the byte 0xE9 is not valid UTF-8", self.expect(2, "validate", "latin.yaml").err)
        self.expect(2, "validate", "./binary")
        self.assertIn("the file is empty", self.expect(2, "validate", "empty.json").err)
        (self.project / "folder.yaml").mkdir()
        self.assertIn("no workstream files in 'folder.yaml'", self.expect(2, "validate", "folder.yaml").err)

    def test_a_hundred_megabytes_are_answered_at_once(self):
        hundred = 100_000_000
        for name, text in (("words", b"word " * (hundred // 5)), ("open.json", b"[" * hundred), ("lines.yaml", b"\n" * hundred)):
            with self.subTest(name):
                self.write(name, text)
                start = time.monotonic()
                finished = self.expect(2, "validate", f"./{name}")
                self.assertLess(time.monotonic() - start, 15)
                self.assertIn("1 error, 0 warnings", finished.err)
                self.assertLess(len(finished.err), 4000)
                (self.project / name).unlink()


class PhasePlans(support.ProjectTest):
    def plan(self, *steps, **sections):
        return self.write("phase.json", {"id": "ws-p", "execution_steps": list(steps), **sections}).name

    def test_in_the_order_of_the_list(self):
        steps = [{"id": name, "command": f"echo {name} >> order"} for name in "cab"]
        self.expect(0, "run", self.plan(*steps, execution_profile={"concurrency": 4}))
        self.assertEqual((self.project / "order").read_text(encoding="utf-8").split(), ["c", "a", "b"])

    def test_a_failure_ends_it_unless_no_stop_mode(self):
        steps = [{"id": "a", "command": "exit 1"}, {"id": "b", "command": "true"}]
        self.assertEqual(self.result(1, self.plan(*steps))["states"], {"a": "failed", "b": "skipped"})
        file = self.plan(*steps, execution_profile={"no_stop_mode": True})
        self.assertEqual(self.result(1, file)["states"], {"a": "failed", "b": "succeeded"})

    def test_checks_count_their_patterns(self):
        steps = [{"id": "a", "command": "true"}]
        for check, code in (({"command": "echo 3 passed", "success_pattern": r"\d+ passed"}, 0),
                            ({"command": "echo 3 failed", "success_pattern": r"\d+ passed"}, 1),
                            ({"command": "true", "success_pattern": "^$"}, 0),
                            ({"command": "echo left", "success_pattern": "^$"}, 1),
                            ({"command": "exit 3", "expected_exit_code": 3}, 0),
                            ({"command": "echo no", "expected_output": "OK"}, 1),
                            ({"command": "echo OK", "expected_output": "OK"}, 0),
                            ({"command": "exit 1", "must_pass": False}, 0)):
            with self.subTest(check):
                file = self.plan(*steps, acceptance_tests=[{"id": "t", **check}])
                self.expect(code, "run", file)

    def test_a_descriptive_file_draws_and_never_runs(self):
        file = self.plan(*[{"step": i, "action": f"Do {i}", "command": "touch ran"} for i in (1, 2)])
        self.assertIn("a file written for people", self.expect(0, "validate", file).err)
        self.assertIn("step-2", self.expect(0, "graph", file).out)
        self.expect(5, "run", file)
        self.expect(0, "run", file, "--assume-complete", "step-1", "--assume-complete", "step-2")
        self.assertFalse((self.project / "ran").exists())

    def test_confirmation_needs_approval(self):
        file = self.plan({"id": "a", "command": "true", "requires_human_confirmation": True})
        self.expect(5, "run", file)
        self.expect(0, "run", file, "--approve", "2")

    def test_phases_depend_on_phases(self):
        for number, needs in ((1, []), (2, ["PH-1"])):
            self.write(f"all/{number}.json", {"phase_identity": {"phase_id": f"PH-{number}", "workstream_id": f"ws-{number}"},
                                              "dag_and_dependencies": {"depends_on": needs},
                                              "execution_plan": {"steps": [{"id": "a", "command": f"echo {number} >> order"}]}})
        self.expect(0, "run", "all")
        self.assertEqual((self.project / "order").read_text(encoding="utf-8").split(), ["1", "2"])


class Init(support.ProjectTest):
    def test_every_sample_validates_and_runs(self):
        for notation, ending in (("yaml", "yaml"), ("json", "json"), ("plan", "json"), ("phase-plan", "yaml"),
                                 ("kata", "kata"), ("prose", "prose"), ("blok", "jsonc")):
            with self.subTest(notation):
                self.expect(0, "init", f"sample-{notation}", "--notation", notation)
                file = f"sample-{notation}.{ending}"
                self.assertEqual(self.expect(0, "validate", file, "--strict").err, "")
                self.expect(0, "run", file)

    def test_nothing_is_overwritten(self):
        self.expect(0, "init")
        (self.project / "example.yaml").write_text("mine", encoding="utf-8")
        self.assertIn("nothing is overwritten", self.expect(2, "init").err)
        self.assertEqual((self.project / "example.yaml").read_text(encoding="utf-8"), "mine")
        self.expect(2, "init", "---")
        self.expect(3, "init", "no/such/folder/name")
        self.assertIn("id: ws-other", self.expect(0, "init", "other", "--print").out)
        self.assertFalse((self.project / "other.yaml").exists())


class ProfileFiles(support.ProjectTest):
    PROFILES = {"greet": {"command": "echo", "args": ["all good"], "timeout_seconds": 5, "success_pattern": "good"},
                "moan": {"command": "echo", "args": ["it failed"], "failure_pattern": "failed"}}

    def test_found_in_a_directory_and_by_name(self):
        file = self.workstream("a", [{"id": "a", "tool": "greet"}, {"id": "b", "tool": "moan", "on_failure": "continue"}])
        self.expect(5, "run", file)
        self.write("tools/tool_profiles.json", self.PROFILES)
        self.assertEqual(self.result(0, file)["states"], {"a": "succeeded", "b": "failed"})
        (self.project / "tools" / "tool_profiles.json").rename(self.project / "profiles.json")
        self.expect(5, "run", file)
        self.expect(0, "run", file, "--tool-profiles", "profiles.json")
        self.assertIn("greet", self.expect(0, "tools", "greet", "--tool-profiles", "profiles.json").out)
        self.assertIn("no-such.json", self.call("run", file, "--tool-profiles", "no-such.json").err)

    def test_the_sample(self):
        sample = support.ROOT.parent / "shared" / "samples" / "tool_profiles.json"
        if not sample.is_file():
            self.skipTest("no samples here")
        listed = self.expect(0, "tools", "--json", "--tool-profiles", sample).json()
        self.assertLessEqual(set(json.loads(sample.read_text(encoding="utf-8"))), {one["name"] for one in listed})


if __name__ == "__main__":
    support.main()
