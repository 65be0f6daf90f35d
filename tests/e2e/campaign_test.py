#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A sample of `make test-campaign`: a node whose memories, servers or images are at fault runs a genuine image afterwards."""
import os
import unittest

from campaign_bench import names
from campaign_runs import Campaign

SEED = "sample"
# Quick ones, of every kind; NBOTA_CAMPAIGN names others.
SAMPLE = os.environ.get("NBOTA_CAMPAIGN", "memory-flips/1,server-changes-image/1,server-size/1,data-retained/1,"
                                          "image-wrong-signature/1,cell-copying-changing/1").split(",")


class Sample(unittest.TestCase):
    def test_a_genuine_image_runs_with_its_settings_after_every_fault(self):
        campaign = Campaign(SEED, SAMPLE).run()
        self.assertEqual(len(campaign.outcomes), len(SAMPLE))
        self.assertEqual(campaign.described(), "")

    def test_the_sample_is_of_every_kind(self):
        self.assertLessEqual({name.split("/")[0] for name in SAMPLE}, set(names()))
        self.assertEqual({name.split("-")[0] for name in SAMPLE}, {name.split("-")[0] for name in names()})


if __name__ == "__main__":
    unittest.main()
