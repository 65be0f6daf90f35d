# SPDX-License-Identifier: Apache-2.0
"""Many power cuts of one update (power_bench.py).

    NBOTA=… NBOTA_FIRMWARE=… power_cuts.py [--seed N] [--cases i7,o3 | --instructions N --operations N --double N]
"""
import contextlib
import sys

import campaign
from power_bench import Bench, PHASES, make_case


class Campaign(campaign.Campaign):
    """Afterwards `totals` holds what the update takes without a cut."""
    target = "test-power"

    @contextlib.contextmanager
    def bench(self):
        with Bench() as bench:
            self.totals = bench.measure()
            yield bench

    def play(self, bench, case):
        return bench.run_case(make_case(self.seed, case))

    def label(self, outcome):
        return f"{outcome.name} ({outcome.phase})"

    def title(self, outcome):
        return outcome.case

    def summary(self, seconds):
        """What was played and where the cuts fell."""
        outcomes = self.outcomes
        yield f"whole update: {self.totals.instructions} instructions, {self.totals.operations} persistent operations"
        yield f"{'cut while':22}{'instruction':>12}{'operation':>12}{'double':>12}"
        for phase in [name for _, name in PHASES]:
            counts = [sum(o.phase == phase and o.name[0] == kind for o in outcomes) for kind in "iod"]
            yield f"{phase:22}" + "".join(f"{count:12}" for count in counts)
        yield f"second cut came in {sum(o.cuts > 1 for o in outcomes)}, a new trigger was due in " \
            f"{sum(o.triggers > 1 for o in outcomes)}"
        yield from map(self.describe, self.failures())
        yield f"seed {self.seed}: {len(outcomes)} cases, {len(self.failures())} failed, {seconds:.0f} s"


def names(instructions, operations, double):
    return [f"{kind}{number}" for kind, count in (("i", instructions), ("o", operations), ("d", double))
            for number in range(1, count + 1)]


def main():
    parser = campaign.arguments("cuts the power of a virtual node in the middle of an update", "i7,o3")
    for kind, count in (("instructions", 100), ("operations", 100), ("double", 50)):
        parser.add_argument(f"--{kind}", type=int, default=count, metavar="N")
    options = parser.parse_args()
    cases = options.cases or names(options.instructions, options.operations, options.double)
    return campaign.play(Campaign(options.seed, cases), options.cases)


if __name__ == "__main__":
    sys.exit(main())
