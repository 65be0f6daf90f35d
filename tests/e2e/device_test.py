#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`nbota device` and `nbota assign`, without a server."""
import json
import unittest

from command_lab import LabCase
from nbota_command import firmware, nbota_pack, pattern, plain_firmware, vendor_pack


class Device(LabCase):
    def test_add_makes_a_token_and_says_what_to_type(self):
        text = self.run_nbota("device", "add", "s31").stdout
        token = text.split("its access token:\n\n  ")[1].split("\n")[0]
        self.assertRegex(token, "^[0-9a-z]{20}$")
        for line in (f"AT+OTACLT={token}", f"AT+OTAUNAME={token}", "AT+OTAPWD=NULL", "AT+OTASER="):
            self.assertIn(line, text)
        other = json.loads(self.run_nbota("device", "add", "s32", "--json").stdout)["token"]
        self.assertNotEqual(token, other)

    def test_a_given_token_is_kept(self):
        text = self.run_nbota("device", "add", "s31", "--token", "my-token").stdout
        self.assertIn("AT+OTACLT=my-token\n", text)

    def test_names_and_tokens_that_cannot_be_are_refused(self):
        self.run_nbota("device", "add", "s31", "--token", "one")
        for words in (["s31"], ["s32", "--token", "one"], ["s32", "--token", "a;b"], ["s32", "--token", "x" * 45],
                      ["s32", "--token", ""], ["a b"], ["--", "-s32"], ["s32", "--imei", "12"]):
            result = self.run_nbota("device", "add", *words, status=1)
            self.assertIn("nbota: ", result.stderr)
        self.assertEqual(len(json.loads(self.run_nbota("device", "list", "--json").stdout)), 1)

    def test_list_and_show_name_what_is_offered(self):
        self.run_nbota("device", "add", "s31")
        self.run_nbota("assign", "s31", self.write("fw.bin", firmware("s31-nb", "v1.1.0")))
        self.assertRegex(self.run_nbota("device", "list").stdout, r"s31 +offered +- +s31-nb v1\.1\.0 +never")
        shown = json.loads(self.run_nbota("device", "show", "s31", "--json").stdout)
        self.assertEqual((shown["status"], shown["assigned"]["version"]), ("offered", "v1.1.0"))
        self.assertNotIn("progress", shown)
        self.assertIn("last seen  never", self.run_nbota("device", "show", "s31").stdout)

    def test_a_mistyped_name_gets_the_nearest(self):
        self.run_nbota("device", "add", "greenhouse")
        result = self.run_nbota("device", "show", "grenhouse", status=1)
        self.assertIn("did you mean 'greenhouse'?", result.stderr)

    def test_a_file_in_place_of_the_data_folder_is_told(self):
        path = self.write("file", b"x")
        result = self.run_nbota("device", "list", "--data-dir", path, status=1)
        self.assertIn("is no folder", result.stderr)

    def test_data_dir_wins_over_the_environment(self):
        other = self.folder / "deep" / "other"
        self.run_nbota("device", "add", "s31", "--data-dir", other)
        self.assertTrue((other / "nbota.db").exists())
        self.assertIn("no devices", self.run_nbota("device", "list").stdout)
        self.assertEqual(other.stat().st_mode & 0o077, 0)  # tokens are inside


