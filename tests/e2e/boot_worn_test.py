#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Memories that refuse what the bootloader writes, one word, page or command after the other. Nothing half done is ever
started, and when the memory is well again the next start ends as if nothing had been."""
import os
import unittest

import memories
from boot_case import BootCase, NEW, OLD
from memories import (Backup, BACKUP_ID, EEPROM_BASE, FLASH_BASE, GIVEN_UP, GOING_BACK, HALF, INSTALL, ON_TRIAL,
                      ORDERED, REFUSED, ROLLED_BACK, SLOT, STAYED, TDC, install, nor, packed_pages)
from nbota_command import manifest

EVERY = int(os.environ.get("NBOTA_WORN_EVERY", "9"))  # n: only every n-th word
SETTINGS = ((TDC, b"before"), (memories.IMEI, b"123456789012345"))
CANDIDATE = packed_pages(NEW, manifest(NEW))
BEGUN = "expect by CRC32 alone\n"


class WornCase(BootCase):
    def ordered(self, candidate=CANDIDATE, filler=()):
        return self.node([*filler, [(TDC, b"before"), (INSTALL, install(ORDERED, NEW))]], nor(candidate))

    def nearly_full(self):
        """The order's next record goes into the other half, where an older use has left something."""
        name = self.ordered(filler=[[(9, bytes(200))]] * 13 + [[(9, bytes(100))]])
        used = self.lab.memory("eeprom.bin", name)[:HALF]
        self.put(name, "eeprom.bin", used + bytes(memories.HEAD) + b"\xa5" * (HALF - memories.HEAD))
        return name

    def given_up(self, state=GIVEN_UP, record=None):
        backup = Backup(OLD, SETTINGS)
        tie = (BACKUP_ID, backup.record if record is None else record)
        what = [(INSTALL, install(state, NEW, manifest=True, backup=True)), tie]
        return self.node([what], nor(CANDIDATE, backup), slot=NEW)

    def assert_nothing_half_done_runs(self, name, console):
        if "listening for an update" in console:
            slot = self.lab.memory("flash.bin", name)[SLOT:]
            self.assertTrue(slot.startswith(OLD) or slot.startswith(NEW))
        else:
            self.assertIn("no application", console)

    def assert_ends(self, name, state, made, tries=3):
        """Within a few starts."""
        for _ in range(tries):
            console = self.start(name)
            self.assert_nothing_half_done_runs(name, console)
            if self.state(name) == state:
                break
        self.assertEqual(self.state(name), state)
        self.assert_runs(name, made, console)


class Eeprom(WornCase):
    def assert_every_word_may_fail(self, make, state, made, says, *more):
        """Each word that the way to `state` writes."""
        name = make()
        before = self.lab.memory("eeprom.bin", name)
        self.start(name)
        self.assertEqual(self.state(name), state)
        after = self.lab.memory("eeprom.bin", name)
        words = [at for at in range(0, 2 * HALF, 4) if before[at:at + 4] != after[at:at + 4]]
        self.assertGreater(len(words), 5)
        for at in [*words[::EVERY], *more]:
            with self.subTest(word=hex(at)):
                name = make()
                console = self.start(name, before=f"mcu worn {EEPROM_BASE + at:#x}\n")
                self.assert_nothing_half_done_runs(name, console)
                if says not in console:  # a cell that reads back right and changes later is noticed by nobody
                    self.assert_ends(name, state, made)

    def test_an_install_outlives_every_word(self):
        self.assert_every_word_may_fail(self.ordered, ON_TRIAL, NEW, "\ninstalled")

    def test_a_refusal_outlives_every_word(self):
        bad = packed_pages(NEW, manifest(NEW), crc=7)
        self.assert_every_word_may_fail(lambda: self.ordered(bad), REFUSED, OLD, "refused")

    def test_a_way_back_outlives_every_word(self):
        self.assert_every_word_may_fail(self.given_up, ROLLED_BACK, OLD, "rolled back")

    def test_staying_outlives_every_word(self):
        self.assert_every_word_may_fail(lambda: self.given_up(record=b""), STAYED, NEW, "no way back")

    def test_going_forward_again_outlives_every_word(self):
        self.assert_every_word_may_fail(lambda: self.given_up(GOING_BACK, record=b""), ON_TRIAL, NEW, "\ninstalled")

    def test_a_full_half_is_left_for_the_other_whatever_fails_there(self):
        head = (HALF, HALF + 4, HALF + 8, HALF + 12)
        self.assert_every_word_may_fail(self.nearly_full, ON_TRIAL, NEW, "\ninstalled", *head)

    def test_a_journal_that_cannot_be_put_in_order_delays_nothing(self):
        """The full half was not voided behind a compaction, and the word that would do it refuses for good."""
        name = self.ordered()
        newer = memories.half([list(self.records(name).items())], generation=2).ljust(HALF, b"\0")
        self.put(name, "eeprom.bin", self.lab.memory("eeprom.bin", name)[:HALF] + newer)
        worn = "".join(f"mcu worn {EEPROM_BASE + at:#x}\n" for at in range(0, memories.HEAD, 4))
        console = self.start(name, before=worn)
        self.assertIn("\ninstalled", console)
        self.assert_runs(name, NEW, console)

    def test_a_word_that_goes_bad_amid_an_install_costs_its_record_alone(self):
        for fault, word in (("spoil", 0), ("spoil", 1), ("weak", 0)):  # header, value, a header that is none
            name = self.ordered()
            console = self.start(name, before=f"{BEGUN}mcu {fault} {EEPROM_BASE + memories.HEAD + 4 * word:#x}\n")
            self.assertIn("\ninstalled", console)
            self.assert_ends(name, ON_TRIAL, NEW)
            self.assertNotEqual(self.records(name).get(TDC), b"before")


