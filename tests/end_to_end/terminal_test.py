"""The live view on a real (pseudo-)terminal: what is shown, Ctrl-C, sizes, and the terminal given back."""

import os
import re
import signal

import support
from terminal import Terminal, open_pair, screen_of

WAIT = "while ! test -e {}; do sleep 0.05; done"


class LiveTest(support.ProjectTest):
    def begin(self, *arguments, steps=None, **terminal):
        steps = steps or [WAIT.format("go"), WAIT.format("go"),
                          {"id": "last", "command": "true", "depends_on": ["a", "b"]}]
        return Terminal(self, "run", self.workstream("one", steps), *arguments, "--max-workers", "8", **terminal)

    def go_on(self):
        self.write("go", "")


class Live(LiveTest):
    def test_running_steps_are_shown_and_the_terminal_is_given_back(self):
        terminal = self.begin()
        running = r"(?m)^⟳ a +[\dm. ]+s.*\n⟳ b +[\dm. ]+s.*\n0/3 done · 2 running · "
        terminal.until(lambda text: re.search(running, "\n".join(screen_of(text, 80))), "both running steps")
        self.go_on()
        self.assertEqual(terminal.finish(), 0)
        self.assertTrue(terminal.is_cursor_shown())
        screen = screen_of(terminal.text, 80)
        for line in ("✓ Loading workstream: ws-one", "✓ All steps complete"):
            self.assertEqual(screen.count(line), 1, screen)
        for step in ("a", "b", "last"):
            self.assertEqual(sum(line.startswith(f"✓ [{step}] Complete") for line in screen), 1, screen)

    def test_ctrl_c(self):
        terminal = self.begin(steps=["touch up-a; exec sleep 60", "touch up-b; exec sleep 60"])
        self.wait_for_file("up-a")
        self.wait_for_file("up-b")
        terminal.until(lambda text: "\x1b[?25l" in text, "the live view")
        terminal.type(b"\x03")
        self.assertEqual(terminal.finish(), -signal.SIGINT)
        self.assertTrue(terminal.is_cursor_shown())
        self.assertIn("interrupt", terminal.text.lower())
        self.assert_nobody_left()

    def test_ctrl_c_twice(self):
        self.write("defy.sh", "trap 'touch asked' INT TERM\ntouch up\nwhile :; do sleep 0.1; done\n")
        terminal = self.begin(steps=["exec sh defy.sh"])
        self.wait_for_file("up")
        terminal.type(b"\x03")
        self.wait_for_file("asked")
        terminal.type(b"\x03")
        self.assertEqual(terminal.finish(), -signal.SIGINT)
        self.assertTrue(terminal.is_cursor_shown())
        self.assert_nobody_left()

    def test_ctrl_z_stops_and_continues(self):
        terminal = self.begin()
        terminal.until(lambda text: "\x1b[?25l" in text, "the live view")
        os.kill(terminal.process.pid, signal.SIGSTOP)
        os.kill(terminal.process.pid, signal.SIGCONT)
        self.go_on()
        self.assertEqual(terminal.finish(), 0)

    def test_quit_gives_the_terminal_back(self):
        terminal = self.begin()
        terminal.until(lambda text: "\x1b[?25l" in text, "the live view")
        terminal.type(b"\x1c")
        self.assertEqual(terminal.finish(), -signal.SIGQUIT)
        self.assertTrue(terminal.is_cursor_shown())
        self.assert_nobody_left()

    def test_a_terminal_that_vanishes(self):
        terminal = self.begin()
        terminal.until(lambda text: "\x1b[?25l" in text, "the live view")
        replacement = os.open("/dev/null", os.O_RDWR)
        os.dup2(replacement, terminal.master)  # the last one open: the terminal hangs up
        os.close(replacement)
        self.assertEqual(terminal.process.wait(timeout=support.DEADLINE), -signal.SIGTERM)
        self.assert_nobody_left()
        self.assertEqual(self.expect(0, "status", "--json").json()["status"], "cancelled")


