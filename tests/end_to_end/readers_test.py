"""What the small commands say of wrong words, numbers and names, for people and, with --json, for programs; and what
`logs` and `status` say of files that cannot be read and of groups that run."""

import json
import os
import signal
import subprocess

import support

KEYS = ["ok", "bundles_checked", "errors", "warnings"]


class ReadersTest(support.ProjectTest):
    def setUp(self):
        super().setUp()
        self.name = self.workstream("one", ["echo said", "true"])

    def ran(self):
        self.expect(0, "run", self.name, "--run-id", "first")

    def refused(self, code, *arguments, **options):
        """One line on stderr; with --json it is also on stdout, in the one form for errors, with the same code."""
        plain = self.expect(code, *arguments, **options)
        self.assertEqual(plain.out, "", str(plain))
        told = self.expect(code, *arguments, "--json", **options)
        self.assertEqual(told.err, plain.err)
        answer = told.json()
        self.assertEqual((list(answer), answer["ok"], answer["warnings"]), (KEYS, False, []))
        (error,) = answer["errors"]
        self.assertEqual(list(error), ["type", "kind", "file", "line", "column", "id", "message", "hint", "details"])
        self.assertEqual(error["kind"], {2: "bad-option", 5: "refused", 3: "unexpected"}[code])
        self.assertIn(error["message"], plain.err)
        return plain.err


