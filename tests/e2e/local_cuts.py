# SPDX-License-Identifier: Apache-2.0
"""A local update whose power is cut inside every persistent operation; after each cut the next try must succeed.

    NBOTA=… NBOTA_FIRMWARE=… local_cuts.py [--seed N] [--operations 7,120 | --every N]
"""
import argparse
import collections
import os
import random
import shutil
import sys
import threading
import time

from lab import Lab, NEW

SLOT, SLOT_END = 0x7800, 0x25800  # docs/memory.md, "Internal flash"
WORKERS = 2
LISTENS = "expect g for a\n"  # listening for an update, waiting for a packed image
TAKEN = f"expect update installed within 5s\nexpect Image Version: {NEW} within 5s\n"
SETTING = "kept-client"

Outcome = collections.namedtuple("Outcome", "operation fraction complaints console")


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


class Campaign:
    """Cuts at each operation that `choose` names, given how many there are; some at a time."""

    def __init__(self, seed, choose, progress=None):
        self.seed, self.choose, self.progress = seed, choose, progress
        self.outcomes, self.errors, self.total, self.count = [], [], 0, 0
        self.lock = threading.Lock()

    def run(self):
        with LocalBench() as bench:
            self.total = bench.operations()
        self.waiting = collections.deque(self.choose(self.total))
        self.count = len(self.waiting)
        workers = [threading.Thread(target=self.work) for _ in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if self.errors:
            raise self.errors[0]
        return self

    def work(self):
        try:
            with LocalBench() as bench:
                while not self.errors:
                    operation = self.waiting.popleft()
                    chance = random.Random(f"{self.seed}/{operation}")
                    outcome = bench.run_case(operation, chance.random(), chance.randrange(1, 1 << 31))
                    with self.lock:
                        self.outcomes.append(outcome)
                        if self.progress:
                            self.progress(self)
        except IndexError:
            pass
        except Exception as error:  # pylint: disable=broad-except # it is raised again by run()
            self.errors.append(error)

    def failures(self):
        return [outcome for outcome in self.outcomes if outcome.complaints]


def describe(outcome, seed):
    return (f"operation {outcome.operation} + {outcome.fraction:.4f}: " + "; ".join(outcome.complaints) +
            f"\n    again: make test-local SEED={seed} CASES={outcome.operation}")


def show_progress(campaign):
    if len(campaign.outcomes) % 50 == 0:
        print(f"{len(campaign.outcomes)} of {campaign.count}, {len(campaign.failures())} failed",
              file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description="cuts the power of a virtual node in the middle of a local update")
    parser.add_argument("--seed", default="", help="decides where inside an operation; a random one when left out")
    parser.add_argument("--operations", default="", help="only these, for example 7,120; prints their consoles")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every N-th")
    options = parser.parse_args()
    seed = int(options.seed or random.randrange(1 << 31))
    wanted = [int(number) for number in options.operations.split(",") if number]
    began = time.monotonic()
    campaign = Campaign(seed, lambda total: wanted or range(1, total + 1, options.every), show_progress).run()
    for outcome in campaign.outcomes if wanted else campaign.failures():
        print(f"{describe(outcome, seed)}\n{outcome.console if wanted else ''}")
    print(f"seed {seed}: {len(campaign.outcomes)} cuts of {campaign.total} operations, "
          f"{len(campaign.failures())} failed, {time.monotonic() - began:.0f} s")
    return 1 if campaign.failures() else 0


if __name__ == "__main__":
    sys.exit(main())
