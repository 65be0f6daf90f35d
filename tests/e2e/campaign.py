# SPDX-License-Identifier: Apache-2.0
"""Cases that are played two at a time, with their progress and what a person reads in the end: what the long runs share."""
import argparse
import collections
import random
import sys
import threading
import time

EVERY = 20  # cases between two lines of progress, where there is no terminal


class Campaign:
    """Plays `cases`. A kind of campaign says what its bench is and which make target plays a case again; an outcome has a
    name, complaints and a console."""
    workers = 2
    target = None

    def __init__(self, seed, cases=(), shows=False):
        self.seed, self.shows = seed, shows
        self.waiting = collections.deque(cases)
        self.count = len(self.waiting)
        self.outcomes, self.errors = [], []
        self.lock = threading.Lock()

    # ---- what a kind of campaign says ----

    def bench(self):
        """Where a worker plays all its cases; a context."""
        raise NotImplementedError

    def play(self, bench, case):
        return bench.run_case(case)

    def next_case(self):
        """None when it is enough."""
        return self.waiting.popleft() if self.waiting else None

    def progress(self):
        return f"{len(self.outcomes)} of {self.count} cases"

    def label(self, outcome):
        return f"case {outcome.name}"

    def title(self, outcome):
        """Of its console."""
        return self.label(outcome)

    def summary(self, _seconds):
        """Lines for a person."""
        return ()

    # ---- the run ----

    def run(self):
        workers = [threading.Thread(target=self.work) for _ in range(self.workers)]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join()
        if self.errors:
            raise self.errors[0]
        return self

    def take(self):
        with self.lock:
            return None if self.errors else self.next_case()

    def work(self):
        try:
            case = self.take()
            if case is not None:
                with self.bench() as bench:
                    while case is not None:
                        self.note(self.play(bench, case))
                        case = self.take()
        except Exception as error:  # pylint: disable=broad-except # it is raised again by run()
            self.errors.append(error)

    def note(self, outcome):
        with self.lock:
            self.outcomes.append(outcome)
            if self.shows:
                self.show()

    def show(self):
        line = f"{self.progress()}, {len(self.failures())} failed"
        if sys.stderr.isatty():
            print("\r" + line, end="", file=sys.stderr, flush=True)
        elif len(self.outcomes) % EVERY == 0:
            print(line, file=sys.stderr, flush=True)

    # ---- its end ----

    def failures(self):
        return [outcome for outcome in self.outcomes if outcome.complaints]

    def describe(self, outcome):
        return (f"{self.label(outcome)}: {'; '.join(outcome.complaints)}\n"
                f"    again: make {self.target} SEED={self.seed} CASES={outcome.name}")

    def described(self):
        """All failures; "" when there is none."""
        return "\n".join(map(self.describe, self.failures()))


# ---- the command ----

def arguments(description, example):
    """A parser with the options of every campaign; an option that is empty is left out, as make hands it on."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--seed", default="", type=lambda text: text or str(random.randrange(1 << 31)),
                        help="decides all cases; a random one when left out")
    parser.add_argument("--cases", default="", type=lambda text: [name for name in text.split(",") if name],
                        help=f"only these, for example {example}; prints their consoles")
    return parser


def play(campaign, prints_consoles):
    """Returns the command's status."""
    campaign.shows = True
    began = time.monotonic()
    campaign.run()
    if sys.stderr.isatty():
        print(file=sys.stderr)
    for outcome in campaign.outcomes if prints_consoles else ():
        print(f"---- {campaign.title(outcome)}\n{outcome.console}")
    for line in campaign.summary(time.monotonic() - began):
        print(line)
    return 1 if campaign.failures() else 0
