"""Going on with a run whose steps are runs themselves: what counts is what the files say, not how this program is called."""

import json
import signal

import support
from resume_test import ResumeTest


class Called(ResumeTest):
    """`c` calls ws-called for each item of a list that only the run knows; y holds the run up after it."""

    def setUp(self):
        super().setUp()
        self.write_called("echo in >> ran")
        self.write("w.json", {"id": "ws-w", "steps": [
            {"id": "plan", "command": "echo '{\"l\": [\"p\", \"q\"]}' > \"$WORKSTREAM_OUTPUT\"", "outputs": {"l": "l"}},
            {"id": "c", "for_each": {"from": "steps.plan.outputs.l"}, "workstream": "ws-called", "depends_on": ["plan"]},
            {"id": "y", "command": "echo y >> ran; while test -e hold-y; do sleep 0.02; done", "depends_on": ["c"]}]})
        self.write("tools/unused.json", {"name": "unused", "command": ["true"]})

    def write_called(self, command):
        self.write("called.json", {"id": "ws-called", "steps": [{"id": "in", "command": command}]})

    def test_other_options_of_the_command_line_are_no_edit(self):
        self.interrupt_at("y", "w.json", by=signal.SIGINT)
        self.assertEqual(sorted(self.ran()), ["in", "in", "y"])
        more = ("--mask", "HOME", "--tools-dir", "tools", "--durable", "--judge", "true")
        self.assertIn(" 0 changed, ", self.expect(0, "run", "w.json", *more).out)
        self.assertEqual(self.ran(), ["y"])

    def test_nor_are_other_secrets_of_the_file(self):
        self.interrupt_at("y", "w.json", by=signal.SIGINT)
        self.ran()
        text = json.loads((self.project / "w.json").read_text(encoding="utf-8"))
        self.write("w.json", {**text, "secrets": ["HOME"]})
        self.expect(0, "run", "w.json")
        self.assertEqual(self.ran(), ["y"])

    def test_what_the_called_file_says_is(self):
        self.interrupt_at("y", "w.json", by=signal.SIGINT)
        self.ran()
        self.write_called("echo other >> ran")
        self.expect(0, "run", "w.json")
        self.assertEqual(sorted(self.ran()), ["other", "other", "y"])


if __name__ == "__main__":
    support.main()
