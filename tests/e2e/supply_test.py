#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A sample of `make test-brownout`: the update comes to its end after a supply that came and went."""
import unittest

from campaign_bench import Bench
from supply_bench import Brownout

SEED = "sample"
CUTS = 20


class Sample(unittest.TestCase):
    def test_an_update_survives_twenty_short_powers_in_its_download_and_in_its_install(self):
        with Bench(SEED) as bench:
            runs = Brownout(bench, CUTS)
            for moment in ("at chunk 20: ", "expect Close OTA upgrade within 3600s\n"):
                with self.subTest(moment):
                    outcome = runs.run_case(1, moment)
                    self.assertEqual(outcome.complaints, [], outcome.console)
                    self.assertEqual(outcome.power_ons, CUTS + 1)


if __name__ == "__main__":
    unittest.main()
