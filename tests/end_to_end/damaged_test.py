"""A state directory that is not as a run left it: each command says what is wrong, exit 3, starts nothing and leaves
every byte as it was."""

import os
import pathlib
import shutil
import signal
import sqlite3
import time

import support


class DamagedTest(support.ProjectTest):
    def setUp(self):
        super().setUp()
        self.workstream("one", ["touch ran; echo said"])
        self.state = self.project / ".worktrees"
        self.database = self.state / "workstream.db"

    def a_run(self):
        self.expect(0, "run", "one.json", "--run-id", "first")
        (self.project / "ran").unlink()

    def bytes_of_state(self):
        """All but the locks and SQLite's shared memory, which hold nothing, and logs without a byte."""
        return {path: path.read_bytes() for path in self.state.rglob("*") if path.is_file() and
                path.name not in ("lock", ".gitignore", "workstream.db-shm") and
                (path.stat().st_size > 0 or path.name != "workstream.db-wal")}

    def refused_by_all(self, *said, readers=True, **options):
        """What every command says, and that nothing changed."""
        before = self.bytes_of_state()
        begun = time.monotonic()
        finished = self.expect(3, "run", "one.json", **options)
        commands = [["history"], ["status"], ["logs", "ws-one"], ["clean", "--keep", "1"]] if readers else []
        for answer in [finished, *(self.expect(3, *command, **options) for command in commands)]:
            self.assertIn("workstream.db", answer.err)
            for text in said:
                self.assertIn(text, answer.err)
            self.assertEqual(answer.out, "")
        self.assertLess(time.monotonic() - begun, 20)  # nobody waits for a lock that nobody holds
        self.assertFalse((self.project / "ran").exists())
        self.assertTrue(self.bytes_of_state() == before, "bytes were changed")


