"""`workstream clean`: what goes, what stays and why, and that a removal that was cut off is carried on."""

import sqlite3
import signal

import support


class CleanTest(support.ProjectTest):
    def setUp(self):
        super().setUp()
        self.state = self.project / ".worktrees"

    def runs(self, name="one", *, code=0, ids=("r1", "r2", "r3")):
        for run in ids:
            self.expect(code, "run", f"{name}.json", "--run-id", run)

    def listed(self):
        return [row["run_id"] for row in self.expect(0, "history", "--json", "--limit", "0").json()]

    def directories(self, workstream="ws-one"):
        runs = self.state / workstream / "runs"
        return sorted(path.name for path in runs.iterdir()) if runs.exists() else []

    def clean(self, *arguments, code=0):
        answer = self.expect(code, "clean", *arguments, "--json").json()
        return [gone["run_id"] for gone in answer["removed"]], {kept["run_id"]: kept["why"] for kept in answer["kept"]}


class Choosing(CleanTest):
    def test_the_newest_stay_with_their_directories(self):
        self.workstream("one", ["echo said"])
        self.workstream("two", ["echo said"])
        self.runs()
        self.runs("two", ids=["t1"])
        self.assertEqual(self.clean("--keep", "2", "--dry-run"), (["r1"], {}))
        self.assertEqual(self.listed(), ["t1", "r3", "r2", "r1"])
        said = self.expect(0, "clean", "--keep", "2").out
        self.assertRegex(said, r"removed run r1 of ws-one \(succeeded, 20.*\): \d.* KiB\n1 run removed, .* freed\n")
        self.assertEqual(self.listed(), ["t1", "r3", "r2"])
        self.assertEqual(self.directories(), ["r2", "r3"])
        self.assertEqual(self.expect(0, "logs", "r2", "a").out, "said\n")
        self.assertEqual(self.clean("--keep", "0", "--ws-id", "ws-one")[0], ["r2", "r3"])
        self.assertEqual((self.listed(), self.directories()), (["t1"], []))
        self.assertFalse((self.state / "ws-one" / "orchestrator.log").is_symlink())
        self.runs(ids=["r1"])  # its name is free again
        self.assertEqual(self.listed(), ["r1", "t1"])

    def test_age(self):
        self.workstream("one", ["true"])
        self.runs()
        self.assertEqual(self.clean("--older-than", "1h"), ([], {}))
        with sqlite3.connect(self.state / "workstream.db") as database:
            database.execute("UPDATE runs SET ended_us = ended_us - 172800000000 WHERE id <> 'r3'")
        database.close()
        self.assertEqual(self.clean("--older-than", "1d", "--keep", "2"), (["r1"], {}))
        self.assertEqual(self.clean("--older-than", "1d"), (["r2"], {}))

    def test_one_run(self):
        self.workstream("one", ["true"])
        self.runs(ids=["alpha-1", "alpha-2", "beta"])
        self.assertIn("alpha-2 and alpha-1", self.expect(2, "clean", "--run", "alpha").err)
        self.expect(2, "clean", "--run", "ws-one")
        self.expect(2, "clean", "--run", "gamma")
        self.assertEqual(self.clean("--run", "be"), (["beta"], {}))
        self.assertEqual(self.listed(), ["alpha-2", "alpha-1"])

    def test_nothing_said_is_a_mistake_and_nothing_there_is_none(self):
        self.assertEqual(self.clean("--keep", "1"), ([], {}))
        self.assertFalse(self.state.exists())
        self.workstream("one", ["true"])
        self.runs()
        for arguments in ([], ["--ws-id", "ws-one"], ["--dry-run"], ["--keep", "-1"], ["--keep", "x"],
                          ["--older-than", "soon"], ["--older-than", "0"], ["--keep", "1", "--ws-id", "ws-other"]):
            self.assertTrue(self.expect(2, "clean", *arguments).err)
        self.assertEqual(len(self.listed()), 3)

    def test_the_file_shrinks(self):
        self.workstream("one", [{"id": f"s{i}", "command": "true"} for i in range(400)])
        self.runs()
        database = self.state / "workstream.db"
        before = database.stat().st_size
        answer = self.expect(0, "clean", "--keep", "1", "--json").json()
        self.assertGreater(answer["database_bytes"], 100000)
        self.assertLess(database.stat().st_size, before)
        self.assertEqual(answer["freed_bytes"],
                         answer["database_bytes"] + sum(gone["bytes"] for gone in answer["removed"]))