class Assign(LabCase):
    def setUp(self):
        super().setUp()
        self.run_nbota("device", "add", "s31")

    def stored(self):
        folder = self.data / "images"
        return [path.read_bytes() for path in folder.iterdir()] if folder.exists() else []

    def test_an_image_with_info_block_needs_no_flags(self):
        image = firmware("s31-nb", "v1.1.0")
        result = self.run_nbota("assign", "s31", self.write("fw.bin", vendor_pack(image)))
        self.assertIn("s31 is offered s31-nb v1.1.0: 9132 bytes, 9 chunks, CRC32 ", result.stdout)
        self.assertEqual(result.stderr, "")
        self.assertEqual(self.stored(), [vendor_pack(image)])

    def test_a_plain_image_is_packed_first(self):
        result = self.run_nbota("assign", "s31", self.write("fw.bin", firmware("s31-nb", "v1.1.0")))
        self.assertIn("is packed for the nodes", result.stderr)
        self.assertEqual(self.stored(), [nbota_pack(firmware("s31-nb", "v1.1.0"))])

    def test_a_vendors_files_need_their_names(self):
        for name, content in (("packed.bin", vendor_pack(plain_firmware(86116))), ("plain.bin", plain_firmware(3000))):
            path = self.write(name, content)
            result = self.run_nbota("assign", "s31", path, status=1)
            self.assertIn("--title s31-nb --version v1.1.0", result.stderr)
            self.run_nbota("assign", "s31", path, "--title", "s31-nb", "--version", f"v{len(content)}")
        self.assertEqual(len(self.stored()), 2)

    def test_the_same_again_is_no_error_and_other_bytes_under_its_name_are(self):
        path = self.write("fw.bin", firmware("s31-nb", "v1.1.0"))
        self.run_nbota("assign", "s31", path)
        self.run_nbota("assign", "s31", path)
        self.write("fw.bin", firmware("s31-nb", "v1.1.0", size=6000))
        result = self.run_nbota("assign", "s31", path, status=1)
        self.assertIn("a version never changes", result.stderr)
        self.assertEqual(len(self.stored()), 1)

    def test_names_that_shipped_nodes_cannot_take_are_refused(self):
        path = self.write("fw.bin", plain_firmware(3000))
        for title, version in (("t" * 20, "v1"), ("t", "v" * 15), ("a{b", "v1"), ("t", 'v"1'), ("t", "")):
            self.run_nbota("assign", "s31", path, "--title", title, "--version", version, status=1)

    def test_a_version_that_cannot_be_set_by_hand_is_warned_of(self):
        path = self.write("fw.bin", plain_firmware(3000))
        result = self.run_nbota("assign", "s31", path, "--title", "s31-nb", "--version", "v1.10.100")
        self.assertIn("warning:", result.stderr)

    def test_a_title_beside_the_images_own_is_warned_of_and_a_version_refused(self):
        path = self.write("fw.bin", firmware("s31-nb", "v1.1.0"))
        result = self.run_nbota("assign", "s31", path, "--title", "other")
        self.assertIn("warning:", result.stderr)
        result = self.run_nbota("assign", "s31", path, "--version", "v9", status=1)
        self.assertIn("again and again", result.stderr)
        self.run_nbota("assign", "s31", path, "--version", "v9", "--force")

    def test_broken_files_are_refused_and_nothing_changes(self):
        good = vendor_pack(firmware("s31-nb", "v1.1.0"))
        for content in (b"", b"text", good[:-1], good[:3000], good + b"x", pattern(3000), vendor_pack(pattern(3000)),
                        plain_firmware(122881), good[:2000] + b"!" + good[2001:]):
            path = self.write("fw.bin", content)
            result = self.run_nbota("assign", "s31", path, "--title", "s31-nb", "--version", "v1", status=1)
            self.assertIn(str(path), result.stderr)
        self.assertEqual(self.stored(), [])
        self.assertNotIn("assigned", json.loads(self.run_nbota("device", "show", "s31", "--json").stdout))

    def test_none_takes_the_offer_back(self):
        self.run_nbota("assign", "s31", self.write("fw.bin", firmware("s31-nb", "v1.1.0")))
        self.run_nbota("assign", "s31", "--none")
        self.assertNotIn("assigned", json.loads(self.run_nbota("device", "show", "s31", "--json").stdout))

    def test_json_holds_whatever_a_name_holds(self):
        name = 'odd"\\name'
        self.run_nbota("device", "add", name)
        path = self.write("fw.bin", firmware("s31-nb", "v1.1.0"))
        told = json.loads(self.run_nbota("assign", name, path, "--json").stdout)
        self.assertEqual((told["device"], told["fw_size"], told["pieces"]), (name, 9132, 9))
        self.assertEqual(json.loads(self.run_nbota("assign", name, "--none", "--json").stdout), {"device": name})

    def test_usage_errors(self):
        for words in (["s31"], ["s31", "x.bin", "--none"], [], ["s31", "x.bin", "y.bin"]):
            self.run_nbota("assign", *words, status=2)
        result = self.run_nbota("assign", "s31", self.write("fw.bin", firmware("s31-nb", "v1.1.0")), "--checksum",
                                "MD4", status=1)
        self.assertIn("CRC32, SHA256", result.stderr)


if __name__ == "__main__":
    unittest.main()
