"""Several workstreams: directories, globs, arrays, ids found by content, dependencies across files."""

import support

SAMPLES = support.ROOT.parent / "shared" / "samples" / "workstreams"


def steps_of(result):
    return sorted(f"{step['workstream']}/{step['id']}" for step in result["steps"])


class SetTest(support.ProjectTest):
    def setUp(self):
        super().setUp()
        # File names say nothing about ids, on purpose.
        self.put("workstreams/one.yaml", "ws-base")
        self.put("workstreams/two.json", "ws-left", ["ws-base"])
        self.put("workstreams/three.json", "ws-right", ["ws-base"])
        self.put("workstreams/four.json", "ws-top", ["ws-left", "ws-right"])
        self.put("workstreams/five.json", "ws-other")

    def put(self, name, workstream, needs=()):
        self.write(name, {"id": workstream, "depends_on": list(needs),
                          "steps": [{"id": "say", "command": f"echo {workstream} >> order"}]})

    def order(self):
        path = self.project / "order"
        lines = path.read_text(encoding="utf-8").split()
        path.unlink()
        return lines


class Inputs(SetTest):
    def test_a_directory(self):
        result = self.result(0, "workstreams")
        self.assertEqual(len(result["workstreams"]), 5)
        order = self.order()
        self.assertEqual(sorted(order), ["ws-base", "ws-left", "ws-other", "ws-right", "ws-top"])
        self.assertLess(order.index("ws-base"), min(order.index("ws-left"), order.index("ws-right")))
        self.assertLess(max(order.index("ws-left"), order.index("ws-right")), order.index("ws-top"))

    def test_nothing_named_means_the_workstreams_directory(self):
        self.assertEqual(len(self.result(0)["workstreams"]), 5)

    def test_a_glob_of_our_own(self):
        self.assertEqual(len(self.result(0, "workstreams/*.[jy]*")["workstreams"]), 5)
        self.order()
        self.assertEqual(steps_of(self.result(0, "workstreams/fi*.json")), ["ws-other/say"])

    def test_several_files(self):
        self.assertEqual(len(self.result(0, "workstreams/one.yaml", "workstreams/two.json")["workstreams"]), 2)
        self.assertEqual(self.order(), ["ws-base", "ws-left"])

    def test_one_file_named_twice_is_one_file(self):
        self.assertEqual(len(self.result(0, "workstreams/one.yaml", "./workstreams/one.yaml")["workstreams"]), 1)

    def test_an_array(self):
        self.write("array.json", [{"id": "ws-b", "depends_on": ["ws-a"], "steps": [{"id": "x", "command": "true"}]},
                                  {"id": "ws-a", "steps": [{"id": "x", "command": "true"}]}])
        self.assertEqual(steps_of(self.result(0, "array.json")), ["ws-a/x", "ws-b/x"])
        self.assertEqual(steps_of(self.result(0, "array.json", "--ws-id", "ws-a")), ["ws-a/x"])

    def test_folders_inside_only_when_asked(self):
        self.put("workstreams/deep/six.json", "ws-deep")
        self.assertEqual(len(self.result(0, "workstreams")["workstreams"]), 5)
        self.assertEqual(len(self.result(0, "workstreams", "-r")["workstreams"]), 6)


