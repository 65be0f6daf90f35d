#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The bootloader's console line: senders that break the rules of XMODEM, images that do not fit, memories that do not take
them (docs/local-update.md)."""
import binascii
import struct
import unittest

import memories
from boot_case import BootCase, HANG, NEW, OLD, OPEN, SIGNED
from memories import COPYING, EEPROM_BASE, FLASH_BASE, INSTALL, RECEIVING, SLOT, install
from nbota_command import manifest, nbota_pack, vendor_pack

LISTENS = "expect listening for an update within 10s\n"
LOST = "update lost: the sender gave up or went silent"
ACK, NAK, CAN, EOT = "\x06", "\x15", b"\x18", b"\x04"
ACKNOWLEDGED = f"expect {ACK} within 5s\n"


def block(number, content, **wrong):
    body = content.ljust(128, b"\x1a")
    check = binascii.crc_hqx(body, 0) ^ wrong.get("crc", 0)
    return bytes([1, number & 255, ~number & 255 ^ wrong.get("inverse", 0)]) + body + struct.pack(">H", check)


def small(size):
    """Another maker's application, without an info block: it does nothing for ever."""
    code = struct.pack("<II", 0x20001000, 0x08007800 + 9) + HANG
    return (code + bytes(range(1, 251)) * 2)[:size]


class LineCase(BootCase):
    def key_in(self, content):
        """A scenario's line that types these bytes."""
        type(self).files = getattr(self, "files", 0) + 1
        path = self.lab.path(f"keys-{self.files}.bin")
        with open(path, "wb") as file:
            file.write(content)
        return f"bytes {path}\n"

    def send(self, content):
        return self.key_in(content).replace("bytes", "send")

    def talk(self, *lines, commits=(), slot=OLD, boot=OPEN, before="", listens=LISTENS):
        self.name = self.node(commits, slot=slot, boot=boot, flash="none")
        return self.lab.run_node(before + listens + "".join(lines), name=self.name)["console"].replace("\r", "")


class Sender(LineCase):
    """A packed image in blocks of 128 bytes, and what may happen to them."""

    def setUp(self):
        packed = nbota_pack(NEW)
        self.blocks = [packed[at:at + 128] for at in range(0, len(packed), 128)]

    def first(self, *numbers):
        return "".join(self.key_in(block(number, self.blocks[number - 1])) + ACKNOWLEDGED for number in numbers)

    def test_a_sender_that_cancels_is_lost_at_the_second_can(self):
        console = self.talk(self.key_in(CAN + b"x" + CAN), "wait 100ms\n", self.key_in(CAN), f"expect {LOST} within 5s\n")
        self.assertEqual(console.count("update lost"), 1)

    def test_an_end_before_the_first_block_is_no_end(self):
        console = self.talk(self.key_in(EOT), "wait 500ms\n", self.first(1, 2))
        self.assertNotIn("refused", console)

    def test_a_damaged_block_is_asked_for_again_as_the_first_one_is(self):
        for wrong in ({"crc": 1}, {"inverse": 1}):
            damaged = self.key_in(block(1, self.blocks[0], **wrong) + b"noise")
            console = self.talk(damaged, "expect C within 5s\n", self.first(1),
                                self.key_in(block(2, self.blocks[1], **wrong)), f"expect {NAK} within 5s\n", self.first(2))
            self.assertNotIn("lost", console)

    def test_a_block_that_stops_is_asked_for_again(self):
        half = self.key_in(block(2, self.blocks[1])[:60])
        console = self.talk(self.first(1), half, f"expect {NAK} within 5s\n", self.first(2))
        self.assertNotIn("lost", console)

    def test_a_block_that_was_not_asked_for_again_gets_no_second_answer(self):
        console = self.talk(self.first(1), self.key_in(block(1, self.blocks[0])), "wait 500ms\n", self.first(2), "wait 500ms\n")
        self.assertEqual(console.count(ACK), 2)

    def test_a_block_that_was_asked_for_again_is_answered(self):
        console = self.talk(self.first(1), f"expect {NAK} within 5s\n", self.first(1, 2), "wait 500ms\n")
        self.assertEqual(console.count(ACK), 3)

    def test_a_block_that_does_not_follow_ends_it(self):
        for sent in (self.key_in(block(2, self.blocks[1])), self.first(1) + self.key_in(block(5, self.blocks[4]))):
            self.talk(sent, f"expect {LOST} within 5s\n")

    def test_a_sender_that_falls_silent_is_asked_ten_times(self):
        console = self.talk(self.first(1), f"expect {LOST} within 60s\n")
        self.assertEqual(console.count(NAK), 10)

    def test_a_sender_whose_last_word_is_missing_has_sent_all(self):
        packed = vendor_pack(small(300))
        sent = [packed[at:at + 128] for at in range(0, len(packed), 128)]
        lines = [self.key_in(block(number + 1, content)) + ACKNOWLEDGED for number, content in enumerate(sent)]
        self.talk(*lines, "expect update installed within 60s\nend\n")

    def test_what_comes_behind_a_refusal_is_dropped(self):
        console = self.talk(self.key_in(block(1, b"no firmware at all") + b"more and more " * 30),
                            "expect update refused: no packed image within 5s\nwait 1s\n")
        self.assertEqual(console.count("refused"), 1)

    def test_a_key_that_is_held_is_answered_once_a_second(self):
        console = self.talk(self.key_in(b"u" * 90), "wait 500ms\n", self.key_in(b"u" * 3), "wait 2s\n",
                            self.key_in(b"uxuuxuuu"), "wait 500ms\n")
        self.assertEqual(console.count("send a packed image"), 2)


