"""Hostile text in every place a person, a file or a program can put it: nothing of it reaches a screen raw, what is
JSON, XML or DOT stays that, and nothing of it is ever run.
"""

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree

import support
import terminal

# Title, bell, clear, C1 (8-bit CSI as UTF-8), carriage return, quotes, markup, a shell's and a template's words, a text
# that changes the direction of writing, a line separator.
EVIL = ("\x1b]0;owned\x07\x1b[2J\u009b31m\r\b\x7f'\"\\$(touch pwned)`touch pwned`;touch pwned;<b>&amp;</b>%s%n{}"
        "\u202e\u2028\u0085*|#end")
NEW_LINE = "first\nsecond: \x1b[31m"
# An id is a directory's name: no control characters, no slash.
EVIL_ID = "a'\"$(touch pwned)`touch pwned`;<b>&amp;%s{}[x]*|#é"
# As bytes in the output of a program.
RAW = EVIL.encode() + b"\xff\xfe\x80caf\xe9\xed\xa0\x80 \x9b2J\n"
CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class HostileTest(support.ProjectTest):
    def setUp(self):
        super().setUp()
        self.addCleanup(lambda: self.assertFalse(list(self.project.rglob("pwned")), "something was run"))
        self.write("raw", RAW)
        self.write("tools/evil.yaml", "name: evil\ncommand: [cat, raw]\n")

    def hostile_file(self, **more):
        """A workstream with hostile text in all that its author writes."""
        steps = [
            {"id": EVIL_ID, "name": EVIL, "description": EVIL, "tags": [EVIL], "env": {"X": EVIL, EVIL: "x"},
             "command": ["sh", "-c", "cat raw; cat raw >&2; printf 'v<<END\\n%s\\nEND\\n' \"$X\" >> $WORKSTREAM_OUTPUT; exit 1",
                         EVIL], "metadata": {EVIL: EVIL}, "retry": {"attempts": 2, "initial_delay": 0},
             "success": {"require_output": ["never\x1b.2J"]}},
            {"id": "out", "command": ["sh", "-c", "cat raw; cat raw > \"$STEP_DIR.x\"; { printf 'v<<E\\n'; cat raw; echo E; "
                                      "echo plain=\"$1\"; } >> $WORKSTREAM_OUTPUT", "sh", EVIL.replace("\r", "")],
             "acceptance_tests": [{"command": ["cat", "raw"]}, EVIL]},
            {"id": "after", "depends_on": ["out"], "command": "cat $WS_RESULTS; echo ${steps.out.outputs.plain}"},
            {"id": "no-program", "command": [EVIL, NEW_LINE]},
            {"id": "no-directory", "command": "true", "working_dir": f"x{EVIL}"},
            {"id": "bad-output", "command": "printf '\\033[2J bad name=1\\n' >> $WORKSTREAM_OUTPUT"},
            {"id": "each", "for_each": [EVIL, NEW_LINE, {"k": EVIL}], "command": "echo ${item}"},
            {"id": "undo", "command": "true", "compensation": {"command": ["cat", "raw"]}},
            {"id": "cond", "when": "inputs.text == 'x\x1b[2J'", "command": "true"},
        ]
        return self.write(more.pop("name", "evil.json"), {
            "id": "ws-" + EVIL_ID, "name": EVIL, "description": EVIL, "tags": [EVIL], "env": {"Y": EVIL},
            "inputs": {"text": {"default": EVIL}}, "metadata": {EVIL: EVIL}, "outputs": {"all": "${inputs.text}"},
            "error_handling": {"on_failure": {"message": EVIL, "collect_diagnostics": True}}, "steps": steps, **more})

    def assert_harmless(self, what, text):
        """Text for a screen without a terminal: lines, and no control character in them."""
        found = CONTROL.search(text)
        self.assertIsNone(found, f"{what}: {found and text[max(0, found.start() - 60):found.end() + 60]!r}")
        self.assertNotIn("\ufffd", text.replace("\\ufffd", ""), what)

    def assert_plain(self, *arguments, codes=(0,)):
        done = self.call(*arguments)
        self.assertIn(done.code, codes, str(done))
        self.assert_harmless(arguments, done.out)
        self.assert_harmless(arguments, done.err)
        done.out_bytes.decode("utf-8")
        return done

    def assert_json(self, *arguments, codes=(0,)):
        done = self.call(*arguments)
        self.assertIn(done.code, codes, str(done))
        self.assert_harmless(arguments, done.err)
        return json.loads(done.out_bytes.decode("utf-8"))

    def assert_dot(self, dot):
        self.assert_harmless("dot", dot.decode("utf-8"))
        if shutil.which("dot"):
            drawn = subprocess.run(["dot", "-Tsvg"], input=dot, capture_output=True, check=False)
            self.assertEqual((drawn.returncode, drawn.stderr), (0, b""), dot.decode())
            xml.etree.ElementTree.fromstring(drawn.stdout)


