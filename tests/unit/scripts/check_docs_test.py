#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/check-docs finds what is named and is not there."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "scripts" / "check-docs"
DOCUMENT = "docs/" + "wire.md"  # in two parts, so that the check does not find it here


class CheckDocs(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        (self.root / "docs").mkdir()
        self.write(DOCUMENT, "# Formats\n## Piece, and its CRC\n")

    def write(self, path, text):
        (self.root / path).write_text(text, encoding="utf-8")

    def check(self):
        return subprocess.run([sys.executable, SCRIPT, self.root], capture_output=True, text=True, check=False)

    def test_what_is_there_may_be_named(self):
        self.write("start.md", f"[a]({DOCUMENT}#piece-and-its-crc) [b](#top) [c](https://example.org/x)\n# Top\n")
        self.write("a.c", f'// {DOCUMENT}, "piece, and its crc"\n')
        result = self.check()
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    def assert_found(self, path, text, reason):
        self.write(path, text)
        result = self.check()
        self.assertEqual(result.returncode, 1)
        self.assertIn(path, result.stdout)
        self.assertIn(reason, result.stdout)

    def test_document_that_a_source_names_and_is_not_there_is_found(self):
        self.assert_found("a.c", "// docs/" + "radio.md\n", "no such file")

    def test_script_that_is_named_and_is_not_there_is_found(self):
        self.assert_found("budgets.txt", "# scripts/" + "check-size compares\n", "no such file")

    def test_all_scripts_of_a_kind_may_be_named(self):
        self.write("a.c", "// every scripts/" + "check-*\n")
        self.assertEqual(self.check().returncode, 0)

    def test_section_that_a_source_names_and_is_not_there_is_found(self):
        self.assert_found("a.c", f'// {DOCUMENT}, section "chunk"\n', "no such heading")

    def test_section_that_is_cited_by_number_is_found(self):
        for number in (" 2.6", ", section 3", " sections 2 and 6"):
            self.assert_found("a.c", f"// {DOCUMENT}{number}.\n", "name the heading")

    def test_link_to_nothing_is_found(self):
        self.assert_found("start.md", "[a](nothing.md)\n", "no such file")

    def test_link_to_a_heading_that_is_not_there_is_found(self):
        self.assert_found("start.md", f"[a]({DOCUMENT}#chunk)\n", "no such heading")


if __name__ == "__main__":
    unittest.main()
