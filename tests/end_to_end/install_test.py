"""`cmake --install` into a prefix: the installed program works from anywhere and finds its tool profiles.

Usage: install_test.py PROGRAM BUILD_DIRECTORY [unittest options]
"""

import os
import pathlib
import shutil
import subprocess
import sys

import support

BUILD = pathlib.Path(sys.argv.pop(2)) if len(sys.argv) > 2 else pathlib.Path()


class Install(support.ProjectTest):
    def setUp(self):
        super().setUp()
        self.prefix = self.directory / "a prefix"
        # Only what `install` puts there; nothing is built.
        installed = subprocess.run(["cmake", "--install", str(BUILD), "--prefix", str(self.prefix)], check=False,
                                   capture_output=True, text=True)
        self.assertEqual(installed.returncode, 0, installed.stderr)
        self.addCleanup(setattr, support, "PROGRAM", support.PROGRAM)
        support.PROGRAM = str(self.prefix / "bin" / "workstream")

    def test_what_is_installed(self):
        files = sorted(str(path.relative_to(self.prefix)) for path in self.prefix.rglob("*") if path.is_file())
        shipped = sorted(path.name for path in (support.ROOT / "tools").glob("*.yaml"))
        self.assertEqual(files, ["bin/workstream"] + [f"share/workstream/tools/{name}" for name in shipped])

    def test_it_runs_with_its_own_profiles_from_another_directory(self):
        tools = self.expect(0, "tools", "--json").json()
        own = str(self.prefix / "share/workstream/tools")
        self.assertEqual({str(pathlib.Path(tool["origin"]).parent) for tool in tools}, {own})
        self.expect(0, "run", self.workstream("one", [{"id": "a", "tool": "python", "tasks": ["print(6 * 7)"]}]))
        self.assertEqual(self.expect(0, "logs", "ws-one", "a").out, "42\n")

    def test_through_a_link_and_after_a_move(self):
        moved = self.directory / "moved"
        shutil.move(self.prefix, moved)
        link = self.directory / "ws"
        os.symlink(moved / "bin" / "workstream", link)
        support.PROGRAM = str(link)
        (shell,) = self.expect(0, "tools", "shell", "--json").json()
        self.assertEqual(shell["origin"], str(moved / "share/workstream/tools/shell.yaml"))

    def test_profiles_of_the_person_and_the_project_win(self):
        self.write("tools/shell.yaml", "name: shell\ncommand: [echo, project]\n")
        (self.directory / "home/.config/workstream/tools").mkdir(parents=True)
        mine = self.directory / "home/.config/workstream/tools/ruff.yaml"
        mine.write_text("name: ruff\ncommand: [echo, mine]\n", encoding="utf-8")
        self.write("more/ruff.yaml", "name: ruff\ncommand: [echo, more]\n")

        def command(*arguments):
            (tool,) = self.expect(0, "tools", *arguments, "--json").json()
            return tool["command"]
        self.assertEqual(command("shell"), ["echo", "project"])
        self.assertEqual(command("ruff"), ["echo", "mine"])
        self.assertEqual(command("ruff", "--tools-dir", "more"), ["echo", "more"])


if __name__ == "__main__":
    support.main()
