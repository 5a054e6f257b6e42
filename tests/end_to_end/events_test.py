"""`workstream signal`: an event reaches the run it is meant for, or it is said why not."""

import support


class Signal(support.ProjectTest):
    def begin(self, name):
        """A run of ws-NAME that goes on until the file end-NAME is there."""
        file = self.workstream(name, [f"touch begun-{name}; while ! test -e end-{name}; do sleep 0.02; done"])
        process = self.start("run", file)
        self.wait_for_file(f"begun-{name}")
        return process

    def end(self, name, process):
        self.write(f"end-{name}", "")
        self.assertEqual(self.finish(process).code, 0)

    def test_the_newest_run_or_the_named_one_gets_it(self):
        first, second = self.begin("first"), self.begin("second")
        self.assertIn("event 'go' sent to run", self.expect(0, "signal", "go").out)
        self.assertEqual(len(list(self.project.glob(".worktrees/ws-second/runs/*/signals/go"))), 1)
        self.assertEqual(list(self.project.glob(".worktrees/ws-first/runs/*/signals/go")), [])
        told = self.expect(0, "signal", "stop", "--ws-id", "ws-first", "--json").json()
        self.assertEqual((told["event"], told["workstreams"]), ("stop", ["ws-first"]))
        self.assertTrue((self.project / told["files"][0]).is_file())
        self.assertIn(told["run_id"], self.expect(0, "signal", "stop", "--run", told["run_id"]).out)
        self.end("first", first)
        self.end("second", second)
        over = self.expect(5, "signal", "stop", "--run", told["run_id"])
        self.assertEqual(over.err, f"workstream: run {told['run_id']} is over: succeeded\n")

    def test_no_event(self):
        self.assertEqual(self.expect(2, "signal").err, "workstream: which event? `workstream signal EVENT`\n")

    def test_nobody_to_tell(self):
        self.assertIn("workstream: no run is going on: there is no .worktrees/workstream.db", self.expect(5, "signal", "go").err)
        self.assertIn("no run of workstream 'x' is going on", self.expect(5, "signal", "go", "--ws-id", "x").err)
        self.assertEqual(self.expect(2, "signal", "go", "--run", "x").out, "")

    def test_an_event_cannot_lead_out_of_its_directory(self):
        for event in ("../go", "a/b", "..", ".go", "a\nb"):
            with self.subTest(event):
                self.assertIn("cannot be the name of an event", self.expect(2, "signal", event).err)


if __name__ == "__main__":
    support.main()
