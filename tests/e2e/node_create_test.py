#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`nbota node create`: devices of every product, with and without flash, and the firmware that fits them."""
import json
import os
import subprocess
import unittest

from lab import FIRMWARE, Lab, NBOTA, NEW
from nbota_command import firmware, plain_firmware

PRODUCTS = ("S31-NB S31-NS S31-NB2 S31-CB S31-CS S31-CB2 RS485-NB RS485-NS RS485-NB2 RS485-CB RS485-CS RS485-CB2 "
            "WSC2-N WSC2-C POM01-N POM01-C WSC2-Compact-NS").split()
LTE = ("-CB", "-CS", "-CB2", "-C")
THRESHOLDS = {"BC660GL": 26110001, "BG95-M2": 26120001}


class CreateCase(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)

    def create(self, name, *words):
        return json.loads(self.lab.nbota("node", "create", name, "--json", *words).stdout)

    def refused(self, *words, status=1):
        done = self.lab.nbota(*words, check=False)
        self.assertEqual(done.returncode, status, done.stdout + done.stderr)
        self.assertIn("hint: ", done.stderr)
        return done.stderr

    def node_json(self, name):
        return json.loads(self.lab.memory("node.json", name))


class Create(CreateCase):
    def test_every_product_has_its_modem_and_a_serial_number_above_its_threshold(self):
        for product in PRODUCTS:
            with self.subTest(product):
                node = self.create(product.lower(), "--product", product)
                modem, prefix = ("BG95-M2", "BG95-M2") if product.endswith(LTE) else ("BC660K-GL", "BC660GL")
                self.assertEqual((node["product"], node["modem"], node["flash"]), (product, modem, "4M"))
                self.assertEqual(node["serial"][:7], prefix)
                self.assertGreaterEqual(int(node["serial"][7:]), THRESHOLDS[prefix])
                self.assertRegex(node["imei"], r"^\d{15}$")

    def test_a_serial_number_decides_about_the_flash_unless_told(self):
        for prefix, first in THRESHOLDS.items():
            product = "S31-NB" if prefix == "BC660GL" else "S31-CB"
            for number, flash in ((first - 1, "none"), (first, "4M"), (first + 1, "4M")):
                node = self.create(f"{prefix}-{number}", "--product", product, "--serial", f"{prefix} - {number}")
                self.assertEqual((node["serial"], node["flash"]), (f"{prefix}{number}", flash))
        done = self.lab.nbota("node", "create", "old", "--serial", "BC660GL26110000")
        self.assertIn("note: serial numbers below BC660GL26110001 are on boards without flash", done.stderr)
        done = self.lab.nbota("node", "create", "reworked", "--serial", "BC660GL26110000", "--flash", "4M")
        self.assertIn("left the factory without flash", done.stderr)
        self.assertEqual(self.node_json("reworked")["flash"], "4M")

    def test_without_a_serial_number_the_flash_decides(self):
        for flash, below in (("4M", False), ("128K", False), ("none", True)):
            serial = self.create(f"flash-{flash}", "--flash", flash)["serial"]
            self.assertEqual(int(serial[7:]) < THRESHOLDS["BC660GL"], below)

    def test_what_cannot_be_says_so_and_makes_nothing(self):
        for words, text in (((), "the first"), (("--product", "S31-NC"), "did you mean 'S31-N"),
                            (("--product", "S99"), "lists them"), (("--flash", "4MB"), "did you mean '4M'?"),
                            (("--serial", "BC660GL2611"), "fewer than 8 digits"),
                            (("--serial", "BG95-M226120001"), "S31-NB has a BC660K-GL")):
            if words:
                self.assertIn(text, self.refused("node", "create", "n1", *words))
                self.assertFalse(os.path.exists(os.path.join(self.lab.data_dir, "nodes", "n1", "node.json")))
        self.create("n1")
        self.assertIn("there is a node 'n1' already", self.refused("node", "create", "n1"))
        self.assertIn("cannot be a node's name", self.refused("node", "create", "../n1"))
        done = subprocess.run([NBOTA, "node", "create", "--data-dir", self.lab.data_dir, "--", "-x"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn("'-x' cannot be a node's name", done.stderr)
        self.assertIn("did you mean 'S31-NB'?", self.refused("node", "create", "n2", "--product", "s31nb"))

    def test_the_label_names_product_and_flash(self):
        label = self.lab.nbota("node", "create", "shed", "-p", "s31-cs", "-f", "128k".upper()).stdout
        self.assertRegex(label, r"node +shed \(S31-CS, BG95-M2\)\nflash +128K: ")
        self.assertIn("nbota node run shed", label)

    def test_a_folder_of_before_products_is_an_s31_nb(self):
        self.create("old")
        file = os.path.join(self.lab.data_dir, "nodes", "old", "node.json")
        for flash, name in ((True, "4M"), (False, "none")):
            identity = self.node_json("old")
            identity.pop("product", None)
            identity["flash"] = flash
            with open(file, "w", encoding="ascii") as out:
                json.dump(identity, out)
            result = self.lab.run_node("expect Image Version: v1.0.0\n", name="old")
            self.assertEqual((result["product"], result["flash"]), ("S31-NB", name))


class Firmware(CreateCase):
    def test_a_new_node_has_its_products_first_firmware(self):
        self.create("ns", "--product", "S31-NS")
        result = self.lab.run_node("expect S31-NS\nexpect Image Version: v1.0.0\n", name="ns")
        self.assertEqual((result["product"], result["modem"]), ("S31-NS", "BC660K-GL"))

    def test_an_lte_node_starts_with_its_own_bootloader_and_firmware(self):
        self.create("lte", "--product", "S31-CB")
        result = self.lab.run_node("expect DRAGINO S31-CB\nexpect Image Version: v1.0.0\n", name="lte")
        self.assertEqual(result["modem"], "BG95-M2")
        with open(os.path.join(FIRMWARE, "boot-bg95.bin"), "rb") as boot:
            content = boot.read()
        self.assertEqual(self.lab.memory("flash.bin", "lte")[:len(content)], content)

    def boot_of(self, name):
        with open(os.path.join(FIRMWARE, "boot-bc660k-signed.bin"), "rb") as boot:
            content = boot.read()
        self.assertEqual(content[0xC6], 2, "it trusts two keys")
        self.assertEqual(self.lab.memory("flash.bin", name)[:len(content)], content)

    def test_a_node_takes_another_bootloader_when_it_is_made_or_first_run(self):
        self.create("made", "--boot", "boot-bc660k-signed")
        self.boot_of("made")
        self.lab.run_node("expect Image Version: v1.0.0\n", name="made")
        scenario = self.lab.path("first.txt")
        with open(scenario, "w", encoding="ascii") as out:
            out.write("expect Image Version: v1.0.0\nend\n")
        self.lab.nbota("node", "run", "run", "--boot", os.path.join(FIRMWARE, "boot-bc660k-signed.bin"),
                       "--scenario", scenario, "--quiet")
        self.boot_of("run")

    def test_a_bootloader_that_is_not_there_makes_no_node(self):
        self.assertIn("cannot read the bootloader", self.refused("node", "create", "x", "--boot", "boot-nothing"))
        self.create("x")

    def test_firmware_for_another_modem_is_refused_unless_forced(self):
        self.create("lte", "--product", "S31-CB")
        error = self.refused("node", "flash", f"s31-nb-{NEW}", "--node", "lte")
        self.assertIn(f"is s31-nb {NEW} for boards with a BC660K-GL (hardware id 1); this node has a BG95-M2 (2)",
                      error)
        self.assertEqual(self.lab.memory("flash.bin", "lte").count(b"nbIN"), 0)
        self.lab.nbota("node", "flash", f"s31-nb-{NEW}", "--node", "lte", "--force")
        with open(os.path.join(FIRMWARE, "boot-bg95.bin"), "rb") as boot:
            content = boot.read()
        self.assertEqual(self.lab.memory("flash.bin", "lte")[:len(content)], content)

    def test_the_info_block_decides_and_another_makers_image_has_none(self):
        for name, content in (("cb.bin", firmware("s31-cb", "v1.1.0", product=0x43, hardware=2)),
                              ("plain.bin", plain_firmware(5000))):
            with open(self.lab.path(name), "wb") as out:
                out.write(content)
        self.create("lte", "--product", "S31-CB")
        self.lab.nbota("node", "flash", self.lab.path("cb.bin"), "--node", "lte")
        self.assertIn("hardware id 2", self.refused("node", "flash", self.lab.path("cb.bin")))  # an S31-NB
        for name in ("lte", "s31"):
            self.lab.nbota("node", "flash", self.lab.path("plain.bin"), "--node", name)

    def test_firmware_that_is_not_built_says_how_to_get_it(self):
        self.create("none-such", "--product", "RS485-NB")
        self.lab.environment["NBOTA_FIRMWARE"] = self.lab.folder
        self.assertIn("make firmware", self.refused("node", "run", "none-such", "--quiet"))


if __name__ == "__main__":
    unittest.main()
