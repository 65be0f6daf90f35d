#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The journal as a power cut, a bad word or another firmware may have left it, opened by the bootloader and, behind one that
knows of no journal, by the application (docs/memory.md, "Data EEPROM")."""
import struct
import unittest

import memories
from boot_case import BootCase, OLD
from memories import EEPROM_BASE, HALF, HEAD, PRODUCT, check_of, entry, half, head, proven_of

KEPT = b"kept"
MARK = 90  # an id that nobody uses: it stays as it is
# A bootloader that sets VTOR and the stack pointer and jumps, and nothing more.
STRANGER = struct.pack("<II", 0x20001000, 0x08000041).ljust(64, b"\0") + struct.pack(
    "<8H2I", 0x4803, 0x4904, 0x6001, 0x680A, 0xF382, 0x8808, 0x684A, 0x4710, 0xE000ED08, 0x08007800)


def two(first, second):
    return bytes(first).ljust(HALF, b"\0") + bytes(second).ljust(HALF, b"\0")


def log(generation, value):
    return entry(generation, MARK, value, False)


def words(generation, again=True, proven=True):
    """A head, of which only some words are there."""
    check = check_of(generation)
    return struct.pack("<4I", generation, check, check if again else 0, proven_of(generation) if proven else 0)


class Journal:
    """Played by each of the two below."""

    def assert_reads(self, content, value, before="", **options):
        """What is marked there is `value` now, and the other half is void."""
        name = self.host(content)
        console = self.open(name, before, **options)
        after = self.lab.memory("eeprom.bin", name)
        self.assertEqual(memories.records(after).get(MARK, b""), value)
        heads = after[:HEAD], after[HALF:HALF + HEAD]
        self.assertIn(bytes(HEAD), heads)
        return console

    def test_of_two_whole_halves_the_newer_one_counts(self):
        older, newer = half([[(MARK, b"old")]], 4), half([[(MARK, KEPT)]], 5)
        self.assert_reads(two(older, newer), KEPT)
        self.assert_reads(two(newer, older), KEPT)

    def test_generations_wrap(self):
        older, newer = half([[(MARK, b"old")]], 0xFFFFFFFF), half([[(MARK, KEPT)]], 0)
        self.assert_reads(two(older, newer), KEPT)
        self.assert_reads(two(newer, older), KEPT)

    def test_a_newer_half_that_was_not_finished_does_not_count_beside_a_certain_one(self):
        torn = words(5, again=False, proven=False) + log(5, b"torn")
        for older in (head(4), words(4, proven=False), words(4, again=False)):
            self.assert_reads(two(older + log(4, KEPT), torn), KEPT)
            self.assert_reads(two(torn, older + log(4, KEPT)), KEPT)

    def test_while_the_older_half_is_being_voided_the_newer_one_counts(self):
        for older in (words(4, again=False, proven=False), words(4, proven=False)):
            for newer in (words(5), words(5, proven=False), words(5, again=False)):
                self.assert_reads(two(older + log(4, b"old"), newer + log(5, KEPT)), KEPT)
                self.assert_reads(two(newer + log(5, KEPT), older + log(4, b"old")), KEPT)

    def test_two_halves_that_nobody_finished_leave_the_newer_one(self):
        self.assert_reads(two(words(4, False, False) + log(4, b"old"), words(5, False, False) + log(5, KEPT)), KEPT)

    def test_any_word_that_is_left_of_a_void_head_is_voided_too(self):
        for at in range(4):
            left = bytearray(HEAD)
            struct.pack_into("<I", left, 4 * at, 0x12345678)
            self.assert_reads(two(half([[(MARK, KEPT)]], 7), bytes(left)), KEPT)
            self.assert_reads(two(words(7, proven=False) + log(7, KEPT), bytes(left)), KEPT)

    def test_a_head_whose_repeated_words_are_damaged_counts_by_the_other_one(self):
        for at in (4, 8, 12):
            damaged = bytearray(half([[(MARK, KEPT)]], 7))
            struct.pack_into("<I", damaged, at, 0x12345678)
            self.assert_reads(two(damaged, b""), KEPT)

    def test_what_is_no_record_ends_the_journal(self):
        good = half([[(MARK, KEPT)]], 7)
        wrong_crc = bytearray(entry(7, MARK, b"new", False))
        wrong_crc[5] ^= 1
        header = struct.Struct("<BBH")
        for behind in (bytes(wrong_crc), entry(7, 96, b"new", False), entry(7, MARK, bytes(256), False),
                       header.pack(MARK, 0, 4000), header.pack(96, 0, 4), header.pack(0, 0, 4) + b"1234",
                       entry(7, MARK, b"new", True), entry(7, MARK, b"new", False)[:-4], log(6, b"older")):
            expected = b"new" if behind == entry(7, MARK, b"new", False)[:-4] else KEPT
            with self.subTest(behind=behind[:8]):
                self.assert_reads(two(good + behind, b""), expected)

    def test_a_record_that_reads_wrong_costs_no_other(self):
        before, wrong = head(7) + entry(7, 91, b"before", False), entry(7, 92, b"four", False)
        for at in range(0, len(wrong) - 4, 4):  # its seal is needed by nobody any more
            damaged = bytearray(wrong)
            struct.pack_into("<I", damaged, at, 0x12345678)
            name = self.host(two(before + damaged + entry(7, 93, b"between", False) + damaged + log(7, KEPT), b""))
            self.open(name)
            records = memories.records(self.lab.memory("eeprom.bin", name))
            self.assertEqual([records.get(number) for number in (91, 92, 93, MARK)], [b"before", None, b"between", KEPT])

    def test_records_of_255_bytes_are_read(self):
        for size in (251, 252, 253, 255):
            value = bytes(range(1, size + 1))
            self.assert_reads(two(half([[(MARK, value)]], 7), b""), value)

    def test_a_record_that_would_reach_beyond_its_half_is_none(self):
        for left, size in ((40, 200), (16, 8), (12, 4)):
            content = self.full(left) + struct.pack("<BBH", MARK, 0, size)
            self.assert_reads(two(content, b""), KEPT)

    def full(self, left, value=KEPT):
        """A half of which so many bytes are left."""
        filler = HALF - HEAD - left - len(log(7, value))
        sizes = [240] * (filler // 252)
        rest = filler - 252 * len(sizes)
        if rest and rest < 16:
            sizes[-1] -= 16
            rest += 16
        content = half([[(91, bytes([9]) * size)] for size in sizes + ([rest - 12] if rest else [])] + [[(MARK, value)]], 7)
        self.assertEqual(len(content), HALF - left)
        return content

    def test_a_half_that_is_full_to_its_last_word_is_read(self):
        for left in (0, 4, 8, 12):
            self.assert_reads(two(self.full(left), b""), KEPT)

    def test_a_full_half_whose_seal_is_torn_is_copied(self):
        for left in (0, 4, 8):
            content = bytearray(self.full(left))
            struct.pack_into("<I", content, HALF - left - 4, 0x12345678)
            self.assert_reads(two(content, b""), KEPT)

    def test_words_that_cannot_be_written_while_it_is_put_in_order_lose_nothing(self):
        torn = words(7, proven=False) + log(7, KEPT)
        older = head(6) + log(6, b"old")
        again = struct.pack("<4I", 7, check_of(7), 0x12345678, 0) + log(7, KEPT)
        cases = [(two(torn, older), at) for at in (8, HALF, HALF + 4, HALF + 8, HALF + 12)] + [(two(again, older), 8)]
        # A generation of many bits: a word that keeps a mix of old and new shall be noticed when it is read back.
        many = half([[(MARK, KEPT)]], 0x12345677) + b"rest"
        cases += [(two(many, b""), at) for at in (HALF, HALF + 4, HALF + 8, HALF + 12)]
        cases += [(two(half([[(MARK, KEPT)]], 7) + b"rest", b"\xa5" * HALF), at)
                  for at in (HALF, HALF + 4, HALF + 8, HALF + 12, HALF + 16, HALF + 20, HALF + 32)]
        for content, at in cases:
            with self.subTest(word=hex(at)):
                name = self.host(content)
                self.open(name, f"mcu worn {EEPROM_BASE + at:#x}\n")
                self.open(name)
                self.assertEqual(memories.records(self.lab.memory("eeprom.bin", name)).get(MARK), KEPT)

    def test_a_half_whose_copy_does_not_fit_the_other_one_is_read_where_it_is(self):
        """More records share a seal than in a copy: no commit leaves that."""
        values = [(1 + at, bytes([at]) * 44) for at in range(55)]
        content = half([[*values, (MARK, KEPT)]], 7)
        values.append((60, bytes(HALF - len(content) - 8)))
        content = half([[*values, (MARK, KEPT)]], 7)
        self.assertEqual(len(content), HALF)
        content = content[:12] + bytes(4) + content[16:]
        name = self.host(two(content, b""))
        self.open(name)
        self.assertEqual(self.lab.memory("eeprom.bin", name)[:HALF], content)

    def test_an_eeprom_that_takes_no_journal_is_no_reason_to_stand_still(self):
        for at in (0, 4, 8, 12):
            name = self.host(bytes(2 * HALF))
            self.open(name, f"mcu worn {EEPROM_BASE + at:#x}\n")


class Bootloader(Journal, BootCase):
    def host(self, content):
        return self.node(content)

    def open(self, name, before="", **options):
        return self.start(name, before, **options)

    def test_what_does_not_fit_beside_the_rest_is_not_committed(self):
        """The order is kept; the next reset tries again."""
        order = (memories.INSTALL, memories.install(memories.ORDERED, OLD))
        for spare, state in ((56, memories.REFUSED), (20, memories.REFUSED), (4, memories.ORDERED)):
            room = HALF - HEAD - spare - len(entry(1, *order, False))
            sizes = [240] * (room // 248) + [room % 248 - 8]
            self.assertGreater(sizes[-1], 0)
            name = self.node([[(1 + at, bytes([7]) * size) for at, size in enumerate(sizes)] + [order]], memories.nor())
            console = self.start(name)
            self.assertIn("install refused" if state == memories.REFUSED else "tried again", console)
            self.assertEqual(self.state(name), state)


class Application(Journal, BootCase):
    def host(self, content):
        """What the application needs to know its settings by is added to the half that counts; MARK stays the last."""
        name = self.node(content, flash="none")
        with open(self.lab.firmware("v1.0.0"), "rb") as file:
            image = file.read()
        whole = self.templates["boot-bc660k-none"]
        slot = image.ljust(memories.SLOT_SIZE, b"\0")
        self.put(name, "flash.bin", STRANGER.ljust(memories.SLOT, b"\0") + slot + whole[memories.SLOT + memories.SLOT_SIZE:])
        return name

    def test_records_of_another_format_read_as_none(self):
        good = memories.install(memories.ON_TRIAL, OLD)
        for wrong in (good, b"\3" + good[1:], good[:-1], good[:12], b"\2", good[:19] + b"\x41" + good[20:],
                      good[:19] + b"\x40abc"):
            name = self.host(memories.eeprom([[(memories.INSTALL, wrong), (memories.TRIAL, b"\7")]]))
            console = self.start(name, until="expect Protocol in Used within 60s\nwait 1s\n")
            self.assertEqual("On trial" in console, wrong == good)

    def test_an_image_of_another_product_is_noted_beside_what_was_counted(self):
        for counted, noted in ((b"", (0, 0, 1)), (memories.trial(0, 5), (0, 5, 1)), (memories.trial(2), (2, 0, 1))):
            order = (memories.INSTALL, memories.install(memories.ON_TRIAL, OLD))
            name = self.host(memories.eeprom([[(PRODUCT, b"\x41"), (memories.TRIAL, counted), order]]))
            self.start(name, until="expect On trial within 60s\n")
            self.assertEqual(self.records(name)[memories.TRIAL], memories.trial(*noted))

    def open(self, name, before="", **options):
        return self.start(name, before, "expect Protocol in Used within 60s\n", **options)


if __name__ == "__main__":
    unittest.main()