class Run(HostileTest):
    def test_plain_lines_log_and_readers(self):
        name = self.hostile_file().name
        self.assert_plain("run", name, "--progress", "plain", "--run-id", "r", "--input", f"text={EVIL}", "--observer",
                          "log", "--observer", "json", "--events", "events", "--notify-cmd", "cat >> notices", codes=(1,))
        run = "ws-" + EVIL_ID
        for arguments in (["status"], ["status", run], ["status", "r"], ["history"], ["logs", "r"]):
            self.assert_plain(*arguments)
        for arguments in (["status", "--json"], ["history", "--json"], ["logs", "r", "--json"],
                          *(["status", "r", "--json", "--view", view] for view in ("kata", "go", "blok", "workstream"))):
            self.assert_json(*arguments)
        for line in (self.project / "events").read_bytes().decode("utf-8").splitlines():
            json.loads(line)
        decoder, notices = json.JSONDecoder(), (self.project / "notices").read_text(encoding="utf-8")
        while notices.strip():
            notices = notices[decoder.raw_decode(notices.lstrip())[1] + len(notices) - len(notices.lstrip()):]
        directory = self.project / ".worktrees" / run / "runs/r"
        self.assert_harmless("orchestrator.log", (directory / "orchestrator.log").read_text(encoding="utf-8"))
        result = json.loads((directory / "result.json").read_bytes().decode("utf-8"))
        self.assertEqual(result["workstreams"][0]["outputs"]["all"], EVIL)
        bundles = list((directory / "diagnostics").iterdir())
        self.assertTrue(bundles)
        for bundle in bundles:
            json.loads((bundle / "result.json").read_text(encoding="utf-8"))
            self.assert_dot((bundle / "graph.dot").read_bytes())
        self.assertEqual({path.name for path in (self.project / ".worktrees").iterdir()
                          if not path.name.startswith("workstream.db")}, {".gitignore", run})

    def test_json(self):
        name = self.hostile_file().name
        result = self.assert_json("run", name, "--json", "--progress", "plain", codes=(1,))
        states = {step["id"]: step["state"] for step in result["steps"]}
        self.assertEqual(states["out"], "unverified")
        self.assertEqual(states["no-program"], "failed")
        for names in ("kata", "go", "blok", "workstream"):
            done = self.call("run", name, "--events", "-", "--event-names", names)
            for line in done.out_bytes.decode("utf-8").splitlines():
                json.loads(line)

    def test_on_a_terminal(self):
        name = self.hostile_file().name
        for arguments in (["run", name], ["run", name, "--dry-run"], ["plan", name], ["validate", name], ["status"],
                          ["history"], ["logs"], ["logs", "ws-" + EVIL_ID, "out"], ["status", "--json"],
                          ["run", "--run-id", EVIL, name], ["run", "no" + EVIL], ["run", "--input", EVIL, name],
                          ["run", "--input", f"{EVIL}=x", name], ["run", "--ws-id", EVIL, name],
                          ["logs", EVIL], ["logs", "ws-" + EVIL_ID, EVIL], ["status", EVIL], [EVIL],
                          ["run", "--" + EVIL], ["run", "--timeout", EVIL, name], ["run", "--state-dir", EVIL * 20, name],
                          ["run", "--tool", f"{EVIL}={EVIL}", name], ["run", "--var", f"{EVIL}=x", name],
                          ["run", "--assume-complete", EVIL, name], ["run", "--tools-dir", EVIL, name],
                          ["run", "--events", f"no/{EVIL}", name], ["run", "--mask", EVIL, name],
                          ["signal", EVIL], ["convert", "--to", EVIL, name], ["graph", "-o", f"no/{EVIL}.dot", name]):
            with self.subTest(arguments):
                seen = terminal.Terminal(self, *arguments, columns=100)
                seen.finish()
                terminal.screen_of(seen.text.replace("\r\n", "\n"), 100)  # raises for a control character
                left = terminal.SEQUENCE.sub("", seen.text).replace("\r", "").replace("\t", "")
                self.assert_harmless(arguments, left)

    def test_file_and_directory_names(self):
        directory = self.project / f"d{EVIL.replace('/', '')[:60]}\nx"
        directory.mkdir()
        for name in (f"{EVIL.replace('/', '')[:80]}.json", "new\nline.json"):
            path = directory / name
            shutil.copy(self.hostile_file(), path)
            shutil.copytree(self.project / "tools", directory / "tools", dirs_exist_ok=True)
            for arguments in (["validate", path], ["plan", path], ["run", path], ["status"], ["history"], ["logs"]):
                self.assert_plain(*arguments, codes=(0, 1))
            self.assert_json("run", path, "--json", codes=(1,))
        broken = directory / "broken\x1b[2J.yaml"
        broken.write_text("id: ws-x\nsteps: 5\n", encoding="utf-8")
        self.assert_plain("validate", broken, codes=(2,))
        self.assert_json("validate", broken, "--json", codes=(2,))
        self.assert_plain("validate", directory, codes=(2,))

    def test_a_project_in_such_a_directory(self):
        inside = self.directory / "p'\"$(touch pwned)\n\x1b[2J é"
        inside.mkdir()
        (inside / "raw").write_bytes(RAW)
        (inside / "a.yaml").write_text("id: ws-a\nsteps:\n  - {id: a, command: 'cd . && cat raw'}\n  - {id: b, depends_on: a, "
                                       "script: 'cat raw; exit 1'}\n", encoding="utf-8")
        done = self.call("run", "a.yaml", cwd=inside)
        self.assertEqual(done.code, 1, str(done))
        self.assert_harmless("run", done.out + done.err)
        self.assert_harmless("status", self.call("status", cwd=inside).out)


class Pictures(HostileTest):
    def test_all_forms(self):
        name = self.hostile_file().name
        self.assert_dot(self.expect(0, "graph", name).out_bytes)
        self.assert_plain("graph", name, "--format", "mermaid")
        self.assert_json("graph", name, "--format", "json")
        self.assert_json("plan", name, "--json")
        self.assert_json("validate", name, "--json")
        if shutil.which("dot"):
            self.expect(0, "graph", name, "--format", "svg", "-o", "drawn.svg")
            xml.etree.ElementTree.parse(self.project / "drawn.svg")
        for to in ("json", "yaml"):
            written = self.expect(0, "convert", name, "--to", to)
            if to == "json":
                json.loads(written.out_bytes.decode("utf-8"))
            self.write(f"again.{to}", written.out_bytes)
            self.assertEqual(self.assert_json("plan", f"again.{to}", "--json")["steps"],
                             self.assert_json("plan", name, "--json")["steps"])


if __name__ == "__main__":
    support.main()
