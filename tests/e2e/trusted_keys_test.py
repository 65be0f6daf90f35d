#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The keys that the build puts into bootloaders: cmake/keys.c, as the build of the firmware made it."""
import os
import pathlib
import re
import stat
import subprocess
import tempfile
import unittest

from lab import FIRMWARE
from nbota_command import ROOT

TOOL = os.path.join(FIRMWARE, "..", "keys")
KEYS = [ROOT / "tests" / "keys" / f"rfc8032-test-{number}.pem" for number in (1, 2, 3)]
PUBLIC = ["d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
          "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"]


class TrustedKeys(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.out = self.folder / "keys.c"

    def run_tool(self, *words):
        return subprocess.run([TOOL, *map(str, words)], capture_output=True, text=True, check=False)

    def made(self, *keys):
        done = self.run_tool(self.out, *keys)
        self.assertEqual(done.returncode, 0, done.stderr)
        text = self.out.read_text()
        rows = re.findall(r"\{([^{}]*)\}", text)
        return (int(re.search(r"boot_key_count = (\d+);", text).group(1)),
                ["".join(re.findall(r"0x([0-9a-f]{2})", row)) for row in rows])

    def refused(self, *keys, says):
        done = self.run_tool(self.out, *keys)
        self.assertEqual(done.returncode, 1)
        self.assertIn(says, done.stderr)
        self.assertFalse(self.out.exists())

    def openssl(self, *words):
        subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)

    def test_keys_stand_in_the_order_in_which_they_are_named(self):
        self.assertEqual(self.made(KEYS[0], KEYS[1]), (2, PUBLIC))
        self.assertEqual(self.made(KEYS[1], KEYS[0]), (2, PUBLIC[::-1]))

    def test_a_public_key_will_do_and_nothing_secret_gets_into_the_source(self):
        public = self.folder / "public.pem"
        self.openssl("pkey", "-in", KEYS[0], "-pubout", "-out", public)
        self.assertEqual(self.made(public), (1, PUBLIC[:1]))
        self.made(KEYS[0])
        self.assertNotIn("0x9d, 0x61, 0xb1", self.out.read_text())

    def test_without_a_key_nobody_is_trusted(self):
        self.assertEqual(self.made(), (0, [""]))

    def test_what_is_no_list_of_ed25519_keys_is_refused(self):
        other, encrypted = self.folder / "ed448.pem", self.folder / "encrypted.pem"
        self.openssl("genpkey", "-algorithm", "ed448", "-out", other)
        self.openssl("pkey", "-in", KEYS[0], "-aes256", "-passout", "pass:x", "-out", encrypted)
        self.refused(KEYS[0], KEYS[1], KEYS[0], says="the same key twice")
        self.refused(*KEYS, KEYS[0], KEYS[1], says="4 keys at most")
        self.refused(other, says="no Ed25519 key")
        self.refused(encrypted, says="give its public part")
        self.refused(self.folder / "nothing.pem", says="No such file")

    def test_a_key_that_is_there_is_not_made_again(self):
        key = self.folder / "demo.pem"
        self.assertEqual(self.run_tool("--create", key).returncode, 0)
        before = key.read_bytes()
        self.assertEqual(stat.S_IMODE(key.stat().st_mode), 0o600)
        self.assertEqual(self.run_tool("--create", key).returncode, 0)
        self.assertEqual(key.read_bytes(), before)

    def test_each_bootloader_says_how_many_keys_it_trusts(self):
        for name, count in (("boot-bc660k-signed", 2), ("boot-bg95-signed", 2), ("boot-bc660k-demo", 1),
                            ("boot-bc660k-full", 4), ("boot-bc660k", 0), ("boot-bg95", 0)):
            with self.subTest(name):
                block = (pathlib.Path(FIRMWARE) / f"{name}.bin").read_bytes()[0xC0:0xC8]
                self.assertEqual((block[:4], block[6]), (b"nbBT", count))


if __name__ == "__main__":
    unittest.main()
