# SPDX-License-Identifier: Apache-2.0
"""One power cut in the middle of a whole update, and what has to be true after it.

A case is a name: i7 cuts before a random instruction, o7 inside a random persistent operation, d7 twice, the second
time while the node recovers. Seed and name decide everything about it, so each case can be played again alone.
"""
import collections
import os
import random
import shutil
import zlib

from lab import Lab, NEW, OLD

SUCCESS = f"OTA Update OK, Firmware Title: s31-nb Ver: {NEW}"
PIECE = 1024
PIECE_MAP = 0x1F000
SLOT, SLOT_END = 0x7800, 0x25800  # docs/memory.md, "Internal flash"
RECOVERY_S = 300  # virtual; a recovery that takes longer has failed
FETCHED_AGAIN = 5  # pieces at most: the other ones of a torn 4 KB sector, and the one that was under way

TRIGGER = "type AT+UPGRADE\n"
UNLOCK = "unlock\nexpect Password Correct within 60s\n"
ASK_SETTINGS = "type AT+CFG\nexpect AT+DEUI within 60s\nexpect OK within 30s\n"
IDLE = "expect End of upload within 600s\n" + UNLOCK
WHOLE = TRIGGER + f"expect {SUCCESS} within 3600s\nexpect End of upload within 600s\n"

# What the console has said last names the phase.
PHASES = (
    ("", "trigger"), ("FW check", "asking the server"), ("Please wait for the erase", "erasing"),
    ("Downloading 0%", "downloading"), ("Downloading 100%", "checking, ordering"), ("Close OTA upgrade", "copying"),
    ("\ninstalled", "new start"), (SUCCESS, "reporting"),
)

BEFORE_THE_RECORD = ("trigger", "asking the server", "erasing")

Cut = collections.namedtuple("Cut", "unit share inside")  # share of the whole update, part of the operation
Case = collections.namedtuple("Case", "name seed cut second")
Outcome = collections.namedtuple("Outcome", "name case phase cuts triggers complaints console")
Totals = collections.namedtuple("Totals", "instructions operations")


# ---- cases ----

def random_second(chance):
    """Counted from the moment power came back, mostly soon after it."""
    if chance.random() < 0.5:
        return f"operation {int(400 ** chance.random())} + {chance.random():.4f}"
    return f"instruction {int(1000 * 50000 ** chance.random())}"


def make_case(seed, name):
    chance = random.Random(f"{seed}/{name}")
    unit = {"i": "instruction", "o": "operation", "d": chance.choice(("instruction", "operation"))}[name[0]]
    cut = Cut(unit, chance.random(), chance.random())
    second = random_second(chance) if name[0] == "d" else None
    return Case(name, chance.randrange(1, 1 << 31), cut, second)


def arm(cut, totals):
    if cut.unit == "instruction":
        return f"cut power at instruction {1 + int(cut.share * totals.instructions)}\n"
    return f"cut power at operation {1 + int(cut.share * totals.operations)} + {cut.inside:.4f}\n"


def phase_of(console):
    found = PHASES[0][1]
    for text, name in PHASES:
        if text in console:
            found = name
    return found


# ---- one bench: servers and a node that is set up ----

