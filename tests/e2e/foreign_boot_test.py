#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""An application below a bootloader that is not nbota's, as the field's is closed: all but updates works, and it says so."""
import os
import unittest

from field_case import FieldCase
from lab import OLD
from store_test import STRANGER

BOOT_SIZE = 28 * 1024
REFUSED = "Hardware not supported"  # code 2
OPEN = "expect Protocol in Used within 60s\nunlock\nexpect Password Correct within 60s\n"
SENT = "expect End of upload within 900s\n"
ASK = "type AT+TDC=?\nexpect 777 within 30s\n"


class ForeignBootloader(FieldCase):
    def setUp(self):
        super().setUp()
        self.lab.nbota("assign", "node-1", self.lab.packed())
        self.lab.data_server()
        self.lab.ota_server()
        self.lab.listen()
        self.lab.run_node(self.lab.settings(tdc="777") + "end\n")
        with open(os.path.join(self.lab.data_dir, "nodes", "s31", "flash.bin"), "r+b") as flash:
            flash.write(STRANGER.ljust(BOOT_SIZE, b"\0"))
        self.before = self.lab.memory("flash.bin"), self.lab.memory("nor.bin")

    def play(self, scenario):
        self.heard = len(self.lab.messages())
        console = self.lab.run_node(OPEN + scenario)["console"].replace("\r", "")
        self.assertIn(f"Image Version: {OLD}", console)
        self.assertNotIn("nbota boot", console)
        return console

    def test_settings_and_uplinks_work(self):
        self.play(SENT + ASK + "type AT+TDC=888\nexpect OK within 30s\n" + "type ATZ\n" + OPEN + SENT +
                  "type AT+TDC=?\nexpect 888 within 30s\n")
        self.assertEqual(len(self.lab.messages()) - self.heard, 2)

    def test_an_update_is_refused_at_once_without_waking_the_modem(self):
        console = self.play(SENT + "type AT+UPGRADE\nexpect Close OTA upgrade within 60s\n" + SENT + ASK)
        attempt = console[console.index("FW check"):console.index("Close OTA upgrade")]
        self.assertIn("The bootloader cannot install\n", attempt)
        self.assertIn("Hardware Not Support\n", attempt)
        self.assertIn(f"ota error 2:{REFUSED}\n", attempt)
        self.assertNotIn("awakened", attempt)
        self.assertEqual(self.lab.reports(), [REFUSED])
        self.assertEqual((self.lab.memory("flash.bin"), self.lab.memory("nor.bin")), self.before)

    def test_verify_says_that_it_cannot(self):
        console = self.play(SENT + "type AT+VERIFY\nexpect ERROR within 30s\n")
        self.assertIn("Hardware Not Support\n\nERROR", console)


if __name__ == "__main__":
    unittest.main()
