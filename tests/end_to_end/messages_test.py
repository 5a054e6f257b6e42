"""What a person is told where it is easily wrong: groups as causes, gates that may fail, logs of fan-outs, long lines."""

import signal

import support


class Told(support.ProjectTest):
    def run_of(self, code, text, *arguments):
        self.write("w.yaml", text)
        return self.expect(code, "run", "w.yaml", *arguments)

    def result_of(self, code, text):
        self.write("w.yaml", text)
        return self.result(code, "w.yaml")

    def test_every_gate_that_failed(self):
        run = self.run_of(0, "id: w\nsteps:\n  - {id: b, command: 'true', test_gates: [{type: GATE_UNIT, command: 'false', "
                             "blocking: false}, {type: GATE_SECURITY, command: exit 2, required: false}, {type: GATE_INTEGRATION, command: 'true'}]}\n")
        self.assertIn("test gate UNIT: exit 1; test gate SECURITY: exit 2", run.out + run.err)

    def test_items_without_a_list(self):
        run = self.run_of(1, "id: w\nsteps:\n  - {id: a, command: echo hello, outputs: {l: stdout}}\n"
                             "  - {id: b, depends_on: a, for_each: {from: '${steps.a.outputs.l}'}, command: echo hi}\n"
                             "  - {id: c, for_each: {lines: nofile.txt}, command: echo hi}\n")
        said = run.out + run.err
        self.assertIn("2 of 3 steps failed", said)
        self.assertIn("[b] Failed: its items are no list", said)
        self.assertIn("[c] Failed: its items were not found", said)

    def test_logs_of_a_fan_out_name_its_items(self):
        self.run_of(0, "id: w\nsteps:\n  - {id: mx, for_each: [a, b, c], command: 'echo {item}'}\n  - {id: mk, command: 'true'}\n")
        told = self.expect(2, "logs", "w", "mx")
        self.assertIn("say which item, mx[0] … mx[2]", told.err)
        self.assertEqual(self.expect(0, "logs", "w", "mx[1]").out, "b\n")

    def test_a_long_line_is_cut_where_it_is_an_error(self):
        text = "id: w\nsteps: [{id: a, command: \"head -c 300000 /dev/zero | tr '\\\\0' x; exit 1\"}]\nstep_groups: [{id: g, steps: [a]}]\n"
        result = self.result_of(1, text)
        for group in result["groups"]:
            for error in group["error_list"]:
                self.assertLessEqual(len(error["error"].encode()), 4096)
                self.assertTrue(error["error"].endswith("…"))

    def test_delays_are_the_planned_ones(self):
        run = self.run_of(1, "id: w\nsteps: [{id: a, command: exit 1, retry: {attempts: 2, backoff: fixed, initial_delay: 300ms}}]\n")
        self.assertIn("trying again in 0.30s", run.out + run.err)

    def test_diagnostics_hold_the_graph(self):
        self.run_of(1, "id: w\nerror_handling: {on_failure: {collect_diagnostics: true}}\nsteps:\n"
                       "  - {id: a, command: 'true'}\n  - {id: b, depends_on: a, command: exit 1}\n")
        graphs = list(self.project.rglob("diagnostics/b/graph.dot"))
        self.assertEqual(len(graphs), 1)
        dot = graphs[0].read_text(encoding="utf-8")
        self.assertIn("digraph", dot)
        self.assertIn("legend_failed", dot)


class Rollback(support.ProjectTest):
    def start_rollback(self):
        name = self.workstream("s", [
            {"id": "a", "command": "true", "compensation": {"command": "touch begun; sleep 2; echo a >> undone"}},
            {"id": "f", "depends_on": "a", "command": "exit 1"}], compensation_actions=["echo end >> undone"])
        process = self.start("run", name)
        self.wait_for_file("begun")
        return process

    def test_one_signal_does_not_end_it(self):
        process = self.start_rollback()
        process.send_signal(signal.SIGINT)
        run = self.finish(process)
        said = run.out + run.err
        self.assertEqual(run.code, -signal.SIGINT, str(run))
        self.assertIn("The rollback goes on (interrupted); press Ctrl-C again to end it", said)
        self.assertIn("step 'f' failed: exit 1; interrupted", said)
        self.assertEqual((self.project / "undone").read_text(), "a\nend\n")

    def test_two_signals_leave_the_actions_too(self):
        process = self.start_rollback()
        process.send_signal(signal.SIGINT)
        support.time.sleep(0.3)
        process.send_signal(signal.SIGINT)
        run = self.finish(process)
        self.assertEqual(run.code, -signal.SIGINT, str(run))
        self.assertIn("compensation action 1 of ws-s", run.out + run.err)


if __name__ == "__main__":
    support.main()
