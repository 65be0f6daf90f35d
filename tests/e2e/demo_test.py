#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`nbota demo`: what it shows, on a terminal and without one, and what it leaves behind."""
import os
import re
import signal
import subprocess
import time
import unittest

from lab import Lab, NBOTA
from terminal import Terminal

LIMIT_S = 200  # a minute suffices; a machine may be busy
CHUNK_SIZE = 1028
STEPS = [f"[{step:2}/10] " for step in range(1, 11)]
SHOWN = ["signed with a key", "image sign s31-nb-v1.1.0.bin --key ", "boot-bc660k-demo.bin", "> AT+OTASER=127.0.0.1,", "> ATZ", "Received downlink data:F901", "nbota boot v", "installed",
         "Image Version: v1.1.0", '"Message": "OTA Update OK, Firmware Title: s31-nb Ver: v1.1.0"', "bytes on air"]


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
        return [int(word) for word in file.read().split()]


def folder_of(pids):
    """The temporary folder, as the programs that work in it name it."""
    for pid in pids:
        with open(f"/proc/{pid}/cmdline", encoding="ascii") as file:
            found = re.search(r"/tmp/nbota-demo-\w+", file.read())
        if found:
            return found.group()
    return None


def is_there(pid):
    return os.path.exists(f"/proc/{pid}")


class Demo(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)

    def start(self):
        return self.lab.start(NBOTA, "demo", stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)

    def assert_complete(self, text):
        places = [text.index(step) for step in STEPS]
        self.assertEqual(places, sorted(places))
        for part in SHOWN:
            self.assertIn(part, text)

    def test_without_a_terminal_it_is_plain_and_ends_by_itself(self):
        began = time.monotonic()
        process = self.start()
        text = process.communicate(timeout=LIMIT_S)[0]
        self.assertEqual(process.returncode, 0, text)
        self.assertLess(time.monotonic() - began, LIMIT_S)
        self.assert_complete(text)
        self.assertNotIn("\033", text)
        self.assertNotIn("/../", text)
        self.assertNotIn(self.lab.folder, text)
        self.assertEqual(len(re.findall(r"^  chunks \d+ % \d+/\d+$", text, re.MULTILINE)), 11)

    def test_two_at_once_do_not_meet(self):
        pair = [self.start(), self.start()]
        for process in pair:
            text = process.communicate(timeout=LIMIT_S)[0]
            self.assertEqual(process.returncode, 0, text)
            self.assert_complete(text)

    def test_on_a_terminal_one_bar_grows_chunk_by_chunk(self):
        terminal = Terminal(NBOTA, "demo", "--speed", "20", environment=self.lab.environment)
        self.addCleanup(terminal.close)
        self.assertEqual(terminal.wait(LIMIT_S), 0)
        text = terminal.text()
        self.assert_complete(text)
        chunks = -(-int(re.search(r"server_fw_size (\d+)", text).group(1)) // CHUNK_SIZE)
        seen = [int(done) for done in re.findall(rf"\] +\d+ %  (\d+)/{chunks}\b", text)]
        self.assertEqual(sorted(set(seen)), list(range(chunks + 1)))
        # What stays on the screen: a line that was wiped is drawn over.
        stays = [line.rsplit("\r", 1)[-1] for line in text.replace("\r\n", "\n").split("\n")]
        self.assertEqual(sum("[#" in line for line in stays), 1)
        for line in stays:
            if line.startswith("[") or line.startswith("  $"):
                self.assertLessEqual(len(line), 80, line)

    def test_a_signal_at_any_moment_leaves_neither_process_nor_folder(self):
        for moment in ("mosquitto_sub", "> ATZ", "chunks 1"):
            with self.subTest(moment):
                process = self.start()
                text = ""
                while moment not in text:
                    line = process.stdout.readline()
                    self.assertTrue(line, text)
                    text += line
                started = children(process.pid)
                folder = folder_of(started)
                self.assertTrue(os.path.isdir(folder))
                process.send_signal(signal.SIGINT)
                rest = process.communicate(timeout=60)[0]
                self.assertEqual(process.returncode, 1)
                self.assertIn("interrupted", rest)
                self.assertEqual([pid for pid in started if is_there(pid)], [])
                self.assertFalse(os.path.exists(folder))

    def test_missing_firmware_says_what_builds_it(self):
        self.lab.environment["NBOTA_FIRMWARE"] = self.lab.folder
        process = self.start()
        self.assertIn("'make firmware' builds it", process.communicate(timeout=60)[0])
        self.assertEqual(process.returncode, 1)


if __name__ == "__main__":
    unittest.main()
