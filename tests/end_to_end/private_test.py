"""The state directory is its owner's alone, and nothing in it is reached through a link that lies there."""

import os
import pathlib
import stat

import support


class PrivateTest(support.ProjectTest):
    def setUp(self):
        super().setUp()
        self.state = self.project / ".worktrees"
        self.outside = self.directory / "outside"
        self.outside.mkdir()
        self.precious = self.outside / "precious"
        self.precious.write_text("keys\n", encoding="utf-8")

    def outside_is_untouched(self):
        self.assertEqual(self.precious.read_text(encoding="utf-8"), "keys\n")
        self.assertEqual([path.name for path in self.outside.iterdir()], ["precious"])


class Modes(PrivateTest):
    def check_modes(self, but=()):
        seen = set()
        for path in [self.state, *self.state.rglob("*")]:
            if path.is_symlink() or path in but:
                continue
            with self.subTest(str(path.relative_to(self.project))):
                mode = stat.S_IMODE(path.lstat().st_mode)
                self.assertEqual(oct(mode), oct(0o700 if path.is_dir() else 0o600))
            seen.add(path.name)
        return seen

    def wide_run(self, umask):
        steps = [{"id": "waits", "command": "touch up; while ! test -e go; do sleep 0.02; done"},
                 {"id": "signalled", "wait": {"event": "ready"}},
                 {"id": "large", "command": "head -c 100000 /dev/zero", "outputs": {"zeros": "stdout"}},
                 {"id": "reads", "command": "test -s \"$WS_RESULTS\" || test -n \"$RESULTS\" || true",
                  "depends_on": ["large"]},
                 {"id": "tool", "tool": "python", "tasks": ["print(1)"]},
                 {"id": "fails", "command": "echo no; exit 1"}]
        name = self.workstream("one", steps, error_handling={"on_failure": {"capture_diagnostics": True}})
        run = self.start("run", name, "--durable", umask=umask)
        self.wait_for_file("up")
        support.until(lambda: self.call("signal", "ready", umask=umask).code == 0, "the signal")
        support.until(lambda: (self.state / "workstream.db-wal").exists(), "the log of the database")
        return run

    def end(self, run):
        self.write("go", "")
        self.assertEqual(self.finish(run).code, 1)

    def test_every_umask_gives_the_same_modes(self):
        for umask in (0o000, 0o077, 0o277, 0o777):
            with self.subTest(oct(umask)):
                run = self.wide_run(umask)
                seen = self.check_modes()
                for name in ("workstream.db", "workstream.db-wal", "workstream.db-shm", "lock", "signals", "ready"):
                    self.assertIn(name, seen)
                self.end(run)
                seen = self.check_modes()
                for name in ("result.json", "cmd", "out.log", "stdout", "results.json", "orchestrator.log", "prompt",
                             ".gitignore"):
                    self.assertIn(name, seen)
                for path in ("up", "go"):
                    (self.project / path).unlink()
                self.call("clean", "--keep", "0", umask=umask)

    def test_wider_modes_of_what_was_there_are_left_and_not_inherited(self):
        self.state.mkdir()
        self.state.chmod(0o755)
        (self.state / "ws-one").mkdir()
        (self.state / "ws-one").chmod(0o775)
        self.end(self.wide_run(0o022))
        self.assertEqual(stat.S_IMODE(self.state.stat().st_mode), 0o755)
        self.assertEqual(stat.S_IMODE((self.state / "ws-one").stat().st_mode), 0o775)
        self.check_modes(but=(self.state, self.state / "ws-one"))

    def test_steps_keep_the_umask_they_were_given(self):
        self.expect(0, "run", self.workstream("one", ["umask > seen"]), umask=0o027)
        self.assertEqual((self.project / "seen").read_text(encoding="utf-8").strip(), "0027")


