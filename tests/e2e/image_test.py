#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`nbota image` against an independent packer and the published test vectors."""
import hashlib
import json
import os
import pathlib
import tempfile
import unittest

from nbota_command import SLOT_SIZE, firmware, nbota, nbota_pack, pattern, plain_firmware, vendor_pack


class ImageCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def names(self):
        return sorted(os.listdir(self.folder))


class Pack(ImageCase):
    def test_published_vectors_come_out_byte_for_byte(self):
        for size, expected in ((3000, "955dde18f2df9e30e9d1d60f22c0826bc0dd15ad351d275dda5589ca2f37026c"),
                               (2048, None)):
            source = self.write("a.bin", pattern(size))
            out = self.folder / "a.out"
            result = nbota("image", "pack", "--force", source, "-o", out)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual(out.read_bytes(), vendor_pack(pattern(size)))
            if expected:
                self.assertEqual(hashlib.sha256(out.read_bytes()).hexdigest(), expected)
                self.assertIn("7124 bytes, 7 pieces, fw_checksum b3ab1052 (CRC32)", result.stdout)

    def test_sizes_of_real_images(self):
        for size, packed in ((86116, 90568), (112504, 117056), (SLOT_SIZE, 127472)):
            source = self.write("s.bin", plain_firmware(size))
            result = nbota("image", "pack", source)
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertEqual((self.folder / "s.packed.bin").read_bytes(),
                             vendor_pack(plain_firmware(size)))
            self.assertEqual((self.folder / "s.packed.bin").stat().st_size, packed)

    def test_an_image_with_info_block_needs_no_flags_and_says_who_it_is(self):
        source = self.write("s31.bin", firmware("s31-nb", "v1.1.0"))
        result = nbota("image", "pack", source)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("s31-nb v1.1.0, 5000 bytes", result.stdout)
        self.assertEqual(self.names(), ["s31.bin", "s31.packed.bin"])
        self.assertEqual((self.folder / "s31.packed.bin").read_bytes(), nbota_pack(firmware("s31-nb", "v1.1.0")))

    def test_another_makers_image_is_packed_with_a_note(self):
        result = nbota("image", "pack", self.write("x.bin", plain_firmware(3000)))
        self.assertEqual(result.returncode, 0)
        self.assertIn("note:", result.stderr)
        self.assertIn("--title and --version", result.stderr)

    def test_what_no_node_would_run_is_refused_and_nothing_is_written(self):
        cases = {
            "empty": (b"", "the file is empty"),
            "text": (b"hello, this is a text\n" * 20, "no vector table"),
            "large": (plain_firmware(SLOT_SIZE + 1), "122880"),
            "huge": (b"\1" * (5 * 1024 * 1024), "bytes"),
            "elf": (b"\x7fELF" + pattern(500), "objcopy -O binary"),
            "cut": (firmware("s31-nb", "v1.1.0")[:4000], "the info block says 5000 bytes"),
            "title": (firmware("a title", "v1"), "a character that nodes cannot read"),
            "pattern": (pattern(3000), "--force"),
        }
        for name, (content, text) in cases.items():
            with self.subTest(name):
                source = self.write("in.bin", content)
                result = nbota("image", "pack", source, "-o", self.folder / "out.bin")
                self.assertEqual(result.returncode, 1)
                self.assertIn(text, result.stderr)
                self.assertIn(str(source), result.stderr)
                self.assertEqual(self.names(), ["in.bin"])

    def test_force_does_not_make_the_impossible_possible(self):
        for content in (b"", plain_firmware(SLOT_SIZE + 1), vendor_pack(plain_firmware(3000))[:-1]):
            result = nbota("image", "pack", "-f", self.write("in.bin", content))
            self.assertEqual(result.returncode, 1)
            self.assertEqual(self.names(), ["in.bin"])

    def test_packed_input_is_recognised(self):
        packed = vendor_pack(plain_firmware(3000))
        source = self.write("in.bin", packed)
        result = nbota("image", "pack", source)
        self.assertEqual(result.returncode, 0)
        self.assertIn("packed already", result.stderr)
        self.assertEqual(self.names(), ["in.bin"])
        result = nbota("image", "pack", source, "-o", self.folder / "out.bin")
        self.assertEqual(result.returncode, 0)
        self.assertEqual((self.folder / "out.bin").read_bytes(), packed)

    def test_the_plain_image_is_never_replaced(self):
        source = self.write("in.bin", plain_firmware(3000))
        (self.folder / "link.bin").symlink_to(source)
        for out in (source, self.folder / "link.bin"):
            self.assertEqual(nbota("image", "pack", source, "-o", out).returncode, 2)
        self.assertEqual(source.read_bytes(), plain_firmware(3000))

    def test_a_pipe_is_written_into_not_replaced(self):
        source = self.write("in.bin", plain_firmware(3000))
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
        self.addCleanup(os.close, reader)
        self.assertEqual(nbota("image", "pack", source, "-o", pipe).returncode, 0)
        self.assertEqual(os.read(reader, 65536), vendor_pack(plain_firmware(3000)))
        self.assertTrue(pipe.is_fifo())

    def test_a_place_that_cannot_be_written_is_named(self):
        source = self.write("in.bin", plain_firmware(3000))
        result = nbota("image", "pack", source, "-o", self.folder / "no" / "out.bin")
        self.assertEqual(result.returncode, 1)
        self.assertIn("cannot write", result.stderr)
        self.assertIn("No such file", result.stderr)


