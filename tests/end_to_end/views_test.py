"""Results in the forms of other systems (--view), events under their names (--event-names), execution.observer."""

import json
import signal

import support

SYSTEMS = ("kata", "go", "blok", "workstream")


def step(name, command, **keys):
    return {"id": name, "command": command, **keys}


def refused(name):
    return step(name, ["/bin/sh", "-c", "sleep 0.1; echo connection refused >&2; exit 7"])


class ViewsTest(support.ProjectTest):
    def chunks(self, **group):
        """A group of a success, a failure and one that runs out of time, behind a step."""
        steps = [step("fetch", "echo hi", outputs={"text": "stdout"}),
                 step("one", "echo 1", outputs={"n": "stdout"}), refused("two"),
                 step("slow", "sleep 20", timeout="300ms")]
        groups = [{"id": "chunks", "steps": ["one", "two", "slow"], "depends_on": ["fetch"], **group}]
        return self.workstream("chunks", steps, step_groups=groups)

    def each(self, **keys):
        """Twelve items of one error, three of another, five that succeed."""
        command = ["/bin/sh", "-c",
                   "case $1 in [0-2]) echo timeout exceeded; exit 1;; [3-9]|1[0-4]) echo connection refused; exit 1;; esac",
                   "-", "${item}"]
        return self.workstream("each", [{"id": "each", "command": command, "for_each": list(range(20)),
                                         "on_item_failure": "drain", **keys}])

    def view(self, code, system, *arguments):
        return self.expect(code, "run", *arguments, "--json", "--view", system).json()

    def events(self, code, system, *arguments):
        told = self.expect(code, "run", *arguments, "--events", "-", "--event-names", system).out
        return [json.loads(line) for line in told.splitlines()]


class Policies(ViewsTest):
    def test_fail_fast(self):
        file = self.chunks()
        kata = self.view(1, "kata", file)
        self.assertEqual(kata["state"], "failed")
        self.assertEqual(kata["variables"]["parallel_errors"], {"two": "connection refused"})
        self.assertEqual(kata["phases"][1]["children"][2]["state"], "canceled")
        go = self.view(1, "go", file)
        self.assertEqual(go["Error"], "parallel execution failed: item 1: connection refused")
        self.assertEqual(go["Errors"], [{"Index": 1, "Item": "two", "Err": "connection refused"}])
        blok = self.view(1, "blok", file)
        self.assertEqual((blok["success"], blok["data"]), (False, None))
        self.assertEqual(blok["error"]["message"], "Parallel execution failed: connection refused")
        original = self.view(1, "workstream", file)
        self.assertEqual([one["state"] for one in original["steps"]][1:], ["SUCCESS", "FAILED", "CANCELED"])
        self.assertEqual(original["state"], "failed")

    def test_continue(self):
        file = self.chunks(on_failure="continue")
        kata = self.view(0, "kata", file)
        aggregated = kata["variables"]["parallel_aggregated"]
        self.assertEqual(set(aggregated), {"results", "errors", "totalChildren", "successCount", "failureCount",
                                           "timestamp"})
        self.assertEqual((aggregated["totalChildren"], aggregated["successCount"], aggregated["failureCount"]), (3, 1, 2))
        self.assertIsInstance(aggregated["timestamp"], int)
        self.assertGreater(aggregated["timestamp"], 1_600_000_000_000)
        self.assertEqual(kata["variables"]["parallel_results"], {"one": 1})
        self.assertEqual(kata["variables"]["fetch"],
                         {"childTaskId": "ws-chunks/fetch", "success": True, "output": "hi"})
        blok = self.view(0, "blok", file)
        self.assertEqual(blok["success"], True)
        self.assertEqual(blok["data"]["results"], [1, None, None])
        self.assertEqual(blok["data"]["errors"], [{"node": "two", "error": "connection refused"},
                                                  {"node": "slow", "error": "Node slow timed out after 300ms"}])
        self.assertEqual(set(blok["data"]["execution_info"]),
                         {"total", "completed", "failed", "duration_ms", "concurrent_peak"})
        self.assertEqual(blok["vars"]["chunks"]["results"], [1, None, None])
        go = self.view(0, "go", file)
        self.assertEqual((go["Error"], go["Results"], len(go["Errors"])), (None, [1], 2))

    def test_ignore_and_collect(self):
        self.assertEqual(self.view(0, "kata", self.chunks(on_failure="ignore"))["variables"]["parallel_errors"], {})
        self.assertIsNone(self.view(0, "go", self.chunks(on_failure="collect"))["Error"])

    def test_drain_waits_and_fails(self):
        go = self.view(1, "go", self.chunks(on_failure="drain"))
        self.assertEqual(go["Error"], "parallel execution failed: 2 items failed with 2 error types: "
                                      "'connection refused' (1 item), 'timed out after 0.30s' (1 item)")
        blok = self.view(1, "blok", self.chunks(on_failure="drain"))
        self.assertEqual(blok["error"]["execution_info"]["failed"], 2)

    def test_fail_on_errors_fails_every_view(self):
        file = self.chunks(on_failure="continue")
        self.assertEqual(self.view(1, "kata", file, "--fail-on-errors")["state"], "failed")
        self.assertIn("2 items failed", self.view(1, "go", file, "--fail-on-errors")["Error"])
        self.assertEqual(self.view(1, "blok", file, "--fail-on-errors")["success"], False)
        self.assertEqual(self.view(1, "workstream", file, "--fail-on-errors")["state"], "failed")


