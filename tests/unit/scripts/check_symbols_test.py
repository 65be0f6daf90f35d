#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/check-symbols finds a C library in the node, and a hardware door in a pure library."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "scripts" / "check-symbols"
GCC = ["arm-none-eabi-gcc", "-mcpu=cortex-m0plus", "-mthumb", "-ffreestanding", "-c", "-x", "c", "-"]


class CheckSymbols(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.build = pathlib.Path(folder.name)

    def library(self, name, source):
        member = self.build / f"{name}.obj"
        subprocess.run([*GCC, "-o", member], input=source, check=True, text=True)
        subprocess.run(["arm-none-eabi-ar", "rc", self.build / f"lib{name}.a", member], check=True)

    def check(self):
        return subprocess.run([sys.executable, SCRIPT, self.build], capture_output=True, text=True, check=False)

    def assert_found(self, text):
        result = self.check()
        self.assertEqual(result.returncode, 1)
        self.assertIn(text, result.stdout)

    def test_own_functions_memory_functions_and_libgcc_are_there(self):
        self.library("node_driver", "int read_pin(void) { return 1; }")
        self.library("node_app", "int read_pin(void); void *memcpy(void *, const void *, unsigned);"
                                 "int f(int a, int b, char *t) { memcpy(t, t + 9, 9); return read_pin() / a / b; }")
        result = self.check()
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    def test_heap_is_found(self):
        self.library("node_app", "void *malloc(unsigned); void *f(void) { return malloc(4); }")
        self.assert_found("node_app: needs 'malloc'")

    def test_port_in_a_pure_library_is_found(self):
        self.library("node_driver", "int read_pin(void) { return 1; }")
        self.library("node_core", "int read_pin(void); int f(void) { return read_pin(); }")
        self.assert_found("node_core: needs 'read_pin'")

    def test_build_without_libraries_is_an_error(self):
        self.assertEqual(self.check().returncode, 2)


if __name__ == "__main__":
    unittest.main()
