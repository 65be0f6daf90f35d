#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`nbota node power`: what the firmware's own binaries take from a battery, and what takes it."""
import json
import os
import unittest

from lab import FIRMWARE, Lab

SLEEP_BUDGET_UA = 10  # of an S31-NB between two uplinks
UNAWARE = os.path.join(FIRMWARE, "..", "tests", "unaware.bin")


class LedgerCase(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)

    def power(self, *options, name="s31"):
        done = self.lab.nbota("node", "power", name, "--json", *options)
        result = json.loads(done.stdout)
        rows = {(row["consumer"], row["state"]): row for row in result["rows"]}
        self.assertAlmostEqual(sum(row["mah"] for row in rows.values()),
                               result["mah_per_day"] * result["hours"] / 24, places=5)
        return {**result, "rows": rows}

    def seconds(self, result, consumer, state):
        return result["rows"][consumer, state]["seconds"]

    def set_up(self, name="s31", **settings):
        self.lab.data_server()
        self.lab.run_node(self.lab.settings(**settings) + "wait 60s\n", name=name)


class Life(LedgerCase):
    def test_a_node_between_its_uplinks_takes_less_than_10_uA(self):
        self.set_up(tdc="7200")
        result = self.power("--hours", "24")
        self.assertEqual(result["uplinks"], 12)
        self.assertAlmostEqual(result["hours"], 24, places=3)
        self.assertLess(result["rest_ua"], SLEEP_BUDGET_UA)
        self.assertGreater(result["rest_ua"], 2)
        self.assertGreater(result["rest_hours"], 23.5)
        stop = self.seconds(result, "MCU", "Stop")
        busy = self.seconds(result, "MCU", "runs") + self.seconds(result, "MCU", "Sleep, a line is busy")
        self.assertAlmostEqual(stop + busy, 86400, delta=1)
        self.assertLess(busy, 20)
        self.assertAlmostEqual(self.seconds(result, "NOR", "deep power-down"), 86400, delta=1)
        self.assertGreater(result["battery_days"], 10 * 365)
        for state, least, most in (("attaches", 60, 200), ("connected, waits", 50, 400), ("transmits", 1, 30),
                                   ("awake without connection", 60, 300)):
            self.assertGreater(self.seconds(result, "modem", state), least, state)
            self.assertLess(self.seconds(result, "modem", state), most, state)

    def test_what_it_takes_follows_from_period_and_coverage(self):
        self.set_up(tdc="7200")
        usual = self.power("--hours", "4")
        often = self.power("--hours", "4", "--tdc", "1200")
        far = self.power("--hours", "4", "--link", "nb-ce2")
        self.assertEqual([usual["uplinks"], often["uplinks"], far["uplinks"]], [2, 12, 2])
        self.assertAlmostEqual(often["mah_per_day"] / usual["mah_per_day"], 6, delta=1)
        self.assertGreater(far["mah_per_day"], 5 * usual["mah_per_day"])
        self.assertEqual(far["link"], "nb-ce2")

    def test_the_same_seed_gives_the_same_charge_and_the_memories_stay(self):
        self.set_up(tdc="1200")
        before = [self.lab.memory(file) for file in ("flash.bin", "eeprom.bin", "nor.bin")]
        first = self.power("--hours", "1", "--tdc", "600")
        self.assertEqual(self.power("--hours", "1", "--tdc", "600"), first)
        self.assertEqual([self.lab.memory(file) for file in ("flash.bin", "eeprom.bin", "nor.bin")], before)

    def test_a_person_reads_rows_sources_and_years(self):
        text = self.lab.nbota("node", "power", "--hours", "2").stdout
        self.assertRegex(text, r"node 's31', 2\.0 h on nb1-ce0, 0 uplinks\n")
        self.assertRegex(text, r"MCU +Stop +\d+\.\d+ s +\d+\.\d+ mAh +\d+\.\d % +STM32L072")
        self.assertRegex(text, r"while the modem sleeps: \d\.\d\d µA")
        self.assertRegex(text, r"battery of 8500 mAh.*: \d+\.\d years\n")
        self.assertIn("no uplink reached a server", text)

    def test_the_battery_is_the_products_unless_another_is_given(self):
        self.lab.nbota("node", "create", "sun", "--product", "S31-NS")
        usual = self.power("--hours", "1", name="sun")
        other = self.power("--hours", "1", "--battery", "6000", name="sun")
        self.assertEqual((usual["battery_mah"], other["battery_mah"]), (3000, 6000))
        self.assertGreater(other["battery_days"], usual["battery_days"])
        self.assertLess(usual["battery_days"], 3 * 365)  # rechargeable cells lose most of it by themselves

    def test_what_cannot_be_is_refused(self):
        for words in (("--hours", "0"), ("--battery", "0"), ("--hours", "10000")):
            done = self.lab.nbota("node", "power", *words, check=False)
            self.assertEqual(done.returncode, 2, words)


class FlashThatNobodyKnows(LedgerCase):
    """Vendor 3.2: scenarios B and C, and the board of scenario A."""

    def program(self, name, image):
        self.lab.run_node("wait 1s\n", name=name)
        flash = os.path.join(self.lab.data_dir, "nodes", name, "flash.bin")
        with open(image, "rb") as file:
            code = file.read()
        with open(flash, "wb") as file:
            file.write(code + bytes(192 * 1024 - len(code)))

    def test_a_firmware_that_does_not_know_the_flash_empties_the_battery_in_weeks(self):
        self.program("old", UNAWARE)
        drain = self.power("--hours", "24", name="old")
        self.assertAlmostEqual(self.seconds(drain, "NOR", "CS floats, not asleep"), 86400, delta=1)
        self.assertAlmostEqual(self.seconds(drain, "modem", "deep sleep"), 86400, delta=1)
        self.assertLess(drain["battery_days"], 100)
        without = self.power("--hours", "24", "--without-flash", name="old")
        self.assertGreater(without["battery_days"], 10 * 365)

    def test_nbota_on_the_same_board_lasts_for_years_with_and_without_flash(self):
        for options in ((), ("--without-flash",)):
            self.assertGreater(self.power("--hours", "24", *options)["battery_days"], 10 * 365)

    def test_nbota_on_a_board_that_an_old_firmware_left_awake_puts_the_flash_to_sleep(self):
        self.program("old", UNAWARE)
        self.lab.nbota("node", "flash", "s31-nb-v1.0.0", "--node", "old")
        result = self.power("--hours", "1", name="old")
        self.assertAlmostEqual(self.seconds(result, "NOR", "deep power-down"), 3600, delta=1)


if __name__ == "__main__":
    unittest.main()