class Items(ViewsTest):
    def test_repeated_errors_are_counted(self):
        go = self.view(1, "go", self.each())
        self.assertEqual(go["Error"], "parallel execution failed: 15 items failed with 2 error types: "
                                      "'connection refused' (12 items), 'timeout exceeded' (3 items)")
        self.assertEqual(go["Errors"][0], {"Index": 0, "Item": 0, "Err": "timeout exceeded"})
        self.assertEqual(len(go["Results"]), 5)

    def test_events_of_go(self):
        events = self.events(1, "go", self.each())
        types = [event["Type"] for event in events]
        self.assertEqual(types.count("worker.start"), 20)
        self.assertEqual(types.count("worker.complete"), 20)
        begun = next(event for event in events if event["Type"] == "parallel.start")
        self.assertEqual(set(begun["Data"]), {"item_count", "worker_count", "fail_fast", "has_progress_callback"})
        self.assertEqual((begun["Data"]["item_count"], begun["Data"]["fail_fast"]), (20, False))
        ended = next(event for event in events if event["Type"] == "parallel.complete")
        self.assertEqual((ended["Data"]["items_processed"], ended["Data"]["items_failed"]), (5, 15))
        self.assertEqual(set(events[0]), {"seq", "at_ms", "Type", "Timestamp", "Source", "Data"})