class Ids(SetTest):
    def test_with_what_it_needs(self):
        self.assertEqual(steps_of(self.result(0, "--ws-id", "ws-left")), ["ws-base/say", "ws-left/say"])
        self.assertEqual(self.order(), ["ws-base", "ws-left"])
        self.assertEqual(steps_of(self.result(0, "ws-left")), ["ws-base/say", "ws-left/say"])
        self.assertEqual(len(self.result(0, "--ws-id", "ws-other", "--ws-id", "ws-base")["workstreams"]), 2)

    def test_an_unknown_id(self):
        self.assertIn("did you mean 'ws-left'?", self.expect(2, "run", "--ws-id", "ws-lfet").err)
        self.assertIn("no workstream 'two'", self.expect(2, "run", "--ws-id", "two").err)

    def test_another_directory(self):
        (self.project / "workstreams").rename(self.project / "elsewhere")
        self.expect(2, "run", "--ws-id", "ws-base")
        self.expect(0, "run", "--ws-id", "ws-base", "--workstreams-dir", "elsewhere")
        self.env["PIPELINE_WORKSTREAM_DIR"] = "elsewhere"
        self.expect(0, "run", "--ws-id", "ws-base")
        self.env["PIPELINE_WORKSTREAM_DIR"] = "nowhere"
        self.assertIn("nowhere", self.expect(2, "run", "--ws-id", "ws-base").err)
        self.expect(0, "run", "--ws-id", "ws-base", "--workstreams-dir", "elsewhere")
        self.env["PIPELINE_WORKSTREAM_DIR"] = ""
        self.assertIn("'workstreams'", self.expect(2, "run", "--ws-id", "ws-base").err)

    def test_a_broken_file_nobody_needs(self):
        self.write("workstreams/broken.yaml", "id: ws-broken\nsteps:\n  - {id: a, depends_on: nothing}\n")
        self.write("workstreams/torn.json", '{"id": "ws-torn", "steps": [')
        for command in ("run", "plan", "validate"):
            self.assertIn("workstreams/torn.json", self.expect(0, command, "--ws-id", "ws-left").err)
        self.expect(2, "run", "workstreams")
        self.expect(2, "run", "--ws-id", "ws-broken")
        # Nobody has the id: it may be in the file that cannot be read, so its mistakes are told.
        self.assertIn("torn.json:1:", self.expect(2, "run", "--ws-id", "ws-torn").err)

    def test_other_files_in_the_directory(self):
        self.write("workstreams/package.json", '{"name": "x", "version": "1"}')
        finished = self.expect(0, "run", "workstreams")
        self.assertIn("workstreams/package.json:1:1: warning:", finished.err)


class MissingDependencies(SetTest):
    def test_one_file_alone(self):
        for command in ("run", "plan"):
            message = self.expect(2, command, "workstreams/two.json").err
            self.assertIn("workstreams/two.json:1:", message)
            self.assertIn("'ws-base', which is not among the loaded workstreams", message)
            self.assertIn("--workstreams-dir DIR", message)
            self.assertIn("--assume-complete ws-base", message)
        self.assertIn(": warning: ", self.expect(0, "validate", "workstreams/two.json").err)

    def test_with_the_directory(self):
        result = self.result(0, "workstreams/two.json", "--workstreams-dir", "workstreams")
        self.assertEqual(steps_of(result), ["ws-base/say", "ws-left/say"])

    def test_assumed_complete(self):
        result = self.result(0, "workstreams/two.json", "--assume-complete", "ws-base")
        self.assertEqual((steps_of(result), result["assumed_complete"]), (["ws-left/say"], ["ws-base"]))
        result = self.result(0, "workstreams", "--assume-complete", "ws-[bl]*")
        self.assertEqual(steps_of(result), ["ws-other/say", "ws-right/say", "ws-top/say"])

    def test_in_a_directory_it_is_missing(self):
        (self.project / "workstreams/one.yaml").unlink()
        message = self.expect(2, "validate", "workstreams").err
        self.assertEqual(message.count("'ws-base', which is not among"), 2)

    def test_a_cycle_across_files(self):
        self.put("workstreams/one.yaml", "ws-base", ["ws-top"])
        message = self.expect(2, "run", "workstreams").err
        self.assertIn("ws-base", message)
        self.assertIn("workstreams/four.json:1:", message)
        self.assertIn("deadlock", message)

    def test_a_failure_stops_what_depends_on_it(self):
        self.write("workstreams/one.yaml", "id: ws-base\nsteps: [{id: say, command: 'exit 1'}]\n")
        result = self.result(1, "workstreams")
        states = {step["workstream"]: step["state"] for step in result["steps"]}
        self.assertEqual(states, {"ws-base": "failed", "ws-left": "skipped", "ws-right": "skipped", "ws-top": "skipped",
                                  "ws-other": "succeeded"})


@support.unittest.skipUnless(SAMPLES.is_dir(), f"the samples are not there: {SAMPLES}")
class Samples(support.ProjectTest):
    def test_each_alone(self):
        for path in sorted(SAMPLES.glob("*.json")):
            with self.subTest(path.name):
                self.expect(0, "validate", path)

    def test_as_a_set(self):
        self.expect(0, "validate", SAMPLES)
        plan = self.expect(0, "plan", SAMPLES, "--json").json()
        self.assertEqual({workstream["file"] for workstream in plan["workstreams"]},
                         {str(path) for path in SAMPLES.glob("*.json")})

    def test_the_set_draws(self):
        dot = self.expect(0, "graph", SAMPLES).out
        self.assertIn("subgraph cluster", dot)
        self.assertIn("->", dot)
        graph = self.expect(0, "graph", SAMPLES, "--json").json()
        self.assertGreaterEqual(len(graph["nodes"]), len(list(SAMPLES.glob("*.json"))))


if __name__ == "__main__":
    support.main()