class Links(PrivateTest):
    def refused(self, *arguments, code=3):
        """The run says no, names the link, and nothing was started or written outside."""
        finished = self.expect(code, "run", "one.json", *arguments)
        self.assertIn("symbolic link", finished.err)
        self.assertFalse((self.project / "ran").exists())
        self.outside_is_untouched()
        return finished.err

    def plant(self, where, target):
        link = self.state / where
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to(target)

    def test_every_directory_and_file_on_the_way(self):
        self.workstream("one", ["touch ran; echo said"])
        places = {"ws-one": self.outside, "ws-one/runs": self.outside, "ws-one/runs/mine": self.outside,
                  "ws-one/runs/mine/steps": self.outside, "ws-one/runs/mine/outputs": self.outside,
                  "ws-one/runs/mine/signals": self.outside, "ws-one/runs/mine/orchestrator.log": self.precious,
                  "ws-one/lock": self.precious, "workstream.db": self.precious}
        for where, target in places.items():
            with self.subTest(where):
                support.shutil.rmtree(self.state, ignore_errors=True)
                self.plant(where, target)
                self.assertIn(where, self.refused("--run-id", "mine"))
        for where in ("ws-one", "workstream.db", "ws-one/lock"):
            with self.subTest("dangling " + where):
                support.shutil.rmtree(self.state, ignore_errors=True)
                self.plant(where, self.outside / "new")
                self.refused("--run-id", "mine")

    def test_a_step_whose_place_is_a_link_does_not_write_through_it(self):
        self.workstream("one", ["echo said", "echo also said"])
        self.plant("ws-one/runs/mine/steps/a", self.outside)
        finished = self.expect(1, "run", "one.json", "--run-id", "mine")
        self.assertIn("symbolic link", finished.out + finished.err)
        self.outside_is_untouched()
        support.shutil.rmtree(self.state)
        self.plant("ws-one/runs/mine/steps/a/1/out.log", self.precious)
        self.plant("ws-one/runs/mine/steps/a/1/cmd", self.precious)
        self.expect(0, "run", "one.json", "--run-id", "mine")
        self.outside_is_untouched()

    def test_links_that_are_replaced_are_not_followed(self):
        self.workstream("one", ["echo said"])
        for where in ("ws-one/orchestrator.log", "ws-one/orchestrator.log.new", ".gitignore",
                      "ws-one/runs/mine/result.json", "workstream.db-wal", "workstream.db-shm"):
            with self.subTest(where):
                support.shutil.rmtree(self.state, ignore_errors=True)
                self.plant(where, self.precious)
                self.call("run", "one.json", "--run-id", "mine")
                self.outside_is_untouched()

    def test_a_pipe_in_a_files_place_is_not_waited_for(self):
        self.workstream("one", ["touch ran"])
        for where in ("ws-one/lock", "ws-one/runs/mine/orchestrator.log"):
            with self.subTest(where):
                support.shutil.rmtree(self.state, ignore_errors=True)
                path = self.state / where
                path.parent.mkdir(parents=True)
                os.mkfifo(path)
                self.assertIn(where, self.expect(3, "run", "one.json", "--run-id", "mine").err)
                self.assertFalse((self.project / "ran").exists())

    def test_readers_refuse_a_database_behind_a_link(self):
        self.workstream("one", ["true"])
        self.expect(0, "run", "one.json", "--state-dir", "real")
        self.plant("workstream.db", self.project / "real" / "workstream.db")
        for command in ("history", "status", "logs"):
            self.assertIn("symbolic link", self.expect(3, command).err)

    def test_a_state_directory_that_a_person_put_behind_a_link_is_fine(self):
        self.workstream("one", ["echo said"])
        elsewhere = self.directory / "elsewhere"
        elsewhere.mkdir()
        self.state.symlink_to(elsewhere)
        self.expect(0, "run", "one.json")
        self.assertEqual(self.expect(0, "logs", "ws-one", "a").out, "said\n")
        self.assertTrue((elsewhere / "workstream.db").exists())


class Names(PrivateTest):
    def test_run_ids_that_lead_elsewhere_are_refused(self):
        self.workstream("one", ["touch ran"])
        for wrong in ("..", ".", "a/b", "../../outside", "/etc", "", "a" * 65, "-x", "a\nb", "ä", ".hidden"):
            with self.subTest(wrong):
                if wrong == "":
                    continue  # the same as not given
                self.expect(2, "run", "one.json", f"--run-id={wrong}")
                self.assertFalse((self.project / "ran").exists())
                self.assertFalse(self.state.exists())
                self.outside_is_untouched()

    def test_ids_of_workstreams_and_steps_that_lead_elsewhere_are_refused(self):
        for wrong in ("..", ".", "a/b", "../x", "/etc", "a" * 300, "workstream.db", "x\u0000y", ".hidden"):
            with self.subTest(wrong):
                self.write("bad.json", {"id": wrong, "steps": [{"id": "a", "command": "touch ran"}]})
                self.expect(2, "run", "bad.json")
                if wrong not in ("workstream.db", ".hidden"):
                    self.write("bad.json", {"id": "ws-bad", "steps": [{"id": wrong, "command": "touch ran"}]})
                    self.expect(2, "run", "bad.json")
                self.assertFalse((self.project / "ran").exists())
                self.assertFalse(self.state.exists())

    def test_ids_like_the_names_beside_them_are_no_trouble(self):
        names = ["runs", "lock", "steps", "outputs", "signals", "diagnostics", "orchestrator.log", "result.json", "1",
                 "x" * 200]
        for i, name in enumerate(names):
            self.write(f"w{i}.json", {"id": name, "steps": [{"id": step, "command": f"echo {step}"} for step in names],
                                      "acceptance_tests": ["true"]})
        self.write("cased.json", {"id": "ws-A", "steps": [{"id": "s", "command": "echo upper"}]})
        self.write("lower.json", {"id": "ws-a", "steps": [{"id": "s", "command": "echo lower"},
                                                          {"id": "S", "command": "echo UPPER"}]})
        files = sorted(path.name for path in pathlib.Path(self.project).glob("*.json"))
        self.expect(0, "run", *files, "--run-id", "runs")
        for name in names:
            self.assertEqual(self.expect(0, "logs", name, "runs").out, "runs\n")
        self.assertEqual(self.expect(0, "logs", "ws-a", "S").out, "UPPER\n")
        self.assertEqual(self.expect(0, "logs", "ws-A", "s").out, "upper\n")
        self.outside_is_untouched()


if __name__ == "__main__":
    support.main()
