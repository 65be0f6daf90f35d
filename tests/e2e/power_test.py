# SPDX-License-Identifier: Apache-2.0
"""No power cut during an update makes a brick: a sample of what `make test-power` plays in full."""
import os
import unittest

from power_cuts import Campaign, describe, make_case, names

SEED = int(os.environ.get("NBOTA_POWER_SEED", "1"))
SAMPLE = {"instructions": 10, "operations": 10, "double": 4}


class PowerCuts(unittest.TestCase):
    def test_an_update_survives_power_cuts_at_random_instructions_and_inside_operations(self):
        cases = [make_case(SEED, name) for name in names(**SAMPLE)]
        campaign = Campaign(cases).run()
        self.assertEqual(len(campaign.outcomes), len(cases))
        self.assertFalse(campaign.failures(),
                         "\n" + "\n".join(describe(outcome, SEED) for outcome in campaign.failures()))


if __name__ == "__main__":
    unittest.main(verbosity=2)
