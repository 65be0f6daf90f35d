# SPDX-License-Identifier: Apache-2.0
"""No power cut during an update makes a brick: a sample of what `make test-power` plays in full."""
import os
import unittest

from power_bench import make_case
from power_cuts import Campaign, describe, names

SEED = int(os.environ.get("NBOTA_POWER_SEED", "1"))
SAMPLE = [int(count) for count in os.environ.get("NBOTA_POWER_SAMPLE", "10,10,4").split(",")]


class PowerCuts(unittest.TestCase):
    def test_an_update_survives_power_cuts_at_random_instructions_and_inside_operations(self):
        cases = [make_case(SEED, name) for name in names(*SAMPLE)]
        campaign = Campaign(cases).run()
        self.assertEqual(len(campaign.outcomes), len(cases))
        self.assertFalse(campaign.failures(),
                         "\n" + "\n".join(describe(outcome, SEED) for outcome in campaign.failures()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
