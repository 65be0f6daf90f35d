#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The commands that README.md and CONTRIBUTING.md tell people to type.

Blocks marked ```sh are checked word by word: program, subcommand, options, make target. Blocks marked ```sh run are also
run, in order, with an empty data folder. Blocks marked ```console are lines for the node: known names, values that fit.
"""
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import tempfile
import unittest

from nbota_command import NBOTA, ROOT, nbota

DOCUMENTS = ["README.md", "CONTRIBUTING.md"]
BLOCK = re.compile(r"^```(sh|sh run|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SETTING = re.compile(r"\bSETTING\((\w+), \d+, [A-Z0-9_]+, (\d+),")
COMMAND = re.compile(r"\bCOMMAND\((\w+), ")
# What a reader may have to install: the text names it as one of two ways.
OPTIONAL = {"picocom"}
BUILTIN = {"export"}


def blocks(kind):
    for document in DOCUMENTS:
        text = (ROOT / document).read_text(encoding="utf-8")
        for found, body in BLOCK.findall(text):
            if found == kind:
                yield document, body


def commands(kind):
    for document, body in blocks(kind):
        for line in body.splitlines():
            words = shlex.split(line, comments=True)
            if words and words[-1] == "&":
                words.pop()
            if words:
                yield f"{document}: {line}", words


class Commands(unittest.TestCase):
    def check_make(self, words):
        for target in words[1:]:
            result = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
            self.assertEqual(result.returncode, 0, result.stderr)

    def check_nbota(self, words):
        names = [word for word in words[1:3] if not word.startswith("-")]
        help_text = nbota("help", *names)
        if help_text.returncode != 0 and len(names) == 2:
            help_text = nbota("help", names[0])  # the second word was an argument
        self.assertEqual(help_text.returncode, 0, help_text.stderr)
        for option in (word for word in words if word.startswith("--") and word != "--help"):
            self.assertRegex(help_text.stdout, rf"(?<!\S){option}\b")

    def check_other(self, program):
        if program not in BUILTIN | OPTIONAL:
            path = os.environ.get("PATH", "") + ":/usr/sbin"
            self.assertIsNotNone(shutil.which(program, path=path), f"{program} is not installed")

    def test_every_command_exists(self):
        checked = 0
        for where, words in [*commands("sh"), *commands("sh run")]:
            checked += 1
            with self.subTest(where):
                if words[0] == "make":
                    self.check_make(words)
                elif words[0] == "nbota":
                    self.check_nbota(words)
                else:
                    self.check_other(words[0])
        self.assertGreater(checked, 10)


class Runs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        (self.folder / "build").symlink_to(ROOT / "build")
        path = f"{pathlib.Path(NBOTA).parent}:{os.environ['PATH']}"
        self.environment = {**os.environ, "PATH": path, "NBOTA_DATA": str(self.folder / "data")}

    def test_marked_blocks_run(self):
        self.assertTrue((ROOT / "build/arm/firmware").is_dir(), "build the firmware first: make firmware")
        done = 0
        for document, body in blocks("sh run"):
            with self.subTest(document):
                result = subprocess.run(["sh", "-ec", body], cwd=self.folder, env=self.environment,
                                        capture_output=True, text=True, timeout=60, check=False)
                self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
                done += 1
        self.assertGreater(done, 0)


class Console(unittest.TestCase):
    def test_lines_fit_the_node(self):
        core = ROOT / "node" / "core"
        limits = {name: int(limit) for name, limit in SETTING.findall((core / "settings.def").read_text())}
        known = set(COMMAND.findall((core / "commands.def").read_text()))
        lines = [line for _, body in blocks("console") for line in body.splitlines()]
        self.assertGreater(len(lines), 5)
        for line in lines:
            with self.subTest(line):
                name, equals, value = line.removeprefix("AT+").partition("=")
                if equals:
                    self.assertIn(name, limits)
                    self.assertLessEqual(len(value), limits[name])
                else:
                    self.assertIn(name, known)


if __name__ == "__main__":
    unittest.main()