class InspectAndVerify(ImageCase):
    def test_a_vendor_packed_file_is_good(self):
        path = self.write("v.bin", vendor_pack(plain_firmware(86116)))
        self.assertEqual(nbota("image", "verify", path).returncode, 0)
        result = nbota("image", "inspect", path)
        self.assertEqual(result.returncode, 0)
        for text in ("packed image, good", "model 22223333, version 10101010",
                     "none, as the field's packer makes it", "no info block"):
            self.assertIn(text, result.stdout)

    def test_every_damaged_piece_is_found_by_its_number(self):
        packed = vendor_pack(firmware("s31-nb", "v1.1.0"))
        for offset in (21, 1027, 1028, 4200, len(packed) - 1):
            broken = bytearray(packed)
            broken[offset] ^= 0x80
            path = self.write("b.bin", bytes(broken))
            piece = offset // 1028
            result = nbota("image", "verify", path)
            self.assertEqual(result.returncode, 1)
            self.assertIn(f"first bad piece: {piece}, at offset {piece * 1028}", result.stderr)
            result = nbota("image", "inspect", path)
            self.assertEqual(result.returncode, 1)
            self.assertIn(f"piece {piece} is damaged", result.stdout)

    def test_a_cut_off_file_says_how_much_is_missing(self):
        packed = vendor_pack(firmware("s31-nb", "v1.1.0"))
        path = self.write("c.bin", packed[:5000])
        result = nbota("image", "verify", path)
        self.assertEqual(result.returncode, 1)
        self.assertIn(f"promises {len(packed)} bytes, there are 5000", result.stderr)

    def test_verify_refuses_a_plain_image_and_says_what_to_do(self):
        result = nbota("image", "verify", self.write("p.bin", plain_firmware(3000)))
        self.assertEqual(result.returncode, 1)
        self.assertIn("nbota image pack", result.stderr)

    def test_verify_of_the_container_alone_leaves_the_image_aside(self):
        path = self.write("a.bin", vendor_pack(pattern(3000)))
        self.assertEqual(nbota("image", "verify", path).returncode, 1)
        self.assertEqual(nbota("image", "verify", "--container", path).returncode, 0)
        self.write("a.bin", vendor_pack(pattern(3000))[:-1])
        self.assertEqual(nbota("image", "verify", "--container", path).returncode, 1)

    def test_json_says_the_same(self):
        path = self.write("j.bin", vendor_pack(firmware("s31-nb", "v1.1.0")))
        result = nbota("image", "inspect", "--json", "--pieces", path)
        explanation = json.loads(result.stdout)
        self.assertTrue(explanation["good"])
        self.assertEqual(explanation["info"]["title"], "s31-nb")
        self.assertEqual(explanation["served"]["fw_size"], path.stat().st_size)
        self.assertEqual(explanation["served"]["fw_checksum"]["SHA256"],
                         hashlib.sha256(path.read_bytes()).hexdigest())
        self.assertEqual(len(explanation["piece_list"]), explanation["served"]["pieces"])
        path.write_bytes(path.read_bytes()[:-1] + b"\0")
        explanation = json.loads(nbota("image", "inspect", "-j", path).stdout)
        self.assertFalse(explanation["good"])
        self.assertEqual(explanation["findings"][0]["piece"], 8)

    def test_texts_of_a_file_never_reach_the_terminal_raw(self):
        path = self.write("e.bin", firmware("\x1b[2J\x07", "v1"))
        self.assertNotIn("\x1b", nbota("image", "inspect", path).stdout)
        broken = self.write("u.bin", firmware("t\u00e4", "v1"))
        explanation = json.loads(nbota("image", "inspect", "--json", broken).stdout)
        self.assertEqual(explanation["findings"][0]["level"], "problem")
        self.assertIn("t??", explanation["findings"][0]["text"])

    def test_a_missing_file_and_a_folder_are_named(self):
        for path in (self.folder / "nowhere.bin", self.folder):
            for command in ("inspect", "verify", "pack"):
                result = nbota("image", command, path)
                self.assertEqual(result.returncode, 1)
                self.assertIn(f"'{path}'", result.stderr)


class Words(unittest.TestCase):
    def test_it_says_its_version(self):
        self.assertRegex(nbota("--version").stdout, r"^nbota \d+\.\d+\.\d+\n$")

    def test_a_mistyped_command_gets_the_nearest(self):
        result = nbota("imgae")
        self.assertEqual(result.returncode, 2)
        self.assertIn("did you mean 'image'?", result.stderr)

    def test_help_teaches_at_every_level(self):
        for words in (("help",), ("--help",), ("help", "image"), ("image", "--help"),
                      ("help", "image", "pack"), ("image", "pack", "--help")):
            result = nbota(*words)
            self.assertEqual((result.returncode, result.stderr), (0, ""), words)
            self.assertTrue(result.stdout.startswith("usage: nbota"), words)

    def test_usage_errors_have_status_2_and_the_usage_line(self):
        for words in (("image", "pack"), ("image", "pack", "a", "b"), ("image", "pack", "a", "-o"),
                      ("image", "pack", "--forec", "a"), ("image", "verify", "--json", "a")):
            result = nbota(*words)
            self.assertEqual(result.returncode, 2, words)
            self.assertIn("usage: nbota image", result.stderr, words)


if __name__ == "__main__":
    unittest.main()
