# SPDX-License-Identifier: Apache-2.0
"""A local update whose power is cut inside every persistent operation; after each cut the next try must succeed.

    NBOTA=… NBOTA_FIRMWARE=… local_cuts.py [--seed N] [--cases 7,120 | --every N]
"""
import collections
import os
import random
import shutil
import sys

import campaign
from lab import Lab, NEW

SLOT, SLOT_END = 0x7800, 0x25800  # docs/memory.md, "Internal flash"
LISTENS = "expect g for a\n"  # listening for an update, waiting for a packed image
TAKEN = f"expect update installed within 5s\nexpect Image Version: {NEW} within 5s\n"
SETTING = "kept-client"

Outcome = collections.namedtuple("Outcome", "name fraction complaints console")


class LocalBench(Lab):
    """A board without flash that is set up and runs the old version."""

    def __enter__(self):
        super().__enter__()
        self.image = self.packed()
        self.run_node(f"expect Protocol in Used\nunlock\nexpect Password Correct\ntype AT+OTACLT={SETTING}\nexpect OK\n",
                      name="ready", options=["--without-flash"])
        self.before = self.memory("flash.bin", "ready")
        with open(self.firmware(), "rb") as file:
            self.wanted = file.read()
        return self

    def play(self, scenario, seed=1):
        shutil.rmtree(os.path.join(self.data_dir, "nodes", "case"), ignore_errors=True)
        self.copy_node("ready", "case")
        return self.run_node(scenario, name="case", seed=seed, check=False, options=["--without-flash"])

    def operations(self):
        """How many an update takes without a cut."""
        result = self.play(f"{LISTENS}send {self.image}\n{TAKEN}")
        assert result["status"] == 0, result["stderr"] + result["console"]
        return result["nvm_operations"]

    def run_case(self, operation, fraction, seed=1):
        cut = f"cut power at operation {operation} + {fraction:.4f}\nsend {self.image}\n"
        retry = f"at power-on 2: {LISTENS}send {self.image}\n{TAKEN}unlock\nexpect Password Correct within 60s\n"
        ask = f"type AT+OTACLT=?\nexpect {SETTING} within 60s\n"
        result = self.play(LISTENS + cut + retry + ask, seed)
        return Outcome(operation, fraction, list(self.complaints(result)), result["console"])

    def complaints(self, result):
        if result["status"] != 0:
            yield f"the run stopped: {result['stderr'].strip()}"
            return
        if result["power_ons"] != 2:
            yield "power was not cut"
        flash = self.memory("flash.bin", "case")
        if flash[SLOT:SLOT + len(self.wanted)] != self.wanted:
            yield "the slot does not hold the new image"
        if flash[:SLOT] != self.before[:SLOT] or flash[SLOT_END:] != self.before[SLOT_END:]:
            yield "flash outside the slot has changed"


class Campaign(campaign.Campaign):
    """Cuts at each operation that `choose` names, given how many there are."""
    target = "test-local"

    def __init__(self, seed, choose):
        with LocalBench() as bench:
            self.total = bench.operations()
        super().__init__(seed, choose(self.total))

    def bench(self):
        return LocalBench()

    def play(self, bench, case):
        chance = random.Random(f"{self.seed}/{case}")
        return bench.run_case(case, chance.random(), chance.randrange(1, 1 << 31))

    def progress(self):
        return f"{len(self.outcomes)} of {self.count} cuts"

    def label(self, outcome):
        return f"operation {outcome.name} + {outcome.fraction:.4f}"

    def summary(self, seconds):
        yield from map(self.describe, self.failures())
        yield (f"seed {self.seed}: {len(self.outcomes)} cuts of {self.total} operations, {len(self.failures())} failed, "
               f"{seconds:.0f} s")


def main():
    parser = campaign.arguments("cuts the power of a virtual node in the middle of a local update", "7,120")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th")
    options = parser.parse_args()
    wanted = [int(number) for number in options.cases]
    return campaign.play(Campaign(options.seed, lambda total: wanted or range(1, total + 1, options.every)), wanted)


if __name__ == "__main__":
    sys.exit(main())
