"""The scripts people type: each explains itself, runs from any directory, and minds spaces in paths.

Nothing is installed or built: where a script would call setup, build or the program, a stand-in that
records its arguments is called.
"""

import os
import pathlib
import shutil
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
NAMES = sorted(path.name for path in (ROOT / "scripts").iterdir() if path.is_file() and path.name != "README.md")

RECORDER = """#!/bin/bash
printf '%s' "$(basename "$0")" >>"$RECORD"
printf ' [%s]' "$@" >>"$RECORD"
printf ' in=%s workstreams=%s\\n' "$PWD" "${PIPELINE_WORKSTREAM_DIR:-}" >>"$RECORD"
previous=
for argument in "$@"; do
  if [ "$previous" = -o ]; then echo 'digraph { a -> b }' >"$argument"; fi
  previous=$argument
done
exit "${RECORDER_EXIT:-0}"
"""


def write_program(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


class Scripts(unittest.TestCase):
    def test_each_explains_itself_with_an_example(self):
        for name in NAMES:
            with self.subTest(name), tempfile.TemporaryDirectory() as elsewhere:
                for option in ("--help", "-h"):
                    result = subprocess.run([ROOT / "scripts" / name, option], cwd=elsewhere, capture_output=True,
                                            text=True, check=False)
                    self.assertEqual(result.returncode, 0, result.stderr)
                    self.assertRegex(result.stdout, r"Examples?:\n  scripts/" + name)
                self.assertEqual(os.listdir(elsewhere), [])

    def test_bash_can_read_each(self):
        for name in NAMES + ["../.ci/run"]:
            script = ROOT / "scripts" / name
            if script.read_text().startswith("#!/usr/bin/env bash"):
                self.assertIn("\nset -euo pipefail\n", script.read_text(), name)
                subprocess.run(["bash", "-n", script], check=True)

    @unittest.skipUnless(shutil.which("shellcheck"), "shellcheck is not installed")
    def test_shellcheck_finds_nothing(self):
        scripts = [ROOT / "scripts" / name for name in NAMES] + [ROOT / ".ci/run"]
        bash = [script for script in scripts if script.read_text().startswith("#!/usr/bin/env bash")]
        result = subprocess.run(["shellcheck", *bash], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_unknown_options_are_refused(self):
        for name in ("setup", "build", "format"):
            result = subprocess.run([ROOT / "scripts" / name, "--no-such"], capture_output=True, text=True, check=False)
            self.assertEqual(result.returncode, 2, name)
            self.assertIn("unknown option '--no-such'", result.stderr)


class Format(unittest.TestCase):
    def test_a_file_that_is_not_formatted_is_found_and_mended(self):
        with tempfile.TemporaryDirectory(prefix="a house ") as directory:
            root = pathlib.Path(directory)
            for name in ("scripts", "scheduler", "tests"):
                (root / name).mkdir()
            shutil.copy(ROOT / "scripts/format", root / "scripts")
            shutil.copy(ROOT / ".clang-format", root)
            (root / "scheduler/bad file.cpp").write_text("int  a;\n")
            (root / "scheduler/good.cpp").write_text("int a;\n")
            check = [root / "scripts/format", "--check"]
            result = subprocess.run(check, capture_output=True, text=True, check=False)
            if result.returncode == 77:
                self.skipTest(result.stderr)
            self.assertEqual(result.returncode, 1)
            self.assertIn("bad file.cpp: not formatted", result.stderr)
            self.assertNotIn("good.cpp", result.stderr)
            subprocess.run([root / "scripts/format"], check=True)
            self.assertEqual(subprocess.run(check, check=False).returncode, 0)


class EntryPoints(unittest.TestCase):
    """A copy of the scripts in a path with spaces, over a stand-in program."""

    def setUp(self):
        self.temp = tempfile.TemporaryDirectory(prefix="a path ")
        self.addCleanup(self.temp.cleanup)
        base = pathlib.Path(self.temp.name).resolve()
        self.root, self.elsewhere, self.record = base / "the house", base / "some where", base / "record"
        self.elsewhere.mkdir()
        shutil.copytree(ROOT / "scripts", self.root / "scripts")
        for stand_in in ("scripts/setup", "scripts/build", "build/release/workstream"):
            write_program(self.root / stand_in, RECORDER)
        write_program(self.root / "bin/dot", "#!/bin/bash\ncp \"${@: -1}\" \"${@: -2:1}\"\n")

    def run_script(self, name, *arguments, **environment):
        env = {key: value for key, value in os.environ.items() if key != "PIPELINE_WORKSTREAM_DIR"}
        env.update(RECORD=str(self.record), PATH=f"{self.root}/bin:{os.environ['PATH']}", **environment)
        result = subprocess.run([self.root / "scripts" / name, *arguments], cwd=self.elsewhere, env=env,
                                capture_output=True, text=True, check=False)
        calls = self.record.read_text().splitlines() if self.record.exists() else []
        return result, [call.split(" in=")[0] for call in calls], calls

    def test_run_installs_builds_and_hands_over(self):
        result, calls, whole = self.run_script("run_workstream", "--ws-id", "ws a", "--var", "x=*", RECORDER_EXIT="0")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(calls, ["setup []", "build [release] [workstream]", "workstream [run] [--ws-id] [ws a] [--var] [x=*]"])
        self.assertTrue(whole[-1].endswith(f"in={self.elsewhere} workstreams={self.root}/workstreams"), whole[-1])
        self.assertEqual(result.stdout, "")

    def test_run_leaves_the_callers_workstreams_alone(self):
        (self.elsewhere / "workstreams").mkdir()
        self.assertTrue(self.run_script("run_workstream", "x.yaml")[2][-1].endswith("workstreams="))

    def test_run_without_arguments_is_a_usage_error(self):
        for name in ("run_workstream", "check_step_status", "visualize_dependencies"):
            result, calls, _ = self.run_script(name)
            self.assertEqual((result.returncode, calls), (2, []), name)
            self.assertIn("Usage: scripts/" + name, result.stderr)

    def test_status_hands_over(self):
        self.assertEqual(self.run_script("check_step_status", "ws-a", "--json")[1][-1], "workstream [status] [ws-a] [--json]")

    def test_visualize_writes_both_pictures_here(self):
        result, calls, _ = self.run_script("visualize_dependencies", "ws-a")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(calls[-1], "workstream [graph] [--ws-id] [ws-a] [--format] [dot] [-o] [dependency_graph.dot]")
        self.assertEqual(sorted(os.listdir(self.elsewhere)), ["dependency_graph.dot", "dependency_graph.png"])

    def test_visualize_takes_a_file_too(self):
        (self.elsewhere / "my file.yaml").write_text("id: x\n")
        self.assertIn("[graph] [my file.yaml]", self.run_script("visualize_dependencies", "my file.yaml")[1][-1])

    def test_visualize_passes_the_exit_code_of_a_cycle_on(self):
        write_program(self.root / "build/release/workstream", RECORDER.replace("${RECORDER_EXIT:-0}", "2"))
        result, _, _ = self.run_script("visualize_dependencies", "ws-a")
        self.assertEqual(result.returncode, 2)
        self.assertTrue((self.elsewhere / "dependency_graph.png").exists())


if __name__ == "__main__":
    unittest.main()
