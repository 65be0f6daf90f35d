# SPDX-License-Identifier: Apache-2.0
"""docs/porting.md: files that it names exist, and its worked example still fits the tree."""
import pathlib
import re
import subprocess
import tempfile
import unittest

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "porting.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`((?:base|wire|link|node|vnode|cli|tests|cmake)/[\w/.-]+)`")
MADE_BY_THE_EXAMPLE = {"node/driver/sensor/door.c"}


def block(kind):
    return re.search(rf"^```c {kind}\n(.*?)^```$", TEXT, re.MULTILINE | re.DOTALL).group(1)


class Porting(unittest.TestCase):
    def test_files_and_folders_that_it_names_exist(self):
        named = set(NAMED.findall(TEXT)) - MADE_BY_THE_EXAMPLE
        self.assertGreater(len(named), 40)
        for name in sorted(named):
            with self.subTest(name):
                self.assertTrue((ROOT / name).exists(), f"{name} does not exist")

    def test_every_port_is_named(self):
        for path in sorted((ROOT / "node" / "port").glob("*.h")):
            with self.subTest(path.name):
                self.assertTrue(path.name in TEXT, "docs/porting.md does not name it")

    def test_the_example_has_a_row_like_the_others_with_a_free_id(self):
        rows = re.findall(r"^PRODUCT\((.*)\)$", (ROOT / "wire" / "products.def").read_text(), re.MULTILINE)
        columns = [re.split(r", +", row) for row in rows]
        new = re.split(r", +", block("row").strip()[len("PRODUCT("):-1])
        self.assertEqual({len(row) for row in columns}, {len(new)})
        self.assertNotIn(new[3], [row[3] for row in columns])

    def test_the_example_has_a_sensor_that_compiles(self):
        with tempfile.NamedTemporaryFile("w", suffix=".c") as file:
            file.write(block("file"))
            file.flush()
            done = subprocess.run(["gcc", "-std=c17", "-fsyntax-only", "-Wall", "-Wextra", "-Werror", "-Wconversion",
                                   "-I", ROOT, file.name], capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)


if __name__ == "__main__":
    unittest.main()
