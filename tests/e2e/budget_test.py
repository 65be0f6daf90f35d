# SPDX-License-Identifier: Apache-2.0
"""How long an install may take: docs/performance.md, "Budgets". The shipped bootloader, a signed image that fills the slot,
virtual time."""
import json
import os
import random
import struct
import subprocess
import unittest

from field_case import FieldCase
from info_block import AT_SIZE, saying
from lab import FIRMWARE, OLD
from nbota_command import ROOT

METER = os.path.join(os.environ["NBOTA_BUILD"], "bin", "test_install_meter")
KEY = str(ROOT / "tests" / "keys" / "rfc8032-test-1.pem")
SLOT_SIZE, PAGE, HALF = 122880, 128, 64
OTHER = "v1.2.0"  # in another order of its functions: nearly no page is equal
OPERATION_MS = 3.2
NOTED, NOTE_WORDS = 4096, 5  # progress is noted in the EEPROM, behind each but the last
COPY_FACTOR = 1.05
BESIDE_THE_COPY_MS = 6000
ORDERED = "type AT+UPGRADE\nexpect uploading 100% within 900s\nend\n"


def filled_up(image, seed):
    """The same application with random bytes behind it, up to the slot's end."""
    whole = image + random.Random(seed).randbytes(SLOT_SIZE - len(image))
    return saying(whole, AT_SIZE, struct.pack("<I", SLOT_SIZE))


def operations_needed(old, new):
    """Equal pages are left alone, half pages of zeros need no programming. Each takes 3.2 ms, and so does a word of a note."""
    count = (SLOT_SIZE // NOTED - 1) * NOTE_WORDS
    for at in range(0, SLOT_SIZE, PAGE):
        if old[at:at + PAGE] != new[at:at + PAGE]:
            count += 1 + sum(any(new[half:half + HALF]) for half in (at, at + HALF))
    return count


class Budget(FieldCase):
    def setUp(self):
        super().setUp()
        self.lab.data_server()
        self.lab.ota_server()

    def image(self, version):
        with open(os.path.join(FIRMWARE, f"s31-nb-{version}.bin"), "rb") as file:
            return filled_up(file.read(), version)

    def order(self, old, new):
        """Power is cut between the order and the reset."""
        self.lab.nbota("node", "create", "s31", "--product", "S31-NB")
        self.lab.nbota("node", "flash", self.write("old.bin", old), "--node", "s31", "--boot", "boot-bc660k-signed")
        packed = self.lab.path("signed.bin")
        self.lab.nbota_plain("image", "sign", self.write("new.bin", new), "--key", KEY, "-o", packed)
        self.lab.nbota("assign", "node-1", packed)
        self.lab.run_node(self.lab.settings() + ORDERED)

    def measure(self):
        done = subprocess.run([METER, self.lab.data_dir, "s31"], capture_output=True, text=True, timeout=120, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("\ninstalled\n", done.stderr.replace("\r", ""))
        return json.loads(done.stdout)

    def test_a_signed_image_that_fills_the_slot_is_installed_in_time(self):
        old, new = self.image(OLD), self.image(OTHER)
        self.order(old, new)
        said = self.measure()
        needed = operations_needed(old, new)
        copy_ms = said["copy_ns"] / 1e6
        beside_ms = said["jump_ns"] / 1e6 - copy_ms
        print(f"copy: {copy_ms:.0f} ms, {copy_ms / (OPERATION_MS * needed):.3f} x {OPERATION_MS} ms x {needed} operations; done: "
              f"{said['erases']} erases, {said['half_pages']} half pages, {said['words']} words of notes")
        print(f"reset to application: {copy_ms:.0f} ms for the copy, {beside_ms:.0f} ms for the rest")
        self.assertGreater(needed, 2900)
        self.assertLessEqual(copy_ms, COPY_FACTOR * OPERATION_MS * needed)
        self.assertLessEqual(beside_ms, BESIDE_THE_COPY_MS)


if __name__ == "__main__":
    unittest.main()
