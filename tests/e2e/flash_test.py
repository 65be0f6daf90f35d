#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The update on every flash chip that a board may have, and on none (vendor 2.2, 2.3, 3.2, 9; docs/memory.md, "NOR")."""
import re
import unittest

from fault_bench import Bench
from field_case import FieldCase
from lab import NEW, OLD

UPDATED = f"expect Image Version: {NEW} within 3600s\nexpect Enter sleep mode within 900s\nwait 60s\n"
CLOSED = "expect Close OTA upgrade within 60s\nexpect Enter sleep mode within 900s\nwait 60s\n"
NOT_SUPPORTED = "Hardware not supported"


class FlashCase(FieldCase):
    def setUp(self):
        super().setUp()
        self.lab.data_server()
        self.lab.ota_server()
        self.lab.listen()
        self.lab.nbota("assign", "node-1", self.lab.packed())

    def run_on(self, flash, scenario, **settings):
        name = f"node-{flash}"
        self.lab.nbota("node", "create", name, "--flash", flash)
        return self.lab.run_node(self.lab.settings(**settings) + scenario, name=name)

    def assert_code_2(self, result):
        self.assertEqual(self.lab.reports(), [NOT_SUPPORTED])
        self.assertIn("Hardware Not Support", result["console"])
        self.assertNotIn("Independent watchdog", result["console"])
        self.assertEqual(result["chunk_requests"], 0)


class Chips(FlashCase):
    def test_every_chip_of_128_kb_and_more_is_updated(self):
        for flash in ("4M", "2M", "128K"):
            with self.subTest(flash):
                result = self.run_on(flash, "type AT+UPGRADE\n" + UPDATED)
                self.assertIn(f"OTA Update OK, Firmware Title: s31-nb Ver: {NEW}", self.lab.reports()[-1])
                said = "SPI flash of 128 KB: no room for a roll-back copy" in result["console"]
                self.assertEqual(said, flash == "128K")

    def test_a_resume_on_128_kb_finds_its_map_at_the_end_of_the_chip(self):
        result = self.run_on("128K", "type AT+UPGRADE\nat chunk 20: cut power for 3s\n" + UPDATED)
        self.assertIn("Resume download at chunk 20", result["console"])
        self.assertEqual(len(self.lab.memory("nor.bin", "node-128K")), 128 << 10)

    def test_small_unknown_and_missing_chips_end_with_code_2_within_seconds(self):
        for flash in ("64K", "unknown", "none"):
            with self.subTest(flash):
                before = len(self.lab.reports())
                result = self.run_on(flash, "type AT+UPGRADE\nexpect FW check within 5s\n"
                                            "expect Hardware Not Support within 5s\n" + CLOSED)
                self.assertEqual(self.lab.reports()[before:], [NOT_SUPPORTED])
                self.assertNotIn("Independent watchdog", result["console"])
                self.assertIn(OLD, result["console"])

    def test_a_small_chip_is_not_written(self):
        self.run_on("64K", "type AT+UPGRADE\n" + CLOSED)
        self.assertEqual(self.lab.memory("nor.bin", "node-64K"), b"\xff" * (64 << 10))


class Lte(unittest.TestCase):
    """The same rules with the other modem: vendor 2.3.1 has a threshold for each."""

    def test_an_lte_node_is_updated_and_one_from_before_the_flash_reports_code_2(self):
        with Bench("S31-CB") as bench:
            bench.nbota("node", "create", "old", "--product", "S31-CB", "--serial", "BG95-M226120000")
            result = bench.run_node(bench.settings(title="s31-cb") + "type AT+UPGRADE\n" + CLOSED, name="old")
            self.assertEqual(bench.reports(), [NOT_SUPPORTED])
            self.assertIn("DRAGINO S31-CB", result["console"])
            result = bench.run_node("expect Protocol in Used\nunlock\nexpect Password Correct\ntype AT+UPGRADE\n" +
                                    UPDATED, name="ready")
            self.assertEqual(bench.reports()[1:], [f"OTA Update OK, Firmware Title: s31-cb Ver: {NEW}"])


class Lines(FlashCase):
    def test_a_chip_that_stays_busy_ends_with_code_2_within_its_bound(self):
        self.assert_code_2(self.run_on("4M", "flash busy\ntype AT+UPGRADE\nexpect FW check within 10s\n"
                                             "expect Hardware Not Support within 10s\n" + CLOSED))

    def test_a_chip_that_is_well_again_takes_the_next_update(self):
        result = self.run_on("4M", "flash busy\ntype AT+UPGRADE\n" + CLOSED + "flash well\ntype AT+UPGRADE\n" + UPDATED)
        self.assertEqual(self.lab.reports()[0], NOT_SUPPORTED)
        self.assertIn("OTA Update OK", self.lab.reports()[-1])
        self.assertNotIn("Independent watchdog", result["console"])

    def test_a_line_that_floats_or_is_held_low_is_no_chip(self):
        for state in ("absent", "low"):
            with self.subTest(state):
                before = len(self.lab.reports())
                self.lab.nbota("node", "create", state)
                result = self.lab.run_node(f"flash {state}\n" + self.lab.settings() + "type AT+UPGRADE\n"
                                           "expect Hardware Not Support within 10s\n" + CLOSED, name=state)
                self.assertEqual(self.lab.reports()[before:], [NOT_SUPPORTED])
                self.assertNotIn("Independent watchdog", result["console"])


class WithoutFlash(FlashCase):
    def test_scenario_a_uplinks_go_on_and_every_trigger_gets_its_code(self):
        uplink = "expect Send complete within 900s\n"
        result = self.run_on("none", 2 * uplink + "type AT+UPGRADE\n" + CLOSED + 2 * uplink + "type AT+UPGRADE\n" +
                             CLOSED + uplink, tdc="120")
        self.assertEqual(self.lab.reports(), [NOT_SUPPORTED] * 2)
        data = [line for line in self.lab.messages() if NOT_SUPPORTED not in line]
        self.assertGreaterEqual(len(data), 5)
        self.assertFalse(re.search("watchdog|Fault", result["console"]))


if __name__ == "__main__":
    unittest.main()
