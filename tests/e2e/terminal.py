# SPDX-License-Identifier: Apache-2.0
"""A program on a terminal of its own, with somebody who types and looks."""
import os
import pty
import re
import select
import signal
import subprocess
import termios
import time

PATIENCE_S = 60  # for what must come
ESCAPES = re.compile(r"\033\[[0-9;]*[A-Za-z]")


class Terminal:
    def __init__(self, *words, environment):
        self.master, self.slave = pty.openpty()
        self.before = termios.tcgetattr(self.slave)
        self.raw = b""
        self.process = subprocess.Popen(words, stdin=self.slave, stdout=self.slave, stderr=self.slave,
                                        env={**environment, "TERM": "xterm"}, start_new_session=True)

    def read(self, seconds):
        if select.select([self.master], [], [], seconds)[0]:
            self.raw += os.read(self.master, 65536)

    def text(self):
        return ESCAPES.sub("", self.raw.decode(errors="replace"))

    def wait_for(self, pattern, seconds=PATIENCE_S):
        """Waits until it shows a match behind what was there at the last type()."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.read(0.1)
            found = re.search(pattern, self.text()[self.seen:])
            if found:
                return found
        raise AssertionError(f"waited in vain for '{pattern}':\n{self.text()}")

    seen = 0

    def type(self, text):
        self.read(0)
        self.seen = len(self.text())
        os.write(self.master, text.encode())

    def wait(self, seconds=PATIENCE_S):
        """Its status; a program that does not end is an error."""
        end = time.monotonic() + seconds
        while self.process.poll() is None and time.monotonic() < end:
            self.read(0.05)
        self.read(0.1)
        if self.process.poll() is None:
            raise AssertionError(f"it did not end:\n{self.text()}")
        return self.process.returncode

    def is_as_before(self):
        return termios.tcgetattr(self.slave) == self.before

    def interrupt(self, number=signal.SIGINT):
        os.killpg(self.process.pid, number)

    def close(self):
        if self.process.poll() is None:
            self.process.kill()
            self.process.wait()
        os.close(self.master)
        os.close(self.slave)
