# SPDX-License-Identifier: Apache-2.0
"""A modem that fails at random never hangs a node: a sample of what `make test-faults` plays in full."""
import os
import unittest

from fault_bench import fault_names
from fault_runs import Campaign
from lab import Lab

SEED = int(os.environ.get("NBOTA_FAULT_SEED", "1"))
SAMPLE = int(os.environ.get("NBOTA_FAULT_SAMPLE", "4"))
ALWAYS = ["no-sim", "silent", "wrong-image"]  # for a whole update
NAMED = {"urc-in-reply", "no-result", "busy", "cme", "fragment", "back-to-back", "no-sim", "no-network", "pdp-loss",
                "silent", "slow-wake"}


class Faults(unittest.TestCase):
    def test_updates_with_a_modem_that_fails_at_random_end_in_success_or_a_code(self):
        for product in ("S31-NB", "S31-CB"):
            with self.subTest(product):
                campaign = Campaign(product, SEED, cases=[str(i + 1) for i in range(SAMPLE)] + ALWAYS).run()
                self.assertEqual(len(campaign.outcomes), SAMPLE + len(ALWAYS))
                self.assertGreater(sum(outcome.faults for outcome in campaign.outcomes), 0)
                self.assertEqual(campaign.described(), "")

    def test_what_a_modem_can_do_has_a_name(self):
        self.assertLessEqual(NAMED, set(fault_names()))

    def test_random_faults_are_the_same_for_the_same_seed(self):
        with Lab() as lab:
            lab.nbota("node", "create", "first")
            settings = "expect Protocol\nunlock\nexpect Correct\ntype AT+SERVADDR=127.0.0.1,1\nexpect OK\n" \
                       "type AT+PUBTOPIC=a\nexpect OK\ntype AT+SUBTOPIC=b\nexpect OK\ntype AT+CLIENT=c\nexpect OK\n" \
                       "faults random {} 200\ntype ATZ\nexpect End of upload within 3600s\n"
            hashes = []
            for number, seed in enumerate((5, 5, 6)):
                lab.copy_node("first", f"node-{number}")
                result = lab.run_node(settings.format(seed), name=f"node-{number}")
                hashes.append((result["console_hash"], result["modem_faults"]))
            self.assertGreater(hashes[0][1], 0)
            self.assertEqual(hashes[0], hashes[1])
            self.assertNotEqual(hashes[0], hashes[2])


if __name__ == "__main__":
    unittest.main()
