"""A pseudo-terminal as a person sits before one: the program's controlling terminal, keys, sizes, and what stands on
its screen. Understands the few escape sequences the live view uses; any other one is a mistake that it reports.
"""

import fcntl
import os
import re
import select
import struct
import termios
import time

import support

SEQUENCE = re.compile(r"\x1b\[([?0-9;]*)([A-Za-z])")
HIDE, SHOW = "\x1b[?25l", "\x1b[?25h"


def open_pair(test):
    """Both ends of a new pseudo-terminal; skips the test where there are none (some containers)."""
    try:
        return os.openpty()
    except OSError as error:
        return test.skipTest(f"no pseudo-terminal can be had here: {error}")


class Terminal:
    def __init__(self, test, *arguments, columns=80, rows=24, executable=None, **env):
        self.master, slave = open_pair(test)
        test.addCleanup(os.close, self.master)
        self.resize(columns, rows)
        self.bytes = b""
        self.is_open = True

        def sit_down():
            support.as_a_person()
            os.setsid()
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        self.process = test.start(*arguments, stdin=slave, stdout=slave, stderr=slave, preexec_fn=sit_down,
                                  executable=executable, env=dict(test.env, TERM="xterm-256color", **env))
        os.close(slave)

    def resize(self, columns, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def type(self, keys):
        os.write(self.master, keys)

    @property
    def text(self):
        return self.bytes.decode("utf-8", "replace")

    def read_some(self):
        """What has come meanwhile; waits a little for it. The end is reported as EIO by the kernel."""
        if not self.is_open or not select.select([self.master], [], [], 0.05)[0]:
            return
        try:
            self.bytes += os.read(self.master, 65536)
        except OSError:
            self.is_open = False

    def until(self, condition, what):
        """Reads until `condition` of all the text so far is true."""
        end = time.monotonic() + support.DEADLINE
        while not condition(self.text):
            if time.monotonic() > end or not self.is_open:
                raise AssertionError(f"not seen: {what}\n{self.text!r}")
            self.read_some()

    def finish(self):
        """The exit code, after everything was read."""
        end = time.monotonic() + support.DEADLINE
        while self.is_open:
            self.read_some()
            if time.monotonic() > end:
                raise AssertionError(f"does not end: {self.text!r}")
        return self.process.wait(timeout=support.DEADLINE)

    def is_cursor_shown(self):
        return self.text.rfind(SHOW) >= self.text.rfind(HIDE)


def screen_of(text, columns):
    """The lines that stand on an endlessly high screen of that width after `text`."""
    lines, row, column, at = [[]], 0, 0, 0
    while at < len(text):
        sequence = SEQUENCE.match(text, at)
        if sequence:
            number = int(sequence[1]) if sequence[1].isdigit() else 0
            if sequence[2] == "A":
                row = max(0, row - max(1, number))
            elif sequence[2] == "K":
                del lines[row][0 if number == 2 else column:]
            elif sequence[2] == "J":
                del lines[row][column:]
                del lines[row + 1:]
            elif sequence[2] == "G":
                column = max(1, number) - 1
            elif sequence[2] not in "mhl":
                raise AssertionError(f"an unknown escape sequence: {sequence[0]!r}")
            at = sequence.end()
            continue
        char = text[at]
        at += 1
        if char == "\r":
            column = 0
        elif char == "\n":
            row += 1
        elif ord(char) < 32 or ord(char) == 127:
            raise AssertionError(f"a control character: {char!r}")
        else:
            if column == columns:
                row, column = row + 1, 0
            while len(lines) <= row:
                lines.append([])
            lines[row].extend(" " * (column - len(lines[row])))
            lines[row][column:column + 1] = [char]
            column += 1
        while len(lines) <= row:
            lines.append([])
    return ["".join(line).rstrip() for line in lines]
