# SPDX-License-Identifier: Apache-2.0
"""One update with a modem that fails at random, and what has to be true after it.

A case is a number, with faults drawn from it, or the name of a fault that strikes whenever it can. Seed and case decide
everything, so each can be played again alone.
"""
import collections
import os
import random
import re
import shutil
import subprocess

from lab import Lab, NBOTA, NEW, OLD
from power_bench import ASK_SETTINGS, UNLOCK, configuration_in

CODES = {"Firmware title mismatch", "Hardware not supported", "Command format error", "OTA server connection timeout",
         "Firmware title not found", "Firmware version match", "Firmware checksum error"}
ATTEMPT_S = 6 * 3600  # virtual; an attempt that has not ended by then hangs
AFTER_S = 3600  # for the report, and for the install
# These end only with an order.
NEVER_ORDERED = {"wrong-image", "no-sim", "no-network"}

Case = collections.namedtuple("Case", "name node_seed faults")  # faults: lines of its scenario
Outcome = collections.namedtuple("Outcome", "name case end complaints commands faults console")


def fault_names():
    done = subprocess.run([NBOTA, "node", "run", "--list-faults"], capture_output=True, text=True, check=True)
    return [line.split()[0] for line in done.stdout.splitlines()]


def make_case(seed, name, names):
    """Half of the numbers have random faults alone, the others also one fault that strikes often at some moment."""
    chance = random.Random(f"{seed}/{name}")
    node_seed = chance.randrange(1, 1 << 31)
    if name in names:
        return Case(name, node_seed, f"fault {name} always\ntype AT+UPGRADE\n")
    faults = f"faults random {chance.randrange(1, 1 << 31)} {chance.choice((5, 20, 60, 200))}\ntype AT+UPGRADE\n"
    if chance.random() < 0.5:
        ordered = chance.choice([name for name in names if name not in NEVER_ORDERED])
        faults += f"wait {chance.randrange(20, 60)}s\nfault {ordered} times 3\n"
    return Case(name, node_seed, faults)


class Bench(Lab):
    """Servers, and a node of `product` that is set up and has been on air."""

    def __init__(self, product):
        self.product = product

    def __enter__(self):
        super().__enter__()
        title = self.product.lower()
        packed = self.path("packed.bin")
        self.nbota_plain("image", "pack", os.path.join(os.environ["NBOTA_FIRMWARE"], f"{title}-{NEW}.bin"), "-o", packed)
        self.nbota("device", "add", "node-1", "--token", "token-1")
        self.nbota("assign", "node-1", packed)
        self.data_server()
        self.ota_server()
        self.listen()
        self.nbota("node", "create", "ready", "--product", self.product)
        self.run_node(self.settings(title=title) + "type ATZ\nexpect End of upload within 600s\n" + UNLOCK + ASK_SETTINGS,
                      name="ready")
        return self

    def play(self, scenario, seed):
        shutil.rmtree(os.path.join(self.data_dir, "nodes", "case"), ignore_errors=True)
        self.copy_node("ready", "case")
        return self.run_node(scenario, name="case", seed=seed, check=False)

    @staticmethod
    def scenario(case):
        """The settings are asked for before the first fault and when everything is over."""
        return ("expect Protocol in Used within 60s\n" + UNLOCK + ASK_SETTINGS + case.faults +
                f"expect Close OTA upgrade within {ATTEMPT_S}s\nfaults none\nwait {AFTER_S}s\n" +
                UNLOCK + ASK_SETTINGS)

    def run_case(self, case):
        heard = len(self.reports())
        result = self.play(self.scenario(case), case.node_seed)
        result["reports"] = self.reports()[heard:]
        return Outcome(case.name, case, " / ".join(sorted(set(result["reports"]))) or "nothing", list(self.complaints(result)),
                       result.get("modem_commands", 0), result.get("modem_faults", 0), result["console"])

    def complaints(self, result):
        console = result["console"]
        if result["status"] != 0:
            yield f"the run stopped: {result['stderr'].strip()}"
            return
        is_updated = f"Image Version: {NEW}" in console
        causes = re.findall(r"reboot error:(.*)!", console)
        if causes != ["POR/PDR"] + ["Software"] * is_updated:
            yield f"resets: {causes}"
        reports = set(result["reports"])
        success = f"OTA Update OK, Firmware Title: {self.product.lower()} Ver: {NEW}"
        if len(reports) != 1 or not reports <= ({success} if is_updated else CODES):
            yield f"{'updated' if is_updated else 'not updated'}, reports: {result['reports']}"
        before = configuration_in(console[:console.index("FW check")])
        expected = {**before, "AT+OTAVER": NEW if is_updated else OLD}
        if len(before) < 15 or configuration_in(console) != expected:
            yield f"settings have changed: {configuration_in(console)} from {before}"
