"""Runs every example in workstreams/ with the real program and compares what happens with the example's own
`x-expect`: a JSON object (or a list of them, one per run) on one line of the file (in a comment, where a notation
knows no such key).

  exit     the exit code (required)
  steps    step id → status, looked up in the result JSON (`run --json`)
  args     further arguments of `workstream run`; {here} is the directory of the file
  env      further environment (CI, MAX_WORKERS and GREETING are unset otherwise)
  seconds  the longest it may take (20 by default)

Usage: examples_test.py PROGRAM [EXAMPLE…]
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
EXPECT = re.compile(r'^\s*(?:[#/]+\s*)?"?x-expect"?:\s*(.*?),?\s*$', re.MULTILINE)
LONGEST_SECONDS = 20


def expectations(path):
    lines = EXPECT.findall(path.read_text(encoding="utf-8"))
    if len(lines) != 1:
        raise SystemExit(f"{path}: one x-expect line is wanted, {len(lines)} found")
    value = json.loads(lines[0])
    return value if isinstance(value, list) else [value]


def step_statuses(result):
    """step id → status, wherever in the result JSON the steps stand. Iterative: results may nest."""
    found, pending = {}, [result]
    while pending:
        value = pending.pop()
        if isinstance(value, dict):
            name, status = value.get("id", value.get("step")), value.get("status", value.get("state"))
            if isinstance(name, str) and isinstance(status, str):
                found[name.split("/")[-1]] = status
            pending.extend(value.values())
        elif isinstance(value, list):
            pending.extend(value)
    return found


def run(program, target, expect, directory):
    """Problems of one run, as lines; empty when it went as expected."""
    env = {key: value for key, value in os.environ.items() if key not in ("CI", "MAX_WORKERS", "GREETING")}
    env["PATH"] = str(pathlib.Path(program).parent) + os.pathsep + env["PATH"]  # steps may call `workstream signal`
    env.update(expect.get("env", {}))
    seconds = expect.get("seconds", LONGEST_SECONDS)
    arguments = [argument.replace("{here}", str(target.parent)) for argument in expect.get("args", [])]
    command = [program, "run", str(target), *arguments]
    if "steps" in expect:
        command.append("--json")
    try:
        result = subprocess.run(command, cwd=directory, env=env, stdin=subprocess.DEVNULL, capture_output=True,
                                text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        return [f"took longer than {seconds} s: {' '.join(command)}"]
    said = result.stdout + result.stderr
    problems = []
    if result.returncode != expect["exit"]:
        problems.append(f"exit {result.returncode}, expected {expect['exit']}: {' '.join(command)}\n{said}")
    if "steps" in expect:
        try:
            statuses = step_statuses(json.loads(result.stdout))
        except ValueError:
            return problems + [f"stdout of --json is no JSON: {said}"]
        for step, status in expect["steps"].items():
            if statuses.get(step) != status:
                problems.append(f"step {step} is {statuses.get(step)}, expected {status}")
    return problems


def main():
    if len(sys.argv) < 2:
        raise SystemExit(__doc__)
    program = str(pathlib.Path(sys.argv[1]).resolve())
    workstreams = ROOT / "workstreams"
    files = [pathlib.Path(name).resolve() for name in sys.argv[2:]] or sorted(
        path for folder in (workstreams, workstreams / "set") for path in folder.iterdir()
        if path.suffix in (".json", ".yaml", ".kata", ".prose"))
    runs = [(path, expect) for path in files for expect in expectations(path)]
    if len(sys.argv) == 2:
        # The set as a whole, and its last file with what it needs declared complete (after the set has run).
        runs.append((workstreams / "set", {"exit": 0}))
        declared = ["--assume-complete", "ws-set-server", "--assume-complete", "ws-set-client"]
        runs.append((workstreams / "set" / "release.yaml", {"exit": 0, "args": declared}))
    failed = 0
    with tempfile.TemporaryDirectory(prefix="examples ") as directory:
        for path, expect in runs:
            # Twice: what a run leaves behind must not trouble the next one.
            problems = [*run(program, path, expect, directory), *run(program, path, expect, directory)]
            print("ok  " if not problems else "FAIL", path.relative_to(ROOT), *expect.get("args", []), flush=True)
            for problem in problems:
                print("     " + problem.replace("\n", "\n     "))
            failed += bool(problems)
    print(f"{len(runs) - failed} of {len(runs)} runs as expected")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
