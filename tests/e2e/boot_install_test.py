#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""What the bootloader makes of an order: each verdict (wire/verdicts.def), each end of an install (docs/memory.md,
"Install"), and memories that fail while it is at work."""
import os
import struct
import unittest

import memories
from boot_case import BootCase, NEW, OLD, OPEN, SIGNED, image
from lab import FIRMWARE
from memories import DELAYED, DONE, INSTALL, ON_TRIAL, ORDERED, REFUSED, SECURITY, SECURITY_COPY, install, nor, packed_pages, sign
from nbota_command import manifest


def changed(data, at, content):
    return data[:at] + content + data[at + len(content):]


def order(pages=None, made=NEW, **more):
    """Journal and NOR of a node that has ordered `made`."""
    return [[(INSTALL, install(ORDERED, made, **more))]], nor(packed_pages(made, manifest(made)) if pages is None else pages)


class Verdicts(BootCase):
    """Nothing is touched before the candidate was found good."""

    def assert_refused(self, why, pages, commits=(), boot=OPEN, made=NEW, **more):
        ordered, chip = order(pages, made, **more)
        name = self.node([*commits, *ordered], chip, boot=boot)
        console = self.start(name)
        self.assertIn(f"install refused: {why}\n", console.replace("\r", ""))
        self.assert_runs(name, OLD, console)
        self.assertEqual(self.state(name), REFUSED)

    def test_what_is_no_packed_image_is_refused(self):
        self.assert_refused("no packed image", b"")

    def test_a_manifest_of_a_newer_format_is_refused(self):
        self.assert_refused("manifest of an unknown format", packed_pages(NEW, changed(manifest(NEW), 4, b"\2")))

    def test_a_node_with_keys_wants_a_signature(self):
        for made in (manifest(NEW), b""):
            self.assert_refused("not signed, and this node wants a signature", packed_pages(NEW, made), boot=SIGNED)

    def test_a_strangers_signature_is_refused(self):
        self.assert_refused("signed with a key that this node does not trust", packed_pages(NEW, sign(manifest(NEW), 2)),
                            boot=SIGNED)

    def test_a_key_that_was_revoked_is_refused(self):
        self.assert_refused("signed with a key that was revoked", packed_pages(NEW, sign(manifest(NEW), 0)),
                            [[(SECURITY, memories.security(0, 1))]], boot=SIGNED)

    def test_a_signature_of_something_else_is_refused(self):
        signed = sign(manifest(NEW), 0)
        self.assert_refused("signature does not match", packed_pages(NEW, changed(signed, 100, bytes([signed[100] ^ 1]))),
                            boot=SIGNED)

    def test_other_hardware_is_refused_by_manifest_and_by_info_block(self):
        for pages in (packed_pages(NEW, changed(manifest(NEW), 7, b"\2")), packed_pages(image("v1.1.1"), b"")):
            made = pages[memories.PAGE:]
            if made != NEW:
                made = changed(made, 0xC6, b"\2")
                pages = packed_pages(made)
            self.assert_refused("made for other hardware", pages, made=made)

    def test_an_image_for_another_address_is_refused(self):
        elsewhere = changed(manifest(NEW), 0x2C, struct.pack("<I", 0x08008000))
        self.assert_refused("made for another address", packed_pages(NEW, elsewhere))

    def test_an_image_older_than_the_counter_is_refused(self):
        self.assert_refused("older than this node's security counter allows", packed_pages(NEW, manifest(NEW, counter=4)),
                            [[(SECURITY, memories.security(5))]])

    def test_either_record_of_the_counter_and_the_revoked_keys_counts(self):
        older = packed_pages(NEW, manifest(NEW, counter=4))
        for first, copy in ((None, 5), (3, 5), (5, 3)):
            known = [(SECURITY, memories.security(first))] if first else []
            with self.subTest(first=first, copy=copy):
                self.assert_refused("older than this node's security counter allows", older,
                                    [[*known, (SECURITY_COPY, memories.security(copy))]])
        self.assert_refused("signed with a key that was revoked", packed_pages(NEW, sign(manifest(NEW), 0)),
                            [[(SECURITY, memories.security(0, 2)), (SECURITY_COPY, memories.security(0, 1))]], boot=SIGNED)

    def test_a_content_that_does_not_fit_its_checksums_is_refused(self):
        short = changed(manifest(NEW), 0x30, struct.pack("<I", len(NEW) - 4))
        other = changed(manifest(NEW), 0x3C, bytes(32))
        for pages in (packed_pages(NEW, short), packed_pages(NEW, other), packed_pages(NEW, manifest(NEW), crc=7)):
            self.assert_refused("content does not match its checksum", pages)

    def test_an_image_that_could_not_be_jumped_into_is_refused(self):
        nowhere = changed(NEW, 4, struct.pack("<I", 0x08000101))
        for made in (nowhere, NEW[:7]):
            self.assert_refused("cannot be started", packed_pages(made), made=made)

    def test_another_image_than_was_ordered_is_refused(self):
        pages = packed_pages(NEW, manifest(NEW))
        for more in ({"size": len(NEW) - 1}, {"crc": 7}):
            self.assert_refused("the candidate does not match its order", pages, **more)


class Ends(BootCase):
    def assert_installed(self, says, state, pages=None, made=NEW, commits=(), slot=OLD, **where):
        ordered, chip = order(pages, made)
        if where.get("flash") == "128K":
            chip = chip[:128 << 10]
        name = self.node([*commits, *ordered], chip, slot=slot, **where)
        console = self.start(name)
        self.assertIn(f"\n{says}\n", console.replace("\r", ""))
        self.assert_runs(name, made, console)
        self.assertEqual(self.state(name), state)
        return name

    def test_an_image_with_a_manifest_is_on_trial(self):
        self.assert_installed("installed", ON_TRIAL)

    def test_without_manifest_there_is_no_trial(self):
        self.assert_installed("installed without a trial: no manifest", DONE, packed_pages(NEW))

    def test_without_room_for_a_backup_there_is_no_trial(self):
        self.assert_installed("installed without a trial: no backup", DONE, flash="128K")

    def test_without_an_application_there_is_nothing_to_keep(self):
        self.assert_installed("installed without a trial: no backup", DONE, slot=b"")

    def test_a_delayed_order_is_one(self):
        name = self.node([[(INSTALL, install(DELAYED, NEW))]], order()[1])
        self.assert_runs(name, NEW, self.start(name))

    def test_a_signed_image_raises_the_counter_and_revokes_only_when_it_is_confirmed(self):
        signed = sign(manifest(NEW, flags=1, counter=7, revoked=2), 0)
        name = self.assert_installed("installed", ON_TRIAL, packed_pages(NEW, signed), boot=SIGNED)
        counter, revoked = struct.unpack_from("<II", self.records(name)[INSTALL], 11)
        self.assertEqual((counter, revoked), (7, 2))
        self.assertNotIn(SECURITY, self.records(name))

    def test_an_image_of_another_maker_is_kept_to_its_last_page_that_is_not_zero(self):
        """Its size stands nowhere, so all up to there is taken back."""
        foreign = changed(image("v1.0.2", 8000), 0xC0, bytes(60))
        for size in (8000, 100):
            with self.subTest(size):
                name = self.assert_installed("installed", ON_TRIAL, slot=foreign[:size])
                kept = struct.unpack_from("<I", self.lab.memory("nor.bin", name), memories.BACKUP + 8)[0]
                self.assertEqual(kept, -(-size // 128) * 128)

    def test_an_info_block_that_is_damaged_tells_no_size(self):
        for at, wrong in ((0xF0, 200000), (0xF0, 251), (0xF8, 7)):
            name = self.assert_installed("installed", ON_TRIAL, slot=changed(OLD, at, struct.pack("<I", wrong)))
            self.assertEqual(struct.unpack_from("<I", self.lab.memory("nor.bin", name), memories.BACKUP + 8)[0],
                             -(-len(OLD) // 128) * 128)

    def test_an_image_of_less_than_a_page_is_installed(self):
        made = NEW[:100]
        self.assert_installed("installed without a trial: no manifest", DONE, packed_pages(made), made=made)

    def test_an_order_waits_while_a_download_is_open(self):
        name = self.node([[(memories.DOWNLOAD, memories.download(20000))], *order()[0]], order()[1])
        console = self.start(name)
        self.assertNotIn("install", console)
        self.assert_runs(name, OLD, console)

    def test_a_state_that_a_newer_firmware_has_left_is_none(self):
        name = self.node([[(INSTALL, install(40, NEW))]])
        self.assert_runs(name, OLD, self.start(name))

    def test_a_record_of_another_format_is_none(self):
        record = install(ORDERED, NEW)
        for wrong in (b"\3" + record[1:], record[:-1], record[:12], b"\2", changed(record, 19, b"\x41"),
                      record[:19] + b"\x40abc"):
            with self.subTest(wrong[:4]):
                name = self.node([[(INSTALL, wrong)]], order()[1])
                console = self.start(name)
                self.assertNotIn("install", console)
                self.assert_runs(name, OLD, console)


class ServiceTable(BootCase):
    def test_an_application_that_asks_wrongly_is_told_that_nothing_can_be_read(self):
        with open(os.path.join(FIRMWARE, "..", "tests", "asker.bin"), "rb") as file:
            name = self.node(slot=file.read())
        console = self.start(name, until="expect done within 10s\n")
        for what in ("nothing to read", "nothing behind the header", "too little room", "room that is not aligned"):
            self.assertIn(f"{what}: verdict 01", console)


if __name__ == "__main__":
    unittest.main()