class Databases(DamagedTest):
    def test_a_text_a_directory_and_nothing(self):
        self.state.mkdir()
        self.database.write_text("my notes\n" * 300, encoding="utf-8")
        self.refused_by_all("is not a database")
        self.database.unlink()
        self.database.mkdir()
        self.refused_by_all("Is a directory")
        self.database.rmdir()
        self.database.write_bytes(b"")
        self.assertIn("no such run", self.expect(0, "history").out)
        self.expect(0, "run", "one.json")

    def test_bytes_of_the_header(self):
        self.a_run()
        whole = self.database.read_bytes()
        for at in (0, 16, 18, 19, 21, 44, 60, 68):
            with self.subTest(at=at):
                self.database.write_bytes(whole[:at] + bytes([whole[at] ^ 0x5A]) + whole[at + 1:])
                finished = self.call("run", "one.json")
                self.assertIn(finished.code, (0, 3), str(finished))
                if finished.code == 3:
                    self.assertFalse((self.project / "ran").exists())
                    self.assertIn("workstream.db", finished.err)
                else:
                    (self.project / "ran").unlink()
                for path in self.state.glob("workstream.db*"):
                    path.unlink()
        self.database.write_bytes(whole)
        self.assertIn("first", self.expect(0, "history").out)

    def test_cut_at_any_length(self):
        self.a_run()
        whole = self.database.read_bytes()
        for length in (1, 15, 99, 100, 512, 1024, 2000, 4096, len(whole) // 2, len(whole) - 3000):
            with self.subTest(length=length):
                self.database.write_bytes(whole[:length])
                if length == 1:
                    continue  # SQLite takes it for an empty one
                self.refused_by_all(readers=False)
                for command in ("history", "status", "logs"):
                    self.assertIn(self.call(command).code, (0, 2, 3))

    def test_noise_in_the_middle(self):
        self.a_run()
        whole = bytearray(self.database.read_bytes())
        for page in range(1, len(whole) // 1024):
            damaged = bytearray(whole)
            damaged[page * 1024:page * 1024 + 200] = b"\xee" * 200
            for path in self.state.glob("workstream.db-*"):
                path.unlink()
            self.database.write_bytes(damaged)
            for command in (["history"], ["status", "first"], ["logs", "first"], ["run", "one.json"],
                            ["clean", "--keep", "1", "--dry-run"]):
                with self.subTest(page=page, command=command[0]):
                    finished = self.call(*command)
                    self.assertIn(finished.code, (0, 2, 3), str(finished))
                    if finished.code == 3:
                        self.assertIn("workstream", finished.err)

    def test_the_log_of_another_database(self):
        self.a_run()
        other = self.project / "other"
        other.mkdir()
        with sqlite3.connect(other / "x.db") as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("CREATE TABLE t (x)")
            connection.execute("INSERT INTO t VALUES (zeroblob(100000))")
            connection.commit()
            shutil.copy(other / "x.db-wal", self.state / "workstream.db-wal")
        connection.close()
        (self.state / "workstream.db-wal").write_bytes(b"\0" * 40000)
        self.assertIn("first", self.expect(0, "history").out)
        self.expect(0, "run", "one.json")
        self.assertEqual(len(self.expect(0, "history").out.splitlines()), 2)

    def test_a_newer_version_and_another_program(self):
        self.a_run()
        for statement, said in (("PRAGMA user_version = 99", "newer version of workstream"),
                                ("PRAGMA application_id = 7", "of another program")):
            with sqlite3.connect(self.database) as connection:
                connection.execute(statement)
            connection.close()
            self.refused_by_all(said)

    def test_a_directory_and_a_file_that_may_not_be_written(self):
        options = self.without_root()
        self.a_run()
        for path in [self.state, *self.state.rglob("*")]:
            if not path.is_symlink():
                path.chmod(0o755 if path.is_dir() else 0o644)
        before = self.bytes_of_state()
        refused = self.expect(3, "run", "one.json", **options)
        self.assertRegex(refused.err, "Permission denied|read-only")
        # Reading is fine: nothing is needed for it but reading.
        for command in ("history", "status", "logs"):
            begun = time.monotonic()
            self.expect(0, command, **options)
            self.assertLess(time.monotonic() - begun, 5)
        self.assertTrue(self.bytes_of_state() == before, "bytes were changed")
        self.assertFalse((self.project / "ran").exists())


class Holders(DamagedTest):
    def start_holder(self):
        self.write("one.json", {"id": "ws-one", "steps": [
            {"id": "a", "command": "touch up; while ! test -e go; do sleep 0.02; done"}]})
        holder = self.start("run", "one.json", "--run-id", "held")
        self.wait_for_file("up")
        return holder

    def test_a_killed_holder_is_in_nobodys_way(self):
        holder = self.start_holder()
        self.assertIn(f"run held (process {holder.pid}, since ", self.expect(5, "run", "one.json").err)
        holder.send_signal(signal.SIGKILL)
        self.finish(holder)
        self.write("go", "")
        self.assertEqual(self.expect(0, "status", "held", "--json").json()["status"], "crashed")
        self.expect(0, "run", "one.json", "--run-id", "next")
        self.assertEqual((self.state / "ws-one/lock").read_text(encoding="utf-8").split()[1], "next")

    def pretend(self, **columns):
        """The stored holder of the run, changed."""
        with sqlite3.connect(self.database) as connection:
            for column, value in columns.items():
                connection.execute(f"UPDATE runs SET {column} = ? WHERE id = 'held'", (value,))
        connection.close()

    def test_another_boot_and_a_pid_that_is_somebody_elses(self):
        holder = self.start_holder()
        holder.send_signal(signal.SIGKILL)
        self.finish(holder)
        self.write("go", "")
        mine = pathlib.Path("/proc/self/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        for columns in ({"pid": os.getpid(), "start_ticks": int(mine[19]) + 1},
                        {"pid": os.getpid(), "start_ticks": int(mine[19]), "boot_id": "another"}, {"pid": 1}):
            self.pretend(**columns)
            self.assertEqual(self.expect(0, "status", "held", "--json").json()["status"], "crashed")
        self.expect(0, "run", "one.json")

    def test_a_clock_that_was_set_while_it_runs(self):
        """As if: the stored start is an hour ahead, or long ago."""
        holder = self.start_holder()
        hour = 3600 * 1_000_000
        for shift in (hour, -5 * hour):
            with sqlite3.connect(self.database) as connection:
                connection.execute("UPDATE runs SET started_us = started_us + ?", (shift,))
            connection.close()
            status = self.expect(0, "status", "held", "--json").json()
            self.assertGreaterEqual(status["duration_ms"], 0)
            self.assertLess(status["duration_ms"], 600_000)
            for step in status["steps"]:
                self.assertGreaterEqual(step["duration_ms"], 0)
            view = self.expect(0, "status", "held", "--json", "--view", "workstream").json()
            self.assertGreaterEqual(view["progress"]["elapsed"], 0)
            self.assertLess(view["progress"]["elapsed"], 600)
        self.write("go", "")
        finished = self.finish(holder)
        self.assertEqual(finished.code, 0)
        self.assertLess(self.expect(0, "status", "held", "--json").json()["duration_ms"], 600_000)

    def test_a_stopped_holder_still_holds(self):
        holder = self.start_holder()
        holder.send_signal(signal.SIGSTOP)
        begun = time.monotonic()
        self.assertIn("is being run by run held", self.expect(5, "run", "one.json").err)
        self.expect(0, "history")
        self.assertLess(time.monotonic() - begun, 10)
        holder.send_signal(signal.SIGCONT)
        self.write("go", "")
        self.assertEqual(self.finish(holder).code, 0)

    def test_readers_beside_ten_writers(self):
        for i in range(10):
            self.workstream(f"w{i}", [{"id": f"s{k}", "command": "true"} for k in range(60)])
        runs = [self.start("run", f"w{i}.json", "--durable") for i in range(10)]
        while any(run.poll() is None for run in runs):
            for command in ("history", "status", "logs"):
                finished = self.call(command)
                self.assertNotIn("locked", finished.err)
                self.assertIn(finished.code, (0, 2))  # 2: nothing has run yet
        for run in runs:
            self.assertEqual(self.finish(run).code, 0)
        self.assertEqual(len(self.expect(0, "history").out.splitlines()), 10)


if __name__ == "__main__":
    support.main()