class Sizes(LiveTest):
    def test_resize_during_the_run(self):
        terminal = self.begin(columns=100)
        for columns, rows in ((40, 10), (20, 5), (200, 50), (3, 2), (1, 1), (80, 24)):
            before = len(terminal.text)
            terminal.resize(columns, rows)
            terminal.until(lambda text, length=before: "\x1b" in text[length:], f"a redraw for {columns} columns")
        self.go_on()
        self.assertEqual(terminal.finish(), 0)
        self.assertTrue(terminal.is_cursor_shown())

    def test_twenty_columns(self):
        steps = [{"id": "a-step-with-a-rather-long-name", "command": WAIT.format("go")}, WAIT.format("go")]
        terminal = self.begin(steps=steps, columns=20, rows=6)
        terminal.until(lambda text: re.search(r"(?m)^⟳ a-step-… +[\dm. ]+s\n⟳ b +[\dm. ]+s\n0/2 done",
                                              "\n".join(screen_of(text, 20))), "both steps, cut to the width")
        self.go_on()
        self.assertEqual(terminal.finish(), 0)

    def test_more_running_steps_than_rows(self):
        terminal = self.begin(steps=[WAIT.format("go")] * 8, rows=5)
        terminal.until(lambda text: "more" in text, "a line that says how many more are running")
        self.go_on()
        self.assertEqual(terminal.finish(), 0)
        screen = screen_of(terminal.text, 80)
        for step in "abcdefgh":
            self.assertEqual(sum(line.startswith(f"✓ [{step}] Complete") for line in screen), 1, screen)


class Safety(support.ProjectTest):
    RAW = r"\033]0;owned\007\033[31mred \033[2Jcleared"

    def test_escapes_of_steps_never_reach_the_terminal(self):
        steps = [f"printf '{self.RAW}\\n'; sleep 0.7; exit 1", "sleep 1"]
        terminal = Terminal(self, "run", self.workstream("one", steps), "--max-workers", "2")
        self.assertEqual(terminal.finish(), 1)
        self.assertNotIn("\x1b]", terminal.text)
        self.assertNotIn("\x07", terminal.text)
        self.assertNotIn("\x1b[2J", terminal.text)
        screen_of(terminal.text, 80)

    def test_nor_through_logs(self):
        self.expect(0, "run", self.workstream("one", [f"printf '{self.RAW} caf\\351 \\303\\251\\n'"]))
        terminal = Terminal(self, "logs", "ws-one", "a")
        self.assertEqual(terminal.finish(), 0)
        self.assertNotIn("\x1b", terminal.text)
        self.assertIn("caf\\xE9 é", terminal.text)
        # In a pipe the bytes are what they were.
        self.assertIn(b"\x1b[2J", self.expect(0, "logs", "ws-one", "a").out_bytes)

    def test_characters_are_not_split_between_reads(self):
        self.write("long", "é" * 40_000 + "\n")
        self.expect(0, "run", self.workstream("one", ["printf x; cat long"]))
        terminal = Terminal(self, "logs", "ws-one", "a")
        self.assertEqual(terminal.finish(), 0)
        self.assertEqual(terminal.text.count("é"), 40_000)
        self.assertNotIn("\\x", terminal.text)

    def test_colour_is_for_terminals_that_want_it(self):
        self.write("bad.yaml", "id: ws-bad\nsteps: 5\n")
        colourful = Terminal(self, "validate", "bad.yaml")
        self.assertEqual(colourful.finish(), 2)
        self.assertIn("\x1b[", colourful.text)
        plain = Terminal(self, "validate", "bad.yaml", NO_COLOR="1")
        self.assertEqual(plain.finish(), 2)
        self.assertNotIn("\x1b", plain.text)

    def test_a_dumb_terminal_gets_plain_lines(self):
        name = self.workstream("one", ["true"])
        terminal = Terminal(self, "run", name)
        terminal.finish()
        self.env["TERM"] = "dumb"
        master, slave = open_pair(self)
        self.addCleanup(os.close, master)
        process = self.start("run", name, stdout=slave)
        os.close(slave)
        self.assertEqual(self.finish(process).code, 0)
        self.assertNotIn(b"\x1b", os.read(master, 65536))

    def test_a_picture_is_not_poured_onto_a_terminal(self):
        terminal = Terminal(self, "graph", self.workstream("one", ["true"]), "--format", "png")
        self.assertEqual(terminal.finish(), 2)
        self.assertIn("-o", terminal.text)


if __name__ == "__main__":
    support.main()
