# SPDX-License-Identifier: Apache-2.0
"""Many updates with a failing modem (fault_bench.py), two at a time, with a summary for a person.

    NBOTA=… NBOTA_FIRMWARE=… fault_runs.py [--product S31-NB] [--seed N] [--cases 7,no-sim | --exchanges N]
"""
import argparse
import collections
import random
import sys
import threading
import time

from fault_bench import Bench, fault_names, make_case

WORKERS = 2


class Campaign:
    """Plays `cases` if there are any; else each fault for a whole update, and then random ones, as many as it takes for
    them to exchange `exchanges` commands with the modem."""

    def __init__(self, product, seed, exchanges=0, cases=(), progress=None):
        self.product, self.seed, self.exchanges, self.progress = product, seed, exchanges, progress
        self.fixed = bool(cases)
        self.names = fault_names()
        self.waiting = collections.deque(cases or self.names)
        self.outcomes, self.errors = [], []
        self.next_case = 1
        self.lock = threading.Lock()

    def run(self):
        workers = [threading.Thread(target=self.work) for _ in range(WORKERS)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if self.errors:
            raise self.errors[0]
        return self

    def take(self):
        """The next case; None when it is enough."""
        with self.lock:
            if self.errors:
                return None
            if self.waiting:
                return self.waiting.popleft()
            if self.fixed or self.commands(random_only=True) >= self.exchanges:
                return None
            self.next_case += 1
            return str(self.next_case - 1)

    def work(self):
        try:
            with Bench(self.product) as bench:
                for name in iter(self.take, None):
                    self.note(bench.run_case(make_case(self.seed, name, self.names)))
        except Exception as error:  # pylint: disable=broad-except # it is raised again by run()
            self.errors.append(error)

    def note(self, outcome):
        with self.lock:
            self.outcomes.append(outcome)
            if self.progress:
                self.progress(self)

    def commands(self, random_only=False):
        return sum(outcome.commands for outcome in self.outcomes
                   if not random_only or outcome.case.name not in self.names)

    def failures(self):
        return [outcome for outcome in self.outcomes if outcome.complaints]


def describe(campaign, outcome):
    return (f"case {outcome.case.name}: " + "; ".join(outcome.complaints) + "\n    again: make test-faults "
            f"PRODUCT={campaign.product} SEED={campaign.seed} CASES={outcome.case.name}")


def summary(campaign, seconds):
    ends = collections.Counter(outcome.end for outcome in campaign.outcomes)
    for end, count in ends.most_common():
        yield f"{count:6} {end}"
    for outcome in campaign.failures():
        yield describe(campaign, outcome)
    yield (f"{campaign.product}, seed {campaign.seed}: {len(campaign.outcomes)} updates, {campaign.commands()} exchanges "
           f"({campaign.commands(random_only=True)} of them with random faults), "
           f"{sum(outcome.faults for outcome in campaign.outcomes)} faults, {len(campaign.failures())} failed, "
           f"{seconds:.0f} s")


def show_progress(campaign):
    exchanges = campaign.commands(random_only=True)
    line = f"{exchanges} of {campaign.exchanges} random exchanges, {len(campaign.failures())} failed"
    if sys.stderr.isatty():
        print("\r" + line, end="", file=sys.stderr, flush=True)
    elif len(campaign.outcomes) % 20 == 0:
        print(line, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description="updates a virtual node whose modem fails at random")
    parser.add_argument("--product", default="S31-NB", help="its modem is the one that fails")
    parser.add_argument("--seed", default="", help="decides all cases; a random one when left out")
    parser.add_argument("--cases", default="", help="only these, for example 7,no-sim; prints their consoles")
    parser.add_argument("--exchanges", type=int, default=10000, metavar="N", help="with the modem, while faults are random")
    options = parser.parse_args()
    seed = int(options.seed or random.randrange(1 << 31))
    cases = [name for name in options.cases.split(",") if name]
    began = time.monotonic()
    campaign = Campaign(options.product, seed, options.exchanges, cases, show_progress).run()
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if cases:
        for outcome in campaign.outcomes:
            print(f"---- {outcome.case}\n{outcome.console}")
    for line in summary(campaign, time.monotonic() - began):
        print(line)
    return 1 if campaign.failures() else 0


if __name__ == "__main__":
    sys.exit(main())