class Needed(CleanTest):
    def test_a_run_that_goes_on_and_others_of_its_workstream(self):
        self.workstream("one", ["touch up; test -e done || while ! test -e go; do sleep 0.05; done"])
        self.write("done", "")
        self.runs(ids=["r1"])
        (self.project / "done").unlink()
        (self.project / "up").unlink()
        holder = self.start("run", "one.json", "--run-id", "r2")
        self.wait_for_file("up")
        removed, kept = self.clean("--keep", "0")
        self.assertEqual(removed, [])
        self.assertIn("being run by run r2", kept["r1"])
        self.assertEqual(kept["r2"], "it is going on")
        self.assertIn("kept run r2: it is going on", self.expect(5, "clean", "--run", "r2").out)
        self.write("go", "")
        self.assertEqual(self.finish(holder).code, 0)
        self.assertEqual(self.clean("--keep", "0")[0], ["r1", "r2"])

    def test_what_an_idempotency_key_remembers(self):
        self.workstream("one", [{"id": "pay", "command": "echo paid >> paid", "idempotency_key": "k"}])
        self.runs()
        removed, kept = self.clean("--keep", "0")
        self.assertEqual(removed, ["r2", "r3"])
        self.assertEqual(kept, {"r1": "the idempotency key of 'pay' remembers it"})
        self.runs(ids=["r4"])
        self.assertEqual((self.project / "paid").read_text(encoding="utf-8"), "paid\n")

    def test_the_newest_that_did_not_succeed(self):
        self.workstream("one", ["exit 1"])
        self.runs(code=1)
        with sqlite3.connect(self.state / "workstream.db") as database:
            database.execute("UPDATE runs SET ended_us = 5")
        database.close()
        removed, kept = self.clean("--older-than", "1h")
        self.assertEqual((removed, list(kept)), (["r1", "r2"], ["r3"]))
        self.assertIn("may carry on from it", kept["r3"])
        self.assertEqual(self.clean("--run", "r3"), (["r3"], {}))

    def test_a_run_of_several_workstreams_goes_whole(self):
        self.workstream("one", ["echo one"])
        self.workstream("two", ["echo two"])
        self.expect(0, "run", "one.json", "two.json", "--run-id", "both")
        self.runs(ids=["r1"])
        self.assertEqual(self.clean("--keep", "1"), ([], {}))  # it is the newest of ws-two
        self.runs("two", ids=["t1"])
        self.assertEqual(self.clean("--keep", "1"), (["both"], {}))
        self.assertEqual((self.directories("ws-one"), self.directories("ws-two")), (["r1"], ["t1"]))