class Errors(ReadersTest):
    def test_before_anything_ran(self):
        for command in (["status"], ["status", "x"], ["logs"], ["logs", "x", "a"], ["history", "x"]):
            self.assertIn("nothing has run yet: there is no .worktrees/workstream.db", self.refused(2, *command))
        for command in (["pause"], ["resume"], ["drain"], ["cancel"], ["workers", "2"], ["signal", "x"]):
            self.assertIn("no run is going on: there is no .worktrees/workstream.db", self.refused(5, *command))
        self.assertEqual(self.expect(0, "history", "--json").json(), [])

    def test_unknown_names(self):
        self.ran()
        unknown = "no run and no workstream 'nosuch' is known; `workstream history` lists what is"
        for command in (["status", "nosuch"], ["logs", "nosuch"], ["logs", "nosuch", "a"], ["pause", "nosuch"],
                        ["resume", "nosuch"], ["drain", "nosuch"], ["cancel", "nosuch"], ["workers", "2", "nosuch"],
                        ["signal", "x", "--run", "nosuch"], ["clean", "--run", "nosuch"],
                        ["graph", self.name, "--run", "nosuch"]):
            self.assertIn(unknown, self.refused(2, *command))
        self.assertIn(unknown, self.expect(2, "retry", "nosuch").err)
        of_workstream = "no run of a workstream 'nosuch' is known; `workstream history` lists what is"
        self.assertIn(of_workstream, self.refused(2, "history", "nosuch"))
        for command in (["clean", "--keep", "1"], ["pause"], ["cancel"], ["workers", "2"], ["signal", "x"]):
            self.assertIn(of_workstream, self.refused(2, *command, "--ws-id", "nosuch"))
            if command[0] != "clean":
                self.assertIn("no run of workstream 'ws-one' is going on\n", self.refused(5, *command, "--ws-id", "ws-one"))
        self.assertIn("run first has no step 'nosuch'", self.refused(2, "logs", "first", "nosuch"))

    def test_near_names(self):
        self.ran()
        for command in (["status", "ws-on"], ["logs", "ws-on"], ["cancel", "ws-on"], ["history", "ws-on"]):
            self.assertIn("is known; did you mean 'ws-one'?", self.refused(2, *command))
        self.assertIn("did you mean 'first'?", self.refused(2, "status", "frist"))
        self.assertIn("'first' is no workstream: it is a run of ws-one", self.refused(2, "history", "first"))

    def test_a_known_workstream_may_have_nothing_to_show(self):
        self.ran()
        self.assertEqual(self.expect(0, "history", "ws-one", "--status", "failed", "--json").json(), [])
        self.assertEqual(len(self.expect(0, "history", "ws-one", "--json").json()), 1)

    def test_what_is_over(self):
        self.ran()
        for command in (["pause"], ["resume"], ["drain"], ["cancel"], ["workers", "2"]):
            self.assertIn("run first is over: succeeded", self.refused(5, *command, "first"))
        self.assertIn("run first is over: succeeded", self.refused(5, "signal", "x", "--run", "first"))

    def test_missing_and_wrong_words(self):
        self.ran()
        self.assertIn("clean what?", self.refused(2, "clean"))
        self.assertIn("how many?", self.refused(2, "workers"))
        self.assertIn("which event?", self.refused(2, "signal"))
        self.assertIn("cannot be the name of an event", self.refused(2, "signal", "../x"))
        self.assertIn("'lost' is no status", self.refused(2, "history", "--status", "lost"))
        self.assertIn("no step has so long a name", self.refused(2, "cancel", "--step", "x" * 5000))

    def test_an_empty_name_means_nobody(self):
        """As `cancel --step "$STEP"` has it where STEP is not set: never all, never the newest."""
        self.workstream("live", ["touch up; while ! test -e go; do sleep 0.02; done", "true"])
        run = self.start("run", "live.json", "--run-id", "live")
        self.wait_for_file("up")
        for command in (["status", ""], ["logs", ""], ["logs", "live", ""], ["history", ""], ["history", "--status", ""],
                        ["pause", ""], ["pause", "--ws-id", ""], ["resume", ""], ["drain", ""], ["cancel", ""],
                        ["cancel", "--ws-id", ""], ["cancel", "--step", ""], ["workers", "1", ""],
                        ["signal", "x", "--run", ""], ["signal", "x", "--ws-id", ""], ["run", self.name, "--run-id", ""], ["clean", "--keep", "0", "--run", ""],
                        ["clean", "--keep", "0", "--ws-id", ""], ["graph", self.name, "--run", ""]):
            with self.subTest(command):
                self.assertIn(": an empty text is no name", self.refused(2, *command))
        for command in (["retry", ""], ["retry", "--step", ""], ["retry", "--downstream", ""]):
            self.assertIn(": an empty text is no name", self.expect(2, *command).err)
        self.write("go", "")
        self.assertEqual(self.finish(run).code, 0)
        self.assertEqual(self.expect(0, "status", "live", "--json").json()["totals"]["completed"], 2)

    def test_wishes_that_a_run_refuses(self):
        self.workstream("live", ["touch up; while ! test -e go; do sleep 0.02; done"])
        run = self.start("run", "live.json", "--run-id", "live", "--sequential")
        self.wait_for_file("up")
        self.assertIn("run live refuses: it is sequential", self.refused(5, "workers", "3"))
        self.assertIn("run live refuses: ", self.refused(5, "cancel", "--step", "nosuch"))
        self.assertTrue(self.expect(0, "drain", "--json").json()["taken"])
        self.assertIn("run live refuses: it is draining", self.refused(5, "pause"))
        self.write("go", "")
        self.finish(run)

    def test_unknown_tools(self):
        told = self.expect(2, "tools", "shell", "aidre", "nosuch", "--json")
        self.assertEqual([(error["kind"], error["message"]) for error in told.json()["errors"]],
                         [("unknown-tool", "there is no tool profile 'aidre'; did you mean 'aider'?"),
                          ("unknown-tool", "there is no tool profile 'nosuch'")])

    def test_options_of_a_step_want_one(self):
        self.ran()
        for option in ("--attempt", "--test"):
            self.assertIn("--attempt and --test are of a step", self.refused(2, "logs", "first", option, "1"))

    def test_the_command_line_itself(self):
        for command in ("status", "logs", "history", "pause", "resume", "drain", "cancel", "workers", "signal", "clean",
                        "run", "validate", "plan", "graph", "tools"):
            self.assertIn("--bogus", self.refused(2, command, "--bogus"))
        self.assertIn("the name of the directory is empty", self.refused(2, "status", "--state-dir", ""))
        # Behind "--" it is a word like any other, and a command without --json prints none.
        self.assertEqual(self.expect(2, "status", "--bogus", "--", "--json").out, "")
        self.assertEqual(self.expect(2, "init", "--json").out, "")
        self.assertEqual(self.expect(2, "nosuch", "--json").out, "")

    def test_a_run_that_does_not_begin(self):
        self.ran()
        self.assertIn("run 'first' exists already: choose another --run-id", self.refused(2, "run", self.name, "--run-id", "first"))
        self.assertIn("is no run id", self.refused(2, "run", self.name, "--run-id", "../up"))
        self.assertIn("--events - both want", self.expect(2, "run", self.name, "--events", "-", "--json").err)
        self.assertIn("no/such", self.refused(3, "run", self.name, "--events", "no/such/dir"))
        self.workstream("held", ["touch up; while ! test -e go; do sleep 0.02; done"])
        held = self.start("run", "held.json")
        self.wait_for_file("up")
        self.assertIn("workstream 'ws-held' is being run by run", self.refused(5, "run", "held.json"))
        self.write("go", "")
        self.assertEqual(self.finish(held).code, 0)

    def test_a_database_that_is_none(self):
        self.write(".worktrees/workstream.db", "this is no database, whatever its name says" * 100)
        for command in (["status"], ["logs"], ["history"], ["history", "x"], ["pause"], ["clean", "--keep", "1"], ["signal", "x"]):
            self.assertIn(".worktrees/workstream.db", self.refused(3, *command))