class Events(ViewsTest):
    def test_they_are_numbered_and_in_time(self):
        file = self.chunks(on_failure="continue")
        for system in SYSTEMS:
            with self.subTest(system):
                events = self.events(0, system, file)
                self.assertEqual([event["seq"] for event in events], list(range(1, len(events) + 1)))
                self.assertEqual(events, sorted(events, key=lambda event: event["at_ms"]))

    def test_kata(self):
        events = self.events(0, "kata", self.chunks(on_failure="continue"))
        spawned = next(event for event in events if event["type"] == "task.parallel_spawned")
        self.assertEqual((spawned["parentTaskId"], spawned["childCount"], spawned["joinStrategy"], spawned["failureMode"]),
                         ("ws-chunks", 3, "all", "continue"))
        child = next(event for event in events if event["type"] == "task.parallel_child_completed")
        self.assertEqual((child["childName"], child["result"]), ("one", 1))
        failed = [event["error"] for event in events if event["type"] == "task.child_failed"]
        self.assertEqual(sorted(failed), ["connection refused", "timed out after 0.30s"])
        joined = next(event for event in events if event["type"] == "task.parallel_joined")
        self.assertEqual((joined["successCount"], joined["failureCount"]), (1, 2))
        self.assertEqual(events[-1]["type"], "task.completed")

    def test_blok(self):
        types = [event["type"] for event in self.events(1, "blok", self.chunks())]
        self.assertEqual((types[0], types[-1]), ("RUN_STARTED", "RUN_FAILED"))
        for one in ("NODE_STARTED", "NODE_COMPLETED", "NODE_FAILED"):
            self.assertIn(one, types)

    def test_workstream(self):
        file = self.workstream("again", [{"id": "a", "command": "exit 3", "retry": {"attempts": 2}},
                                         {"id": "b", "command": "true", "depends_on": ["a"]},
                                         {"id": "t", "command": "sleep 9", "timeout": "200ms"}])
        events = self.events(1, "workstream", file)
        types = [event["type"] for event in events]
        self.assertEqual(types[:2] + types[-1:], ["run_created", "run_started", "run_completed"])
        for one in ("step_started", "step_retry", "step_failed", "step_timeout", "step_completed"):
            self.assertIn(one, types)
        status = {event["step_id"]: event["status"] for event in events if event["type"] == "step_completed"}
        self.assertEqual(status, {"a": "FAILED", "b": "SKIPPED", "t": "FAILED"})

    def test_a_json_observer_speaks_the_same(self):
        text = self.expect(0, "run", self.workstream("x", ["true"]), "--observer", "json", "--event-names", "blok").err
        self.assertIn('"type":"RUN_COMPLETED"', text)


class Stops(ViewsTest):
    def test_an_interrupted_run(self):
        file = self.workstream("long", [{"id": "a", "command": "touch begun; sleep 30"},
                                        {"id": "b", "command": "true", "depends_on": ["a"]}])
        process = self.start("run", file, "--json", "--view", "kata", "--events", "events", "--event-names", "kata")
        self.wait_for_file("begun")
        process.send_signal(signal.SIGINT)
        finished = self.finish(process)
        self.assertEqual(finished.code, -signal.SIGINT, str(finished))
        self.assertEqual(finished.json()["state"], "canceled")
        self.assertEqual(self.written_events()[-1]["to"], "canceled")
        self.assertEqual(self.expect(0, "status", "--json", "--view", "go").json()["Error"],
                         "parallel execution cancelled: context canceled")


class Status(ViewsTest):
    def test_a_run_that_is_over_is_told_as_it_was(self):
        file = self.chunks(on_failure="continue")
        for system in SYSTEMS:
            with self.subTest(system):
                told = self.view(0, system, file)
                self.assertEqual(self.expect(0, "status", "--json", "--view", system).json(), told)

    def test_a_run_that_goes_on(self):
        file = self.workstream(
            "live", [step("done", "echo 1", outputs={"n": "stdout"}), refused("bad"),
                     step("runs", "touch begun; while ! test -e end; do sleep 0.02; done"),
                     {"id": "event", "wait": {"event": "go"}}],
            step_groups=[{"id": "both", "steps": ["done", "bad", "runs"], "on_failure": "continue"}])
        process = self.start("run", file)
        self.wait_for_file("begun")
        def kata():
            return self.expect(0, "status", "ws-live", "--json", "--view", "kata").json()
        def both():
            told = next(phase for phase in kata()["phases"] if phase["name"] == "both")
            return told if told["failedChildren"] and told["completedChildren"] else None
        told = support.until(both, "the first two have ended")
        self.assertEqual((told["activeChildren"], told["completedChildren"], told["failedChildren"], told["joinStrategy"],
                          told["failureMode"], told["state"]), (["runs"], ["done"], ["bad"], "all", "continue", "running"))
        self.assertIsInstance(told["startedAt"], int)
        self.assertEqual(kata()["state"], "waiting_for_event")
        self.assertEqual(kata()["variables"]["parallel_results"], {"done": 1})
        original = self.expect(0, "status", "ws-live", "--json", "--view", "workstream").json()
        self.assertEqual((original["state"], original["workstream_state"]), ("running", "executing"))
        self.assertEqual((original["progress"]["total"], original["progress"]["pending"]), (4, 2))
        blok = self.expect(0, "status", "ws-live", "--json", "--view", "blok").json()
        self.assertEqual((blok["success"], blok["status"], blok["data"]["results"]), (None, "running", [1, None, None]))
        self.assertIsNone(self.expect(0, "status", "ws-live", "--json", "--view", "go").json()["Error"])
        self.write("end", "")
        self.expect(0, "signal", "go")
        self.assertEqual(self.finish(process).code, 0)