class Pending(LineCase):
    """An install that the watchdog's reset tries again, for the flash chip is gone."""

    def test_a_key_that_is_held_keeps_the_watchdog_away_for_a_minute(self):
        name = self.node([[(INSTALL, install(COPYING, NEW))]], slot=bytes(256), flash="none")
        run = "expect waiting for the watchdog\n{}wait 75s\n"
        left = self.lab.run_node(run.format(""), name=name)["console"]
        held = self.lab.run_node(run.format(self.key_in(b"uuu")) + "expect waiting for the watchdog within 60s\n",
                                 name=name)["console"]
        self.assertGreaterEqual(left.count("nbota boot"), 3)
        self.assertEqual(held.count("nbota boot"), 2)


class Images(LineCase):
    def assert_refused(self, packed, why, whole=True, **where):
        console = self.talk(self.send(packed), f"expect update refused: {why} within 60s\nwait 2s\n", **where)
        if whole:
            self.assert_runs(self.name, OLD, console)
        return console

    def test_a_node_with_keys_wants_a_signature(self):
        self.assert_refused(nbota_pack(NEW), "not signed, and this node wants a signature", boot=SIGNED)

    def test_a_signed_image_is_installed(self):
        signed = nbota_pack(NEW, memories.sign(manifest(NEW), 0))
        self.assert_runs(self.name_of(signed, boot=SIGNED), NEW, "listening for an update")

    def name_of(self, packed, **where):
        """Of a node that has installed it, and starts it."""
        self.talk(self.send(packed), "expect update installed within 60s\nend\n", **where)
        self.assertNotIn(INSTALL, self.records(self.name))
        return self.name

    def test_the_smallest_images_are_installed(self):
        for size in (10, 100, 128, 200, 256, 300):
            with self.subTest(size):
                name = self.name_of(vendor_pack(small(size)), slot=NEW)
                self.assertEqual(self.slot(name, memories.SLOT_SIZE), small(size).ljust(memories.SLOT_SIZE, b"\0"))

    def test_an_image_that_ends_before_it_could_start_is_refused(self):
        self.assert_refused(vendor_pack(OLD[:7]), "cannot be started")

    def test_a_file_that_ends_too_early_is_told(self):
        self.assert_refused(nbota_pack(NEW)[:3000], "the file ends too early")
        self.assert_refused(nbota_pack(NEW)[:9000], "the file ends too early", whole=False)

    def test_a_piece_that_does_not_match_its_checksum_is_told(self):
        for at, whole in ((700, True), (8000, False)):
            damaged = bytearray(nbota_pack(NEW))
            damaged[at] ^= 1
            self.assert_refused(bytes(damaged), "a piece does not match its checksum", whole)

    def test_a_plain_image_is_told_from_something_else(self):
        self.assert_refused(NEW, "the image is not packed, 'nbota image pack' does it")
        self.assert_refused(b"no firmware at all\n" * 300, "no packed image")

    def test_a_content_that_does_not_match_its_header_is_never_started(self):
        pages = memories.packed_pages(NEW, crc=7)
        pieces = [pages[at:at + 1024] for at in range(0, len(pages), 1024)]
        packed = b"".join(piece + struct.pack("<I", binascii.crc32(piece)) for piece in pieces)
        console = self.assert_refused(packed, "content does not match its checksum", whole=False)
        self.assertIn("no application", console)
        self.assertEqual(self.state(self.name), RECEIVING)


class Memories(LineCase):
    """The node's memory does not take it; when it is well again, the next try does."""

    packed = nbota_pack(NEW)
    refused = "expect update refused: the node's memory did not take it within 60s\nend\n"

    def assert_next_try_is_good(self):
        lines = f"expect xmodem within 10s\n{self.send(self.packed)}expect update installed within 60s\nend\n"
        if self.state(self.name) != RECEIVING:
            lines = LISTENS + lines.split("\n", 1)[1]
        self.lab.run_node(lines, name=self.name)
        self.assertEqual(self.slot(self.name, len(NEW)), NEW)

    def test_a_page_that_keeps_nothing_is_told(self):
        for page in (0, 1, 20, len(NEW) // 128):
            with self.subTest(page):
                self.talk(self.send(self.packed), "expect update refused: within 60s\nend\n",
                          before=f"mcu worn {FLASH_BASE + SLOT + 128 * page:#x}\n")
                self.assert_next_try_is_good()

    def test_a_first_page_that_does_not_become_what_was_sent_is_told(self):
        self.talk(self.send(self.packed), self.refused, slot=b"", listens="expect no application within 10s\n",
                  before=f"mcu worn {FLASH_BASE + SLOT:#x}\n")
        self.assert_next_try_is_good()

    def test_sectors_that_are_protected_are_told(self):
        for sector in (7, 8, 30):
            with self.subTest(sector):
                self.name = self.node(flash="none")
                self.protect(self.name, sector)
                self.lab.run_node(LISTENS + self.send(self.packed) + self.refused, name=self.name)
                self.unprotect(self.name)
                self.assert_next_try_is_good()

    def test_a_journal_that_refuses_its_note_is_told(self):
        self.talk(self.send(self.packed), "expect update installed within 60s\nend\n")
        after = self.lab.memory("eeprom.bin", self.name)
        words = [at for at in range(memories.HEAD, memories.HALF, 4) if after[at:at + 4] != bytes(4)]
        for at in (words[0], words[-1]):
            with self.subTest(word=at):
                self.talk(self.send(self.packed), self.refused, before=f"mcu worn {EEPROM_BASE + at:#x}\n")
                self.assert_next_try_is_good()


if __name__ == "__main__":
    unittest.main()
