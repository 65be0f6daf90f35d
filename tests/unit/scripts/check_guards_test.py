#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/check-guards finds a header whose guard does not spell its path."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "scripts" / "check-guards"


class CheckGuards(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)

    def assert_result(self, path, text, exit_code):
        file = self.root / path
        file.parent.mkdir(parents=True)
        file.write_text("// SPDX-License-Identifier: Apache-2.0\n" + text, encoding="utf-8")
        result = subprocess.run([sys.executable, SCRIPT, self.root], capture_output=True, text=True, check=False)
        self.assertEqual(result.returncode, exit_code, result.stdout)
        return result.stdout

    def test_guard_that_spells_its_path_is_good(self):
        self.assert_result("node/port/nor_bus.h", "#ifndef NBOTA_NODE_PORT_NOR_BUS_H\n#define NBOTA_NODE_PORT_NOR_BUS_H\n", 0)

    def test_guard_of_another_folder_is_found(self):
        found = self.assert_result("vnode/run/board.h", "#ifndef NBOTA_VNODE_BOARD_H\n#define NBOTA_VNODE_BOARD_H\n", 1)
        self.assertIn("vnode/run/board.h: its guard must be NBOTA_VNODE_RUN_BOARD_H", found)

    def test_guard_that_is_not_defined_is_found(self):
        self.assert_result("base/span.h", "#ifndef NBOTA_BASE_SPAN_H\n#define NBOTA_BASE_SPANS_H\n", 1)

    def test_header_without_a_guard_is_found(self):
        self.assert_result("base/span.h", "struct span;\n", 1)

    def test_what_was_built_is_not_looked_at(self):
        self.assert_result("build/gcc/version.h", "#define VERSION 1\n", 0)


if __name__ == "__main__":
    unittest.main()
