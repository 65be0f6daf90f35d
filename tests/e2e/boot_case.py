# SPDX-License-Identifier: Apache-2.0
"""A bootloader alone, on memories that a test has made: what it prints and what it leaves, up to its listening."""
import os
import shutil
import struct
import unittest

import memories
from lab import Lab
from memories import SLOT
from nbota_command import firmware

LISTENS = "expect or an update within 100s\n"  # with or without an application
HANG = struct.pack("<H", 0xE7FE)  # b .
OPEN, SIGNED = "boot-bc660k", "boot-bc660k-signed"


def image(version, size=9000):
    """An application that does nothing for ever. Some half pages are zero."""
    made = bytearray(firmware("s31-nb", version, size))
    made[0x100:0x102] = HANG
    made[0x400:0x400 + 64] = bytes([ord(version[-1])]) * 64
    made[0x440:0x480] = bytes(64)
    return bytes(made)


OLD, NEW = image("v1.0.0"), image("v1.1.1", 10300)


class BootCase(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.lab = Lab()
        cls.lab.__enter__()
        cls.addClassCleanup(cls.lab.__exit__)
        cls.templates = {}
        cls.runs = 0

    def template(self, boot, flash):
        name = f"{boot}-{flash}"
        if name not in self.templates:
            self.lab.nbota("node", "create", name, "--product", "S31-NB", "--boot", boot, "--flash", flash)
            self.templates[name] = self.lab.memory("flash.bin", name)
        return name

    def node(self, commits=(), nor=None, slot=OLD, boot=OPEN, flash="4M"):
        """A node with these memories; `commits` may be the whole EEPROM."""
        template = self.template(boot, flash)
        type(self).runs += 1
        name = f"node-{self.runs}"
        self.lab.copy_node(template, name)
        self.addCleanup(shutil.rmtree, os.path.join(self.lab.data_dir, "nodes", name), True)
        whole = self.templates[template]
        self.put(name, "flash.bin", whole[:SLOT] + slot.ljust(memories.SLOT_SIZE, b"\0") + whole[SLOT + memories.SLOT_SIZE:])
        self.put(name, "eeprom.bin", commits if isinstance(commits, bytes) else memories.eeprom(commits))
        if nor is not None:
            self.put(name, "nor.bin", nor)
        return name

    def put(self, name, file, content):
        with open(os.path.join(self.lab.data_dir, "nodes", name, file), "wb") as out:
            out.write(content)

    def start(self, name, before="", until=LISTENS, **options):
        """What the console says up to the bootloader's listening."""
        return self.lab.run_node(before + until + "end\n", name=name, **options)["console"]

    def protect(self, name, sector):
        """That sector of 4 KB refuses every erase and program (RM0376, "Option bytes")."""
        path = os.path.join(self.lab.data_dir, "nodes", name, "options.bin")
        with open(path, "rb") as file:
            self.options = file.read()
        low, high = (1 << sector) & 0xFFFF, 1 << sector >> 16
        words = struct.pack("<4H", low, ~low & 0xFFFF, high, ~high & 0xFFFF)
        self.put(name, "options.bin", self.options[:8] + words + self.options[16:])

    def unprotect(self, name):
        self.put(name, "options.bin", self.options)

    # ---- what it leaves ----

    def state(self, name):
        return memories.state_of(self.lab.memory("eeprom.bin", name))

    def records(self, name):
        return memories.records(self.lab.memory("eeprom.bin", name))

    def slot(self, name, size):
        return self.lab.memory("flash.bin", name)[SLOT:SLOT + size]

    def assert_runs(self, name, image_of_it, console):
        self.assertEqual(self.slot(name, len(image_of_it)), image_of_it)
        self.assertIn("listening for an update", console)
