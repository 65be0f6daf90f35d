# SPDX-License-Identifier: Apache-2.0
"""`nbota hardware check` against the tables of vendor 2.1, 2.3.1, 3.1 and 3.2."""
import json
import unittest

from nbota_command import nbota

THRESHOLDS = {"BC660GL": 26110001, "BG95-M2": 26120001}
WITH = "WITH 4MB Flash (OTA capable)"
WITHOUT = "WITHOUT Flash (OTA not available)"


def check(*words, **options):
    return nbota("hardware", "check", *words, **options)


def ask(*words, **options):
    return json.loads(check("--json", *words, **options).stdout)


class Thresholds(unittest.TestCase):
    def test_2_3_1_below_at_and_above(self):
        for prefix, first in THRESHOLDS.items():
            for number, text in ((first - 1, WITHOUT), (first, WITH), (first + 1, WITH)):
                with self.subTest(prefix=prefix, number=number):
                    result = check(f"{prefix}{number}")
                    self.assertEqual(result.returncode, 0, result.stderr)
                    self.assertIn(f"{prefix}{number}: {text}\n", result.stdout)
                    self.assertEqual("must use new firmware" in result.stdout, text == WITH)

    def test_2_3_2_says_how_the_same_is_seen_on_the_board(self):
        for prefix, first in THRESHOLDS.items():
            without, fitted = ask(f"{prefix}{first - 1}", f"{prefix}{first}")
            self.assertEqual(without["by_eye"], "No Flash chip present in the designated footprint")
            self.assertEqual(fitted["by_eye"], "PCB has 8-pin SOIC chip")
            self.assertIn("by eye     PCB has 8-pin SOIC chip", check(f"{prefix}{first}").stdout)

    def test_2_1_the_prefix_names_series_and_network(self):
        nb, lte = ask("BC660GL26110001", "BG95-M226120001")
        self.assertEqual((nb["modem"], nb["network"]), ("BC660K-GL", "NB-IoT"))
        self.assertEqual((lte["modem"], lte["network"]), ("BG95-M2", "LTE-M / Cat-M1"))
        self.assertIn("-NB, -NS, -NB2", check("BC660GL26110001").stdout)
        self.assertIn("-CB, -CS, -CB2", check("BG95-M226120001").stdout)


class Matrix(unittest.TestCase):
    # (with flash, firmware): statement of 3.1, scenario of 3.2, a text of the scenario
    CELLS = {
        (False, "old"): ("Compatible - Normal operation", None, None),
        (True, "old"): ("NOT Compatible - High power consumption - Battery drains quickly", "B",
                        "Device may become unusable within days/weeks instead of years"),
        (False, "ota"): ('Safe but OTA not available - Reports "Hardware not supported" error', "A",
                         "Normal sensor operation unaffected"),
        (True, "ota"): ("Fully Compatible - OTA updates work correctly", "C",
                        "Full OTA functionality available"),
    }

    def test_3_1_and_3_2_all_four_cells_of_both_families(self):
        for prefix, first in THRESHOLDS.items():
            for (flash, firmware), (statement, scenario, text) in self.CELLS.items():
                with self.subTest(prefix=prefix, flash=flash, firmware=firmware):
                    serial = f"{prefix}{first - (not flash)}"
                    (answer,) = ask(serial, "--firmware", firmware)
                    self.assertEqual(answer["ota_capable"], flash)
                    (cell,) = answer["firmware"]
                    self.assertEqual(cell["statement"], statement)
                    self.assertEqual(cell.get("scenario"), scenario)
                    self.assertEqual(cell["compatible"], (flash, firmware) != (True, "old"))
                    if text:
                        self.assertIn(text, cell.values())
                    self.assertIn(statement, check(serial, "-f", firmware).stdout)

    def test_both_firmwares_are_answered_when_none_is_named(self):
        (answer,) = ask("BC660GL26110001")
        self.assertEqual([cell["firmware"] for cell in answer["firmware"]], ["ota", "old"])


class Lists(unittest.TestCase):
    LIST = "# a fleet\nBC660GL26110000\r\n\n  BG95-M2 - 26120001  # the shed\nnonsense\n"

    def test_several_serial_numbers_are_a_table(self):
        result = check("BC660GL26110000", "BG95-M226120001")
        self.assertEqual(result.returncode, 0)
        lines = result.stdout.splitlines()
        self.assertEqual(len(lines), 3)
        self.assertRegex(lines[1], r"^BC660GL26110000 +BC660K-GL +without +no +A: ")
        self.assertRegex(lines[2], r"^BG95-M226120001 +BG95-M2 +with +yes +C: .* +B: ")

    def test_standard_input_is_a_list(self):
        result = check("-", input=self.LIST)
        self.assertEqual(result.returncode, 1)  # one of them is unknown
        self.assertEqual(len(result.stdout.splitlines()), 4)
        self.assertIn("'nonsense' is no serial number", result.stderr)
        answers = ask("-", input=self.LIST)
        self.assertEqual([answer["known"] for answer in answers], [True, True, False])
        self.assertIn("problem", answers[2])

    def test_a_list_of_any_size_and_content(self):
        many = "BC660GL26110001\n" * 20000
        self.assertEqual(len(check("-", input=many).stdout.splitlines()), 20001)
        result = check("-", input="x" * 100000 + "\0\x1b[2J\nBC660GL26110001")
        self.assertEqual(len(result.stdout.splitlines()), 3)
        self.assertNotIn("\x1b", result.stdout + result.stderr)
        self.assertEqual(check("-", input="\0\nBC660GL26110001\n").stdout.count("yes"), 1)

    def test_an_empty_list_is_said(self):
        for text in ("", "# nothing\n\n"):
            result = check("-", input=text)
            self.assertEqual(result.returncode, 1)
            self.assertIn("no serial number", result.stderr)
            self.assertEqual(ask("-", input=text), [])


class Words(unittest.TestCase):
    def test_malformed_serial_numbers_say_what_to_do(self):
        for text in ("BC660GL2611000", "BC660GL261100011", "bc660gl26110001", "S31-NB", "", "BC660GL2611 0001"):
            with self.subTest(text):
                result = check(text)
                self.assertEqual(result.returncode, 1)
                self.assertIn(f"'{text}' is no serial number: ", result.stderr)
                self.assertIn("hint: ", result.stderr)
                self.assertNotIn("Flash", result.stdout)

    def test_usage_errors(self):
        for words in ((), ("BC660GL26110001", "--firmware", "new")):
            result = check(*words)
            self.assertEqual(result.returncode, 2)
            self.assertIn("usage: nbota hardware check", result.stderr)


if __name__ == "__main__":
    unittest.main()