class Crashes(ViewsTest):
    def test_a_run_whose_process_is_gone(self):
        process = self.start("run", self.workstream("gone", [step("a", "touch begun; sleep 30"), step("b", "echo 1")]))
        self.wait_for_file("begun")
        process.kill()
        self.finish(process)
        told = {system: self.expect(0, "status", "--json", "--view", system).json() for system in SYSTEMS}
        self.assertEqual((told["kata"]["state"], told["kata"]["error"]), ("failed", "its process is gone without an end"))
        self.assertEqual((told["blok"]["success"], told["blok"]["status"]), (False, "crashed"))
        self.assertEqual((told["workstream"]["state"], told["workstream"]["exit_code"]), ("quarantined", None))
        self.assertEqual(told["go"]["Error"], "its process is gone without an end")

    def test_a_stored_result_that_somebody_broke(self):
        self.view(0, "go", self.workstream("x", ["true"]))
        stored = next((self.project / ".worktrees").glob("*/runs/*/result.json"))
        stored.write_text('{"workstreams": 3}', encoding="utf-8")
        self.assertIn("cannot be shown as 'kata'", self.expect(3, "status", "--json", "--view", "kata").err)
        stored.unlink()
        self.assertEqual(self.expect(0, "status", "--json", "--view", "kata").json()["state"], "completed")


class Limits(ViewsTest):
    def test_a_group_out_of_time(self):
        file = self.workstream("late", [step("a", "sleep 20"), step("b", "echo 1", outputs={"n": "stdout"})],
                               step_groups=[{"id": "both", "steps": ["a", "b"], "timeout": "400ms"}])
        self.assertEqual(self.view(1, "go", file)["Error"], "parallel execution cancelled: context deadline exceeded")
        blok = self.view(1, "blok", file)
        self.assertEqual(blok["error"]["message"], "Parallel execution failed: Node a timed out after 400ms")
        self.assertEqual(self.view(1, "workstream", file)["steps"][0]["state"], "FAILED")

    def test_the_run_out_of_time(self):
        file = self.workstream("long", [step("a", "sleep 20")])
        go = self.view(124, "go", file, "--timeout", "300ms")
        self.assertEqual(go["Error"], "parallel execution cancelled: context deadline exceeded")
        self.assertEqual(self.view(124, "blok", file, "--timeout", "300ms")["status"], "timedOut")


