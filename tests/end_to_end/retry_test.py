"""Retries and circuit breakers with real processes: who is tried again, when, and what the next try can read."""

import signal
import time

import support


class RetryTest(support.ProjectTest):
    def steps(self, *steps, **keys):
        return self.workstream("r", list(steps), **keys)

    def tries(self, name, code, *arguments):
        """The attempts by step."""
        return {step["id"]: step["attempts"] for step in self.result(code, name, *arguments)["steps"]}


class Retries(RetryTest):
    def test_attempts_are_counted_with_the_first_one(self):
        name = self.steps({"id": "a", "command": "echo $STEP_ATTEMPT >> tries; exit 1", "retry": {"attempts": 3}},
                          {"id": "b", "command": "test $STEP_ATTEMPT = 2", "retry": {"attempts": 3}},
                          {"id": "c", "command": "exit 1", "retries": 1})
        self.assertEqual(self.tries(name, 1), {"a": 3, "b": 2, "c": 2})
        self.assertEqual((self.project / "tries").read_text(encoding="utf-8"), "1\n2\n3\n")

    def test_a_command_knows_how_often_it_may_be_tried(self):
        for keys, tries in (({"circuit_breaker": {"max_attempts": 3}}, ["1/3", "2/3", "3/3"]),
                            ({"retry": {"attempts": 5}, "circuit_breaker": {"max_attempts": 2}}, ["1/2", "2/2"]),
                            ({"retry": {"attempts": 2}}, ["1/2", "2/2"]), ({}, ["1/1"]),
                            ({"circuit_breaker": {"max_error_repeats": 1, "cooldown": 0.05}}, ["1/1", "2/2"])):
            with self.subTest(keys):
                (self.project / "tries").unlink(missing_ok=True)
                step = {"id": "a", "command": "echo ${attempt_number}/${max_attempts} >> tries; exit 1", **keys}
                self.expect(1, "run", self.steps(step))
                self.assertEqual((self.project / "tries").read_text(encoding="utf-8").split(), tries)

    def test_a_recovered_step_is_no_failure(self):
        name = self.steps({"id": "a", "command": "test $STEP_ATTEMPT = 2", "retry": {"attempts": 2}})
        text = self.expect(0, "run", name).out
        self.assertIn("attempt 2", text)
        self.assertIn("All steps complete", text)

    def test_the_delays_grow_up_to_the_cap(self):
        retry = {"attempts": 4, "backoff": "exponential", "initial_delay": 0.1, "max_delay": 0.25, "factor": 2}
        name = self.steps({"id": "a", "command": "exit 1", "retry": retry})
        self.expect(1, "run", name, "--events", "events")
        events = self.written_events()
        delays = []
        for event, following in zip(events, events[1:]):
            if "retry_scheduled" in (event.get("type"), event.get("event")):
                delays.append(following["at_ms"] - event["at_ms"])
        self.assertEqual(len(delays), 3, events)
        for delay, least in zip(delays, (100, 200, 250)):
            self.assertGreaterEqual(delay, least - 2)
            self.assertLess(delay, least + 90)

    def test_filters(self):
        cases = {"by-exit": ({"on_exit": [75]}, "exit 75", 2), "other-exit": ({"on_exit": [75]}, "exit 1", 1),
                 "by-output": ({"on_output": ["rate.limit"]}, "echo 'rate limit'; exit 1", 2),
                 "by-errors": ({"on_output": ["rate.limit"]}, "echo 'rate limit' >&2; exit 1", 2),
                 "other-output": ({"on_output": ["rate.limit"]}, "echo no; exit 1", 1),
                 "either": ({"on_exit": [75], "on_output": ["rate"]}, "echo rate; exit 1", 2)}
        steps = [{"id": name, "command": command, "retry": {"attempts": 2, **keys}}
                 for name, (keys, command, _) in cases.items()]
        self.assertEqual(self.tries(self.steps(*steps), 1), {name: case[2] for name, case in cases.items()})

    def test_what_cannot_start_is_not_tried_again(self):
        self.assertEqual(self.tries(self.steps({"id": "a", "command": ["no-such-program"], "retry": {"attempts": 3}}), 1), {"a": 1})

    def test_a_timeout_is_tried_again(self):
        name = self.steps({"id": "a", "command": "test $STEP_ATTEMPT = 2 || sleep 300", "timeout": 0.3, "retry": {"attempts": 2}})
        self.assertEqual(self.tries(name, 0), {"a": 2})
        self.assert_nobody_left()

    def test_a_waiting_step_takes_no_worker(self):
        # `a` waits until `b` has had the one worker. Were the worker held, `a` would fail every time.
        name = self.steps({"id": "a", "command": "test -e b", "retry": {"attempts": 2, "initial_delay": 0.4}, "priority": 9},
                          {"id": "b", "command": "touch b"})
        self.assertEqual(self.tries(name, 0, "--max-workers", "1"), {"a": 2, "b": 1})

    def test_an_interrupted_wait_ends_at_once(self):
        name = self.steps({"id": "a", "command": "touch tried; exit 1", "retry": {"attempts": 2, "initial_delay": 300}})
        run = self.start("run", name)
        self.wait_for_file("tried")
        begin = time.monotonic()
        time.sleep(0.2)
        run.send_signal(2)
        self.assertEqual(self.finish(run).code, -signal.SIGINT)
        self.assertLess(time.monotonic() - begin, 100)  # of its 300

    def test_the_tests_of_a_step_are_tried_with_it_and_the_next_try_reads_why(self):
        command = ("echo \"$PREVIOUS_FAILURE\" > why; test -z \"$PREVIOUS_ATTEMPT_DIR\" || cat \"$PREVIOUS_ATTEMPT_DIR/out.log\" > before; "
                   "echo \"try $STEP_ATTEMPT\"")
        step = {"id": "a", "command": command, "acceptance_tests": ["test -s before"], "retry": {"attempts": 3}}
        self.assertEqual(self.tries(self.steps(step), 0), {"a": 2})
        self.assertEqual((self.project / "before").read_text(encoding="utf-8"), "try 1\n")
        why = (self.project / "why").read_text(encoding="utf-8")
        self.assertIn("acceptance test 1", why)
        self.assertIn("test -s before", why)

    def test_logs_of_every_try_are_kept(self):
        name = self.steps({"id": "a", "command": "echo try $STEP_ATTEMPT; exit 1", "retry": {"attempts": 2}})
        self.expect(1, "run", name)
        self.assertEqual(self.expect(0, "logs", "ws-r", "a", "--attempt", "1").out, "try 1\n")
        self.assertEqual(self.expect(0, "logs", "ws-r", "a").out, "try 2\n")


