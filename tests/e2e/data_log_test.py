#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The data log in a journal that is full, damaged or refuses to be written (docs/memory.md, "Data EEPROM"; docs/protocol.md,
"Data log")."""
import re
import struct
import unittest

from boot_case import BootCase
from memories import EEPROM_BASE, FORMAT, HALF, HEAD, HISTORY, PRODUCT, entry

SPARE = 83  # ids that nobody uses: what they hold stays
READY = "expect Protocol in Used within 60s\nunlock\nexpect Password Correct within 10s\n"
SENT = "expect End of upload within 900s\nwait 60s\n"
MINUTES = "type AT+CLOCKLOG=1,65535,1,1\nexpect OK within 10s\n"


def row(number, unsent=False, size=4):
    return struct.pack("<IB", 0x5F000000 + number, size | unsent << 7) + bytes([number]) * size


def block(first, rows=4, unsent=()):
    return struct.pack("<H", first) + b"".join(row(first + at & 0xFF, first + at in unsent) for at in range(rows))


def at_home(*blocks):
    """Each with the id that belongs to its number."""
    return [(HISTORY + struct.unpack_from("<H", content)[0] // 4 % 8, content) for content in blocks]


class DataLog(BootCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.owner = None

    def image(self):
        with open(self.lab.firmware("v1.0.0"), "rb") as file:
            return file.read()

    def worn_behind_the_end(self, name):
        content = self.lab.memory("eeprom.bin", name)
        end = len(content.rstrip(b"\0")) + 3 & ~3
        return "".join(f"mcu worn {EEPROM_BASE + end + 4 * at:#x}\n" for at in range(8))

    def logging(self, *records, fill=0):
        """A node of this product with these records, and so many bytes of the journal taken besides."""
        if self.owner is None:
            name = self.node(slot=self.image())
            self.lab.run_node(READY, name=name)
            found = self.records(name)
            type(self).owner = [(number, found[number]) for number in (PRODUCT, FORMAT) if number in found]
        return self.node([[*self.owner, *self.filled(fill), *records]], slot=self.image())

    @staticmethod
    def filled(total):
        sizes = [252] * (total // 260) + ([total % 260 - 8] if total % 260 > 8 else [])
        assert SPARE + len(sizes) <= FORMAT, "these ids are not spare"
        return [(SPARE + at, b"\x77" * size) for at, size in enumerate(sizes)]

    def talk(self, name, *lines, before="", **options):
        return self.lab.run_node(before + READY + "".join(lines), name=name, **options)["console"].replace("\r", "")

    def numbers(self, name, before=""):
        """Of the rows that the console prints, newest first."""
        console = self.talk(name, "type AT+CDP\nexpect OK within 10s\n", before=before)
        printed = console.split("Password Correct")[1]
        return len(re.findall(r"^\d+:", printed, re.M)), printed

    def rows(self, name):
        """(block's first number, marks) of what the journal holds."""
        found = {}
        for number, value in self.records(name).items():
            if HISTORY <= number < HISTORY + 8:
                at, marks = 2, []
                while at < len(value):
                    marks.append(value[at + 4] >> 7)
                    at += 5 + (value[at + 4] & 0x7F)
                found[struct.unpack_from("<H", value)[0]] = marks
        return found

    def test_all_rows_are_printed_wherever_the_numbers_stand(self):
        for first in (0, 12, 0xFFF0):
            name = self.logging(*at_home(*(block(first + 4 * at & 0xFFFF) for at in range(8))))
            self.assertEqual(self.numbers(name)[0], 32)

    def test_a_gap_ends_it(self):
        name = self.logging(*at_home(block(0), block(8), block(12, rows=2)))
        self.assertEqual(self.numbers(name)[0], 6)

    def test_a_block_that_is_damaged_is_none(self):
        good = at_home(block(8))
        wrong = (b"\4", b"\4\0", block(4)[:-1], block(4) + b"\1\2\3", struct.pack("<H", 4) + row(1, size=100),
                 struct.pack("<H", 4) + row(1) + b"\0\0\0\0\x7f" + bytes(200), struct.pack("<H", 12) + row(1),
                 struct.pack("<H", 4) + row(1, size=41), struct.pack("<H", 4) + row(1) + row(2, size=41),
                 block(4, rows=1)[:8], block(4, rows=1)[:5], bytes(200))
        for content in wrong:
            with self.subTest(content[:8]):
                name = self.logging(*good, (HISTORY + 1, content))
                self.assertEqual(self.numbers(name)[0], 4)

    def test_a_log_that_is_cleared_is_gone(self):
        name = self.logging(*at_home(block(0), block(4)))
        self.talk(name, "type AT+CDP=0\nexpect OK within 10s\n")
        self.assertEqual(self.rows(name), {})
        self.assertEqual(self.numbers(name)[0], 0)

    def test_a_log_that_cannot_be_cleared_is_said_to_be_there(self):
        name = self.logging(*at_home(block(0), block(4)))
        console = self.talk(name, self.worn_behind_the_end(name), "type AT+CDP=0\nexpect ERROR within 10s\n")
        self.assertNotIn("OK", console.split("Password Correct")[1])

    def test_a_new_row_takes_the_place_of_the_oldest_when_there_is_no_room(self):
        name = self.logging(*at_home(*(block(4 * at) for at in range(8))), fill=1900)
        self.talk(name, MINUTES, "wait 400s\n")
        rows = self.rows(name)
        self.assertNotIn(0, rows)
        self.assertGreaterEqual(max(rows), 32)

    def test_settings_that_leave_no_room_at_all_are_said_once(self):
        name = self.logging(*at_home(block(0)), fill=2700)
        console = self.talk(name, MINUTES, "wait 400s\n")
        self.assertEqual(console.count("The settings leave no room for the data log"), 1)
        self.assertEqual(self.rows(name), {})

    def test_a_journal_that_is_full_to_the_brim_has_no_room(self):
        self.logging()
        owner = sum(len(entry(1, *record, True)) for record in self.owner)
        for left in (120, 8, 12):
            name = self.logging(fill=HALF - HEAD - left - owner)
            self.talk(name, "wait 2000s\n")  # the log is on as shipped, a row every quarter of an hour
            self.assertEqual(self.rows(name), {})

    def test_a_setting_finds_room_where_the_log_was(self):
        name = self.logging(*at_home(*(block(4 * at) for at in range(8))), fill=2560)
        self.talk(name, *(f"type AT+{key}={'x' * 60}\nexpect OK within 10s\n" for key in ("CLIENT", "PUBTOPIC", "SUBTOPIC")))
        self.assertLess(len(self.rows(name)), 8)

    def test_a_setting_may_fill_the_journal_to_its_last_word(self):
        self.logging()
        owner = sum(len(entry(1, *record, True)) for record in self.owner)
        for left in range(16, 36, 4):
            name = self.logging(fill=HALF - HEAD - left - owner - 4)
            self.talk(name, "type AT+TDC=600\nexpect OK within 10s\ntype AT+TDC=?\nexpect 600 within 10s\n")

    def test_a_setting_without_any_room_is_refused(self):
        name = self.logging(fill=HALF - HEAD - 70)
        self.assertIn("OK", self.talk(name, "type AT+TDC=600\nexpect OK within 10s\n"))
        self.talk(name, f"type AT+PUBTOPIC={'x' * 60}\nexpect ERROR within 10s\n")

    def connected(self):
        """What a node has to know to reach the data server."""
        self.lab.data_server()
        name = self.logging()
        self.lab.run_node(self.lab.settings() + "type ATZ\n" + SENT, name=name)
        return [record for record in self.records(name).items() if not HISTORY <= record[0] < HISTORY + 8]

    def test_a_log_that_is_cleared_while_its_rows_are_on_their_way_stays_cleared(self):
        name = self.node([[*self.connected(), *at_home(block(0, unsent={0, 1}))]], slot=self.image())
        self.lab.run_node(READY + "expect remaining battery within 900s\ntype AT+CDP=0\n" + SENT, name=name)
        self.assertEqual(self.rows(name), {})

    def test_rows_that_could_not_be_sent_are_sent_with_the_next_data(self):
        """…and are marked no more, over blocks without any; where the journal refuses that, they stay marked."""
        unsent = {0, 1, 5, 13, 14, 15}
        log = at_home(*(block(at, unsent=unsent) for at in (0, 4, 8, 12)))
        known = self.connected()
        for refuses in (False, True):
            name = self.node([[*known, *log]], slot=self.image())
            before = self.worn_behind_the_end(name) if refuses else ""
            self.lab.run_node(before + SENT, name=name)
            self.assertEqual(sum(map(sum, self.rows(name).values())), len(unsent) if refuses else 0)
        name = self.node([[*known, *at_home(*(block(at, unsent=range(40)) for at in range(0, 32, 4)))]], slot=self.image())
        self.lab.run_node(SENT, name=name)
        left = sum(map(sum, self.rows(name).values()))  # more than one message holds
        self.assertIn(left, range(1, 32))


if __name__ == "__main__":
    unittest.main()