class Calls(ViewsTest):
    def files(self):
        self.workstream("inner", [step("x", "echo 1", outputs={"n": "stdout"}), step("y", "echo 2", outputs={"n": "stdout"})],
                        step_groups=[{"id": "g", "steps": ["x", "y"]}], outputs={"result": "${steps.g.results}"})
        return self.workstream("outer", [{"id": "call", "workstream": "ws-inner"}]), "inner.json", "--ws-id", "ws-outer"

    def test_a_call_is_a_single_spawn(self):
        kata = self.view(0, "kata", *self.files())
        self.assertEqual(kata["variables"]["call"], {"childTaskId": "ws-outer/call", "success": True, "output": [1, 2]})
        self.assertEqual([phase["name"] for phase in kata["phases"]], ["call"])

    def test_the_called_group_is_the_one_of_go_and_blok(self):
        self.assertEqual(self.view(0, "go", *self.files())["Results"], [1, 2])
        self.assertEqual(list(self.view(0, "blok", *self.files())["vars"]), ["call:g"])

    def test_events_of_a_call(self):
        events = self.events(0, "kata", *self.files())
        spawned = [event for event in events if event["type"] == "task.parallel_spawned"]
        self.assertEqual([(event["parentTaskId"], event["phase"]) for event in spawned], [("ws-outer/call", "call:g")])
        children = [event["childName"] for event in events if event["type"] == "task.parallel_child_completed"]
        self.assertEqual(sorted(children), ["x", "y"])
        phases = [(event["taskId"], event["to"]) for event in events if event["type"] == "task.phase_changed"]
        self.assertEqual(phases, [("ws-outer", "call"), ("ws-outer/call", "g")])


class CommandLine(ViewsTest):
    def test_bad_values_name_the_nearest(self):
        file = self.workstream("x", ["true"])
        wrong = self.expect(2, "run", file, "--json", "--view", "katta").err
        self.assertIn("--view: 'katta' is none of native, kata, go, blok and workstream; did you mean 'kata'?", wrong)
        wrong = self.expect(2, "run", file, "--events", "e", "--event-names", "block").err
        self.assertIn("--event-names: 'block' is none of", wrong)
        self.assertIn("did you mean 'blok'?", wrong)
        self.assertIn("did you mean 'go'?", self.expect(2, "status", "--json", "--view", "ko").err)

    def test_options_that_have_nothing_to_do(self):
        file = self.workstream("x", ["touch ran"])
        self.assertIn("give --json too", self.expect(2, "run", file, "--view", "kata").err)
        self.assertIn("give --json too", self.expect(2, "status", "--view", "kata").err)
        self.assertIn("--observer json", self.expect(2, "run", file, "--event-names", "kata").err)
        self.assertFalse((self.project / "ran").exists())

    def test_the_stored_result_stays_native(self):
        self.view(0, "go", self.workstream("x", ["true"]))
        stored = next((self.project / ".worktrees").glob("*/runs/*/result.json"))
        self.assertIn("schema_version", json.loads(stored.read_text(encoding="utf-8")))


class Observers(ViewsTest):
    def test_the_file_asks_for_one(self):
        file = self.workstream("o", ["true"], execution={"observer": "json"})
        self.assertIn('"event":"run_finished"', self.expect(0, "run", file).err)
        file = self.workstream("s", ["true"], execution={"observer": "slog"})
        self.assertIn("msg=run_finished", self.expect(0, "run", file).err)
        file = self.workstream("n", ["true"], execution={"observer": "noop"})
        self.assertNotIn("run_finished", self.expect(0, "run", file).err)

    def test_the_command_line_wins(self):
        file = self.workstream("o", ["true"], execution={"observer": "json"})
        self.assertNotIn("run_finished", self.expect(0, "run", file, "--observer", "noop").err)
        told = self.expect(0, "run", file, "--observer", "log").err
        self.assertIn("msg=run_finished", told)
        self.assertNotIn('"event"', told)

    def test_a_name_that_is_none_is_an_error_of_the_file(self):
        wrong = self.expect(2, "validate", self.workstream("o", ["true"], execution={"observer": "jsno"})).err
        self.assertIn("jsno", wrong)
        self.assertIn("json", wrong)

    def test_the_files_observer_speaks_other_names_too(self):
        file = self.workstream("o", ["true"], execution={"observer": "json"})
        self.assertIn('"type":"run_created"', self.expect(0, "run", file, "--event-names", "workstream").err)


if __name__ == "__main__":
    support.main()
