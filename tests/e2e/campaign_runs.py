# SPDX-License-Identifier: Apache-2.0
"""Every case of campaign_bench.py some times.

    NBOTA=… NBOTA_FIRMWARE=… campaign_runs.py [--seed N] [--cases memory-busy/3,server-late/1 | --rounds N]
"""
import collections
import sys

import campaign
from campaign_bench import Bench, names


class Campaign(campaign.Campaign):
    target = "test-campaign"

    def bench(self):
        return Bench(self.seed)

    def summary(self, seconds):
        ends = collections.defaultdict(collections.Counter)
        for outcome in self.outcomes:
            ends[outcome.name.split("/")[0]][outcome.end] += 1
        for name in sorted(ends):
            for end, count in ends[name].most_common():
                yield f"{name:24}{count:4}  {end}"
        yield from map(self.describe, self.failures())
        yield (f"seed {self.seed}: {len(self.outcomes)} cases of {len(ends)} faults, {len(self.failures())} failed, "
               f"{seconds:.0f} s")


def main():
    parser = campaign.arguments("updates a virtual node while something is wrong", "memory-busy/3")
    parser.add_argument("--rounds", type=int, default=10, metavar="N", help="how often each fault is played")
    options = parser.parse_args()
    cases = options.cases or [f"{name}/{number}" for number in range(1, options.rounds + 1) for name in names()]
    return campaign.play(Campaign(options.seed, cases), options.cases)


if __name__ == "__main__":
    sys.exit(main())
