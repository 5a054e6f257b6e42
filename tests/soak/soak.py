#!/usr/bin/env python3
"""Runs a workstream of thousands of real steps that fail, hang, fork, flood and leave daemons, drawn from a seed, and
checks what must hold after it: every step ended as its kind must, nobody is left, no descriptor and no memory is lost.

Knows no step by name. Called by scripts/soak, and with a few hundred steps by end_to_end/soak_test.py.
"""

import argparse
import json
import os
import pathlib
import random
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid

# Kind: weight, command, time limit, how it must end.
KINDS = {
    "quick": (30, ["true"], None, "succeeded"),
    "shell": (10, "echo out; echo err >&2", None, "succeeded"),
    "fails": (12, "echo no >&2; exit 3", None, "failed"),
    "exits 255": (2, "exit 255", None, "failed"),
    "missing": (2, ["./no-such-program"], None, "failed"),
    "dies": (4, "kill -SEGV $$", None, "failed"),
    "is killed": (3, "kill -9 $$", None, "failed"),
    "hangs": (5, ["sleep", "600"], "0.3s", "timed_out"),
    "stops itself": (3, "kill -STOP $$", "0.3s", "timed_out"),
    "hangs with children": (4, "sleep 601 & setsid sleep 602 & wait", "0.3s", "timed_out"),
    "forks": (6, "for i in 1 2 3 4; do sleep 603 & done; exit 0", None, "succeeded"),
    "daemon": (6, "setsid sleep 604 & exit 0", None, "succeeded"),
    "double fork": (4, "(setsid sh -c 'sleep 605 & sleep 606' &); exit 4", None, "failed"),
    "bare daemon": (2, "env -i setsid sleep 607 & exit 0", None, "succeeded"),
    "floods": (3, "head -c 1000000 /dev/zero", None, "succeeded"),
    "long lines": (2, "yes x | head -n 20000", None, "succeeded"),
    "closes its output": (2, "exec >&- 2>&-; exit 0", None, "succeeded"),
}
# What the memory of the second half may have above that of the first one, in kB: something for each step, because the
# end of a step is remembered (its command, log and error; measured: 1.6 kB a step), and something for the result that
# is written at the end. A buffer that is lost with each step is 64 kB and more.
GROWTH_OF_STEP, GROWTH_AT_END = 4, 24 * 1024
SANITIZERS = {"ASAN_OPTIONS": "detect_leaks=1:quarantine_size_mb=8:thread_local_quarantine_size_kb=64",
              "UBSAN_OPTIONS": "print_stacktrace=1"}


def workstream(count, seed):
    chance = random.Random(seed)
    names = list(KINDS)
    weights = [KINDS[name][0] for name in names]
    steps, kinds = [], []
    for i in range(count):
        kind = chance.choices(names, weights)[0]
        _, command, limit, _ = KINDS[kind]
        step = {"id": f"s{i}", "command": command, "critical": False}
        if limit:
            step["timeout"] = limit
        if i > 50 and chance.random() < 0.5:
            needs = {chance.randrange(i - 50, i - 20) for _ in range(chance.randrange(1, 3))}
            step["depends_on"] = [{"id": f"s{need}", "on": "done"} for need in sorted(needs)]
        steps.append(step)
        kinds.append(kind)
    return {"id": "ws-soak", "steps": steps}, kinds


class Sampler:
    """Memory and descriptors of the scheduler while it runs."""

    def __init__(self, pid):
        self.pid, self.memory, self.files = pid, [], []

    def sample(self):
        try:
            status = pathlib.Path(f"/proc/{self.pid}/status").read_text(encoding="utf-8")
            found = re.search(r"VmRSS:\s+(\d+) kB", status)
            if found:
                self.memory.append(int(found[1]))
                self.files.append(len(os.listdir(f"/proc/{self.pid}/fd")))
        except OSError:
            pass  # it has just ended


