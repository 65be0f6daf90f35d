#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Write and read protection: `nbota node protect`, the update on a protected node, and a firmware that trespasses."""
import os
import unittest

from lab import FIRMWARE, Lab, NEW, OLD

TRESPASSER = os.path.join(FIRMWARE, "..", "tests", "trespasser.bin")
BOOT_SECTORS = "00000000007f"
UPDATED = f"expect Image Version: {NEW} within 3600s\nexpect Enter sleep mode within 900s\nwait 60s\n"


class ProtectCase(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)

    def protect(self, *words, **options):
        return self.lab.nbota("node", "protect", "s31", *words, **options)

    def start(self, *options):
        return self.lab.run_node("expect Protocol in Used within 60s\n", options=options)


class Command(ProtectCase):
    def setUp(self):
        super().setUp()
        self.start()

    def test_protection_is_set_shown_and_taken_back(self):
        self.assertIn("no sector is protected", self.protect().stdout)
        self.assertIn("08000000 to 08006FFF", self.protect("--write").stdout)
        self.assertEqual(self.start()["protected_sectors"], BOOT_SECTORS)
        self.assertIn("no sector is protected", self.protect("--no-write").stdout)

    def test_a_protected_bootloader_is_not_replaced_by_a_cable(self):
        self.protect("--write")
        self.lab.nbota("node", "flash", f"s31-nb-{NEW}", "--node", "s31")
        other = self.lab.path("boot.bin")
        with open(os.path.join(FIRMWARE, "boot-bc660k.bin"), "rb") as boot, open(other, "wb") as out:
            content = bytearray(boot.read())
            content[-1] ^= 1
            out.write(content)
        done = self.lab.nbota("node", "flash", f"s31-nb-{OLD}", "--node", "s31", "--boot", other, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("sectors are protected", done.stderr)
        self.assertIn(NEW, self.start()["console"])
        self.protect("--no-write")
        self.lab.nbota("node", "flash", f"s31-nb-{OLD}", "--node", "s31", "--boot", other)

    def test_level_1_keeps_cables_out_and_the_way_back_erases(self):
        self.assertIn("level 1", self.protect("--readout", "1").stdout)
        self.assertEqual(self.start()["readout"], 1)
        done = self.lab.nbota("node", "flash", f"s31-nb-{NEW}", "--node", "s31", check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("hint: ", done.stderr)
        self.assertIn("were erased", self.protect("--readout", "0").stdout)
        self.assertEqual(set(self.lab.memory("flash.bin")), {0})
        self.assertEqual(set(self.lab.memory("eeprom.bin")), {0})
        self.lab.nbota("node", "flash", f"s31-nb-{NEW}", "--node", "s31")

    def test_what_nobody_can_undo_is_refused(self):
        for words in (("--readout", "2"), ("--readout", "3"), ("--write", "--no-write")):
            self.assertEqual(self.protect(*words, check=False).returncode, 2)
        self.assertEqual(self.lab.nbota("node", "protect", "nobody", check=False).returncode, 1)

    def test_a_reset_node_is_open_again(self):
        self.protect("--write")
        self.lab.nbota("node", "reset", "s31")
        self.assertIn("no sector is protected", self.protect().stdout)


class Firmware(ProtectCase):
    def test_a_protected_node_is_updated_and_stores_nothing_into_its_bootloader(self):
        self.start()
        self.protect("--write", "--readout", "1")
        self.lab.nbota("device", "add", "node-1", "--token", "token-1")
        self.lab.data_server()
        self.lab.ota_server()
        self.lab.listen()
        self.lab.nbota("assign", "node-1", self.lab.packed())
        boot = self.lab.memory("flash.bin")[:0x7000]
        result = self.lab.run_node(self.lab.settings() + "type AT+UPGRADE\nat chunk 20: cut power for 3s\n" + UPDATED)
        self.assertEqual(self.lab.reports(), [f"OTA Update OK, Firmware Title: s31-nb Ver: {NEW}"])
        self.assertEqual(result["protected_sectors"], BOOT_SECTORS)
        self.assertEqual(result["refused_stores"], 0)
        self.assertEqual(self.lab.memory("flash.bin")[:0x7000], boot)

    def trespass(self):
        path = os.path.join(self.lab.data_dir, "nodes", "s31", "flash.bin")
        with open(TRESPASSER, "rb") as image, open(path, "r+b") as flash:
            flash.write(image.read())
        return self.lab.run_node("expect done within 60s\n")

    def test_a_firmware_that_writes_the_bootloader_is_refused_by_a_protected_one_alone(self):
        self.start()
        self.assertEqual(self.trespass()["console"].split(), ["written"] * 7 + ["done"])
        self.protect("--write")
        before = self.lab.memory("flash.bin")
        result = self.trespass()
        self.assertEqual(result["console"].split(), ["refused"] * 6 + ["written", "done"])
        self.assertEqual(result["refused_stores"], 12)
        self.assertEqual(self.lab.memory("flash.bin")[0x1000:0x7000], before[0x1000:0x7000])


if __name__ == "__main__":
    unittest.main()