class Breakers(RetryTest):
    def test_equal_errors_open_it_whatever_their_numbers(self):
        step = {"id": "a", "command": "echo \"pid $$: connection refused\"; exit 1", "retry": {"attempts": 10},
                "circuit_breaker": {"max_error_repeats": 3}}
        self.assertEqual(self.tries(self.steps(step), 1), {"a": 3})

    def test_other_errors_do_not(self):
        step = {"id": "a", "command": "echo \"$(echo one two three four | cut -d' ' -f$STEP_ATTEMPT)\"; exit 1",
                "retry": {"attempts": 4}, "circuit_breaker": {"max_error_repeats": 2}}
        self.assertEqual(self.tries(self.steps(step), 1), {"a": 4})

    def test_oscillation(self):
        step = {"id": "a", "command": "test $((STEP_ATTEMPT % 2)) = 0 && echo ping || echo pong; exit 1",
                "retry": {"attempts": 10}, "circuit_breaker": {"oscillation_threshold": 2}}
        self.assertEqual(self.tries(self.steps(step), 1), {"a": 4})

    def test_one_try_after_the_cooldown(self):
        breaker = {"max_error_repeats": 2, "cooldown": 0.3}
        good = {"id": "good", "command": "echo no; test $STEP_ATTEMPT -ge 3", "retry": {"attempts": 9}, "circuit_breaker": breaker}
        bad = {"id": "bad", "command": "echo no; exit 1", "retry": {"attempts": 9}, "circuit_breaker": breaker}
        begin = time.monotonic()
        self.assertEqual(self.tries(self.steps(good, bad), 1), {"good": 3, "bad": 3})
        self.assertGreater(time.monotonic() - begin, 0.3)

    def test_a_breaker_of_the_workstream_counts_all_its_steps(self):
        steps = [{"id": name, "command": "echo down; exit 1", "retry": {"attempts": 5}} for name in "abc"]
        tries = self.tries(self.steps(*steps, circuit_breaker={"max_error_repeats": 2, "per_step": False},
                                      execution={"max_workers": 1}), 1)
        self.assertEqual(sum(tries.values()), 2, tries)


class Phases(RetryTest):
    def test_a_group_is_tried_again_as_a_whole(self):
        self.write("r.json", {"id": "ws-r", "steps": [], "step_groups": [
            {"id": "g", "execute": "sequential", "retry": {"attempts": 3},
             "steps": [{"id": "a", "command": "echo x >> rounds"}, {"id": "b", "command": "test $(wc -l < rounds) = 3"}]}]})
        self.result(0, "r.json")
        self.assertEqual((self.project / "rounds").read_text(encoding="utf-8"), "x\nx\nx\n")


if __name__ == "__main__":
    support.main()