class Trouble(CleanTest):
    def test_a_removal_that_was_cut_off_is_carried_on(self):
        self.workstream("one", ["echo said"])
        self.runs()
        with sqlite3.connect(self.state / "workstream.db") as database:  # as it is after the first transaction
            database.execute("CREATE TABLE removed_runs (run INTEGER PRIMARY KEY, id TEXT NOT NULL, "
                             "workstreams TEXT NOT NULL)")
            database.execute("INSERT INTO removed_runs SELECT run, id, '[\"ws-one\"]' FROM runs WHERE id = 'r1'")
            database.execute("DELETE FROM runs WHERE id = 'r1'")
            database.execute("DELETE FROM run_workstreams WHERE run = 1")
        database.close()
        self.assertEqual(self.listed(), ["r3", "r2"])
        self.assertEqual(self.clean("--keep", "5", "--dry-run"), (["r1"], {}))
        self.assertEqual(self.clean("--keep", "5"), (["r1"], {}))
        self.assertEqual(self.directories(), ["r2", "r3"])
        self.assertEqual(self.clean("--keep", "5"), ([], {}))

    def test_killed_at_any_moment_the_next_one_finishes(self):
        self.workstream("one", ["echo said"] * 3)
        ids = [f"r{i}" for i in range(30)]
        self.runs(ids=ids)
        for _ in range(8):
            cleaning = self.start("clean", "--keep", "1")
            try:
                cleaning.wait(timeout=0.004)
            except support.subprocess.TimeoutExpired:
                cleaning.send_signal(signal.SIGKILL)
            self.finish(cleaning)
            listed = self.listed()
            self.assertEqual(listed[0], "r29")
            self.assertLessEqual(set(listed), set(self.directories()))  # no row without its directory
            for run in listed:
                self.assertEqual(self.expect(0, "logs", run, "a").out, "said\n")
        self.clean("--keep", "1")
        self.assertEqual((self.listed(), self.directories()), (["r29"], ["r29"]))

    def test_links_are_not_followed_out(self):
        self.workstream("one", ["echo said"])
        self.runs()
        outside = self.directory / "outside"
        outside.mkdir()
        (outside / "precious").write_text("keys", encoding="utf-8")
        (self.state / "ws-one/runs/r1/steps/link").symlink_to(outside)
        self.assertEqual(self.clean("--run", "r1"), (["r1"], {}))
        support.shutil.rmtree(self.state / "ws-one/runs/r2")
        (self.state / "ws-one/runs/r2").symlink_to(outside)
        self.assertIn("symbolic link", self.expect(3, "clean", "--run", "r2").err)
        self.assertEqual([path.name for path in outside.iterdir()], ["precious"])

    def test_names_in_the_database_lead_nowhere_else(self):
        self.workstream("one", ["echo said"])
        self.runs()
        (self.project / "precious").mkdir()
        with sqlite3.connect(self.state / "workstream.db") as database:
            database.execute("UPDATE runs SET id = '../../../precious' WHERE run = 1")
            database.execute("UPDATE run_workstreams SET workstream = '../..' WHERE run = 2")
        database.close()
        finished = self.expect(3, "clean", "--keep", "0")
        self.assertEqual(finished.err.count("these are no names that a run has"), 2)
        self.assertTrue((self.project / "precious").exists())
        self.assertTrue((self.project / "one.json").exists())

    def test_what_cannot_be_removed_is_said_and_tried_again(self):
        options = self.without_root()
        self.project.chmod(0o777)
        self.workstream("one", ["echo said"])
        for run in ("r1", "r2"):
            self.expect(0, "run", "one.json", "--run-id", run, **options)
        runs = self.state / "ws-one" / "runs"
        runs.chmod(0o500)
        support.os.chown(runs, 0, 0)
        runs.chmod(0o555)
        if support.os.getuid() != 0:
            self.skipTest("needs a directory of another user")
        finished = self.expect(3, "clean", "--keep", "1", **options)
        self.assertIn("cannot remove", finished.err)
        runs.chmod(0o777)
        self.assertIn("begun by an earlier clean", self.expect(0, "clean", "--keep", "1", **options).out)
        self.assertEqual(self.directories(), ["r2"])

    def test_a_writer_beside_it(self):
        self.workstream("one", ["true"] * 20)
        self.workstream("two", [{"id": f"s{i}", "command": "true"} for i in range(300)])
        self.runs(ids=[f"r{i}" for i in range(10)])
        run = self.start("run", "two.json")
        cleanings = [self.start("clean", "--keep", str(keep)) for keep in (5, 3, 1)]
        for cleaning in cleanings:
            finished = self.finish(cleaning)
            self.assertEqual(finished.code, 0, str(finished))
        self.assertEqual(self.finish(run).code, 0)
        self.clean("--keep", "1")
        self.assertEqual(len(self.listed()), 2)


if __name__ == "__main__":
    support.main()
