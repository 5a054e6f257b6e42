"""kill -9 of the scheduler after every k-th event of a real run, then the same command again: the same verdict, no step
that had finished runs again, nobody is left alive.

WORKSTREAM_CRASH_EVERY=1 tries every event (a minute or two); without it every fifth.
"""

import os
import signal
import sqlite3

import support

EVERY = int(os.environ.get("WORKSTREAM_CRASH_EVERY", "5"))
SECONDS = 2.0  # nothing that a dead scheduler started lives longer


def step(name, command="", **keys):
    """Writes its name into `ran` when it starts, and works a moment with a grandchild."""
    return {"id": name, "command": f"echo {name} >> ran; {command or 'sleep 0.03 & wait'}", **keys}


STEPS = [
    step("a", "echo v=1 >> \"$WORKSTREAM_OUTPUT\"; sleep 0.02", outputs={"v": "v"}),
    step("b", "sleep 0.02; test ${steps.a.outputs.v} = 1", depends_on=["a"]),
    step("flaky", "sleep 0.01; test -e tried || { touch tried; exit 1; }", retry={"attempts": 3, "initial_delay": "20ms"}),
    {"id": "each", "for_each": ["x", "y", "z"], "command": "echo each-{item} >> ran; sleep 0.02", "depends_on": ["b"]},
    step("racer", "sleep 0.02"), step("loser", "exec sleep 30"),
    step("after", depends_on=["race"]),
    step("tolerated", "exit 1", on_failure="continue"),
    step("despite", depends_on=["tolerated"]),
    step("never", when="${steps.a.outputs.v} == 2", depends_on=["a"]),
    step("tested", acceptance_tests=["sleep 0.02"], depends_on=["each"]),
    step("last", depends_on=["tested", "after", "flaky"]),
]
GROUPS = [{"id": "race", "steps": ["racer", "loser"], "join": "first"}]
# May run again although it had run: nobody knows how it ended, or it is meant to.
FREE = {"flaky", "loser"}


class Crash(support.ProjectTest):
    def finished_steps(self):
        """What the dead run had recorded as done."""
        database = sqlite3.connect(self.project / ".worktrees" / "workstream.db")
        with database:
            rows = database.execute("SELECT step FROM steps WHERE kind = 'step' AND run = (SELECT max(run) FROM runs) "
                                    "AND state IN ('succeeded', 'failed', 'noop')").fetchall()
        database.close()
        return {row[0] for row in rows}

    def had_ended(self):
        database = sqlite3.connect(self.project / ".worktrees" / "workstream.db")
        with database:
            ended = database.execute("SELECT status <> 'running' FROM runs").fetchone()
        database.close()
        return bool(ended and ended[0])

    def kill_after(self, file, events):
        """False: the run ended before that many events."""
        run = self.start("run", file, "--events", "-", "--max-workers", "4", stderr=support.subprocess.DEVNULL)
        for count, _ in enumerate(run.stdout, start=1):
            if count == events:
                run.send_signal(signal.SIGKILL)
                break
        run.wait()
        return run.returncode == -signal.SIGKILL

    def times(self):
        path = self.project / "ran"
        lines = path.read_text(encoding="utf-8").split() if path.exists() else []
        return {name: lines.count(name) for name in lines}

    def test_killed_after_every_kth_event(self):
        file = self.workstream("w", STEPS, step_groups=GROUPS)
        undisturbed = self.result(0, file, "--max-workers", "4")["states"]
        killed = 0
        for events in range(1, 400, EVERY):
            for name in ("ran", "tried"):
                (self.project / name).unlink(missing_ok=True)
            support.shutil.rmtree(self.project / ".worktrees")
            if not self.kill_after(file, events) or self.had_ended():
                break
            killed += 1
            with self.subTest(events=events):
                support.until(lambda: not self.left_over(), "the end of all it started", SECONDS)
                done = self.finished_steps()
                before = self.times()
                again = self.result(0, file, "--max-workers", "4")
                self.assertEqual(again["states"], undisturbed)
                for name, times in self.times().items():
                    plain = "each[" + str("xyz".index(name[-1])) + "]" if name.startswith("each-") else name
                    if plain in done:
                        self.assertEqual(times, before[name], f"{name} had finished and ran again")
                    elif name not in FREE:
                        self.assertLessEqual(times, 2, name)
                self.assert_nobody_left()
        self.assertGreater(killed, 30 // EVERY)


if __name__ == "__main__":
    support.main()
