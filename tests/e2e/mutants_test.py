#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/test-mutants: all planted bugs apply, two of them are built and found; `make test-mutants` does that with all."""
import os
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "scripts" / "test-mutants"
QUICK = ("counter-raised-early", "rolled-back-before-copied")  # one in the application, one in the bootloader alone
SOME = ROOT / "tests" / "mutants" / f"{QUICK[0]}.patch"


def plant(*words):
    return subprocess.run([SCRIPT, *words], stdin=subprocess.DEVNULL, env=dict(os.environ), capture_output=True,
                          text=True, timeout=500, check=False)


class Mutants(unittest.TestCase):
    def test_the_prover_finds_two_of_them_and_says_why(self):
        done = plant(*QUICK)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("patches apply", done.stdout)
        self.assertIn("without a bug: rollback", done.stdout)
        self.assertRegex(done.stdout, r"counter-raised-early: found: o\d+:\S+: the security counter is 2, not 1")
        self.assertRegex(done.stdout, r"rolled-back-before-copied: found: o\d+:\S+: the console says: no application")
        self.assertEqual(done.stdout.splitlines()[-1], "2 found, 0 missed")


class Patches(unittest.TestCase):
    """Of another folder, with one that is changed."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def plant_changed(self, before, after, *words):
        text = SOME.read_text(encoding="utf-8")
        self.assertIn(before, text)
        (self.folder / "changed.patch").write_text(text.replace(before, after), encoding="utf-8")
        return plant("--patches", str(self.folder), *words)

    def test_there_are_twelve_at_least_and_all_apply(self):
        done = plant("--applies")
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertGreaterEqual(len(list(SOME.parent.glob("*.patch"))), 12)

    def test_a_bug_that_the_prover_does_not_find_is_missed(self):
        scenario = re.search("^Scenario: .*$", SOME.read_text(encoding="utf-8"), re.M).group()
        done = self.plant_changed(scenario, "Scenario: settings --every 80")
        self.assertEqual(done.returncode, 1, done.stderr)
        self.assertIn("changed: MISSED", done.stdout)
        self.assertEqual(done.stdout.splitlines()[-1], "0 found, 1 missed")

    def test_a_patch_that_no_longer_applies_is_named(self):
        done = self.plant_changed(' #include "node/app/seconds.h"', ' #include "node/app/minutes.h"', "--applies")
        self.assertEqual(done.returncode, 1)
        self.assertIn("changed.patch does not apply any more", done.stderr)

    def test_a_patch_that_does_not_say_how_it_is_found_is_refused(self):
        done = self.plant_changed("Finds: ", "Found: ", "--applies")
        self.assertEqual(done.returncode, 1)
        self.assertIn("changed.patch: no line 'Finds: …'", done.stderr)

    def test_a_bug_that_is_not_there_is_refused(self):
        done = plant("luck")
        self.assertEqual(done.returncode, 1)
        self.assertIn("there is no 'luck'", done.stderr)

    def test_help_teaches(self):
        done = plant("--help")
        self.assertEqual(done.returncode, 0)
        self.assertIn("usage: test-mutants", done.stdout)
        self.assertIn("example:", done.stdout)


if __name__ == "__main__":
    unittest.main()
