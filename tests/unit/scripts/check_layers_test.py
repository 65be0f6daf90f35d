#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""scripts/check-layers finds what it is there to find, and leaves alone what is allowed."""
import pathlib
import subprocess
import sys
import tempfile
import unittest

SCRIPT = pathlib.Path(__file__).resolve().parents[3] / "scripts" / "check-layers"


class CheckLayers(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.root = pathlib.Path(folder.name)
        for header in ("base/span.h", "wire/image.h", "node/port/nor.h", "node/core/session.h", "vnode/run/run.h",
                       "vnode/cpu/cpu.h", "server/db/db.h", "tests/fake/eeprom.h"):
            self.write(header, "")

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def check(self):
        return subprocess.run([sys.executable, SCRIPT, self.root], capture_output=True, text=True)

    def assert_allowed(self, path, *includes):
        self.write(path, "".join(f"#include {target}\n" for target in includes))
        result = self.check()
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    def assert_refused(self, path, include, reason):
        self.write(path, f"// first line\n  #  include {include} // why not\n")
        result = self.check()
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"{path}:2: ", result.stdout)
        self.assertIn(reason, result.stdout)

    def test_layers_include_themselves_and_what_lies_below(self):
        self.assert_allowed("wire/image.c", '"wire/image.h"', '"base/span.h"', "<string.h>")
        self.assert_allowed("node/app/loop.c", '"node/core/session.h"', '"node/port/nor.h"', '"wire/image.h"')
        self.assert_allowed("cli/node.c", '"vnode/run/run.h"', '"server/db/db.h"', "<stdio.h>")
        self.assert_allowed("tests/unit/x_test.c", '"node/core/session.h"', '"vnode/cpu/cpu.h"', "<cmocka.h>")

    def test_core_that_reaches_for_a_port_is_found(self):
        self.assert_refused("node/core/session.c", '"node/port/nor.h"', "node/core may include")

    def test_boot_that_reaches_for_the_session_is_found(self):
        self.assert_refused("node/boot/boot.c", '"node/core/session.h"', "node/boot may include")

    def test_virtual_node_that_includes_the_node_is_found(self):
        self.assert_refused("vnode/soc/nor.c", '"node/port/nor.h"', "vnode may include")

    def test_server_that_includes_the_virtual_node_is_found(self):
        self.assert_refused("server/gateway/plugin.c", '"vnode/run/run.h"', "server may include")

    def test_command_that_goes_past_the_run_interface_is_found(self):
        self.assert_refused("cli/node.c", '"vnode/cpu/cpu.h"', "cli may include")

    def test_product_code_that_includes_a_test_is_found(self):
        self.assert_refused("base/span.c", '"tests/fake/eeprom.h"', "base may include")

    def test_host_library_in_the_node_is_found(self):
        self.assert_refused("node/app/log.c", "<stdio.h>", "freestanding")
        self.assert_refused("wire/report.c", "<stdlib.h>", "freestanding")

    def test_path_that_does_not_start_at_the_root_is_found(self):
        self.assert_refused("base/crc32.c", '"span.h"', "no file of this tree")
        self.assert_refused("base/crc32.c", '"../base/span.h"', "no file of this tree")

    def test_include_that_cannot_be_read_is_found(self):
        self.assert_refused("base/crc32.c", "CONFIG_HEADER", "cannot be checked")

    def test_folder_without_a_layer_is_found(self):
        self.write("misc/helper.c", "\n")
        result = self.check()
        self.assertEqual(result.returncode, 1)
        self.assertIn("misc/helper.c:1: no layer has this folder", result.stdout)

    def test_tree_without_c_files_is_an_error(self):
        empty = tempfile.TemporaryDirectory()
        self.addCleanup(empty.cleanup)
        self.root = pathlib.Path(empty.name)
        self.assertEqual(self.check().returncode, 2)


if __name__ == "__main__":
    unittest.main()
