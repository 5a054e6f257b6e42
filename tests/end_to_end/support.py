"""What the end-to-end tests share: a project in a temporary directory, the program as a person starts it, and waiting
for something to become true.

Knows no command's meaning. Every test file is run as `python3 X_test.py PROGRAM [unittest options]`; CTest does so.
"""

import json
import mmap
import os
import pathlib
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
import uuid

ROOT = pathlib.Path(__file__).resolve().parents[2]
DEADLINE = 30.0  # seconds; generous on purpose: a slow machine is no failure
PROGRAM = ""  # set by main()
SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT, signal.SIGWINCH)


def main():
    """The main program of a test file: the first argument is the program to test."""
    global PROGRAM
    if len(sys.argv) < 2 or sys.argv[1].startswith("-"):
        raise SystemExit(f"usage: {sys.argv[0]} PROGRAM [unittest options]")
    PROGRAM = str(pathlib.Path(sys.argv.pop(1)).resolve())
    unittest.main(verbosity=2)


def until(condition, what, seconds=DEADLINE):
    """The first true answer of `condition`; an AssertionError that names `what` when there is none in time."""
    end = time.monotonic() + seconds
    while True:
        answer = condition()
        if answer:
            return answer
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds:g} s: {what}")
        time.sleep(0.02)


def as_a_person():
    """In the child, before exec: signals as a login shell has them (CTest may be started with some ignored)."""
    for number in SIGNALS:
        signal.signal(number, signal.SIG_DFL)


