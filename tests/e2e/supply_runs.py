# SPDX-License-Identifier: Apache-2.0
"""Every case of supply_bench.py some times.

    NBOTA=… NBOTA_FIRMWARE=… supply_runs.py brownout|day [--seed N] [--cases 3,4 | --rounds N] [--cuts N]
"""
import contextlib
import sys

import campaign
from campaign_bench import Bench
from supply_bench import KINDS

TARGETS = {"brownout": "test-brownout", "day": "test-random-power"}


class Campaign(campaign.Campaign):
    """One after the other: each takes a while, and its line is its progress."""
    workers = 1

    def __init__(self, kind, seed, cases, cuts):
        super().__init__(seed, cases)
        self.kind, self.cuts, self.target = kind, cuts, TARGETS[kind]

    @contextlib.contextmanager
    def bench(self):
        with Bench(self.seed) as bench:
            yield KINDS[self.kind](bench, self.cuts)

    def show(self):
        last = self.outcomes[-1]
        print(line_of(last), flush=True)
        if last.complaints:
            print(self.describe(last), flush=True)

    def summary(self, seconds):
        yield f"{self.kind}, seed {self.seed}: {len(self.failures())} failed, {seconds:.0f} s"


def line_of(outcome):
    wear = ", ".join(f"{name} {most['most']} at {most['at']}" for name, most in outcome.wear.items())
    ran = f"the new version ran in hour {outcome.hours}, " if outcome.hours else ""
    return (f"case {outcome.name}: {ran}{outcome.power_ons} power-ons, {outcome.virtual_s / 3600:.1f} h, "
            f"{outcome.lost} packets lost, {outcome.triggers} triggers; most worn: {wear}")


def main():
    parser = campaign.arguments("updates a virtual node whose supply comes and goes", "3,4")
    parser.add_argument("kind", choices=sorted(KINDS))
    parser.add_argument("--rounds", type=int, default=6, metavar="N", help="cases")
    parser.add_argument("--cuts", type=int, default=1000, metavar="N", help="of a brownout")
    options = parser.parse_args()
    cases = options.cases or [str(number) for number in range(1, options.rounds + 1)]
    return campaign.play(Campaign(options.kind, options.seed, cases, options.cuts), options.cases)


if __name__ == "__main__":
    sys.exit(main())