class Numbers(ReadersTest):
    @staticmethod
    def given(command, value):
        """As one word, because of a sign in front; an empty one only counts as a word of its own."""
        return [*command[:-1], f"{command[-1]}={value}"] if value else [*command, value]

    def test_what_is_no_number_of_that_kind(self):
        self.ran()
        for command, least in ((["history", "--limit"], 0), (["clean", "--keep"], 0), (["logs", "first", "a", "--attempt"], 1),
                               (["logs", "first", "a", "--test"], 1)):
            for wrong in ("-1", "", "x", "1.5", "1e3", " 1", "99999999999999999999", *(["0"] if least == 1 else [])):
                with self.subTest(command=command, wrong=wrong):
                    self.assertIn(f"'{wrong}' is not a number from {least} to 1000000000",
                                  self.refused(2, *self.given(command, wrong)))
        for wrong in ("0", "-1", "x", "", "65537"):
            self.assertIn(f"'{wrong}' is not a number of workers", self.expect(2, "workers", "--", wrong).err)
        self.assertIn("'0' is not a number of workers", self.refused(2, "workers", "0"))
        for command in (["clean", "--older-than"], ["pause", "--for"]):
            for wrong in ("nonsense", "0", "-1d", "", "1 week"):
                self.assertIn(f"'{wrong}' is not a duration above zero", self.refused(2, *self.given(command, wrong)))
        self.assertEqual(self.expect(0, "status", "first", "--json").json()["status"], "succeeded")  # still there

    def test_limits(self):
        for n in range(3):
            self.expect(0, "run", self.name, "--run-id", f"run{n}")
        for limit, shown in (("0", 3), ("1", 1), ("2", 2), ("1000000000", 3)):
            self.assertEqual(len(self.expect(0, "history", "--limit", limit, "--json").json()), shown)
        self.assertIn("--limit N=20", self.expect(0, "history", "--help").out)


class TakenRunId(ReadersTest):
    def test_several_at_once_have_one_winner(self):
        names = [self.workstream(f"w{n}", ["true"]) for n in range(8)]
        for turn in range(4):
            runs = [self.start("run", name, "--run-id", f"same{turn}", "--json") for name in names]
            done = [self.finish(run) for run in runs]
            self.assertEqual(sorted(one.code for one in done), [0] + [2] * 7, "\n".join(map(str, done)))
            for one in done:
                if one.code == 2:
                    self.assertEqual(one.err, f"workstream: run 'same{turn}' exists already: choose another --run-id\n")
                    self.assertEqual(one.json()["errors"][0]["kind"], "bad-option")
        self.assertEqual(len(self.expect(0, "history", "--json").json()), 4)
        left = sorted(path.name for path in (self.project / ".worktrees").iterdir() if not path.name.startswith(("ws-w", "workstream.db")))
        self.assertEqual(left, [".gitignore"])
        directories = list((self.project / ".worktrees").glob("ws-w*/runs/*"))
        self.assertEqual(len(directories), 4)  # of who lost nothing is left, and nothing was begun

    def test_the_lock_of_a_dead_holder_is_in_nobodys_way(self):
        self.write(".worktrees/.mine.lock", "")
        self.expect(0, "run", self.name, "--run-id", "mine")
        self.assertFalse((self.project / ".worktrees/.mine.lock").exists())


class Unreadable(ReadersTest):
    def test_logs_say_why(self):
        self.project.chmod(0o777)
        user = self.without_root()
        self.project.chmod(0o777)
        self.expect(0, "run", self.name, "--run-id", "first", **user)
        run = self.project / ".worktrees/ws-one/runs/first"
        step_log, run_log = run / "steps/a/1/out.log", run / "orchestrator.log"
        commands = ((step_log, ["logs", "first", "a"]), (run_log, ["logs", "first"]), (run_log, ["logs", "first", "--follow"]))
        for path, command in commands:
            for closed in (path, path.parent):
                with self.subTest(command=command, closed=closed.name):
                    mode = closed.stat().st_mode
                    closed.chmod(0)
                    told = self.expect(3, *command, **user)
                    closed.chmod(mode)
                    self.assertEqual(told.err, f"workstream: cannot read the log '{self.shown(path)}': Permission denied\n")
                    self.assertEqual(told.out, "")
                    self.expect(0, *command, **user)
        step_log.unlink()
        step_log.mkdir()
        self.assertIn(f"cannot read the log '{self.shown(step_log)}': Is a directory", self.expect(3, "logs", "first", "a").err)
        step_log.rmdir()
        self.assertIn(f"there is no log at '{self.shown(step_log)}' any more", self.expect(3, "logs", "first", "a").err)

    def shown(self, path):
        """As the program tells it: a step's log by its whole path, the run's as the state directory was given."""
        return path if path.name == "out.log" else path.relative_to(self.project)

    def test_while_the_step_runs(self):
        self.project.chmod(0o777)
        user = self.without_root()
        self.project.chmod(0o777)
        self.workstream("one", ["echo said; touch up; while ! test -e go; do sleep 0.02; done"])
        run = self.start("run", "one.json", "--run-id", "first", **user)
        self.wait_for_file("up")
        attempt = self.project / ".worktrees/ws-one/runs/first/steps/a/1"
        support.until(lambda: (attempt / "out.log").exists(), "the log")
        (attempt / "out.log").chmod(0)
        for command in (["logs", "first", "a"], ["logs", "first", "a", "--follow"]):
            self.assertIn("cannot read the log '", self.expect(3, *command, **user).err)
        self.write("go", "")
        self.finish(run)


