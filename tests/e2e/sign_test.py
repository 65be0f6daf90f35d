#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Keys and signed images, against the openssl command and files that tests/golden/make_manifest.py made."""
import hashlib
import json
import os
import pathlib
import re
import shutil
import stat
import struct
import subprocess
import tempfile
import unittest
import zlib

from nbota_command import NBOTA, ROOT, firmware, manifest, nbota, nbota_pack, plain_firmware
from terminal import Terminal

GOLDEN = ROOT / "tests" / "golden" / "manifest"
KEYS = [None] + [ROOT / "tests" / "keys" / f"rfc8032-test-{number}.pem" for number in (1, 2, 3)]
KEY_IDS = [None, "21fe31dfa154a261", "39f713d0a644253f", "dac073e0123bdea5"]
SOFTHSM = "/usr/lib/softhsm/libsofthsm2.so"


def openssl(*words, **options):
    return subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True, **options).stdout


class SignCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.file = self.folder / "fw.packed.bin"
        self.file.write_bytes((GOLDEN / "unsigned.packed.bin").read_bytes())

    def good(self, *words):
        done = nbota(*words, cwd=self.folder)
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def bad(self, *words, says, status=1):
        done = nbota(*words, cwd=self.folder)
        self.assertEqual(done.returncode, status, done.stdout)
        self.assertIn(says, done.stderr)
        return done.stderr

    def inspect(self):
        return json.loads(self.good("image", "inspect", "--json", self.file))["manifest"]


class Keys(SignCase):
    def test_a_new_key_is_a_pair_of_pem_files_that_openssl_reads(self):
        said = self.good("key", "create", "a.pem")
        private, public = self.folder / "a.pem", self.folder / "a.pem.pub"
        self.assertEqual(stat.S_IMODE(private.stat().st_mode), 0o600)
        self.assertEqual(openssl("pkey", "-in", private, "-pubout"), public.read_bytes())
        raw = openssl("pkey", "-pubin", "-in", public, "-pubout", "-outform", "DER")[-32:]
        key_id = hashlib.sha256(raw).hexdigest()[:16]
        self.assertIn(f"key id       {key_id}\n", said)
        for name in (private, public):
            shown = json.loads(self.good("key", "show", "--json", name))
            self.assertEqual((shown["key_id"], shown["public_key"]), (key_id, raw.hex()))
            self.assertEqual(shown["private"], name == private)
            self.assertEqual(self.good("key", "show", "--pem", name).encode(), public.read_bytes())
        self.assertNotIn("PRIVATE", self.good("key", "show", private))

    def test_no_file_is_overwritten_and_no_half_pair_stays(self):
        self.good("key", "create", "a.pem")
        before = (self.folder / "a.pem").read_bytes()
        self.bad("key", "create", "a.pem", says="never overwritten")
        self.assertEqual((self.folder / "a.pem").read_bytes(), before)
        (self.folder / "b.pem.pub").write_text("mine")
        self.bad("key", "create", "b.pem", says="cannot make 'b.pem.pub'")
        self.assertFalse((self.folder / "b.pem").exists())
        self.assertEqual((self.folder / "b.pem.pub").read_text(), "mine")

    def test_an_encrypted_key_asks_for_its_pass_phrase(self):
        def ask(words, phrases):
            terminal = Terminal(NBOTA, *words, environment=os.environ)
            for phrase in phrases:
                terminal.wait_for("pass phrase:")
                terminal.type(phrase + "\n")
            return terminal.wait(), terminal.text()

        key = str(self.folder / "c.pem")
        self.assertEqual(ask(("key", "create", "--encrypt", key), ("secret one", "secret one"))[0], 0)
        self.assertIn("BEGIN ENCRYPTED PRIVATE KEY", pathlib.Path(key).read_text())
        sign = ("image", "sign", str(self.file), "--key", key)
        status, text = ask(sign, ("another",))
        self.assertEqual(status, 1)
        self.assertIn("wrong pass phrase", text)
        self.assertEqual(ask(sign, ("secret one",))[0], 0)
        self.assertEqual(ask(("key", "show", key), ("secret one",))[0], 0)
        self.good("image", "verify", self.file, "--key", key + ".pub")

    def test_without_a_pass_phrase_no_key_is_made(self):
        """Nobody is there to ask: no terminal, and nothing on standard input."""
        for phrases, what in (("", "nothing"), ("secret one\nanother one\n", "two of them"), ("abc\nabc\n", "too short")):
            with self.subTest(what):
                done = subprocess.run([NBOTA, "key", "create", "--encrypt", "d.pem"], input=phrases, cwd=self.folder,
                                      capture_output=True, text=True, start_new_session=True, check=False)
                self.assertEqual(done.returncode, 1)
                self.assertIn("no pass phrase for 'd.pem': no key was made", done.stderr)
                self.assertIn("hint: --encrypt asks for it twice at a terminal", done.stderr)
                self.assertEqual([path.name for path in self.folder.glob("d.pem*")], [])

    def test_a_folder_that_is_not_there_is_told(self):
        said = self.bad("key", "create", "none/a.pem", says="cannot make 'none/a.pem'")
        self.assertIn("hint: the folder is not there: make it with 'mkdir -p'", said)

    def test_what_is_no_key_is_explained(self):
        self.bad("key", "show", "nothing.pem", says="'nbota key create' makes one")
        self.bad("key", "show", self.file, says="holds no key in PEM form")
        openssl("genpkey", "-algorithm", "ed448", "-out", self.folder / "other.pem")
        self.bad("key", "show", "other.pem", says="no Ed25519 key, but ED448")