class Flash(WornCase):
    def test_a_copy_that_differs_is_never_taken_for_good_whatever_the_journal_refuses(self):
        """The last page was empty and becomes something else; each word that is written then."""
        page = f"mcu worn {FLASH_BASE + SLOT + len(NEW) // 128 * 128:#x}\n"
        name = self.ordered()
        before = self.lab.memory("eeprom.bin", name)
        self.assertIn("tried again after the next reset", self.start(name, before=page))
        after = self.lab.memory("eeprom.bin", name)
        words = [at for at in range(0, 2 * HALF, 4) if before[at:at + 4] != after[at:at + 4]]
        for at in words[::EVERY] + words[-1:]:
            with self.subTest(word=hex(at)):
                name = self.ordered()
                console = self.start(name, before=f"{page}mcu worn {EEPROM_BASE + at:#x}\n")
                self.assertNotIn("\ninstalled", console)
                self.assert_nothing_half_done_runs(name, console)
                self.assert_ends(name, ON_TRIAL, NEW)

    def test_a_page_that_keeps_nothing_is_written_again_by_the_next_start(self):
        for make, state, made in ((self.ordered, ON_TRIAL, NEW), (self.given_up, ROLLED_BACK, OLD)):
            for page in (0, 1, 8, 40, 78):
                with self.subTest(state=state, page=page):
                    name = make()
                    console = self.start(name, before=f"mcu worn {FLASH_BASE + SLOT + 128 * page:#x}\n")
                    self.assert_nothing_half_done_runs(name, console)
                    self.assert_ends(name, state, made)

    def test_a_slot_that_is_protected_by_mistake_is_no_slot(self):
        for sector in (7, 8, 9, 10, 30):
            for make, state, made in ((self.ordered, ON_TRIAL, NEW), (self.given_up, ROLLED_BACK, OLD),
                                      (lambda: self.given_up(GOING_BACK, record=b""), ON_TRIAL, NEW)):
                with self.subTest(sector=sector, state=state):
                    name = make()
                    self.protect(name, sector)
                    console = self.start(name)
                    if sector < 10:  # behind the image nothing is written
                        self.assertIn("tried again after the next reset", console)
                    self.assert_nothing_half_done_runs(name, console)
                    self.unprotect(name)
                    self.assert_ends(name, state, made)


class Nor(WornCase):
    def test_a_chip_that_refuses_or_ignores_the_backup_leaves_the_order(self):
        dirty = nor(CANDIDATE, Backup(b"\x5a" * 20000, bytes(range(200))))
        for fault in ("locked", "deaf", "busy"):
            for pause in ("0ms", "400ms"):
                with self.subTest(fault=fault, pause=pause):
                    name = self.ordered()
                    self.put(name, "nor.bin", dirty)
                    console = self.start(name, before=f"{BEGUN}wait {pause}\nflash {fault}\n")
                    self.assertIn("tried again after the next reset", console)
                    self.assert_nothing_half_done_runs(name, console)
                    self.assert_ends(name, ON_TRIAL, NEW)

    def lock(self, moment_ms):
        """From that moment of the backup on the chip refuses everything. How far it has come: 0 nothing, 1 a part of the
        image, 2 of the settings, 3 all but the last, 4 all of them, 5 the header."""
        settings = [[(number, bytes([number]) * 100)] for number in (*range(1, 19), memories.FORMAT)]
        name = self.node([*settings, [(INSTALL, install(ORDERED, NEW))]], nor(CANDIDATE))
        console = self.start(name, before=f"{BEGUN}wait {moment_ms}ms\nflash locked\n")
        chip = self.lab.memory("nor.bin", name)
        kept = chip[memories.BACKUP_SETTINGS:memories.BACKUP_END].rstrip(b"\xff")
        if chip[memories.BACKUP:memories.BACKUP_IMAGE].rstrip(b"\xff"):
            return name, 5
        self.assertIn("tried again after the next reset", console)
        self.assert_nothing_half_done_runs(name, console)
        if kept:
            return name, 4 - min(len(settings) - len(kept) // 102, 2)
        return name, 1 if chip[memories.BACKUP_IMAGE:memories.BACKUP_SETTINGS].rstrip(b"\xff") else 0

    def test_a_chip_that_refuses_at_any_moment_of_the_backup_leaves_the_order(self):
        first, last = 0.0, 8192.0
        seen = {}
        for stage in (1, 2, 3, 4, 5):  # where each begins, to a microsecond
            begin, end = first, last
            while end - begin > 0.001:
                middle = (begin + end) / 2
                name, come = self.lock(middle)
                seen.setdefault(come, name)
                begin, end = (middle, end) if come < stage else (begin, middle)
            first = begin
            if stage == 1:  # before that two blocks are erased
                for step in range(8):
                    seen[-step] = self.lock(begin * step / 8)[0]
        self.assertEqual(sorted(seen), list(range(-7, 6)))
        for come, name in seen.items():
            self.assert_ends(name, ON_TRIAL, NEW)


if __name__ == "__main__":
    unittest.main()
