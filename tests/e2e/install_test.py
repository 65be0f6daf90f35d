# SPDX-License-Identifier: Apache-2.0
"""What becomes of an image once it is in the node: refused, installed, another product's; and boards that cannot."""
import os
import struct
import subprocess
import sys
import unittest
import zlib

from field_case import FieldCase
from info_block import for_hardware
from lab import NEW, OLD

SLOT = 0x7800  # in the flash
PAGE = 4096
SESSION = "expect Enter sleep mode within 900s\nwait 60s\n"  # with time for a word to the OTA server
ORDERED = "type AT+UPGRADE\nexpect uploading 100% within 900s\nend\n"


def pack(image):
    """docs/protocol.md, "Layout"; the tool refuses what these tests need."""
    header = struct.pack("<IBIIII", 0xA8404166, 1, 0x22223333, 0x10101010, len(image), zlib.crc32(image))
    whole = header.ljust(PAGE, b"\0") + image
    pieces = [whole[at:at + 1024] for at in range(0, len(whole), 1024)]
    return b"".join(piece + struct.pack("<I", zlib.crc32(piece)) for piece in pieces)


class Install(FieldCase):
    def setUp(self):
        super().setUp()
        self.lab.data_server()
        self.lab.listen()

    def serve(self, image):
        self.lab.ota_server()
        self.lab.nbota("assign", "node-1", image)

    def order(self):
        """Power is cut between the install order and the reset."""
        self.serve(self.lab.packed())
        self.lab.run_node(self.lab.settings() + ORDERED)

    def change(self, file, offset, content):
        with open(os.path.join(self.lab.data_dir, "nodes", "s31", file), "r+b") as memory:
            memory.seek(offset)
            memory.write(content)

    def assert_runs(self, result, version):
        self.assertEqual(result["console"].count("Image Version:"), 1)
        self.assertIn(f"Image Version: {version}", result["console"])

    def test_image_of_other_hardware_is_refused_at_its_fifth_piece(self):
        with open(self.lab.firmware(), "rb") as file:
            packed = pack(for_hardware(file.read(), 2))
        self.write("other.bin", packed)
        worker = self.lab.start(sys.executable, os.path.join(os.path.dirname(__file__), "responder.py"),
                                str(self.lab.data_port), self.lab.path("other.bin"), "s31-nb", NEW, "", "",
                                stdout=subprocess.PIPE, text=True)
        self.assertEqual(worker.stdout.readline(), "ready\n")
        settings = self.lab.settings(ota_port=self.lab.data_port)
        result = self.lab.run_node(settings + "type AT+UPGRADE\nexpect Close OTA upgrade within 900s\n" + SESSION)
        self.assertIn("Image is not for this hardware", result["console"])
        self.assertEqual(result["chunk_requests"], 5)
        self.assertEqual(self.lab.reports(), ["Firmware checksum error"])
        self.assert_runs(result, OLD)

    def test_another_product_starts_with_its_own_settings_and_reports_nothing(self):
        self.serve(os.path.join(os.path.dirname(self.lab.firmware()), f"s31-ns-{NEW}.bin"))
        settings = self.lab.settings(title="s31-ns", pword="newpass", deui="123456789012345")
        result = self.lab.run_node(settings + "type AT+UPGRADE\nexpect DRAGINO S31-NS within 3600s\n"
                                   "wait 60s\ntype newpass\nexpect Password Correct within 10s\n"
                                   "type AT+CFG\nexpect AT+DEUI= within 10s\nwait 300s\n")
        for line in ("AT+OTASER=NULL", "AT+OTATITLE=s31-ns", f"AT+OTAVER={NEW}", "AT+SERVADDR=NULL", "AT+TDC=7200",
                     "AT+DEUI=123456789012345"):
            self.assertIn(line, result["console"].split("DRAGINO S31-NS")[1])
        self.assertEqual(self.lab.reports(), [])

    def test_candidate_damaged_after_the_order_is_refused_by_the_bootloader(self):
        self.order()
        self.change("nor.bin", 3 * PAGE, bytes([self.lab.memory("nor.bin")[3 * PAGE] ^ 0xFF]))
        slot = self.lab.memory("flash.bin")[SLOT:]
        result = self.lab.run_node(SESSION)
        self.assertIn("install refused: content does not match its checksum", result["console"])
        self.assert_runs(result, OLD)
        self.assertEqual(self.lab.memory("flash.bin")[SLOT:], slot)
        again = self.lab.run_node(SESSION)
        self.assertNotIn("install", again["console"])
        self.assertEqual(self.lab.reports(), ["Firmware checksum error"])

    def test_order_waits_for_a_flash_chip_that_does_not_answer(self):
        self.order()
        result = self.lab.run_node(SESSION, options=["--without-flash"])
        self.assertIn("install failed: tried again after the next reset", result["console"])
        self.assert_runs(result, OLD)
        self.assertEqual(self.lab.reports(), ["Hardware not supported"])
        result = self.lab.run_node(SESSION)
        self.assert_runs(result, NEW)
        self.assertEqual(self.lab.reports()[1:], [f"OTA Update OK, Firmware Title: s31-nb Ver: {NEW}"])

    def test_node_without_application_waits_for_the_watchdog_and_a_better_moment(self):
        self.order()
        self.lab.run_node("at 4s: cut power\nend\n")  # amidst the copy
        result = self.lab.run_node("wait 100s\nend\n", options=["--without-flash"])
        starts = result["console"].count("no application: waiting for the watchdog")
        self.assertIn(starts, range(3, 7))  # 19 to 40 s each
        self.assertNotIn("DRAGINO", result["console"])
        self.assert_runs(self.lab.run_node(SESSION), NEW)


if __name__ == "__main__":
    unittest.main(verbosity=2)
