# SPDX-License-Identifier: Apache-2.0
"""Every case of campaign_bench.py some times, two at a time, with a summary for a person.

    NBOTA=… NBOTA_FIRMWARE=… campaign_runs.py [--seed N] [--cases memory-busy/3,server-late/1 | --rounds N]
"""
import argparse
import collections
import random
import sys
import threading
import time

from campaign_bench import Bench, names

WORKERS = 2


class Campaign:
    """Plays `cases`; `progress` is called behind each of them."""

    def __init__(self, seed, cases, progress=None):
        self.seed, self.progress = seed, progress
        self.waiting = collections.deque(cases)
        self.count = len(cases)
        self.outcomes, self.errors = [], []
        self.lock = threading.Lock()

    def run(self):
        workers = [threading.Thread(target=self.work) for _ in range(min(WORKERS, self.count))]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if self.errors:
            raise self.errors[0]
        return self

    def take(self):
        with self.lock:
            return self.waiting.popleft() if self.waiting and not self.errors else None

    def work(self):
        try:
            with Bench(self.seed) as bench:
                for name in iter(self.take, None):
                    self.note(bench.run_case(name))
        except Exception as error:  # pylint: disable=broad-except # it is raised again by run()
            self.errors.append(error)

    def note(self, outcome):
        with self.lock:
            self.outcomes.append(outcome)
            if self.progress:
                self.progress(self)

    def failures(self):
        return [outcome for outcome in self.outcomes if outcome.complaints]


def describe(seed, outcome):
    return f"case {outcome.name}: " + "; ".join(outcome.complaints) + \
        f"\n    again: make test-campaign SEED={seed} CASES={outcome.name}"


def summary(campaign, seconds):
    ends = collections.defaultdict(collections.Counter)
    for outcome in campaign.outcomes:
        ends[outcome.name.split("/")[0]][outcome.end] += 1
    for name in sorted(ends):
        for end, count in ends[name].most_common():
            yield f"{name:24}{count:4}  {end}"
    for outcome in campaign.failures():
        yield describe(campaign.seed, outcome)
    yield (f"seed {campaign.seed}: {len(campaign.outcomes)} cases of {len(ends)} faults, {len(campaign.failures())} failed, "
           f"{seconds:.0f} s")


def show_progress(campaign):
    line = f"{len(campaign.outcomes)} of {campaign.count} cases, {len(campaign.failures())} failed"
    if sys.stderr.isatty():
        print("\r" + line, end="", file=sys.stderr, flush=True)
    elif len(campaign.outcomes) % 20 == 0:
        print(line, file=sys.stderr, flush=True)


def main():
    parser = argparse.ArgumentParser(description="updates a virtual node while something is wrong")
    parser.add_argument("--seed", default="", help="decides all cases; a random one when left out")
    parser.add_argument("--cases", default="", help="only these, for example memory-busy/3; prints their consoles")
    parser.add_argument("--rounds", type=int, default=10, metavar="N", help="how often each fault is played")
    options = parser.parse_args()
    seed = options.seed or str(random.randrange(1 << 32))
    chosen = [case for case in options.cases.split(",") if case]
    cases = chosen or [f"{name}/{number}" for number in range(1, options.rounds + 1) for name in names()]
    begin = time.monotonic()
    campaign = Campaign(seed, cases, show_progress).run()
    if sys.stderr.isatty():
        print(file=sys.stderr)
    for outcome in campaign.outcomes if chosen else ():
        print(outcome.console)
    print("\n".join(summary(campaign, time.monotonic() - begin)))
    sys.exit(1 if campaign.failures() else 0)


if __name__ == "__main__":
    main()
