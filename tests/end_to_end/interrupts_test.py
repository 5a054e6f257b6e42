"""Signals in every state of a real run, and what the program looks like to the shell that started it."""

import json
import os
import pathlib
import re
import signal
import subprocess
import time

import support

SLEEP = {"id": "a", "command": "exec sleep 300"}
FAIL = "exit 1"

# By the state a run is in: its steps, options, keys of the workstream, and what its events say then.
STATES = {
    "waiting for a slot": ([SLEEP, {"id": "b", "command": "true"}], ["--max-workers", "1"], {}, "attempt_running"),
    "waiting for the start gap": ([{"id": "a", "command": "true"}, {"id": "b", "command": "true"}],
                                  ["--rate-limit-delay", "5m"], {}, "step_finished"),
    "in a wait step": ([{"id": "a", "wait": {"for": "5m"}}, {"id": "b", "command": "true", "depends_on": "a"}], [], {},
                       "attempt_started"),
    "waiting for an event": ([{"id": "a", "wait": {"event": "go"}}], [], {}, "attempt_started"),
    "running": ([SLEEP, {"id": "b", "command": "true", "depends_on": "a"}], [], {}, "attempt_running"),
    "starting a hundred": ([{"id": f"s{i}", "command": "exec sleep 300"} for i in range(100)],
                           ["--max-workers", "100"], {}, "attempt_started"),
    "stopping": ([{"id": "a", "command": "trap '' TERM; touch up; sleep 300 & wait; wait"},
                  {"id": "bad", "command": "while ! test -e up; do sleep 0.01; done; exit 1", "on_failure": "abort"}],
                 [], {}, "stop_requested"),
    "backing off": ([{"id": "a", "command": FAIL, "retry": {"attempts": 3, "initial_delay": "5m"}}], [], {}, "retry_scheduled"),
    "testing": ([{"id": "a", "command": "true", "acceptance_tests": ["touch testing; exec sleep 300"]}], [], {},
                "testing"),
    "rolling back": ([{"id": "a", "command": "true", "compensation": {"command": "sleep 0.3; echo a >> undone"}},
                      {"id": "bad", "command": FAIL, "depends_on": "a"}], [], {}, "rollback_started"),
}
SIGNALS = {signal.SIGINT: ("interrupted", 130), signal.SIGTERM: ("terminated", 143), signal.SIGHUP: ("hang_up", 143),
           signal.SIGQUIT: ("quit", 131)}


class InterruptTest(support.ProjectTest):
    def begin(self, state):
        steps, options, keys, sign = STATES[state]
        for name in ("events", "undone", "up", "testing"):
            (self.project / name).unlink(missing_ok=True)
        run = self.start("run", self.workstream("w", steps, **keys), "--fresh-start", "--json", "--events", "events", *options)
        if sign == "testing":
            self.wait_for_file(sign)
        else:
            support.until(lambda: sign in self.events(), f"{sign} of a run that is {state}")
        return run

    def events(self):
        path = self.project / "events"
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [json.loads(line)["event"] for line in lines if line.endswith("}")]

    def end(self, run, first, rolling_back):
        finished = self.finish(run)
        stop, code = SIGNALS[first]
        result = finished.json()
        died_by = signal.SIGTERM if first == signal.SIGHUP else first
        self.assertEqual((finished.code, result["stop"], result["exit_code"]), (-died_by, stop, code), str(finished))
        events = self.events()
        self.assertEqual(events[-1], "run_finished")
        if not rolling_back:
            self.assertNotIn("attempt_started", events[events.index("stop_requested"):])
        self.assertEqual(list(self.project.glob("core*")), [])
        self.assert_nobody_left()
        return result


class Matrix(InterruptTest):
    def test_first_signal_in_every_state(self):
        for state in STATES:
            for first in SIGNALS:
                with self.subTest(state=state, first=first.name):
                    run = self.begin(state)
                    run.send_signal(first)
                    rolling_back = state == "rolling back"
                    result = self.end(run, first, rolling_back)
                    wanted = "cancelled"
                    if rolling_back:
                        wanted = "partially_rolled_back" if first == signal.SIGQUIT else "rolled_back"
                    self.assertEqual(result["status"], wanted)

    def test_second_signal_kills(self):
        script = "trap 'echo >> asked' INT TERM; touch up; while :; do sleep 0.02; done"
        for first in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            for second in SIGNALS:
                with self.subTest(first=first.name, second=second.name):
                    for name in ("up", "asked"):
                        (self.project / name).unlink(missing_ok=True)
                    run = self.start("run", self.workstream("w", [script]), "--json", "--events", "events")
                    self.wait_for_file("up")
                    run.send_signal(first)
                    self.wait_for_file("asked")
                    if first == second:
                        time.sleep(0.3)  # at once it would be the same wish
                    begin = time.monotonic()
                    run.send_signal(second)
                    self.end(run, first, False)
                    self.assertLess(time.monotonic() - begin, 4.5, "it was asked once more, not killed")
                    self.assertEqual((self.project / "asked").read_text(encoding="utf-8"), "\n")

    def test_a_signal_after_the_run_is_seen_too(self):
        # The screen's reader is slow, so that the run is over and the program is not.
        name = self.workstream("w", ["true"])
        notify = "touch notified; exec sleep 300"
        run = self.start("run", name, "--json", "--notify-cmd", notify)
        self.wait_for_file("notified")
        run.send_signal(signal.SIGINT)
        finished = self.finish(run)
        self.assertEqual(finished.code, -signal.SIGINT, str(finished))
        self.assertEqual((finished.json()["status"], finished.json()["exit_code"]), ("succeeded", 0))
        self.assert_nobody_left()


