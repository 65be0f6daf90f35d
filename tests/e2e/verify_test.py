#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""AT+VERIFY of the shipped binaries: what the bootloader says of what lies in the NOR, and whether it is what runs."""
import hashlib
import os
import re
import subprocess
import unittest

from campaign_images import unpack
from lab import Lab, NEW, OLD
from nbota_command import ROOT

KEY = str(ROOT / "tests" / "keys" / "rfc8032-test-1.pem")
AWAKE = "expect Protocol in Used within 60s\nexpect Enter sleep mode within 900s\nunlock\nexpect Password Correct within 60s\n"
PAGE = 4096
SIGNATURE = 0x84  # in the header page


def key_id():
    """The first eight bytes of the SHA-256 of the public key."""
    public = subprocess.run(("openssl", "pkey", "-in", KEY, "-pubout", "-outform", "DER"), check=True, capture_output=True)
    return hashlib.sha256(public.stdout[-32:]).hexdigest()[:16]


def changed(pages, at):
    return pages[:at] + bytes([pages[at] ^ 1]) + pages[at + 1:]


class Verify(unittest.TestCase):
    boot = "boot-bc660k"

    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)
        self.lab.nbota("node", "create", "s31", "--product", "S31-NB", "--boot", self.boot)
        self.lab.data_server()
        self.setup = self.lab.settings()  # only the first time

    def content(self, version, *key):
        """As it lies in the NOR."""
        out = self.lab.path(f"image-{version}.bin")
        self.lab.nbota_plain("image", "sign" if key else "pack", self.lab.firmware(version), *key, "-o", out)
        with open(out, "rb") as file:
            return unpack(file.read())

    def says(self, content=None):
        """The answer's lines, with `content` in the chip."""
        if content is not None:
            with open(os.path.join(self.lab.data_dir, "nodes", "s31", "nor.bin"), "r+b") as nor:
                nor.write(content)
        scenario = (self.setup + "type ATZ\n" if self.setup else "") + AWAKE
        self.setup = None
        console = self.lab.run_node(scenario + "type AT+VERIFY\nexpect OK within 30s\nend\n")["console"]
        answer = console[console.rindex("Password Correct"):].replace("\r", "")
        return re.sub(r"\n+", "\n", answer).strip().split("\n")[1:]


class Keyless(Verify):
    def test_a_chip_without_an_image_says_so(self):
        self.assertEqual(self.says(), ["In the flash chip: no packed image", "No manifest there", "OK"])

    def test_good_images_are_named_and_compared_with_what_runs(self):
        self.assertEqual(self.says(self.content(OLD)),
                         ["In the flash chip: good", f"s31-nb {OLD}, not signed", "It is what runs", "OK"])
        self.assertEqual(self.says(self.content(NEW)),
                         ["In the flash chip: good", f"s31-nb {NEW}, not signed", "It is not what runs", "OK"])

    def test_an_image_that_has_changed_in_the_chip_is_told(self):
        self.assertEqual(self.says(changed(self.content(NEW), PAGE + 30000))[0],
                         "In the flash chip: content does not match its checksum")


class Signed(Verify):
    boot = "boot-bc660k-signed"

    def test_the_key_of_a_signed_image_is_shown(self):
        self.assertEqual(self.says(self.content(NEW, "--key", KEY)),
                         ["In the flash chip: good", f"s31-nb {NEW}, key {key_id()}", "It is not what runs", "OK"])

    def test_a_signature_that_does_not_fit_and_none_at_all_are_told(self):
        self.assertEqual(self.says(changed(self.content(NEW, "--key", KEY), SIGNATURE))[0],
                         "In the flash chip: signature does not match")
        self.assertEqual(self.says(self.content(NEW))[:2],
                         ["In the flash chip: not signed, and this node wants a signature", f"s31-nb {NEW}, not signed"])


if __name__ == "__main__":
    unittest.main()
