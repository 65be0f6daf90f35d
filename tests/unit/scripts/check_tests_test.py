#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/check-tests finds a test that nobody runs."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "scripts" / "check-tests"


class CheckTests(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.suite = pathlib.Path(folder.name) / "tests" / "unit" / "wire"
        self.suite.mkdir(parents=True)

    def check(self):
        root = self.suite.parents[2]
        return subprocess.run([sys.executable, SCRIPT, root], capture_output=True, text=True, check=False)

    def assert_result(self, lists, exit_code, *names):
        (self.suite / "CMakeLists.txt").write_text(lists, encoding="utf-8")
        for name in names:
            (self.suite / name).touch()
        result = self.check()
        self.assertEqual(result.returncode, exit_code, result.stdout)
        return result.stdout

    def test_named_and_globbed_tests_are_run(self):
        self.assert_result("foreach(name chunk image)\nfile(GLOB x *_test.py)\n", 0,
                           "chunk_test.c", "image_test.c", "any_test.py")

    def test_test_that_is_not_named_is_found(self):
        found = self.assert_result("foreach(name chunks my_chunk)\n", 1, "chunk_test.c")
        self.assertIn("tests/unit/wire/chunk_test.c: not run", found)
        self.assertIn("tests/unit/wire/sum_test.mjs: not run", self.assert_result("foreach(name chunk)\n", 1, "sum_test.mjs"))

    def test_folder_without_a_list_is_found(self):
        (self.suite / "chunk_test.c").touch()
        self.assertEqual(self.check().returncode, 1)

    def test_tree_without_tests_is_an_error(self):
        self.assertEqual(self.check().returncode, 1)


if __name__ == "__main__":
    unittest.main()
