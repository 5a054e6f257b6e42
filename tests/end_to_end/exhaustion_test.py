"""Processes and descriptors run out: a run slows down and says so, and no step fails for it."""

import os
import resource
import signal

import support

STEP = ["sleep", "0.05"]


class ExhaustionTest(support.ProjectTest):
    def many(self, count, **keys):
        return self.workstream("many", [{"id": f"s{i}", "command": STEP, **keys} for i in range(count)])

    def as_nobody(self, processes):
        """Popen options: another user, who may have that many processes. Root has no limit of its own."""
        options = self.without_root()
        for path in (self.directory, self.project):
            os.chmod(path, 0o777)
        me = os.getuid() or int(options["user"])
        theirs = 0
        for entry in os.scandir("/proc"):
            try:
                if entry.name.isdigit() and entry.stat().st_uid == me:
                    theirs += len(os.listdir(f"/proc/{entry.name}/task"))
            except OSError:
                pass  # it has just ended

        def limit():
            support.as_a_person()
            resource.setrlimit(resource.RLIMIT_NPROC, (theirs + processes, theirs + processes))
        return {**options, "preexec_fn": limit}

    def test_out_of_processes(self):
        name = self.many(100, timeout="2s")
        finished = self.expect(0, "run", name, "--max-workers", "50", "--progress", "plain", **self.as_nobody(15))
        self.assertRegex(finished.out, r"out of processes \(ulimit -u: \d+\): holding back, \d+ running")
        self.assertEqual(finished.out.count("holding back"), 1)
        log = (self.project / ".worktrees/ws-many/orchestrator.log").read_text(encoding="utf-8")
        self.assertIn("holding back", log)

    def test_waiting_for_room_takes_nothing_of_the_time_limit(self):
        # 60 steps of 50 ms, two or three at once: the last one waits far longer than its limit.
        name = self.many(60, timeout="0.7s")
        result = self.result(0, name, "--max-workers", "60", **self.as_nobody(7))
        self.assertGreater(result["duration_ms"], 700)

    def test_without_a_screen_it_is_said_on_stderr(self):
        name = self.many(40)
        finished = self.expect(0, "run", name, "--max-workers", "40", "--progress", "none", **self.as_nobody(12))
        self.assertIn("workstream: out of processes", finished.err)

    def test_an_interrupt_reaches_who_waits_for_room(self):
        name = self.workstream("many", [{"id": f"s{i}", "command": f": > up.{i}; exec sleep 60"} for i in range(30)])
        scheduler = self.start("run", name, "--max-workers", "30", "--json", **self.as_nobody(12))
        support.until(lambda: list(self.project.glob("up.*")), "a step that runs")
        support.until(lambda: "holding back" in self.log(), "steps that wait")
        scheduler.send_signal(signal.SIGINT)
        result = self.finish(scheduler)
        self.assertEqual(result.code, -signal.SIGINT, str(result))
        self.assertEqual({step["state"] for step in result.json()["steps"]}, {"cancelled"})
        self.assert_nobody_left()

    def log(self):
        path = self.project / ".worktrees/ws-many/orchestrator.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def with_files(self, number):
        def limit():
            support.as_a_person()
            resource.setrlimit(resource.RLIMIT_NOFILE, (number, number))
        return {"preexec_fn": limit}

    def test_few_descriptors(self):
        name = self.many(200)
        finished = self.expect(0, "run", name, "--max-workers", "40", "--progress", "plain", **self.with_files(80))
        self.assertIn("40 steps at once are too many for 80 open files: at most", finished.err)

    def test_too_few_descriptors_for_anything(self):
        name = self.many(1)
        self.assertIn("16 open files are too few (ulimit -Hn), 24 are needed",
                      self.expect(3, "run", name, **self.with_files(16)).err)
        self.expect(0, "run", name, **self.with_files(32 if support.is_sanitized() else 24))


if __name__ == "__main__":
    support.main()