def halves(samples):
    return samples[len(samples) // 4:len(samples) // 2], samples[len(samples) // 2:]


def left_over(mark):
    needle = f"WORKSTREAM_SOAK={mark}".encode()
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and int(entry.name) != os.getpid():
                if needle in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
        except OSError:
            pass
    return found


def run(options, directory):
    """The scheduler's exit code, what it said, and its samples."""
    mark = uuid.uuid4().hex
    command = [str(pathlib.Path(options.program).resolve()), "run", "soak.json", "--max-workers", str(options.workers),
               "--progress", "none", "--json"]
    if options.valgrind:
        command = ["valgrind", "--quiet", "--track-fds=yes", "--leak-check=full", "--error-exitcode=99",
                   "--log-file=valgrind.log", *command]
    with open(directory / "result.json", "wb") as out, open(directory / "stderr", "wb") as err:
        process = subprocess.Popen(command, cwd=directory, stdin=subprocess.DEVNULL, stdout=out, stderr=err,
                                   env={**os.environ, **SANITIZERS, "WORKSTREAM_SOAK": mark})
        sampler = Sampler(process.pid)
        while process.poll() is None:
            sampler.sample()
            time.sleep(0.1)
    end = time.monotonic() + 2
    while left_over(mark) and time.monotonic() < end:
        time.sleep(0.05)
    left = left_over(mark)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    return process.returncode, left, sampler


def complaints(options, directory, kinds, code, left, sampler):
    err = (directory / "stderr").read_text(encoding="utf-8", errors="replace")
    if code != 0:
        yield f"exit {code}: {err[-2000:]}"
    for word in ("AddressSanitizer", "LeakSanitizer", "runtime error", "this is a bug"):
        if word in err:
            yield f"{word}: {err[-4000:]}"
    if left:
        yield f"left running: {left}"
    try:
        result = json.loads((directory / "result.json").read_text(encoding="utf-8"))
    except ValueError as error:
        yield f"no result: {error}"
        return
    states = {step["id"]: (step["state"], step.get("why")) for step in result["steps"]}
    wrong = [(f"s{i}", kind, states[f"s{i}"]) for i, kind in enumerate(kinds) if states[f"s{i}"][0] != KINDS[kind][3]]
    for name, kind, state in wrong[:10]:
        yield f"{name} ({kind}) ended as {state}"
    if len(wrong) > 10:
        yield f"… and {len(wrong) - 10} more"
    if options.valgrind:
        log = (directory / "valgrind.log").read_text(encoding="utf-8", errors="replace")
        opened = re.search(r"FILE DESCRIPTORS: (\d+) open(?: \((\d+) std\))? at exit", log)
        # stdin, stdout, stderr and valgrind's own log.
        if not opened or int(opened[1]) > 4:
            yield f"descriptors at exit: {log[-4000:]}"
        if re.search(r"Invalid (?:read|write|free)|uninitialised|definitely lost", log):
            yield f"valgrind: {log[:4000]}"
        return
    early, late = halves(sampler.memory)
    allowed = GROWTH_AT_END + GROWTH_OF_STEP * len(kinds) * 5 // 8
    if len(early) >= 5 and max(late) > max(early) + allowed:
        yield f"memory grew from {max(early)} to {max(late)} kB"
    early, late = halves(sampler.files)
    if len(early) >= 5 and statistics.median(late) > statistics.median(early) + options.workers:
        yield f"descriptors grew from {statistics.median(early)} to {statistics.median(late)}"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("steps", nargs="?", type=int, default=10_000)
    parser.add_argument("--program", required=True)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--valgrind", action="store_true")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(10**9)
    print(f"soak: {options.steps} steps, seed {seed}", flush=True)
    directory = pathlib.Path(tempfile.mkdtemp(prefix="workstream soak "))
    made, kinds = workstream(options.steps, seed)
    (directory / "soak.json").write_text(json.dumps(made), encoding="utf-8")
    began = time.monotonic()
    code, left, sampler = run(options, directory)
    seconds = time.monotonic() - began
    found = list(complaints(options, directory, kinds, code, left, sampler))
    for text in found:
        print(f"soak: {text}")
    if sampler.memory:
        early, late = halves(sampler.memory)
        print(f"soak: {seconds:.0f} s, memory {max(early or [0])} then {max(late)} kB, "
              f"descriptors at most {max(sampler.files)}")
    if found:
        print(f"soak: kept in {directory}")
        return 1
    shutil.rmtree(directory, ignore_errors=True)
    print("soak: nothing found")
    return 0


if __name__ == "__main__":
    sys.exit(main())