class Shells(InterruptTest):
    """What the program looks like to who started it."""

    def shell(self, script, **options):
        return subprocess.Popen(["bash", "-c", script], cwd=self.project, env=self.env, stdout=subprocess.PIPE,
                                stderr=subprocess.STDOUT, text=True, **options)

    def test_a_script_with_a_loop_stops_at_ctrl_c(self):
        name = self.workstream("w", ["touch up; exec sleep 300"])
        loop = self.shell(f"for i in 1 2 3; do '{support.PROGRAM}' run {name}; echo NEXT; done",
                          start_new_session=True, preexec_fn=support.as_a_person)
        self.wait_for_file("up")
        os.killpg(loop.pid, signal.SIGINT)
        out, _ = loop.communicate(timeout=support.DEADLINE)
        self.assertEqual(loop.returncode, -signal.SIGINT, out)
        self.assertNotIn("NEXT", out)
        self.assert_nobody_left()

    def test_the_code_a_shell_shows(self):
        name = self.workstream("w", ["touch up; exec sleep 300"])
        for number, code in ((signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 143), (signal.SIGQUIT, 131)):
            (self.project / "up").unlink(missing_ok=True)
            shell = self.shell(f"trap : INT; '{support.PROGRAM}' run {name} & echo pid $!; wait $!; echo code $?",
                               preexec_fn=support.as_a_person)
            self.wait_for_file("up")
            pid = int(re.match(r"pid (\d+)", shell.stdout.readline())[1])
            if number in (signal.SIGINT, signal.SIGQUIT):
                # sh starts background jobs with these ignored, and so they stay: nothing happens.
                os.kill(pid, number)
                number, code = signal.SIGTERM, 143
            os.kill(pid, number)
            out, _ = shell.communicate(timeout=support.DEADLINE)
            self.assertIn(f"code {code}", out)

    def test_as_the_first_process_of_a_container(self):
        unshare = ["unshare", "--fork", "--pid", "--mount-proc"]
        if os.getuid() != 0:
            unshare.insert(1, "--map-root-user")
        probe = subprocess.run([*unshare, "true"], capture_output=True)
        if probe.returncode != 0:
            self.skipTest("no pid namespace can be had here")
        name = self.workstream("w", ["touch up; exec sleep 300"])
        process = subprocess.Popen([*unshare, "sh", "-c", f"exec '{support.PROGRAM}' run {name} --json"],
                                   cwd=self.project, env=self.env, stdout=subprocess.PIPE, text=True,
                                   preexec_fn=support.as_a_person)
        self.addCleanup(process.kill)
        self.wait_for_file("up")
        (child,) = pathlib.Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()
        os.kill(int(child), signal.SIGINT)
        out, _ = process.communicate(timeout=support.DEADLINE)
        self.assertEqual(process.returncode, 130)
        self.assertEqual(json.loads(out)["stop"], "interrupted")

    def test_ctrl_c_before_anything_started(self):
        os.mkfifo(self.project / "slow.yaml")
        run = self.start("run", "slow.yaml")
        support.until(lambda: pathlib.Path(f"/proc/{run.pid}/cmdline").read_bytes().startswith(b"/"), "the program")
        time.sleep(0.2)
        run.send_signal(signal.SIGINT)
        finished = self.finish(run)
        self.assertEqual((finished.code, finished.out, finished.err), (-signal.SIGINT, "", ""))
        self.assertFalse((self.project / ".worktrees").exists())

    def test_ctrl_c_of_a_reader_is_quiet(self):
        name = self.workstream("w", ["touch up; exec sleep 300"])
        run = self.start("run", name)
        self.wait_for_file("up")
        reader = self.start("logs", "ws-w", "--follow")
        time.sleep(0.3)
        reader.send_signal(signal.SIGINT)
        finished = self.finish(reader)
        self.assertEqual((finished.code, finished.err), (-signal.SIGINT, ""))
        run.send_signal(signal.SIGINT)
        self.finish(run)


if __name__ == "__main__":
    support.main()
