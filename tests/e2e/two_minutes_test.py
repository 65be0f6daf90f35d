#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A node that is awake for two minutes a day: one trigger, and the update gets there in a few days."""
import unittest

from campaign_bench import Bench
from lab import NEW
from power_bench import SUCCESS, configuration_in

LOSS = 15  # per cent of the packets; with none lost two minutes are enough for a whole download
DAYS = 6
POWER = f"power random 1 on 2m..2m off 1438m..1438m times {DAYS}\n"
FEWEST, MOST = 2, 5  # days up to the install; three when this was written


class TwoMinutes(unittest.TestCase):
    def test_one_trigger_and_an_update_gets_there_in_days(self):
        with Bench("two minutes") as bench:
            before = len(bench.reports())
            result = bench.play(f"link loss {LOSS} seed 1\ntype AT+UPGRADE\n{POWER}wait 100s\n", seed=1)
            reports = bench.reports()[before:]
            console = result["console"]
            self.assertEqual(result["status"], 0, result["stderr"])
            self.assertEqual(result["power_ons"], DAYS + 1)
            self.assertGreater(result["virtual_s"], DAYS * 24 * 3600 - 120)
            self.assertGreater(result["lost_packets"], 0)
            self.assertIn("The new firmware is confirmed", console)
            self.assertEqual(bench.version(), NEW)
            self.assertEqual(set(reports), {SUCCESS}, console)
            self.assertEqual(configuration_in(console), {**bench.configuration, "AT+OTAVER": NEW})
            days = console[:console.index("\ninstalled")].count("reboot error:POR/PDR!")
            self.assertTrue(FEWEST <= days <= MOST, f"installed on day {days}")
            self.assertIn("Resume download at chunk", console)


if __name__ == "__main__":
    unittest.main()
