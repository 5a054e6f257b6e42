"""Graphs for the benchmarks, as a list of steps (name, names it needs), and the files each program wants."""

import json


def independent(count):
    return [(f"s{i}", []) for i in range(count)]


def layered(count, width=100, needs=3):
    """Layers of `width`; each step needs `needs` of the layer before, spread so that layers interleave."""
    steps = []
    for i in range(count):
        layer, place = divmod(i, width)
        above = [] if layer == 0 else sorted({(layer - 1) * width + (place * 7 + k * 31) % width for k in range(needs)})
        steps.append((f"s{i}", [f"s{j}" for j in above]))
    return steps


def chain(count):
    return [(f"s{i}", [f"s{i - 1}"] if i else []) for i in range(count)]


def workstream_json(steps, workers):
    return json.dumps({
        "id": "ws-bench", "execution": {"max_workers": workers},
        "steps": [{"id": name, "command": ["true"], "depends_on": needs} for name, needs in steps]})


def makefile(steps):
    names = " ".join(name for name, _ in steps)
    rules = "".join(f"{name}: {' '.join(needs)}\n\t@true\n" for name, needs in steps)
    return f"all: {names}\n.PHONY: all {names}\n{rules}"


def ninja_file(steps):
    builds = "".join(f"build {name}: nothing {' '.join(needs)}\n" for name, needs in steps)
    return f"rule nothing\n  command = true\n  description =\n{builds}"


def realistic(count):
    """Steps as people write them: a description, a command with arguments, environment, dependencies, a test."""
    for i in range(count):
        yield {
            "id": f"step-{i:06d}",
            "description": f"Compile module {i} of the project with the usual options",
            "command": ["cc", "-O2", "-c", f"src/module_{i}.c", "-o", f"build/module_{i}.o"],
            "depends_on": [f"step-{j:06d}" for j in (i - 100, i - 37) if j >= 0],
            "env": {"MODULE": str(i)},
            "timeout": 300,
            "acceptance_tests": [f"test -s build/module_{i}.o"],
        }


# Both write as they go: a parent that holds the text would lend its own peak memory to the child it measures.
def write_realistic_json(count, out):
    out.write('{\n  "id": "ws-bench-load",\n  "steps": [')
    separator = "\n    "
    for step in realistic(count):
        out.write(separator + json.dumps(step))
        separator = ",\n    "
    out.write("\n  ]\n}\n")


def write_realistic_yaml(count, out):
    out.write("id: ws-bench-load\nsteps:\n")
    for step in realistic(count):
        out.write(f"  - id: {step['id']}\n"
                  f"    description: {step['description']}\n"
                  f"    command: [{', '.join(step['command'])}]\n"
                  f"    depends_on: [{', '.join(step['depends_on'])}]\n"
                  f"    env: {{MODULE: \"{step['env']['MODULE']}\"}}\n"
                  f"    timeout: {step['timeout']}\n"
                  f"    acceptance_tests:\n      - {step['acceptance_tests'][0]}\n")