class Sign(SignCase):
    def test_a_signed_file_is_the_golden_one_to_the_byte(self):
        said = self.good("image", "sign", self.file, "--key", KEYS[1], "--counter", 7, "--raise", "--revoke", 1)
        self.assertIn(f"s31-nb v1.1.0 signed with key {KEY_IDS[1]}, security counter 7", said)
        self.assertEqual(self.file.read_bytes(), (GOLDEN / "signed.packed.bin").read_bytes())

    def test_a_uri_is_left_to_openssls_store(self):
        self.good("image", "sign", self.file, "--key", f"file:{KEYS[1]}", "--counter", 7, "--raise", "--revoke", 1)
        self.assertEqual(self.file.read_bytes(), (GOLDEN / "signed.packed.bin").read_bytes())
        (self.folder / "public.pem").write_text(self.good("key", "show", "--pem", f"file:{KEYS[1]}"))
        public = f"file:{self.folder}/public.pem"
        self.good("image", "verify", self.file, "--key", public)
        self.assertFalse(json.loads(self.good("key", "show", "--json", public))["private"])
        self.bad("image", "sign", self.file, "--key", public, says="cannot use the key 'file:")
        self.bad("image", "sign", self.file, "--key", f"file:{self.folder}/none.pem", says="cannot use the key 'file:")

    def test_a_plain_image_is_packed_and_signed_and_stays(self):
        plain = self.folder / "s31.bin"
        image = firmware("s31-nb", "v1.1.0")
        plain.write_bytes(image)
        self.good("image", "sign", plain, "--key", KEYS[2])
        self.assertEqual(plain.read_bytes(), image)
        text = self.folder / "text"
        text.write_bytes(manifest(image))
        signature = openssl("pkeyutl", "-sign", "-rawin", "-inkey", KEYS[2], "-in", text)
        expected = nbota_pack(image, manifest(image) + bytes.fromhex(KEY_IDS[2]) + signature)
        self.assertEqual((self.folder / "s31.packed.bin").read_bytes(), expected)
        self.good("image", "pack", plain, "-o", "again.bin", "--key", KEYS[2])
        self.assertEqual((self.folder / "again.bin").read_bytes(), expected)

    def test_signing_again_keeps_counter_and_revoked_keys_unless_told(self):
        self.good("image", "sign", self.file, "--key", KEYS[1], "--counter", 7, "--raise", "--revoke", "0,2")
        self.good("image", "sign", self.file, "--key", KEYS[2])
        now = self.inspect()
        self.assertEqual((now["key_id"], now["security_counter"], now["raises_counter"], now["revoked"]),
                         (KEY_IDS[2], 7, True, [0, 2]))
        self.good("image", "sign", self.file, "--key", KEYS[2], "--counter", 8, "--revoke", "3", "-o", "other.bin")
        self.assertEqual(self.inspect(), now)

    def test_the_counter_is_never_below_that_of_the_info_block(self):
        image = bytearray(firmware("s31-nb", "v1.1.0"))
        struct.pack_into("<I", image, 0xC0 + 52, 5)
        struct.pack_into("<I", image, 0xC0 + 56, zlib.crc32(image[0xC0:0xC0 + 56]))
        self.file.write_bytes(nbota_pack(bytes(image)))
        self.bad("image", "sign", self.file, "--key", KEYS[1], "--counter", 4, says="lower than the image's own: 5")
        self.good("image", "sign", self.file, "--key", KEYS[1])
        self.assertEqual(self.inspect()["security_counter"], 5)

    def test_the_highest_counter_is_a_counter(self):
        self.good("image", "sign", self.file, "--key", KEYS[1], "--counter", 0xFFFFFFFF, "--raise")
        self.assertEqual(self.inspect()["security_counter"], 0xFFFFFFFF)

    def test_a_list_that_leaves_no_key_is_signed_with_a_warning(self):
        done = nbota("image", "sign", self.file, "--key", KEYS[1], "--revoke", "0,1,2,3")
        self.assertEqual(done.returncode, 0)
        self.assertIn("warning: no node will revoke a key: a list that leaves it none is ignored", done.stderr)
        self.assertEqual(self.inspect()["revoked"], [0, 1, 2, 3])
        self.assertNotIn("warning", nbota("image", "sign", self.file, "--key", KEYS[1], "--revoke", "0,1,2").stderr)

    def test_nothing_is_written_when_it_cannot_be_signed(self):
        before = self.file.read_bytes()
        public = self.folder / "public.pem"
        public.write_text(self.good("key", "show", "--pem", KEYS[1]))
        for words, says, status in (
                (("--key", public), "is a public key: it cannot sign", 1),
                (("--key", "pkcs11:object=none"), "--detached-out", 1),
                (("--key", KEYS[1], "--revoke", "1,4"), "0 to 3, as in '0,2'; not '4'", 1),
                (("--key", KEYS[1], "--revoke", "1,"), "not ''", 1),
                (("--key", KEYS[1], "--signature", self.file), "a signature has 64", 1),
                (("--key", KEYS[1], "--raise"), "--raise does nothing with the security counter 0", 1),
                (("--key", KEYS[1], "--raise", "--counter", 0), "as in '--raise --counter 1'", 1),
                (("--key", KEYS[1], "--counter", 1 << 32), "a number from 0 to 4294967295, not '4294967296'", 2),
                (("--key", KEYS[1], "--counter", -1), "a number from 0 to 4294967295, not '-1'", 2),
                ((), "which key?", 2)):
            with self.subTest(words):
                self.bad("image", "sign", self.file, *words, says=says, status=status)
                self.assertEqual(self.file.read_bytes(), before)

    def test_an_image_without_info_block_cannot_be_signed(self):
        other = self.folder / "x.bin"
        other.write_bytes(plain_firmware(3000))
        self.bad("image", "sign", other, "--key", KEYS[1], says="has no info block")
        self.assertFalse((self.folder / "x.packed.bin").exists())