class Groups(ReadersTest):
    def states(self, *arguments):
        return {group["id"]: group["state"] for group in self.expect(0, "status", *arguments, "--json").json()["groups"]}

    def test_a_group_runs_once_a_member_does(self):
        wait = "touch up-{0}; while ! test -e go-{0}; do sleep 0.02; done"
        self.workstream("one", [{"id": "z", "depends_on": "outer", "command": "true"}], step_groups=[
            {"id": "outer", "steps": [{"id": "m", "command": wait.format("m")},
                                      {"id": "inner", "depends_on": "m", "steps": [{"id": "k", "command": wait.format("k")}]}]},
            {"id": "later", "depends_on": "outer", "steps": [{"id": "l", "command": "exit 1"}]}])
        run = self.start("run", "one.json", "--run-id", "first")
        self.wait_for_file("up-m")
        self.assertEqual(self.states(), {"ws-one": "running", "outer": "running", "inner": "waiting", "later": "waiting"})
        self.assertRegex(self.expect(0, "status").out, r"groups:\n +inner: waiting\n +outer: running\n +later: waiting\n")
        self.write("go-m", "")
        self.wait_for_file("up-k")
        self.assertEqual(self.states(), {"ws-one": "running", "outer": "running", "inner": "running", "later": "waiting"})
        os.kill(run.pid, signal.SIGKILL)
        run.communicate()
        support.until(lambda: "crashed" in self.expect(0, "status").out, "the end of the scheduler")
        self.assertEqual(self.states(), {"ws-one": "lost", "outer": "lost", "inner": "lost", "later": "waiting"})
        self.write("go-k", "")
        self.expect(1, "run", "one.json", "--run-id", "second")
        self.assertEqual(self.states(), {"ws-one": "failed", "outer": "succeeded", "inner": "succeeded", "later": "failed"})

    def test_a_group_between_its_rounds_runs(self):
        self.workstream("one", [], step_groups=[
            {"id": "g", "retry": {"attempts": 2, "initial_delay": 600}, "steps": [{"id": "m", "command": "touch tried; exit 1"}]}])
        run = self.start("run", "one.json", "--run-id", "first")
        self.wait_for_file("tried")
        support.until(lambda: self.expect(0, "status", "--json").json()["groups"][1]["round"] == 2, "the second round")
        self.assertEqual(self.states()["g"], "running")
        run.send_signal(signal.SIGTERM)
        self.finish(run)


class ClosedOutput(ReadersTest):
    COMMANDS = (["status"], ["logs"], ["logs", "first", "a"], ["history"], ["clean", "--keep", "5"])

    def test_a_reader_that_went_away(self):
        self.ran()
        for command in self.COMMANDS:
            for form in ([], ["--json"]):
                with self.subTest(command=[*command, *form]):
                    reader, writer = os.pipe()
                    os.close(reader)
                    done = self.expect(0, *command, *form, stdout=writer)
                    os.close(writer)
                    self.assertEqual(done.err, "")

    def test_no_standard_output_at_all(self):
        self.ran()
        for command in self.COMMANDS:
            with self.subTest(command=command):
                words = " ".join(f"'{word}'" for word in [support.PROGRAM, *command])
                shell = subprocess.run(["sh", "-c", f"{words} >&-"], cwd=self.project, env=self.env, capture_output=True,
                                       text=True, check=False, timeout=support.DEADLINE)
                self.assertEqual((shell.returncode, shell.stderr),
                                 (3, "workstream: cannot write to standard output: Bad file descriptor\n"))

    def test_a_full_disk(self):
        self.ran()
        with open("/dev/full", "wb") as full:
            for command in self.COMMANDS:
                done = self.expect(3, *command, stdout=full)
                self.assertIn("cannot write to standard output: No space left on device", done.err)
            # The mistake is the more important news.
            self.assertIn("nosuch", self.expect(2, "status", "nosuch", "--json", stdout=full).err)


if __name__ == "__main__":
    support.main()
