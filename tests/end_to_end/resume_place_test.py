"""Going on with a run that was made in another current directory: what it finished was done there, not here."""

import pathlib
import shutil
import signal

import support


class Place(support.ProjectTest):
    """Steps write their id into `ran` of the directory they run in; b waits while `hold` is there."""

    def setUp(self):
        super().setUp()
        self.file = self.write("w.json", {"id": "ws-w", "steps": [
            {"id": "a", "command": "echo a >> ran"},
            {"id": "b", "command": "echo b >> ran; while test -e hold; do sleep 0.02; done", "depends_on": ["a"]}]})
        self.here = self.make("here")
        self.there = self.make("there")

    def make(self, name):
        (self.project / name).mkdir()
        return self.project / name

    def ran(self, directory):
        path = pathlib.Path(directory) / "ran"
        text = path.read_text(encoding="utf-8").split() if path.exists() else []
        path.unlink(missing_ok=True)
        return text

    def cut_off(self, directory, *options, by=signal.SIGKILL):
        """A run that is ended while b runs."""
        (directory / "hold").touch()
        run = self.start("run", self.file, *options, cwd=directory)
        support.until(lambda: (directory / "ran").exists() and "b" in (directory / "ran").read_text(), "b running")
        run.send_signal(by)
        self.finish(run)
        (directory / "hold").unlink()
        self.assertEqual(self.ran(directory), ["a", "b"])

    def shared(self):
        return "--state-dir", self.project / "state"

    def test_elsewhere_everything_runs(self):
        for by in (signal.SIGKILL, signal.SIGINT):
            with self.subTest(by=by.name):
                self.cut_off(self.here, *self.shared(), by=by)
                out = self.expect(0, "run", self.file, *self.shared(), cwd=self.there).out
                self.assertEqual(self.ran(self.there), ["a", "b"])
                self.assertNotIn("Resuming", out)
                said = [line for line in out.splitlines() if "was made in" in line]
                self.assertEqual(len(said), 1, out)
                self.assertIn(f"was made in '{self.here}'", said[0])
                self.assertIn("--resume keeps what it finished", said[0])

    def test_a_finished_run_elsewhere_is_no_news(self):
        self.expect(0, "run", self.file, *self.shared(), cwd=self.here)
        out = self.expect(0, "run", self.file, *self.shared(), cwd=self.there).out
        self.assertNotIn("was made in", out)
        self.assertEqual(self.ran(self.there), ["a", "b"])

    def test_resume_is_a_wish(self):
        self.cut_off(self.here, *self.shared())
        out = self.expect(0, "run", self.file, "--resume", *self.shared(), cwd=self.there).out
        self.assertIn("1 kept", out)
        self.assertNotIn("was made in", out)
        self.assertEqual(self.ran(self.there), ["b"])

    def test_resume_from_is_a_wish(self):
        self.cut_off(self.here, *self.shared())
        self.expect(0, "run", self.file, "--resume-from", "b", *self.shared(), cwd=self.there)
        self.assertEqual(self.ran(self.there), ["b"])

    def test_retry_goes_back_to_where_it_was(self):
        self.cut_off(self.here, *self.shared())
        self.expect(0, "retry", *self.shared(), cwd=self.there)
        self.assertEqual((self.ran(self.here), self.ran(self.there)), (["b"], []))

    def test_the_same_directory_by_another_name(self):
        (self.project / "link").symlink_to(self.here)
        self.cut_off(self.here, *self.shared())
        self.expect(0, "run", self.file, *self.shared(), cwd=self.project / "link")
        self.assertEqual(self.ran(self.here), ["b"])

    def test_a_directory_that_was_moved_with_its_runs(self):
        # As a container does, too, that has the project under another name.
        self.cut_off(self.here)
        moved = self.here.rename(self.project / "moved")
        self.expect(0, "run", self.file, cwd=moved)
        self.assertEqual(self.ran(moved), ["b"])

    def test_a_directory_that_is_gone_and_its_runs_are_not(self):
        self.cut_off(self.here, *self.shared())
        shutil.rmtree(self.here)
        self.expect(0, "run", self.file, *self.shared(), cwd=self.there)
        self.assertEqual(self.ran(self.there), ["a", "b"])


if __name__ == "__main__":
    support.main()
