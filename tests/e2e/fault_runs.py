# SPDX-License-Identifier: Apache-2.0
"""Many updates with a failing modem (fault_bench.py).

    NBOTA=… NBOTA_FIRMWARE=… fault_runs.py [--product S31-NB] [--seed N] [--cases 7,no-sim | --exchanges N]
"""
import collections
import sys

import campaign
from fault_bench import Bench, fault_names, make_case


class Campaign(campaign.Campaign):
    """Plays `cases` if there are any; else each fault for a whole update, and then random ones, as many as it takes for
    them to exchange `exchanges` commands with the modem."""

    def __init__(self, product, seed, exchanges=0, cases=()):
        self.names = fault_names()
        super().__init__(seed, cases or self.names)
        self.target = f"test-faults PRODUCT={product}"
        self.product, self.exchanges = product, 0 if cases else exchanges
        self.number = 0

    def bench(self):
        return Bench(self.product)

    def play(self, bench, case):
        return bench.run_case(make_case(self.seed, case, self.names))

    def next_case(self):
        if self.waiting:
            return self.waiting.popleft()
        if self.commands(random_only=True) >= self.exchanges:
            return None
        self.number += 1
        return str(self.number)

    def commands(self, random_only=False):
        return sum(outcome.commands for outcome in self.outcomes if not random_only or outcome.name not in self.names)

    def progress(self):
        return f"{self.commands(random_only=True)} of {self.exchanges} random exchanges"

    def title(self, outcome):
        return outcome.case

    def summary(self, seconds):
        for end, count in collections.Counter(outcome.end for outcome in self.outcomes).most_common():
            yield f"{count:6} {end}"
        yield from map(self.describe, self.failures())
        yield (f"{self.product}, seed {self.seed}: {len(self.outcomes)} updates, {self.commands()} exchanges "
               f"({self.commands(random_only=True)} of them with random faults), "
               f"{sum(outcome.faults for outcome in self.outcomes)} faults, {len(self.failures())} failed, {seconds:.0f} s")


def main():
    parser = campaign.arguments("updates a virtual node whose modem fails at random", "7,no-sim")
    parser.add_argument("--product", default="S31-NB", help="its modem is the one that fails")
    parser.add_argument("--exchanges", type=int, default=10000, metavar="N", help="with the modem, while faults are random")
    options = parser.parse_args()
    return campaign.play(Campaign(options.product, options.seed, options.exchanges, options.cases), options.cases)


if __name__ == "__main__":
    sys.exit(main())