class Bench(Lab):
    def __enter__(self):
        super().__enter__()
        self.nbota("device", "add", "node-1", "--token", "token-1")
        self.nbota("assign", "node-1", self.packed())
        self.data_server()
        self.ota_server()
        self.listen()
        self.make_node()
        return self

    def make_node(self):
        """Set up, known to its modem, and with another update's remains in its NOR."""
        self.run_node(self.settings(tdc="7200") + "type ATZ\n" + IDLE, name="ready")
        with open(self.node_file("ready", "nor.bin"), "r+b") as nor:
            nor.write(self.former_download(os.path.getsize(nor.name)))
        self.before = {file: self.memory(file, "ready") for file in ("flash.bin", "nor.bin")}

    def former_download(self, size):
        """Every piece of the old version with its right CRC in the map: what a whole download has left behind."""
        with open(self.packed(OLD), "rb") as file:
            packed = file.read()
        nor = bytearray(b"\xff" * size)
        for index in range(-(-len(packed) // (PIECE + 4))):
            piece = packed[index * (PIECE + 4):(index + 1) * (PIECE + 4)][:-4]
            nor[index * PIECE:index * PIECE + len(piece)] = piece
            nor[PIECE_MAP + 4 * index:PIECE_MAP + 4 * index + 4] = zlib.crc32(piece).to_bytes(4, "little")
        return bytes(nor)

    def node_file(self, node, file):
        return os.path.join(self.data_dir, "nodes", node, file)

    def play(self, scenario, seed=1, check=True):
        """Runs it on a fresh copy of the node that is set up."""
        shutil.rmtree(self.node_file("case", ""), ignore_errors=True)
        self.copy_node("ready", "case")
        return self.run_node(scenario, name="case", seed=seed, check=check)

    def measure(self):
        """What an update without any cut takes from the trigger on."""
        idle = self.play(IDLE)
        whole = self.play(IDLE + WHOLE)
        self.console_before = len(idle["console"])
        self.chunks = whole["chunk_requests"]
        self.configuration = configuration_in(self.play(IDLE + ASK_SETTINGS)["console"])
        self.totals = Totals(whole["instructions"] - idle["instructions"],
                             whole["nvm_operations"] - idle["nvm_operations"])
        return self.totals

    # ---- one case ----

    def scenario(self, case, again):
        """`again`: the trigger was lost with the cut, as it may be while nothing is erased; it is given once more."""
        second = f"at power-on 2: {case.second}\n".replace(": ", ": cut power at ", 1) if case.second else ""
        keep_console = f"at power-on 2: run cp {self.path('console-case.txt')} {self.path('at-cut.txt')}\n"
        recovery = f"wait {RECOVERY_S}s\ncut power never\n"  # a second cut that was not met by now would hit what follows
        return (IDLE + arm(case.cut, self.totals) + TRIGGER + keep_console + second + recovery +
                (UNLOCK + TRIGGER + recovery if again else "") + UNLOCK + ASK_SETTINGS)

    def try_case(self, case, again):
        heard = len(self.reports())
        result = self.play(self.scenario(case, again), case.seed, check=False)
        result["reports"] = self.reports()[heard:]
        with open(self.path("at-cut.txt"), encoding="ascii", errors="replace") as console:
            result["phase"] = phase_of(console.read()[self.console_before:])
        return result

    def lost_its_trigger(self, result):
        """Nothing of the update was begun that would go on by itself: the download record comes before the erase."""
        return (result["status"] == 0 and not result["reports"] and result["phase"] in BEFORE_THE_RECORD and
                self.memory("nor.bin", "case") == self.before["nor.bin"])

    def run_case(self, case):
        result = self.try_case(case, again=False)
        triggers = 1
        if self.lost_its_trigger(result):
            result = self.try_case(case, again=True)
            triggers = 2
        return Outcome(case.name, case, result["phase"], result.get("power_ons", 1) - 1, triggers,
                       list(self.complaints(case, result)), result["console"])

    def complaints(self, case, result):
        console = result["console"]
        if result["status"] != 0:
            yield f"the run stopped: {result['stderr'].strip()}"
            return
        if result["power_ons"] < 2:
            yield "power was not cut"
        for text in ("no application", "install failed", "install refused", "ota error"):
            if text in console:
                yield f"the console says '{text}'"
        if configuration_in(console) != {**self.configuration, "AT+OTAVER": NEW}:
            yield f"settings have changed: {configuration_in(console)}"
        if case.second is None and result["chunk_requests"] > self.chunks + FETCHED_AGAIN:
            yield f"{result['chunk_requests']} chunks were asked for, of {self.chunks}"
        yield from self.complaints_of_reports(case, result)
        yield from self.complaints_of_flash()

    def complaints_of_reports(self, case, result):
        # Between the broker's having it and the node's noting that, a cut makes the node say it again.
        may_repeat = result["phase"] == "reporting" or case.second is not None
        if set(result["reports"]) != {SUCCESS} or len(result["reports"]) > (result["power_ons"] if may_repeat else 1):
            yield f"reports: {result['reports']}"

    def complaints_of_flash(self):
        with open(self.firmware(NEW), "rb") as file:
            image = file.read()
        flash = self.memory("flash.bin", "case")
        if flash[SLOT:SLOT + len(image)] != image:
            yield "the slot does not hold the new image"
        if flash[:SLOT] != self.before["flash.bin"][:SLOT] or flash[SLOT_END:] != self.before["flash.bin"][SLOT_END:]:
            yield "flash outside the slot has changed"


def configuration_in(console):
    """The answer to the last AT+CFG."""
    start = console.rfind("AT+OTASER=")
    return dict(line.split("=", 1) for line in console[start:].splitlines() if line.startswith("AT+") and "=" in line)
