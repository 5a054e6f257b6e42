"""The program beside make and ninja, on work that does nothing: what a step costs. Prints medians and ratios.

All programs run in turn within each round, so that a busy machine troubles them alike; only ratios travel
from one machine to another. There is no pass and no fail.
"""

import argparse
import json
import os
import pathlib
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

import generate

WORKERS = 4


def measure(command, directory):
    """Wall seconds and peak memory (MiB) of one run; stops everything when it fails."""
    with open(directory / "output", "wb") as output:
        start = time.perf_counter()
        child = subprocess.Popen(command, cwd=directory, stdin=subprocess.DEVNULL, stdout=output, stderr=output)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - start
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode != 0:
        sys.stderr.write((directory / "output").read_text(errors="replace")[-2000:])
        raise SystemExit(f"bench: exit {child.returncode}: {' '.join(map(str, command))}")
    return seconds, usage.ru_maxrss / 1024


def programs(workstream):
    """Name → (file name, text of the file for some steps, command). Only what is installed."""
    known = {
        "workstream": ("bench.json", lambda steps: generate.workstream_json(steps, WORKERS),
                       [str(workstream), "run", "bench.json"]),
        "make": ("Makefile", generate.makefile, ["make", "--no-print-directory", f"-j{WORKERS}"]),
        "ninja": ("build.ninja", generate.ninja_file, ["ninja", "--quiet", f"-j{WORKERS}"]),
    }
    found = {name: parts for name, parts in known.items() if name == "workstream" or shutil.which(name)}
    for name in known.keys() - found.keys():
        print(f"{name} is not installed: left out")
    return found


def bench_runs(workstream, count, rounds, base):
    """graph → program → microseconds a step (median)."""
    graphs = {
        "independent": generate.independent(count),
        "layered": generate.layered(count),
        "chain": generate.chain(max(count // 4, 1)),
    }
    table = {}
    contenders = programs(workstream)
    for graph, steps in graphs.items():
        times = {name: [] for name in contenders}
        for round_number in range(rounds):
            for name, (file, text, command) in contenders.items():
                # A fresh directory each time: no history, no warm store.
                directory = base / f"{graph}-{name}-{round_number}"
                directory.mkdir()
                (directory / file).write_text(text(steps))
                times[name].append(measure(command, directory)[0] / len(steps) * 1e6)
                shutil.rmtree(directory)
        table[graph] = {name: statistics.median(values) for name, values in times.items()}
        print_row(graph, len(steps), table[graph])
    return table


def print_row(graph, count, medians):
    ours = medians["workstream"]
    peers = "".join(f"   {name} {value:7.1f} ({value / ours:4.2f}x)" for name, value in medians.items() if name != "workstream")
    print(f"  {graph:<12} {count:>6} steps   workstream {ours:7.1f}{peers}", flush=True)


def bench_load(workstream, count, rounds, base):
    table = {}
    for notation, write in (("json", generate.write_realistic_json), ("yaml", generate.write_realistic_yaml)):
        path = base / f"load.{notation}"
        with path.open("w") as out:
            write(count, out)
        runs = [measure([str(workstream), "plan", path.name], base) for _ in range(rounds)]
        seconds, memory = (statistics.median(values) for values in zip(*runs))
        table[notation] = {"seconds": seconds, "peak_mib": memory, "file_mib": path.stat().st_size / 2**20}
        print(f"  {notation:<12} {count:>6} steps   {seconds:7.3f} s   {seconds / count * 1e6:6.2f} us a step   "
              f"{memory:6.0f} MiB at most, for a file of {table[notation]['file_mib']:.0f} MiB", flush=True)
    return table


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--workstream", required=True, type=pathlib.Path, help="the program")
    parser.add_argument("--steps", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--load-steps", type=int, default=100_000)
    parser.add_argument("--json", type=pathlib.Path, help="write the medians there too")
    options = parser.parse_args()
    workstream = options.workstream.resolve()

    with tempfile.TemporaryDirectory(prefix="bench-") as directory:
        base = pathlib.Path(directory)
        print(f"Microseconds a step, {WORKERS} workers, `true` run directly, medians of {options.rounds} interleaved rounds;")
        print("in brackets how many times our cost the peer takes (above 1: we are faster):")
        runs = bench_runs(workstream, options.steps, options.rounds, base)
        load = {}
        if options.load_steps:
            print("Load, validate and plan one file:")
            load = bench_load(workstream, options.load_steps, options.rounds, base)
    if options.json:
        options.json.write_text(json.dumps({"cores": os.cpu_count(), "microseconds_per_step": runs, "load": load}, indent=2) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
