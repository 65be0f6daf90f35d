# SPDX-License-Identifier: Apache-2.0
"""No power cut during an update makes a brick: a sample of what `make test-power` plays in full."""
import os
import unittest

from power_cuts import Campaign, names

SEED = int(os.environ.get("NBOTA_POWER_SEED", "1"))
SAMPLE = [int(count) for count in os.environ.get("NBOTA_POWER_SAMPLE", "10,10,4").split(",")]


class PowerCuts(unittest.TestCase):
    def test_an_update_survives_power_cuts_at_random_instructions_and_inside_operations(self):
        cases = names(*SAMPLE)
        campaign = Campaign(SEED, cases).run()
        self.assertEqual(len(campaign.outcomes), len(cases))
        self.assertEqual(campaign.described(), "")


if __name__ == "__main__":
    unittest.main(verbosity=2)