def is_alive(pid):
    try:
        return pathlib.Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def name_of(pid):
    """What `ps` calls it; empty when it is gone."""
    try:
        return pathlib.Path(f"/proc/{pid}/comm").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def children_of(pid):
    try:
        return [int(word) for word in pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def keeper_of(pid):
    """The keeper of a scheduler (platform/keeper.h)."""
    return next((child for child in children_of(pid) if name_of(child) == "ws-keeper"), None)


def is_sanitized():
    """Whether the program carries the sanitizers. They take terabytes of address space, and descriptors to look at a type."""
    with open(PROGRAM, "rb") as program, mmap.mmap(program.fileno(), 0, access=mmap.ACCESS_READ) as text:
        return text.find(b"__asan_init") >= 0


def own_helper(test, name):
    """A copy of a helper program (tests/support/helpers) that only this test runs: see running()."""
    path = pathlib.Path(PROGRAM).parent / "tests/helpers" / name
    if not path.exists():
        test.skipTest(f"{path} is not built")
    return shutil.copy(path, test.directory)


def processes(is_wanted):
    """All others of which `is_wanted(directory in /proc)` is true; an OSError of it means no."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and int(entry.name) != os.getpid() and is_wanted(entry):
                found.append(int(entry.name))
        except OSError:
            pass
    return found


def running(program):
    """Everybody whose program it is, also those without an environment."""
    return processes(lambda entry: os.readlink(entry / "exe") == str(program))


def step_of(result, name):
    """What a result JSON says of one step."""
    (found,) = [step for step in result["steps"] if step["id"] == name]
    return found


def outputs_of(result, name):
    return step_of(result, name).get("outputs")


class Finished:
    """What a command did: its exit code (negative: the signal that ended it) and what it wrote, as bytes too."""

    def __init__(self, arguments, code, out, err):
        self.arguments, self.code, self.out_bytes, self.err_bytes = arguments, code, out, err
        self.out = out.decode("utf-8", "replace")
        self.err = err.decode("utf-8", "replace")

    def json(self):
        return json.loads(self.out)

    def __str__(self):
        return f"{' '.join(map(str, self.arguments))} → {self.code}\n--- stdout\n{self.out}\n--- stderr\n{self.err}"


class ProjectTest(unittest.TestCase):
    """A test in an empty project directory. Afterwards nobody it started is left."""

    def setUp(self):
        self.directory = pathlib.Path(tempfile.mkdtemp(prefix="workstream test "))
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)
        self.mark = uuid.uuid4().hex
        self.addCleanup(self.kill_left_over)
        home = self.directory / "home"
        home.mkdir()
        self.project = self.directory / "project"
        self.project.mkdir()
        unwanted = ("TERM", "NO_COLOR", "LC_ALL", "LC_CTYPE", "XDG_CONFIG_HOME", "PIPELINE_WORKSTREAM_DIR")
        self.env = {key: value for key, value in os.environ.items() if key not in unwanted}
        self.env.update({"HOME": str(home), "LANG": "C.UTF-8", "WORKSTREAM_TEST_MARK": self.mark})

    def write(self, name, text):
        path = self.project / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(text, bytes):
            path.write_bytes(text)
        else:
            path.write_text(text if isinstance(text, str) else json.dumps(text), encoding="utf-8")
        return path

    def workstream(self, name, steps, **keys):
        """Writes NAME.json with the id ws-NAME. A step may be a plain command: they are called a, b, c, …"""
        steps = [step if isinstance(step, dict) else {"id": chr(ord("a") + i), "command": step}
                 for i, step in enumerate(steps)]
        return self.write(f"{name}.json", {"id": f"ws-{name}", **keys, "steps": steps}).name

    def start(self, *arguments, **options):
        """The program, running. It is killed at the end of the test when it still lives."""
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE,
                   "cwd": self.project, "env": self.env, "preexec_fn": as_a_person, **options}
        process = subprocess.Popen([PROGRAM, *map(str, arguments)], **options)
        self.addCleanup(self.put_away, process)
        return process

    def finish(self, process, seconds=DEADLINE):
        """Waits for the end of what start() gave."""
        out, err = process.communicate(timeout=seconds)
        return Finished(process.args, process.returncode, out or b"", err or b"")

    def call(self, *arguments, seconds=DEADLINE, **options):
        """Runs the program to its end."""
        finished = self.finish(self.start(*arguments, **options), seconds)
        self.assertNotIn("AddressSanitizer", finished.err, str(finished))
        self.assertNotIn("runtime error", finished.err, str(finished))
        self.assertNotIn("this is a bug", finished.err, str(finished))
        return finished

    def expect(self, code, *arguments, **options):
        """call(), and its exit code is `code`."""
        finished = self.call(*arguments, **options)
        self.assertEqual(finished.code, code, str(finished))
        return finished

    def result(self, code, *arguments, **options):
        """The result JSON of `run ARGUMENTS --json`, with the states by step in ["states"]."""
        result = self.expect(code, "run", *arguments, "--json", **options).json()
        self.assertEqual(result["exit_code"], code)
        result["states"] = {step["id"]: step["state"] for step in result["steps"]}
        return result

    def wait_for_file(self, name):
        path = self.project / name
        until(path.exists, f"the file {name}")
        return path

    def written_events(self):
        """What `--events events` has written until now."""
        lines = (self.project / "events").read_text(encoding="utf-8").splitlines()
        return [json.loads(line) for line in lines]

    def assert_as_kept(self, said, kept):
        """`said` is the text of the golden file `kept`."""
        if "WORKSTREAM_APPROVE" in os.environ:
            kept.parent.mkdir(exist_ok=True)
            kept.write_text(said, encoding="utf-8")
        self.assertTrue(kept.exists(), f"{kept} is missing (WORKSTREAM_APPROVE=1 writes it)")
        self.assertEqual(said, kept.read_text(encoding="utf-8"))

    def left_over(self):
        """Processes that were started, directly or not, by this test: they carry its mark in their environment."""
        needle = f"WORKSTREAM_TEST_MARK={self.mark}".encode()
        return processes(lambda entry: needle in (entry / "environ").read_bytes().split(b"\0"))

    def assert_nobody_left(self):
        until(lambda: not self.left_over(), f"the end of every process (left: {self.left_over()})")

    def kill_left_over(self):
        for pid in self.left_over():
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

    @staticmethod
    def put_away(process):
        if process.poll() is None:
            process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream:
                stream.close()

    def without_root(self):
        """Popen options that drop root's rights, so that permissions count; skips the test where that cannot be."""
        if os.getuid() != 0:
            return {}
        nobody = pwd.getpwnam("nobody")
        options = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        self.directory.chmod(0o755)
        self.project.chmod(0o755)
        try:
            subprocess.run([PROGRAM, "--version"], check=True, cwd=self.project, capture_output=True, **options)
        except (OSError, subprocess.CalledProcessError) as error:
            self.skipTest(f"user 'nobody' cannot start {PROGRAM}: {error}")
        return options
