"""kill -9 of the scheduler: two seconds later nothing that it started is alive, whatever moment it was."""

import os
import pathlib
import random
import signal
import subprocess
import time

import support

PROMISE = 2.0  # seconds

# One of each way to live on; {n} makes their command lines findable where the environment was cleared.
WAYS = {
    "background": "sleep {n}.1 & touch background.up; wait",
    "session": "setsid sleep {n}.2 & touch session.up; wait",
    "daemon": "(setsid sh -c 'sleep {n}.3 & wait' &); touch daemon.up; sleep {n}.4",
    "bare": "env -i sleep {n}.5 & touch bare.up; wait",
    "stubborn": "trap '' TERM INT HUP; touch stubborn.up; sleep {n}.6; sleep {n}.7",
    "stopped": "touch stopped.up; kill -STOP $$",
    "stopped_child": "sleep {n}.8 & kill -STOP $!; touch stopped_child.up; wait",
    "silent": "exec >&- 2>&-; touch silent.up; sleep {n}.9",
}
# Left the session *and* cleared the environment: the scheduler writes down who does both, every second.
HIDDEN_WAYS = {
    "hidden": "setsid env -i sleep {n}.11 & touch hidden.up; wait",
    "hidden_orphan": "(setsid env -i sleep {n}.12 &); touch hidden_orphan.up; sleep {n}.13",
    "hidden_below": "setsid env -i setsid /bin/sh -c '/bin/sleep {n}.14 & wait' & touch hidden_below.up; wait",
    "hidden_late": "setsid sh -c '/bin/sleep 0.3; exec env -i /bin/sleep {n}.15' & touch hidden_late.up; wait",
    "hidden_by_a_thread": "exec python3 -c 'import os, subprocess, threading, time\n"
                          "def start(): subprocess.Popen([\"/bin/sleep\", \"{n}.16\"], env={{}}, start_new_session=True); time.sleep(300)\n"
                          "threading.Thread(target=start).start(); open(\"hidden_by_a_thread.up\", \"w\"); time.sleep(300)'",
}
# Leaves a daemon, fails, hangs, or is quick.
MIXED = ["true", "exit 3", "sleep 0.05", "setsid sleep 900 & exit 0", "sleep 901 & wait", "sh -c 'sleep 902 & wait'",
         "(setsid sh -c 'sleep 903 & sleep 904' &); sleep 0.02", "kill -STOP $$"]


def with_words(words):
    """Processes on whose command line these words stand."""
    return support.processes(lambda entry: words.encode() in (entry / "cmdline").read_bytes().replace(b"\0", b" "))


class KilledTest(support.ProjectTest):
    def kill(self, process):
        process.kill()
        process.communicate(timeout=support.DEADLINE)

    def assert_gone_in_time(self, *more):
        """Nobody of this test is alive within what was promised; `more`: further lists of processes."""
        def alive():
            found = self.left_over() + [pid for look in more for pid in look()]
            return [pid for pid in found if support.is_alive(pid)]
        try:
            support.until(lambda: not alive(), "the end of everything", PROMISE)
        except AssertionError:
            rows = subprocess.run(["ps", "-o", "pid,ppid,pgid,sid,stat,args", "-p", ",".join(map(str, alive())) or "1"],
                                  capture_output=True, text=True, check=False)
            self.fail(f"alive {PROMISE} s after the death of the scheduler:\n{rows.stdout}")


