#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The way back of the real bootloader, signatures on: what an image that hangs leaves behind."""
import os
import struct
import unittest

from field_case import FieldCase
from lab import FIRMWARE, NEW, OLD
from nbota_command import ROOT

SLOT_BASE = 0x08007800
SLOT = 0x7800  # in the flash
HANG = struct.pack("<H", 0xE7FE)  # b .
KEY = str(ROOT / "tests" / "keys" / "rfc8032-test-1.pem")


def that_hangs(image):
    """The same image, but its first instruction leads nowhere."""
    changed = bytearray(image)
    entry = struct.unpack_from("<I", image, 4)[0] - 1 - SLOT_BASE
    changed[entry:entry + len(HANG)] = HANG
    return bytes(changed)


class Trial(FieldCase):
    def setUp(self):
        super().setUp()
        self.lab.data_server()
        self.lab.ota_server()
        self.lab.nbota("node", "create", "s31", "--product", "S31-NB", "--boot", "boot-bc660k-signed")

    def hanging(self):
        with open(self.lab.firmware(), "rb") as file:
            image = that_hangs(file.read())
        self.lab.nbota_plain("image", "sign", self.write("hangs.bin", image), "--key", KEY, "-o", self.lab.path("signed.bin"))
        return image, self.lab.path("signed.bin")

    def test_an_image_that_hangs_goes_and_image_and_settings_of_before_come_back(self):
        hanging, packed = self.hanging()
        self.lab.nbota("assign", "node-1", packed)
        installed = self.lab.run_node(self.lab.settings(tdc="777") + "type AT+UPGRADE\nexpect installed within 900s\nend\n")
        self.assertIn("signed images only, trusted keys: 2", installed["console"])
        self.assertIn(hanging, self.lab.memory("flash.bin")[SLOT:])
        back = self.lab.run_node(f"expect rolled back: within 300s\nexpect Image Version: {OLD} within 10s\n"
                                 "unlock\nexpect Password Correct within 10s\ntype AT+TDC=?\nexpect 777 within 10s\nend\n")
        self.assertEqual(back["console"].count("on trial"), 3)  # a power-on, and two of the watchdog
        self.assertNotIn(f"Image Version: {NEW}", back["console"])
        self.assertIn(f"ota error 8:OTA rolled back, Firmware Title: s31-nb Ver: {NEW}", back["console"])
        with open(os.path.join(FIRMWARE, f"s31-nb-{OLD}.bin"), "rb") as file:
            self.assertTrue(self.lab.memory("flash.bin")[SLOT:].startswith(file.read()))


if __name__ == "__main__":
    unittest.main()
