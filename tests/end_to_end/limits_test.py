"""The limits a shell sets: open files (ulimit -n), file size (ulimit -f), and output that finds no room."""

import pathlib
import resource
import signal

import support


def with_limit(which, soft, hard):
    def prepare():
        support.as_a_person()
        resource.setrlimit(which, (soft, hard))
    return {"preexec_fn": prepare}


def with_file_size(size):
    def prepare():
        support.as_a_person()
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
    return {"preexec_fn": prepare}


class OpenFiles(support.ProjectTest):
    def test_six_hundred_steps_at_once(self):
        name = self.workstream("one", [{"id": f"s{i}", "command": "sleep 1"} for i in range(600)])
        result = self.result(0, name, "--max-workers", "600",
                             **with_limit(resource.RLIMIT_NOFILE, 1024, 4096), seconds=120)
        self.assertEqual(set(result["states"].values()), {"succeeded"})
        self.assertGreater(result["concurrent_peak"], 335)

    def test_steps_see_the_limit_they_would_have_seen(self):
        name = self.workstream("one", ["ulimit -Sn > soft; ulimit -Hn > hard"])
        self.expect(0, "run", name, **with_limit(resource.RLIMIT_NOFILE, 1024, 4096))
        self.assertEqual((self.project / "soft").read_text(), "1024\n")
        self.assertEqual((self.project / "hard").read_text(), "4096\n")

    def test_no_more_workers_than_the_hard_limit_allows(self):
        name = self.workstream("one", [{"id": f"s{i}", "command": "echo x; sleep 0.2"} for i in range(100)])
        limit = with_limit(resource.RLIMIT_NOFILE, 128, 128)
        finished = self.expect(0, "run", name, "--max-workers", "100", "--json", **limit)
        self.assertIn("100 steps at once are too many for 128 open files: at most 15 will run", finished.err)
        result = finished.json()
        self.assertEqual((result["concurrent_peak"], result["max_workers"]), (15, 15))
        self.assertNotIn("open files", self.expect(0, "run", name, "--max-workers", "15", **limit).err)


class LostOutput(support.ProjectTest):
    def test_lost_output_is_not_told_as_silence(self):
        # There is a directory where the log belongs.
        (self.project / ".worktrees/ws-one/runs/r1/steps/a/1/out.log").mkdir(parents=True)
        name = self.workstream("one", ["echo something; exit 1"])
        finished = self.expect(1, "run", name, "--run-id", "r1", "--json")
        self.assertIn("! [a] Output was lost: cannot write", finished.err)
        self.assertIn("output was lost", finished.err)
        self.assertNotIn("wrote nothing", finished.err)
        self.assertIn("Is a directory", finished.json()["steps"][0]["log_error"])
        shown = self.expect(3, "logs", "ws-one", "a")
        self.assertIn("the output of 'a' was lost: cannot write", shown.err)

    def test_a_file_size_limit_ends_no_run(self):
        # Large enough for the store of so small a run, and smaller than the step's output.
        name = self.workstream("one", ["python3 -c 'print(\"x\" * 3000000)'"])
        finished = self.expect(0, "run", name, "--json", **with_file_size(1_000_000))
        (step,) = finished.json()["steps"]
        self.assertIn("File too large", step["log_error"])
        self.assertEqual(pathlib.Path(step["log"]).stat().st_size, 1_000_000)
        shown = self.expect(0, "logs", "ws-one", "a")
        self.assertIn("the log of 'a' is cut short: cannot write", shown.err)


if __name__ == "__main__":
    support.main()
