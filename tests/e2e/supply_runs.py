# SPDX-License-Identifier: Apache-2.0
"""Supplies that come and go at random in the middle of an update, and whether the node gets through.

    NBOTA=… NBOTA_FIRMWARE=… supply_runs.py brownout|day [--seed N] [--cases 3,4 | --rounds N] [--cuts N]

`brownout`: power for 0.1..3 s, `cuts` times, begun at a random moment of an update; then power stays. `day`: 24 hours of
uptimes of 0.1 s .. 10 min while the network loses 30 % of the packets. An attempt that the node has given up with a
documented code may be triggered once more, as a person would; the update has to end then.
"""
import collections
import contextlib
import random
import re
import sys

import campaign
from campaign_bench import Bench, CODES, READY
from lab import NEW, OLD
from power_bench import ASK_SETTINGS, SUCCESS, UNLOCK, configuration_in

MOMENTS = ("wait {s}s\n", "at chunk {k}: ", "at chunk {k}: ", "expect Downloading 100% within 3600s\n",
           "expect Close OTA upgrade within 3600s\n", "expect Image Version: v1.1.0 within 3600s\n")
AFTERWARDS = "wait 14400s\n"
TRIGGERED = f"type AT+UPGRADE\nexpect Image Version: {NEW} within 7200s\nwait 3600s\n"

# An image on trial that came to no end of it.
ROLLED_BACK = f"OTA rolled back, Firmware Title: s31-nb Ver: {NEW}"

Outcome = collections.namedtuple("Outcome", "name complaints triggers power_ons virtual_s wear lost console")


def brownout(chance, cuts, moment):
    drawn = chance.choice(MOMENTS).format(s=chance.randrange(1, 60), k=chance.randrange(0, 70))
    return (moment or drawn) + f"power random {chance.randrange(1 << 31)} on 100ms..3s off 1s..10s times {cuts}\n"


def day(chance, _cuts, _moment):
    return ("wait 20s\nlink loss 30 seed {0}\npower random {0} on 100ms..10m off 1s..10m for 24h\nlink loss 0\n"
            .format(chance.randrange(1 << 31)))


KINDS = {"brownout": brownout, "day": day}
TARGETS = {"brownout": "test-brownout", "day": "test-random-power"}


class Runs:
    """One bench, cases by number."""

    def __init__(self, bench, kind, cuts):
        self.bench, self.kind, self.cuts = bench, kind, cuts

    def run_case(self, number, moment=None):
        """`moment`: the beginning of a scenario's line, instead of a random one."""
        chance = random.Random(f"{self.bench.seed}/{self.kind}/{number}")
        heard = len(self.bench.reports())
        result = self.bench.play("type AT+UPGRADE\n" + KINDS[self.kind](chance, self.cuts, moment) + AFTERWARDS,
                                 chance.randrange(1, 1 << 31))
        triggers, last = 1, result
        first = self.bench.reports()[heard:]
        if result["status"] == 0 and self.bench.version() == OLD:
            last = self.bench.run_node(READY + TRIGGERED + UNLOCK + ASK_SETTINGS, name="case", check=False)
            triggers = 2
        complaints = list(self.complaints(result, last, first, self.bench.reports()[heard:]))
        return Outcome(number, complaints, triggers, result.get("power_ons", 0), result.get("virtual_s", 0),
                       result.get("wear", {}), result.get("lost_packets", 0), result["console"])

    def complaints(self, result, last, first, reports):
        for run in (result, last):
            if run["status"] != 0:
                yield f"the run stopped: {run['stderr'].strip()}"
                return
        causes = set(re.findall(r"reboot error:(.*)!", result["console"])) - {"POR/PDR", "Software"}
        if causes:
            yield f"resets: {sorted(causes)}"
        if self.bench.version() != NEW:
            yield f"the slot holds {self.bench.version()}"
        if configuration_in(last["console"]) != {**self.bench.configuration, "AT+OTAVER": NEW}:
            yield f"settings have changed: {configuration_in(last['console'])}"
        if not set(first) <= CODES | {SUCCESS, ROLLED_BACK} or SUCCESS not in reports:
            yield f"reports: {reports}"


class Campaign(campaign.Campaign):
    """One after the other: each takes a while, and its line is its progress."""
    workers = 1

    def __init__(self, kind, seed, cases, cuts):
        super().__init__(seed, cases)
        self.kind, self.cuts, self.target = kind, cuts, TARGETS[kind]

    @contextlib.contextmanager
    def bench(self):
        with Bench(self.seed) as bench:
            yield Runs(bench, self.kind, self.cuts)

    def show(self):
        last = self.outcomes[-1]
        print(self.describe(last) if last.complaints else line_of(last), flush=True)

    def summary(self, seconds):
        yield f"{self.kind}, seed {self.seed}: {len(self.failures())} failed, {seconds:.0f} s"


def line_of(outcome):
    wear = ", ".join(f"{name} {most['most']} at {most['at']}" for name, most in outcome.wear.items())
    return (f"case {outcome.name}: {outcome.power_ons} power-ons, {outcome.virtual_s / 3600:.1f} h, "
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
