#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The node's time over Stop: on its crystal, on one that starts late, and on the LSI alone at both ends of its spread."""
import re
import unittest

from lab import Lab

HOURS = 2


class Clock(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)
        self.lab.data_server()
        self.lab.run_node(self.lab.settings(tdc="600"))

    def stamps(self, result):
        """Milliseconds in front of the console's lines; they never go back."""
        stamps = [int(text) for text in re.findall(r"^\[(\d+)\]", result["console"], re.MULTILINE)]
        self.assertEqual(stamps, sorted(stamps))
        return stamps

    def live(self, first):
        result = self.lab.run_node(f"{first}\nwait {HOURS}h\n")
        self.assertEqual(result["console"].count("reboot error:"), 1)  # the watchdog never bit
        starts = [int(text) for text in re.findall(r"\[(\d+)\]\*{5}Upload start:0", result["console"])]
        self.assertEqual(result["console"].count("Upload data successfully"), len(starts))
        return result, starts

    def test_on_its_crystal_it_keeps_time_to_the_millisecond(self):
        result, starts = self.live("# nothing")
        self.assertNotIn("no crystal", result["console"])
        self.assertEqual(len(starts), HOURS * 6)
        for earlier, later in zip(starts, starts[1:]):
            self.assertAlmostEqual(later - earlier, 600_000, delta=20)
        self.stamps(result)

    def test_a_crystal_that_starts_late_takes_over_without_a_jump(self):
        result, starts = self.live("crystal in 4s")
        self.assertNotIn("no crystal", result["console"])
        self.stamps(result)
        self.assertEqual(len(starts), HOURS * 6)

    def test_without_crystal_it_says_so_and_works_at_any_speed_of_the_lsi(self):
        for hertz in (26000, 37000, 56000):
            with self.subTest(hertz):
                result, starts = self.live(f"crystal never\nlsi {hertz}")
                self.assertEqual(result["console"].count("no crystal: times may be wrong by half"), 1)
                self.stamps(result)
                self.assertAlmostEqual(len(starts), HOURS * 6 * hertz / 37000, delta=1)


if __name__ == "__main__":
    unittest.main()
