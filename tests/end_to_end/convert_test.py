"""`workstream convert`: what it writes means the same. Both are run, and verdicts, order and results compared."""

import concurrent.futures
import json
import os
import re
import shutil
import subprocess

import examples_test
import support

NATIVE = (".json", ".yaml")
# Their results depend on the moment, on steps beside each other, on their file's own name, or on somebody who sends a signal.
NOT_RUN = ("05_", "07_", "09_", "10_", "18_", "21_", "39_", "40_", "46_", "51_", "60_", "64_", "66_", "70_", "81_")
CALLED = ("76_called.yaml",)  # by another example


def without_places(value):
    if isinstance(value, dict):
        return {key: without_places(inner) for key, inner in value.items() if key not in ("file", "place", "line", "column")}
    return [without_places(inner) for inner in value] if isinstance(value, list) else value


def examples():
    folder = support.ROOT / "workstreams"
    return sorted(path for path in folder.iterdir() if path.suffix in (*NATIVE, ".jsonc", ".kata", ".prose") and path.is_file())


class ConvertTest(support.ProjectTest):
    def converted(self, source, to="yaml", name="converted"):
        path = self.project / f"{name}.{to}"
        self.expect(0, "convert", source, "--to", to, "-o", path)
        return path


class Meaning(ConvertTest):
    def test_plans_are_the_same_and_a_second_time_changes_nothing(self):
        samples = support.ROOT.parent / "shared" / "samples" / "workstreams"
        files = examples() + (sorted(samples.glob("*.json")) if samples.is_dir() else [])
        self.assertGreater(len(files), 60)

        def told(*arguments):  # call() is not for threads: it prepares the child between fork and exec
            done = subprocess.run([support.PROGRAM, *arguments], cwd=self.project, env=self.env, encoding="utf-8",
                                  stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
            return done.returncode, done.stdout

        def differences(path):
            plan = told("plan", path, "--json")
            found = []
            for to in ("yaml", "json"):
                first = self.project / f"{path.name}.{to}"
                converted = told("convert", path, "--to", to, "-o", first)
                if told("convert", first, "--to", to) != (0, first.read_text(encoding="utf-8")):
                    found.append(f"{to} is another one when it is converted again")
                again = told("plan", first, "--json")
                if (converted[0], again[0]) != (0, plan[0]):
                    found.append(f"{to}: convert ended with {converted[0]}, plan with {again[0]} instead of {plan[0]}")
                elif plan[1] and without_places(json.loads(again[1])) != without_places(json.loads(plan[1])):
                    found.append(f"{to} has another plan: {again[1]}\ninstead of {plan[1]}")
            return found

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for path, found in zip(files, pool.map(differences, files)):
                with self.subTest(path.name):
                    self.assertEqual(found, [])

    def run_in(self, directory, path, arguments):
        directory.mkdir()
        for inner in ("data", "set", "tools", "skills", "agents", "nodes"):
            shutil.copytree(support.ROOT / "workstreams" / inner, directory / inner)
        for called in CALLED:
            shutil.copy(support.ROOT / "workstreams" / called, directory)
        copy = directory / path.name
        shutil.copy(path, copy)
        env = {**self.env, "PATH": os.path.dirname(support.PROGRAM) + os.pathsep + self.env["PATH"]}
        for name in ("CI", "MAX_WORKERS", "GREETING"):
            env.pop(name, None)
        finished = subprocess.run([support.PROGRAM, "run", copy.name, "--json", "--max-workers", "1",
                                   *(argument.replace("{here}", str(directory)) for argument in arguments)], cwd=directory,
                                  env=env, stdin=subprocess.DEVNULL, capture_output=True, timeout=60, check=False)
        result = json.loads(finished.stdout) if finished.stdout else {"steps": []}
        steps = [{key: step.get(key) for key in ("id", "state", "exit_code", "outputs", "why", "attempts")}
                 for step in result.get("steps", [])]
        for step in steps:
            if isinstance(step["attempts"], list):
                step["attempts"] = len(step["attempts"])
        text = re.sub(r'"(timestamp|duration_ms)": \d+', "", json.dumps(steps).replace(str(directory), ""))
        return finished.returncode, result.get("status"), text

    def test_runs_end_the_same(self):
        pairs = []
        for path in examples():
            if path.name.startswith(NOT_RUN) or "$RUN_ID" in path.read_text(encoding="utf-8"):
                continue
            beside = self.project / (path.stem + (".json" if path.suffix != ".json" else ".yaml"))
            self.expect(0, "convert", path, "--to", beside.suffix[1:], "-o", beside)
            pairs.append((path, beside))
        self.assertGreater(len(pairs), 40)

        def both(pair):
            path, beside = pair
            arguments = examples_test.expectations(path)[0].get("args", [])
            return (self.run_in(self.project / f"a {path.stem}", path, arguments),
                    self.run_in(self.project / f"b {path.stem}", beside, arguments))

        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            for (path, _), (original, copy) in zip(pairs, pool.map(both, pairs)):
                with self.subTest(path.name):
                    self.assertEqual(copy, original)


class Command(ConvertTest):
    def test_to_the_screen_and_to_a_file(self):
        self.workstream("a", ["echo one", {"id": "b", "command": "echo ${steps.a.result}", "depends_on": "a"}])
        text = self.expect(0, "convert", "a.json", "--to", "yaml").out
        self.assertTrue(text.startswith("id: ws-a\nsteps:\n  - id: a\n    command: [echo, one]\n"), text)
        self.assertEqual(self.expect(0, "convert", "a.json", "--to", "yaml", "-o", "b.yaml").out, "")
        self.assertEqual((self.project / "b.yaml").read_text(encoding="utf-8"), text)
        self.assertEqual(json.loads(self.expect(0, "convert", "b.yaml", "--json").out)["id"], "ws-a")

    def test_refusals(self):
        self.write("bad.yaml", "id: ws-bad\nsteps: [{id: a, comand: x}]\n")
        self.assertIn("comand", self.expect(2, "convert", "bad.yaml", "--to", "json").err)
        self.workstream("a", ["true"])
        self.assertIn("--to yaml", self.expect(2, "convert", "a.json").err)
        self.expect(2, "convert", "a.json", "--to", "toml")
        self.expect(2, "convert", "--to", "yaml")
        self.assertIn("is what is read", self.expect(2, "convert", "a.json", "--to", "json", "-o", "./a.json").err)
        self.expect(3, "convert", "a.json", "--to", "json", "-o", "no/such/folder.json")

    def test_several_become_a_list(self):
        self.write("two.json", [{"id": "ws-a", "steps": [{"id": "x"}]}, {"id": "ws-b", "depends_on": "ws-a", "steps": [{"id": "x"}]}])
        self.assertEqual([one["id"] for one in json.loads(self.expect(0, "convert", "two.json", "--to", "json").out)], ["ws-a", "ws-b"])
        self.assertEqual(json.loads(self.expect(0, "convert", "two.json", "--ws-id", "ws-a", "--to", "json").out)["id"], "ws-a")

    def test_what_is_lost_is_said(self):
        self.write("a.yaml", "id: ws-a\nvars: {x: '1'}\nenv: {A: '${vars.x}', HOME_DIR: '${env.HOME}'}\nsteps: [{id: a, working_dir: src}]\n")
        (self.project / "other").mkdir()
        said = self.expect(0, "convert", "a.yaml", "--to", "json", "-o", "other/a.json").err
        self.assertIn("${env.…}", said)
        self.assertIn("'src' counts from the directory of the workstream's file", said)

    def test_secrets_are_not_written(self):
        self.env.update({"TOK": "hunter2-from-outside", "PIN": "42"})
        self.write("a.yaml", "id: ws-a\nsecrets: [TOK, PIN, KEY, password]\ninputs: {password: opensesame, other: 42}\n"
                   "env: {TOK: '${env.TOK}', PIN: '${env.PIN}', KEY: 'in the file'}\n"
                   "steps:\n- {id: a, command: 'test ${env.TOK} = \"$TOK\" && test \"$PIN\" = 42', env: {IS: \"${env.TOK == 'x'}\"}}\n"
                   "- {id: b, command: 'test \"$KEY\" = \"in the file\" && test ${inputs.password} = opensesame'}\n")
        for notation in ("yaml", "json"):
            converted = self.expect(0, "convert", "a.yaml", "--to", notation, "-o", f"b.{notation}")
            text = (self.project / f"b.{notation}").read_text(encoding="utf-8")
            for secret in ("hunter2", "in the file", "opensesame"):
                self.assertNotIn(secret, text + converted.err + converted.out)
            self.assertIn("the value of 'TOK' is secret and is not written: env.TOK and steps.a.command say ${env.TOK} instead",
                          converted.err)
            self.assertIn("'KEY' is secret and is not written: env.KEY and steps.b.command", converted.err)
            self.assertIn("'PIN' is secret and is not written: env.PIN says", converted.err)
            self.assertIn("inputs.password", converted.err)
            self.env.update({"KEY": "in the file", "password": "opensesame"})
            self.assertEqual(self.result(0, f"b.{notation}")["states"], {"a": "succeeded", "b": "succeeded"})
            self.env.pop("KEY"), self.env.pop("password")
        # Without the variable it does not load, and says which is missing.
        self.assertIn("env.KEY", self.expect(2, "run", "b.yaml").err)

    def test_a_called_workstream_is_written_inside(self):
        self.write("two.json", [{"id": "ws-a", "steps": [{"id": "call", "workstream": "ws-b", "inputs": {"n": 3}},
                                                         {"id": "after", "depends_on": "call", "command": "test ${steps.call.outputs.said} = 3"}]},
                                {"id": "ws-b", "inputs": {"n": None}, "steps": [{"id": "say", "command": "echo ${inputs.n}", "outputs": {"said": "stdout"}}],
                                 "outputs": {"said": "${steps.say.outputs.said}"}}])
        self.converted("two.json", "json")
        original, copy = self.result(0, "two.json"), self.result(0, "converted.json")
        self.assertEqual(copy["states"], original["states"])


if __name__ == "__main__":
    support.main()