class Descendants(KilledTest):
    def begin(self, ways, number):
        name = self.workstream("one", [{"id": key, "command": way.format(n=number)} for key, way in ways.items()])
        scheduler = self.start("run", name, "--max-workers", str(len(ways)))
        for key in ways:
            self.wait_for_file(key + ".up")
        self.addCleanup(lambda: [os.kill(pid, signal.SIGKILL) for pid in with_words(f"sleep {number}.")])
        return scheduler

    def test_each_way_to_live_on_ends_with_the_scheduler(self):
        number = random.randrange(10**6, 10**7)
        scheduler = self.begin(WAYS, number)
        support.until(lambda: len(with_words(f"sleep {number}.")) >= len(WAYS) - 1, "all sleepers")
        self.kill(scheduler)
        self.assert_gone_in_time(lambda: with_words(f"sleep {number}."))

    def test_each_way_to_hide_ends_with_the_scheduler(self):
        number = random.randrange(10**6, 10**7)
        scheduler = self.begin(HIDDEN_WAYS, number)
        for way in range(11, 17):
            support.until(lambda way=way: with_words(f"sleep {number}.{way}"), f"sleeper {way}")
        time.sleep(2.5)  # whoever hides is written down within a second
        self.kill(scheduler)
        self.assert_gone_in_time(lambda: with_words(f"sleep {number}."))

    def test_who_hides_in_a_run_inside_a_step_ends_too(self):
        number = random.randrange(10**6, 10**7)
        self.workstream("inner", [f"setsid env -i /bin/sleep {number}.1 & touch inner.up; wait"])
        scheduler = self.begin({"outer": f'touch outer.up; "{support.PROGRAM}" run inner.json --state-dir inside'}, number)
        self.wait_for_file("inner.up")
        time.sleep(2.5)
        self.kill(scheduler)
        self.assert_gone_in_time(lambda: with_words(f"sleep {number}."))

    def ends_with_the_scheduler(self, program, *arguments, at_least=1):
        path = support.own_helper(self, program)
        scheduler = self.start("run", self.workstream("one", [[path, *arguments]]))
        support.until(lambda: len(support.running(path)) >= at_least, program)
        time.sleep(0.2)
        self.kill(scheduler)
        self.addCleanup(lambda: [os.kill(pid, signal.SIGKILL) for pid in support.running(path)])
        self.assert_gone_in_time(lambda: support.running(path))

    def test_a_thousand_children_end(self):
        self.ends_with_the_scheduler("swarm", "1000", at_least=500)

    def forks_without_end(self, *how):
        path = support.own_helper(self, "forker")
        scheduler = self.start("run", self.workstream("one", [[path, "alive", *how]]))
        alive = self.wait_for_file("alive")
        support.until(lambda: alive.stat().st_size > 50, "many generations")
        self.kill(scheduler)
        killed = time.monotonic()
        self.assert_gone_in_time()
        time.sleep(max(0.0, killed + PROMISE - time.monotonic()))
        size = alive.stat().st_size
        time.sleep(0.3)
        self.assertEqual(alive.stat().st_size, size, "it forks on")

    def test_what_forks_without_end_ends(self):
        self.forks_without_end()

    def test_what_forks_without_end_in_sessions_of_its_own_ends(self):
        self.forks_without_end("session")

    def test_runs_inside_steps_end_with_the_outer_one(self):
        self.workstream("inner", ["sleep 911 & setsid sleep 912 & touch inner.up; wait"])
        self.workstream("middle", [f'"{support.PROGRAM}" run inner.json --state-dir s1'])
        outer = self.workstream("outer", [f'"{support.PROGRAM}" run middle.json --state-dir s2', "sleep 913"])
        scheduler = self.start("run", outer, "--max-workers", "2")
        self.wait_for_file("inner.up")
        self.kill(scheduler)
        self.assert_gone_in_time()

    def test_only_its_own_run_is_touched(self):
        self.workstream("one", ["setsid sleep 914 & touch one.up; wait"])
        self.workstream("two", ["touch two.up; while [ ! -e go ]; do sleep 0.02; done; echo done > two.done"])
        one = self.start("run", "one.json")
        two = self.start("run", "two.json")
        self.wait_for_file("one.up")
        self.wait_for_file("two.up")
        keeper = support.keeper_of(one.pid)
        self.kill(one)
        support.until(lambda: not support.is_alive(keeper), "the end of the killed run's keeper")
        self.assertEqual(with_words("sleep 914"), [])
        self.write("go", "")
        self.assertEqual(self.finish(two).code, 0)
        self.assertTrue((self.project / "two.done").exists())


