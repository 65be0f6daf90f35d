# SPDX-License-Identifier: Apache-2.0
"""One update on a supply that comes and goes at random, and what has to be true after it.

`Brownout`: power for 0.1..3 s so many times, begun at a random moment of an update; then power stays. An attempt that the
node has given up with a documented code, or whose trigger went with the power, is triggered once more, as a person would.

`Day`: 24 hours of uptimes of 0.1 s .. 10 min, while the network loses 30 % of the packets from the trigger on. Within these
hours the new version has to run. Nobody waits for better times: each hour, the next time that there is power, a person looks at
the console and triggers the update again where the node waits for that (supply_look.py); the packets are lost then too.
"""
import collections
import os
import random
import re
import shlex
import sys

import supply_look
from campaign_bench import CODES, READY
from lab import NEW, OLD
from power_bench import ASK_SETTINGS, SUCCESS, UNLOCK, configuration_in

MOMENTS = ("wait {s}s\n", "at chunk {k}: ", "at chunk {k}: ", "expect Downloading 100% within 3600s\n",
           "expect Close OTA upgrade within 3600s\n", "expect Image Version: v1.1.0 within 3600s\n")
AFTERWARDS = "wait 14400s\n"
TRIGGERED = f"type AT+UPGRADE\nexpect Image Version: {NEW} within 7200s\nwait 3600s\n"

# An image on trial that came to no end of it.
ROLLED_BACK = f"OTA rolled back, Firmware Title: s31-nb Ver: {NEW}"

HOURS = 24
LOSS = 30  # per cent
SOFTWARE_RESETS = 2  # of an update: for the install, and for the way back
FEWEST_POWER_ONS, FEWEST_LOST = 100, 100
LOOK_AFTER_S = 30

Outcome = collections.namedtuple("Outcome", "name complaints triggers hours power_ons virtual_s wear lost console")


class Brownout:
    """Cases by number, on a bench of campaign_bench.py."""
    kind = "brownout"

    def __init__(self, bench, cuts):
        self.bench, self.cuts = bench, cuts

    def run_case(self, number, moment=None):
        """`moment`: the beginning of a scenario's line, instead of a random one."""
        chance = random.Random(f"{self.bench.seed}/{self.kind}/{number}")
        heard = len(self.bench.reports())
        result = self.bench.play(self.scenario(chance, moment) + AFTERWARDS, chance.randrange(1, 1 << 31))
        first = self.bench.reports()[heard:]
        last = self.go_on(result)
        reports = self.bench.reports()[heard:]
        complaints = [*self.complaints(result, last), *self.complaints_of_kind(result, first, reports)]
        return Outcome(number, complaints, self.triggers(result, last), self.hours(), result.get("power_ons", 0),
                       result.get("virtual_s", 0), result.get("wear", {}), result.get("lost_packets", 0), result["console"])

    # ---- what a kind of supply says ----

    def scenario(self, chance, moment):
        drawn = chance.choice(MOMENTS).format(s=chance.randrange(1, 60), k=chance.randrange(0, 70))
        return ("type AT+UPGRADE\n" + (moment or drawn) +
                f"power random {chance.randrange(1 << 31)} on 100ms..3s off 1s..10s times {self.cuts}\n")

    def go_on(self, result):
        if result["status"] != 0 or self.bench.version() != OLD:
            return result
        return self.bench.run_node(READY + TRIGGERED + UNLOCK + ASK_SETTINGS, name="case", check=False)

    def triggers(self, result, last):
        return 1 if last is result else 2

    def hours(self):
        """Until the new version was seen; None when nobody looked."""
        return None

    def complaints_of_kind(self, _result, first, reports):
        if not set(first) <= CODES | {SUCCESS, ROLLED_BACK} or SUCCESS not in reports:
            yield f"reports: {reports}"

    # ---- what has to be true after each ----

    def complaints(self, result, last):
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


class Day(Brownout):
    kind = "day"

    def scenario(self, chance, _moment):
        for name in ("looks", "words"):
            if os.path.exists(self.bench.path(name)):
                os.remove(self.bench.path(name))
        hours = (f"power random {chance.randrange(1 << 31)} on 100ms..10m off 1s..10m for 1h\n{self.look()}"
                 for _ in range(HOURS))
        return f"link loss {LOSS} seed {chance.randrange(1 << 31)}\ntype AT+UPGRADE\n" + "".join(hours) + "link loss 0\n"

    def look(self):
        """Half a minute after power has come: an install that was due is over by then."""
        paths = (self.bench.path(name) for name in ("console-case.txt", "looks", "words"))
        command = shlex.join((sys.executable, "-B", supply_look.__file__, *paths))
        return (f"wait {LOOK_AFTER_S}s\n{UNLOCK}run {command}\nbytes {self.bench.path('words')}\n"
                "expect OK within 60s\n")

    def looks(self):
        return [made for _, made in supply_look.looks_in(self.bench.path("looks"))]

    def go_on(self, result):
        return result

    def triggers(self, _result, _last):
        return 1 + self.looks().count(supply_look.TRIGGERED)

    def hours(self):
        return 1 + self.looks().index(supply_look.DONE) if supply_look.DONE in self.looks() else None

    def complaints_of_kind(self, result, _first, reports):
        if self.hours() is None or self.looks()[-1] != supply_look.DONE:
            yield f"{NEW} did not run at the day's end: {self.looks()}"
        if not set(reports) <= CODES | {SUCCESS} or SUCCESS not in reports:
            yield f"reports: {reports}"
        software = result["console"].count("reboot error:Software!")
        if software > SOFTWARE_RESETS:
            yield f"{software} software resets"
        for what, fewest in (("power_ons", FEWEST_POWER_ONS), ("lost_packets", FEWEST_LOST)):
            if result.get(what, 0) < fewest:
                yield f"{what}: {result.get(what)}, at least {fewest} were to be"


KINDS = {kind.kind: kind for kind in (Brownout, Day)}