class TwoSteps(SignCase):
    def first_step(self):
        self.good("image", "sign", self.file, "--detached-out", "tbs", "--counter", 7, "--raise", "--revoke", 1)
        self.assertEqual((self.folder / "tbs").read_bytes(), (GOLDEN / "signed.packed.bin").read_bytes()[0x20:0x7C])
        self.assertFalse(self.inspect()["signed"])

    def test_another_tool_signs_the_92_bytes(self):
        self.first_step()
        openssl("pkeyutl", "-sign", "-rawin", "-inkey", KEYS[1], "-in", "tbs", "-out", "sig", cwd=self.folder)
        before = self.file.read_bytes()
        self.bad("image", "sign", self.file, "--signature", "sig", "--key", KEYS[2], says="is no signature of this")
        self.bad("image", "sign", self.file, "--signature", "sig", "--key", KEYS[1], "--counter", 8,
                 says="is no signature of this")
        self.assertEqual(self.file.read_bytes(), before)
        self.good("image", "sign", self.file, "--signature", "sig", "--key", KEYS[1])
        self.assertEqual(self.file.read_bytes(), (GOLDEN / "signed.packed.bin").read_bytes())

    @unittest.skipUnless(os.path.exists(SOFTHSM) and shutil.which("pkcs11-tool"), "softhsm2 and opensc are not installed")
    def test_a_device_with_pkcs11_signs_the_92_bytes(self):
        tokens = self.folder / "tokens"
        tokens.mkdir()
        config = self.folder / "softhsm2.conf"
        config.write_text(f"directories.tokendir = {tokens}\nobjectstore.backend = file\nlog.level = ERROR\n")
        environment = {**os.environ, "SOFTHSM2_CONF": str(config)}

        def run(*words):
            subprocess.run(words, env=environment, cwd=self.folder, check=True, capture_output=True)

        run("softhsm2-util", "--init-token", "--free", "--label", "nbota", "--pin", "1234", "--so-pin", "5678")
        run("softhsm2-util", "--import", str(KEYS[1]), "--token", "nbota", "--label", "release", "--id", "01",
            "--pin", "1234")
        self.first_step()
        run("pkcs11-tool", "--module", SOFTHSM, "--token-label", "nbota", "--login", "--pin", "1234", "--sign",
            "--mechanism", "EDDSA", "--label", "release", "--input-file", "tbs", "--output-file", "sig")
        self.good("image", "sign", self.file, "--signature", "sig", "--key", KEYS[1])
        self.assertEqual(self.file.read_bytes(), (GOLDEN / "signed.packed.bin").read_bytes())