class Moments(KilledTest):
    def kill_at(self, delays):
        for delay in delays:
            with self.subTest(delay=delay):
                scheduler = self.start("run", "mixed.json", "--max-workers", "8", "--progress", "none")
                time.sleep(delay)
                self.kill(scheduler)
                self.assert_gone_in_time()
        # The lock went with its holder.
        self.workstream("mixed", ["true"])
        self.expect(0, "run", "mixed.json")

    def test_at_any_moment(self):
        seed = random.randrange(10**9)
        print(f"seed {seed}", flush=True)
        chance = random.Random(seed)
        self.workstream("mixed", [{"id": f"s{i}", "command": chance.choice(MIXED), "critical": False}
                                  for i in range(60)])
        self.kill_at([chance.uniform(0, 0.3) for _ in range(30)])

    def test_while_it_starts(self):
        self.workstream("mixed", [{"id": f"s{i}", "command": "setsid sleep 905 & wait"} for i in range(8)])
        self.kill_at([i * 0.001 for i in range(25)])


class Keeper(KilledTest):
    def begin(self, step="touch a.up; while [ ! -e go ]; do sleep 0.02; done", **options):
        self.workstream("one", [step])
        scheduler = self.start("run", "one.json", **options)
        self.wait_for_file("a.up")
        keeper = support.keeper_of(scheduler.pid)
        self.assertIsNotNone(keeper)
        return scheduler, keeper

    def test_it_goes_with_its_run(self):
        scheduler, keeper = self.begin()
        self.write("go", "")
        self.assertEqual(self.finish(scheduler).code, 0)
        self.assertFalse(pathlib.Path(f"/proc/{keeper}").exists())  # not even a zombie

    def test_it_holds_nothing(self):
        scheduler, keeper = self.begin()
        files = {entry.name: os.readlink(entry) for entry in pathlib.Path(f"/proc/{keeper}/fd").iterdir()}
        self.assertEqual(sorted(files), ["0", "1", "2", "3"])
        self.assertEqual({files[number] for number in "012"}, {"/dev/null"})
        self.assertTrue(files["3"].startswith("pipe:"))
        self.assertEqual(os.readlink(f"/proc/{keeper}/cwd"), "/")
        self.assertEqual((os.getsid(keeper), os.getpgid(keeper)), (keeper, keeper))
        self.assertNotIn(b"workstream", pathlib.Path(f"/proc/{keeper}/cmdline").read_bytes())
        os.kill(scheduler.pid, signal.SIGTERM)
        self.assertEqual(self.finish(scheduler).code, -signal.SIGTERM)
        self.assertFalse(support.is_alive(keeper))

    def test_signals_do_not_end_it(self):
        scheduler, keeper = self.begin("setsid sleep 915 & touch a.up; wait")
        for number in support.SIGNALS + (signal.SIGTERM, signal.SIGTSTP, signal.SIGUSR1):
            os.kill(keeper, number)
        self.kill(scheduler)
        self.assert_gone_in_time()

    def test_a_run_whose_keeper_is_killed_goes_on(self):
        scheduler, keeper = self.begin()
        os.kill(keeper, signal.SIGKILL)
        support.until(lambda: not pathlib.Path(f"/proc/{keeper}").exists(), "the zombie being reaped")
        self.write("go", "")
        self.assertEqual(self.finish(scheduler).code, 0)

    def test_a_run_whose_keeper_is_stopped_ends(self):
        scheduler, keeper = self.begin()
        os.kill(keeper, signal.SIGSTOP)
        self.write("go", "")
        self.assertEqual(self.finish(scheduler).code, 0)
        self.assertFalse(support.is_alive(keeper))

    def test_a_crash_is_a_death_too(self):
        scheduler, keeper = self.begin("setsid sleep 916 & touch a.up; wait")
        os.kill(scheduler.pid, signal.SIGABRT)
        scheduler.communicate()
        self.assert_gone_in_time()
        support.until(lambda: not support.is_alive(keeper), "the end of the keeper")

    def test_without_rights(self):
        options = self.without_root()
        for path in (self.directory, self.project):
            os.chmod(path, 0o777)
        scheduler, _ = self.begin("setsid sleep 917 & touch a.up; wait", **options)
        self.kill(scheduler)
        self.assert_gone_in_time()


if __name__ == "__main__":
    support.main()
