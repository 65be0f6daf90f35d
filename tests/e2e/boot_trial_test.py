#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The way back with everything that may stand in it: backups that are damaged, chips that are gone, a journal that is full
(docs/memory.md, "Install")."""
import struct
import unittest

import memories
from boot_case import BootCase, NEW, OLD, OPEN, SIGNED, image
from memories import (Backup, BACKUP_ID, COPYING, GIVEN_UP, GOING_BACK, HISTORY, INSTALL, ON_TRIAL, ORDERED, PROGRESS,
                      REPORT, ROLLED_BACK, SECURITY, SECURITY_COPY, STAYED, TDC, TRIAL, install, nor, packed_pages, trial)
from nbota_command import manifest

SETTINGS = ((TDC, b"before"), (memories.IMEI, b"123456789012345"))
GOOD_CANDIDATE = packed_pages(NEW, manifest(NEW))
GONE = "expect by CRC32 alone\nwait 400ms\nflash absent\n"


def half_copied(whole, done):
    """A slot of which so much is `whole`, but for its first page."""
    return bytes(128) + whole[128:done]


class BackCase(BootCase):
    def fallen(self, state=GIVEN_UP, backup=None, commits=(), slot=NEW, candidate=b"", record=None, flash="4M", **more):
        """A node that is to go back."""
        backup = backup or Backup(OLD, SETTINGS)
        kept = (BACKUP_ID, backup.record if record is None else record)
        what = [(INSTALL, install(state, NEW, manifest=True, backup=True, **more)), kept]
        chip = nor(candidate, backup)
        return self.node([*commits, what], chip[:128 << 10] if flash == "128K" else chip, slot=slot, flash=flash)

    def assert_back(self, name, console, says="rolled back: image and settings of before"):
        self.assertIn(says, console)
        self.assert_runs(name, OLD, console)
        self.assertEqual(self.state(name), ROLLED_BACK)

    def assert_stays(self, name):
        console = self.start(name)
        self.assertIn("no way back: the backup is damaged", console)
        self.assert_runs(name, NEW, console)
        self.assertEqual(self.state(name), STAYED)


class WayBack(BackCase):
    def test_image_and_settings_come_back_and_what_came_since_is_gone(self):
        since = [(TDC, b"since"), (TDC + 1, b"new"), (SECURITY, memories.security(3))]
        name = self.fallen(commits=[since])
        self.assert_back(name, self.start(name))
        found = self.records(name)
        self.assertEqual((found.get(TDC), found.get(memories.IMEI)), (b"before", b"123456789012345"))
        self.assertNotIn(TDC + 1, found)
        self.assertEqual(found[SECURITY], memories.security(3))

    def test_a_backup_that_is_none_leaves_the_new_image(self):
        good = Backup(OLD, SETTINGS)
        self.assert_stays(self.fallen(record=b""))
        self.assert_stays(self.fallen(record=good.record[:-1]))
        self.assert_stays(self.fallen(record=b"\1" + good.record[1:]))
        self.assert_stays(self.fallen(record=good.record[:-1] + bytes([good.record[-1] ^ 1])))
        for wrong in ({"format": 1}, {"size": memories.SLOT_SIZE + 1}, {"settings_size": 3073}):
            with self.subTest(wrong):
                self.assert_stays(self.fallen(backup=Backup(OLD, SETTINGS, **wrong)))

    def test_a_backup_with_another_header_is_none(self):
        for at in range(memories.BACKUP_HEADER_SIZE):
            backup = Backup(OLD, SETTINGS)
            backup.pages = backup.pages[:at] + bytes([backup.pages[at] ^ 1]) + backup.pages[at + 1:]
            with self.subTest(at=at):
                self.assert_stays(self.fallen(backup=backup))

    def test_a_smaller_chip_than_before_holds_no_backup(self):
        self.assert_stays(self.fallen(flash="128K"))

    def test_without_the_chip_the_new_image_runs_and_the_way_back_waits(self):
        name = self.fallen()
        console = self.start(name, before="flash absent\n")
        self.assertIn("roll-back failed: tried again after the next reset", console)
        self.assert_runs(name, NEW, console)
        self.assert_back(name, self.start(name))

    def test_a_chip_that_goes_while_the_backup_is_read_is_no_damaged_backup(self):
        large = image("v1.0.0", 110000)
        name = self.fallen(backup=Backup(large, SETTINGS))
        self.assertIn("roll-back failed: tried again", self.start(name, before=GONE))
        self.assertEqual(self.state(name), GIVEN_UP)
        self.assertIn("rolled back", self.start(name))
        self.assertEqual(self.slot(name, len(large)), large)

    def test_an_image_that_the_slot_does_not_keep_is_never_started(self):
        name = self.fallen()
        console = self.start(name, before=f"mcu worn {memories.FLASH_BASE + memories.SLOT + 4096:#x}\n")
        self.assertIn("roll-back failed", console)
        self.assertIn("no application: waiting for the watchdog", console)
        self.assertEqual(self.state(name), GOING_BACK)

    def test_an_image_that_changes_in_the_chip_behind_its_check_is_never_started(self):
        name = self.fallen()
        changed = f"flash flip 1 in {memories.BACKUP_IMAGE + 8000:#x}..{memories.BACKUP_IMAGE + len(OLD) - 1:#x} seed 1\n"
        console = self.start(name, before=f"expect by CRC32 alone\nwait 400ms\n{changed}")
        self.assertIn("roll-back failed", console)
        self.assertIn("no application: waiting for the watchdog", console)
        self.assertEqual(self.state(name), GOING_BACK)

    def test_kept_settings_that_end_amidst_a_value_end_before_it(self):
        torn = memories.stream(SETTINGS[:1]) + bytes([memories.IMEI, 15]) + b"1234"
        name = self.fallen(backup=Backup(OLD, torn))
        self.assert_back(name, self.start(name))
        self.assertNotIn(memories.IMEI, self.records(name))

    def test_an_amputated_way_back_goes_on_where_it_was_noted(self):
        name = self.fallen(GOING_BACK, commits=[[(PROGRESS, struct.pack("<BI", 2, 4096))]], slot=half_copied(OLD, 4096))
        self.assert_back(name, self.start(name))


class Counting(BackCase):
    def on_trial(self, counted):
        return self.fallen(ON_TRIAL, commits=[[(TRIAL, counted)]])

    def test_a_start_behind_a_power_on_is_counted_apart(self):
        for before, after in ((trial(1), trial(1, 1)), (trial(0, 5), trial(0, 6)), (trial(0), trial(1))):
            name = self.on_trial(before)
            console = self.start(name)
            self.assertIn("on trial", console)
            self.assert_runs(name, NEW, console)
            self.assertEqual(self.records(name)[TRIAL], after)

    def test_too_many_starts_go_back(self):
        for counted in (trial(4), trial(1, 50), trial(1, 255)):
            name = self.on_trial(counted)
            self.assert_back(name, self.start(name))

    def test_a_count_of_another_format_begins_anew(self):
        name = self.on_trial(b"\1\7\7\0")
        self.start(name)
        self.assertEqual(self.records(name)[TRIAL], trial(1))


class HalfACopy(BackCase):
    """COPYING, or on the way back, and one of the two sources turned bad."""

    def test_a_candidate_that_turned_bad_is_undone(self):
        name = self.fallen(COPYING, slot=half_copied(NEW, 4096))
        self.assert_back(name, self.start(name))

    def test_without_backup_a_candidate_that_reads_wrong_is_read_again_later(self):
        name = self.node([[(INSTALL, install(COPYING, NEW, manifest=True))]], nor(), slot=half_copied(NEW, 4096))
        console = self.start(name)
        self.assertIn("install failed: tried again", console)
        self.assertIn("no application: waiting for the watchdog", console)
        self.put(name, "nor.bin", nor(GOOD_CANDIDATE))
        self.assert_runs(name, NEW, self.start(name))

    def test_both_bad_leave_the_state_as_it_is(self):
        name = self.fallen(COPYING, record=b"", slot=half_copied(NEW, 4096))
        self.assertIn("install failed: tried again", self.start(name))
        self.assertEqual(self.state(name), COPYING)

    def test_a_chip_that_goes_amidst_the_candidate_leaves_the_state_as_it_is(self):
        large = image("v1.1.1", 110000)
        chip = nor(packed_pages(large, manifest(large)), Backup(OLD, SETTINGS))
        for state in (ORDERED, COPYING):
            what = [(INSTALL, install(state, large, manifest=True, backup=True)), (BACKUP_ID, Backup(OLD, SETTINGS).record)]
            name = self.node([what], chip)
            self.assertIn("install failed: tried again", self.start(name, before=GONE))
            self.assertEqual(self.state(name), state)

    def test_a_backup_that_turned_bad_amidst_the_way_back_leads_forward_again(self):
        name = self.fallen(GOING_BACK, record=b"", slot=half_copied(OLD, 4096), candidate=GOOD_CANDIDATE)
        console = self.start(name)
        self.assertIn("\ninstalled", console.replace("\r", ""))
        self.assert_runs(name, NEW, console)
        self.assertEqual(self.state(name), ON_TRIAL)

    def test_when_neither_is_good_the_way_back_waits(self):
        name = self.fallen(GOING_BACK, record=b"", slot=half_copied(OLD, 4096))
        console = self.start(name)
        self.assertIn("roll-back failed", console)
        self.assertIn("no application: waiting for the watchdog", console)
        self.assertEqual(self.state(name), GOING_BACK)


def filled(first, total):
    """Records from the id `first` on that take `total` bytes of the journal."""
    made = []
    while total > 12:
        size = min(252, total - 12) & ~3
        made.append((first + len(made), bytes([first]) * size))
        total -= size + 12
    return made


class Thrift(BackCase):
    """The settings of before do not fit beside what came since."""

    def back(self, settings, since):
        name = self.fallen(backup=Backup(OLD, settings), commits=[[record] for record in since])
        self.assert_back(name, self.start(name))
        return self.records(name)

    def test_the_data_log_gives_way_first(self):
        found = self.back(filled(1, 1800), [*filled(HISTORY, 1500), (REPORT, b"\2\1" + memories.text("s31-nb") * 2)])
        self.assertIn(REPORT, found)
        self.assertNotIn(HISTORY, found)
        self.assertIn(1, found)

    def test_then_what_waits_to_be_told(self):
        found = self.back(filled(1, 2480), [(REPORT, b"\2\1" + bytes(200)), (memories.DOWNLOAD, bytes(200)),
                                            (memories.TRIGGER, b"\1"), (90, bytes(240)), *filled(HISTORY, 900)])
        for given in (REPORT, memories.DOWNLOAD, memories.TRIGGER, HISTORY):
            self.assertNotIn(given, set(found))
        self.assertIn(1, found)
        self.assertIn(90, found)

    def test_without_any_room_the_node_has_its_image_and_the_settings_of_since(self):
        found = self.back(filled(1, 2900), [(TDC, b"since"), *filled(83, 600)])
        self.assertEqual(found.get(TDC), b"since")
        self.assertNotIn(1, found)


class Confirmed(BackCase):
    """What an image on trial may raise counts from its confirmation on."""

    def confirm(self, boot, before, **raised):
        with open(self.lab.firmware("v1.1.0"), "rb") as file:
            made = file.read()
        known = [(SECURITY, before)] if before else []
        state = (INSTALL, install(ON_TRIAL, made, manifest=True, **raised))
        name = self.node([[*known, (TRIAL, trial(1)), state]], nor(), slot=made, boot=boot)
        self.start(name, until="expect The new firmware is confirmed within 900s\nwait 5s\n")
        self.assertNotIn(TRIAL, self.records(name))
        self.assertEqual(self.records(name).get(SECURITY), self.records(name).get(SECURITY_COPY))
        return self.records(name).get(SECURITY)

    def test_counter_and_revoked_keys_are_raised_and_never_lowered(self):
        self.assertIsNone(self.confirm(SIGNED, None))
        self.assertEqual(self.confirm(SIGNED, None, counter=7), memories.security(7))
        self.assertEqual(self.confirm(SIGNED, None, revoked=2), memories.security(0, 2))
        self.assertEqual(self.confirm(SIGNED, memories.security(9, 1), counter=7), memories.security(9, 1))

    def test_the_last_key_is_never_revoked(self):
        self.assertIsNone(self.confirm(SIGNED, None, revoked=3))
        self.assertEqual(self.confirm(SIGNED, memories.security(0, 1), revoked=2), memories.security(0, 1))
        self.assertIsNone(self.confirm(OPEN, None, counter=7, revoked=1))


if __name__ == "__main__":
    unittest.main()