class Verify(SignCase):
    def test_the_signer_is_told_from_a_stranger_and_from_nobody(self):
        signed = GOLDEN / "signed.packed.bin"
        self.assertIn("signature good", self.good("image", "verify", signed, "--key", KEYS[1]))
        self.assertIn("signed; by whom, --key checks", self.good("image", "verify", signed))
        self.assertIn("not signed", self.good("image", "verify", self.file))
        self.bad("image", "verify", signed, "--key", KEYS[3], says="was signed with another key")
        self.bad("image", "verify", self.file, "--key", KEYS[1], says="is not signed")

    def test_the_documents_recipe_needs_nothing_of_nbota(self):
        recipe = re.search(r"To verify a file without nbota.*?```sh\n(.*?)^```$",
                           (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE).group(1)
        image = firmware("s31-nb", "v1.1.0", size=7000)
        (self.folder / "fw.bin").write_bytes(image)
        openssl("pkey", "-in", KEYS[2], "-pubout", "-out", self.folder / "release.pem.pub")

        def lines():
            return subprocess.run(["bash", "-e", "-c", recipe], cwd=self.folder, check=True, capture_output=True,
                                  text=True).stdout.splitlines()

        self.good("image", "sign", "fw.bin", "--key", KEYS[2])
        digest = hashlib.sha256(image).hexdigest()
        self.assertEqual(lines(), ["Signature Verified Successfully", digest, digest + "  -", KEY_IDS[2], KEY_IDS[2]])
        self.good("image", "sign", "fw.packed.bin", "--key", KEYS[3])
        with self.assertRaises(subprocess.CalledProcessError):
            lines()

    def test_every_changed_bit_of_what_is_signed_is_noticed(self):
        image = firmware("s31-nb", "v1.1.0", size=1000)
        golden = (GOLDEN / "signed.packed.bin").read_bytes()[0x20:0xC4]
        for bit in list(range(0, 8 * 92, 31)) + list(range(8 * 0x64, 8 * 0xA4, 37)):
            changed = bytearray(golden)
            changed[bit // 8] ^= 1 << bit % 8
            self.file.write_bytes(nbota_pack(image, bytes(changed)))
            with self.subTest(bit=bit):
                self.assertEqual(nbota("image", "verify", self.file, "--key", KEYS[1]).returncode, 1)


if __name__ == "__main__":
    unittest.main()
