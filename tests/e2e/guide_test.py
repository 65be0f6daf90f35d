# SPDX-License-Identifier: Apache-2.0
"""docs/guide.md shows what the programs print today, all of it, under the vendor's section numbers."""
import pathlib
import re
import subprocess
import sys
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs" / "guide.md"
# Of the vendor's document: what a reader looks for by number.
SECTIONS = ["1", "2", "2.1", "2.2", "2.3", "2.3.1", "2.3.2", "3", "3.1", "3.2", "4", "5", "5.1", "5.2", "5.3", "5.4",
            "5.5", "5.6", "5.7", "5.8", "6", "6.1", "6.2", "7", "8", "8.1", "8.2", "8.3", "8.3.1", "8.3.2", "9", "10"]


class Guide(unittest.TestCase):
    def test_it_shows_what_the_programs_print(self):
        done = subprocess.run([sys.executable, "-B", ROOT / "scripts" / "guide-logs", "--check"], capture_output=True,
                              text=True, timeout=240, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)

    def test_its_sections_have_the_numbers_of_the_vendors_document(self):
        found = re.findall(r"^##+ (\d+(?:\.\d+)*)\.? ", GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
        self.assertEqual(found, SECTIONS)

    def test_every_log_and_picture_is_shown(self):
        text = GUIDE.read_text(encoding="utf-8")
        for path in sorted((ROOT / "docs" / "guide").iterdir()):
            with self.subTest(path.name):
                self.assertTrue(f"guide/{path.name}" in text, "docs/guide.md does not show it")


if __name__ == "__main__":
    unittest.main()
