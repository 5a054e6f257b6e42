"""What the READMEs name of the command line is there: commands, and options of some command."""

import re

import support

PAGES = ("README.md", "scheduler/README.md", "workstreams/README.md")
# Of cmake, which installs the program.
OTHERS = {"--install", "--prefix"}


class Readme(support.ProjectTest):
    def setUp(self):
        super().setUp()
        self.commands = re.findall(r"^  ([a-z]+)  +\S", self.expect(0, "--help").out, re.MULTILINE)
        self.assertIn("run", self.commands)

    def test_options(self):
        helps = [self.expect(0, *command, "--help").out for command in ([], *([name] for name in self.commands))]
        known = {option for text in helps for option in re.findall(r"--[a-z][\w-]*", text)} | OTHERS
        for page in PAGES:
            for number, line in enumerate((support.ROOT / page).read_text(encoding="utf-8").splitlines(), start=1):
                for option in re.findall(r"(?<![\w-])--[a-z][\w-]*", line):
                    self.assertIn(option, known, f"{page}:{number}")

    def test_commands(self):
        for page in PAGES:
            named = re.findall(r"`workstream ([a-z]+)", (support.ROOT / page).read_text(encoding="utf-8"))
            self.assertEqual(set(named) - set(self.commands), set(), page)
        whole = (support.ROOT / "README.md").read_text(encoding="utf-8")
        self.assertEqual([name for name in self.commands if f"`{name}" not in whole and f"workstream {name}" not in whole], [])


if __name__ == "__main__":
    support.main()
