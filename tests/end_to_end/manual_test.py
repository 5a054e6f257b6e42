"""The manual of the format says the truth: its files load and run, it knows every key of the schema, every example and
every kind of mistake, and its table of examples agrees with what the examples say of themselves."""

import json
import re

import support

MANUAL = support.ROOT / "workstreams" / "README.md"


def blocks(text):
    """(line number, text) of each fenced YAML block."""
    for found in re.finditer(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL):
        yield text[:found.start()].count("\n") + 2, found.group(1)


def exit_code(block):
    """What a block says its run exits with: `# exit 1` in its first line; 0 otherwise."""
    found = re.match(r"# exit (\d+)", block)
    return int(found.group(1)) if found else 0


class Manual(support.ProjectTest):
    def setUp(self):
        super().setUp()
        self.text = MANUAL.read_text(encoding="utf-8")

    def test_its_files_load_without_a_warning_and_run(self):
        found = list(blocks(self.text))
        self.assertGreater(len(found), 10)
        for line, block in found:
            with self.subTest(f"README.md:{line}"):
                # A part of a file begins with the key it stands under.
                whole = block if re.search(r"^(- )?(id|plan_id):", block, re.MULTILINE) else f"id: ws-line-{line}\n{block}"
                self.write("manual.yaml", whole)
                self.expect(0, "validate", "--strict", "manual.yaml")
                self.expect(exit_code(block), "run", "manual.yaml")

    def test_it_knows_every_key(self):
        keys, pending = set(), [self.expect(0, "schema").json()]
        while pending:
            value = pending.pop()
            if isinstance(value, dict):
                properties = value.get("properties")
                if isinstance(properties, dict):
                    keys |= set(properties)
                pending.extend(value.values())
            elif isinstance(value, list):
                pending.extend(value)
        self.assertGreater(len(keys), 100)
        said = set(re.findall(r"[A-Za-z_]+", " ".join(re.findall(r"`([^`\n]+)`", self.text))))
        self.assertEqual(sorted(key for key in keys - said if not key.startswith(("_", "$", "x-"))), [])

    def test_its_table_lists_every_example_with_its_exit_code(self):
        listed = dict(re.findall(r"^\| \[([0-9a-z_./]+)\]\(\1\) \|.*\| (\d[^|]*) \|$", self.text, re.MULTILINE))
        there = {path.name for path in MANUAL.parent.iterdir() if re.match(r"\d\d_", path.name)}
        self.assertEqual(set(listed) - {"set/"}, there)
        for name, codes in listed.items():
            if name == "set/":
                continue
            with self.subTest(name):
                (line,) = re.findall(r'x-expect"?: (.*?),?$', (MANUAL.parent / name).read_text(encoding="utf-8"), re.MULTILINE)
                expected = json.loads(line)
                expected = expected if isinstance(expected, list) else [expected]
                for code in {one["exit"] for one in expected}:
                    self.assertRegex(codes, rf"\b{code}\b")

    def test_it_knows_every_kind_of_mistake(self):
        header = (support.ROOT / "scheduler" / "model" / "mistakes.h").read_text(encoding="utf-8")
        kinds = set(re.findall(r'\{"([a-z_-]+)",', header))
        self.assertGreater(len(kinds), 30)
        for kind in sorted(kinds):
            self.assertIn(f"`{kind}`", self.text)


if __name__ == "__main__":
    support.main()
