# SPDX-License-Identifier: Apache-2.0
"""Many power cuts of one update (power_bench.py), two at a time, with a summary for a person.

    NBOTA=… NBOTA_FIRMWARE=… power_cuts.py [--seed N] [--cases i7,o3 | --instructions N --operations N --double N]
"""
import argparse
import queue
import random
import sys
import threading
import time

from power_bench import Bench, PHASES, make_case

WORKERS = 2


class Campaign:
    """Plays all cases; afterwards `outcomes` holds them and `totals` what the update takes without a cut."""

    def __init__(self, cases, progress=None):
        self.cases, self.progress = cases, progress
        self.waiting = queue.SimpleQueue()
        for case in cases:
            self.waiting.put(case)
        self.outcomes, self.errors, self.totals = [], [], None
        self.lock = threading.Lock()

    def run(self):
        workers = [threading.Thread(target=self.work) for _ in range(min(WORKERS, len(self.cases)))]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if self.errors:
            raise self.errors[0]
        return self

    def work(self):
        try:
            with Bench() as bench:
                self.totals = bench.measure()
                while not self.errors:
                    self.note(bench.run_case(self.waiting.get_nowait()))
        except queue.Empty:
            pass
        except Exception as error:  # pylint: disable=broad-except # it is raised again by run()
            self.errors.append(error)

    def note(self, outcome):
        with self.lock:
            self.outcomes.append(outcome)
            if self.progress:
                self.progress(self)

    def failures(self):
        return [outcome for outcome in self.outcomes if outcome.complaints]


def names(instructions, operations, double):
    return [f"{kind}{number}" for kind, count in (("i", instructions), ("o", operations), ("d", double))
            for number in range(1, count + 1)]


def describe(outcome, seed):
    return (f"{outcome.case.name} ({outcome.phase}): " + "; ".join(outcome.complaints) +
            f"\n    again: make test-power SEED={seed} CASES={outcome.case.name}")


def summary(campaign, seed, seconds):
    """Lines for a person: what was played, where the cuts fell, what failed and how to see it again."""
    totals, outcomes = campaign.totals, campaign.outcomes
    yield f"whole update: {totals.instructions} instructions, {totals.operations} persistent operations"
    yield f"{'cut while':22}{'instruction':>12}{'operation':>12}{'double':>12}"
    for phase in [name for _, name in PHASES]:
        counts = [sum(o.phase == phase and o.case.name[0] == kind for o in outcomes) for kind in "iod"]
        yield f"{phase:22}" + "".join(f"{count:12}" for count in counts)
    yield f"second cut came in {sum(o.cuts > 1 for o in outcomes)}, a new trigger was due in " \
        f"{sum(o.triggers > 1 for o in outcomes)}"
    for outcome in campaign.failures():
        yield describe(outcome, seed)
    yield f"seed {seed}: {len(outcomes)} cases, {len(campaign.failures())} failed, {seconds:.0f} s"


def show_progress(campaign):
    line = f"{len(campaign.outcomes)} of {len(campaign.cases)} cases, {len(campaign.failures())} failed"
    if sys.stderr.isatty():
        print("\r" + line, end="", file=sys.stderr, flush=True)
    elif len(campaign.outcomes) % 20 == 0:
        print(line, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description="cuts the power of a virtual node in the middle of an update")
    parser.add_argument("--seed", default="", help="decides all cases; a random one when left out")
    parser.add_argument("--cases", default="", help="only these, for example i7,o3; prints their consoles")
    for kind, count in (("instructions", 100), ("operations", 100), ("double", 50)):
        parser.add_argument(f"--{kind}", type=int, default=count, metavar="N")
    options = parser.parse_args()
    seed = int(options.seed or random.randrange(1 << 31))
    wanted = [name for name in options.cases.split(",") if name] or \
        names(options.instructions, options.operations, options.double)
    began = time.monotonic()
    campaign = Campaign([make_case(seed, name) for name in wanted], show_progress).run()
    if sys.stderr.isatty():
        print(file=sys.stderr)
    if options.cases:
        for outcome in campaign.outcomes:
            print(f"---- {outcome.case}\n{outcome.console}")
    for line in summary(campaign, seed, time.monotonic() - began):
        print(line)
    return 1 if campaign.failures() else 0


if __name__ == "__main__":
    sys.exit(main())
