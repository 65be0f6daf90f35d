# SPDX-License-Identifier: Apache-2.0
"""Updates while something is wrong - with the flash chip, the MCU's cells, the OTA server, the data server or the image - and
what has to be true after each: a genuine image runs, the settings are intact, one documented code has arrived, the node sleeps.

A case is a name, `memory-busy/3`: a fault and a number that decides, with the seed, all it leaves open.
"""
import collections
import contextlib
import json
import os
import random
import re
import shutil

from campaign_cells import before, behind, CELLS, complaints_of_cell, Places
from campaign_images import CASES, Images
from fault_bench import CODES
from lab import Lab, NEW, OLD, SUBSCRIBE
from lying_server import LIES, LyingServer, Truth, sealed
from power_bench import ASK_SETTINGS, SLOT, SLOT_END, SUCCESS, UNLOCK, configuration_in

TITLE = "s31-nb"
ATTEMPT_S = 12 * 3600  # virtual; an attempt that has not ended by then hangs
READY = "expect Protocol in Used within 60s\n" + UNLOCK
CLOSED = f"expect Close OTA upgrade within {ATTEMPT_S}s\nexpect Enter sleep mode within 3600s\n"
REST_UA = 10  # docs/power.md
NOR_SIZE = 0x20000  # of the candidate's part
BACKUP_END = 0x40000  # of the NOR; nothing behind it is the node's
REPLACED = {"memory-empty", "memory-other", "memory-small"}  # another chip is there, empty
INSTALLS = re.compile("installed|install failed|roll|on trial")  # what a bootloader says that had to keep or write an image

Outcome = collections.namedtuple("Outcome", "name end complaints console")

# What happens to the NOR; `seed` and `where` are the case's.
MEMORY_FAULTS = {
    "busy": "flash busy", "pause": "flash busy for 5s", "absent": "flash absent", "low": "flash low", "deaf": "flash deaf",
    "protected": "flash protected", "locked": "flash locked", "id": "flash id 202016", "flip": "flash flip 1 in {all} seed {seed}",
    "flips": "flash flip 50 in {all} seed {seed}", "stuck": "flash stuck {sector} mask 0x10 high",
    "map": "flash flip 3 in 0x1F000..0x1F1FF seed {seed}", "empty": "cut power for 2s\nflash replace 4M",
    "other": "cut power for 2s\nflash replace 2M", "small": "cut power for 2s\nflash replace 128K",
    "gone": "cut power for 2s\nflash replace none",
}

# What a data server may say without being one that configures.
HOSTILE_DOWNLINKS = ("F901", "f901", "F902", "F9", "F90100", "F", "{", "{}", "[]", '{"Config":"[', '{"Config":"[]"}',
                     '{"Config":7}', '{"a":' * 100, "A" * 1024, "A" * 1025, "A" * 4000, "\x01\x02\x03", "FFFFFFFF", "00", "%s%n")


def names():
    return ([f"memory-{fault}" for fault in MEMORY_FAULTS] + [f"server-{lie}" for lie in LIES] +
            ["data-retained", "data-flood"] + [f"image-{image}" for image in CASES] + [f"cell-{cell}" for cell in CELLS])


class Bench(Lab):
    """Servers, and a node that is set up and has been on air."""

    def __init__(self, seed):
        self.seed = seed

    def __enter__(self):
        super().__enter__()
        try:
            self.furnish()
        except BaseException:
            self.__exit__()  # nobody else ends what was started
            raise
        return self

    def furnish(self):
        self.nbota("device", "add", "node-1", "--token", "token-1")
        self.nbota("assign", "node-1", self.packed())
        self.data_server()
        self.ota_server()
        self.listen()
        result = self.run_node(self.settings(tdc="7200") + "type ATZ\nexpect End of upload within 600s\n" + UNLOCK + ASK_SETTINGS,
                               name="ready")
        self.configuration = configuration_in(result["console"])
        self.fill_nor("ready")
        self.copy_node("ready", "signed")
        self.nbota("node", "flash", f"s31-nb-{OLD}", "--node", "signed", "--boot", "boot-bc660k-signed")
        self.images = {}
        for version in (OLD, NEW):
            with open(self.firmware(version), "rb") as file:
                self.images[version] = file.read()

    def fill_nor(self, node):
        """Behind the candidate's part there is something, so that an erase is noticed too."""
        with open(os.path.join(self.data_dir, "nodes", node, "nor.bin"), "r+b") as nor:
            nor.seek(NOR_SIZE)
            nor.write(random.Random(0).randbytes(os.path.getsize(nor.name) - NOR_SIZE))

    def play(self, scenario, seed, node="ready"):
        self.source = node
        shutil.rmtree(os.path.join(self.data_dir, "nodes", "case"), ignore_errors=True)
        self.copy_node(node, "case")
        return self.run_node(READY + scenario + UNLOCK + ASK_SETTINGS, name="case", seed=seed, check=False)

    # ---- one case ----

    def run_case(self, name):
        chance = random.Random(f"{self.seed}/{name}")
        kind, _, fault = name.split("/")[0].partition("-")
        heard = len(self.reports())
        result = getattr(self, f"play_{kind}")(fault, chance)
        result["reports"] = self.reports()[heard:]
        end = " / ".join(sorted(set(result["reports"]))) or "nothing"
        return Outcome(name, end, list(self.complaints(name, result)), result["console"])

    def play_memory(self, fault, chance):
        """At some moment of an update. Hours later the chip is well again, power is taken away once, and all has to be well."""
        moments = [f"at chunk {chance.randrange(0, 60)}: ", f"wait {chance.randrange(1, 60)}s\n",
                   "expect Downloading 100% within 3600s\n", "expect Close OTA upgrade within 3600s\n"]
        line = MEMORY_FAULTS[fault].format(seed=chance.randrange(1 << 31), all=f"0x0..{NOR_SIZE - 1:#x}",
                                           sector=f"{chance.randrange(0, 0x1F) << 12:#x}..0x1FFFF")
        return self.play("type AT+UPGRADE\n" + chance.choice(moments) + line +
                         "\nwait 7200s\nflash well\ncut power for 2s\nwait 7200s\n", chance.randrange(1, 1 << 31))

    def play_server(self, lie, chance):
        packed = self.packed()
        with open(packed, "rb") as file:
            truth = file.read()
        with LyingServer(LIES[lie](truth, another(truth, chance), chance, TITLE, NEW)) as server:
            return self.play(f"type AT+OTASER=127.0.0.1,{server.port}\nexpect OK within 30s\ntype AT+UPGRADE\n" + CLOSED +
                             "wait 300s\n", chance.randrange(1, 1 << 31))

    def play_image(self, name, chance):
        """On a node whose bootloader trusts keys. What it has installed before must have been confirmed, or it does not count."""
        case, images = CASES[name], Images(self, chance)
        scenario = ""
        with contextlib.ExitStack() as servers:
            if case.first:
                scenario = self.offer(servers, images.signed(NEW, *case.first), NEW) + \
                    f"expect Image Version: {NEW} within 3600s\nexpect Enter sleep mode within 3600s\nwait 600s\n" + UNLOCK
            scenario += self.offer(servers, case.make(images), "v9.9.9") + CLOSED + "wait 600s\n"
            return self.play(scenario, chance.randrange(1, 1 << 31), node="signed")

    @staticmethod
    def offer(servers, packed, version):
        server = servers.enter_context(LyingServer(Truth(packed, packed, None, TITLE, version)))
        return f"type AT+OTASER=127.0.0.1,{server.port}\nexpect OK within 30s\ntype AT+UPGRADE\n"

    def play_cell(self, name, chance):
        """Power goes at some moment of an update; with it comes a word that has failed."""
        cell, images, follows = CELLS[name], Images(self, chance), ""
        with contextlib.ExitStack() as servers:
            begin = before(cell, chance)
            if cell.moment == "raised":
                begin = self.offer(servers, images.signed(NEW, 0, "--counter", "5", "--raise"), NEW) + begin
                follows = READY + self.offer(servers, images.older(), "v9.9.9") + CLOSED
            self.play(begin, chance.randrange(1, 1 << 31), node="signed" if cell.moment == "raised" else "ready")
            word = cell.place(Places(self.images, self.memory("eeprom.bin", "case"), chance))
            result = self.run_node(behind(cell, word, follows, chance) + UNLOCK + ASK_SETTINGS, name="case",
                                   seed=chance.randrange(1, 1 << 31), check=False)
        return {**result, "word": word}

    def publish(self, payload, *options):
        file = self.path("downlink")
        with open(file, "wb") as out:
            out.write(payload.encode("latin-1"))
        return f"mosquitto_pub -h 127.0.0.1 -p {self.data_port} -t {SUBSCRIBE} -q 1 {' '.join(options)} -f {file}"

    def play_data(self, way, chance):
        """Two uplinks are met with what nobody asked for; a third one is left in peace."""
        uplink = "expect Subscribe to topic successfully within 8000s\n"
        payload = chance.choice(HOSTILE_DOWNLINKS)
        options, times = (["-r"], 1) if way == "retained" else ([], 40)
        send = f"run n=0; while [ $n -lt {times} ]; do {self.publish(payload, *options)} || exit 1; n=$((n+1)); done\n"
        forget = f"run mosquitto_pub -h 127.0.0.1 -p {self.data_port} -t {SUBSCRIBE} -r -n\n"
        return self.play(uplink + send + uplink + (send if times > 1 else "wait 60s\n") + forget + uplink + "wait 7000s\n",
                         chance.randrange(1, 1 << 31))

    # ---- what has to be true ----

    def complaints(self, name, result):
        console = result["console"]
        if result["status"] != 0:
            yield f"the run stopped: {result['stderr'].strip()}"
            return
        yield from self.complaints_of_memories(name, console)
        if name.startswith("cell-"):
            yield from complaints_of_cell(self, CELLS[name.split("/")[0].partition("-")[2]], result)
            return
        causes = re.findall(r"reboot error:(.*)!", console)
        others = [cause for cause in causes if cause not in ("POR/PDR", "Software")]
        if others or causes.count("POR/PDR") != result["power_ons"] or causes.count("Software") > 2:
            yield f"resets: {causes}"
        yield from self.complaints_of_image(name, result)
        expected = {**self.configuration, "AT+OTAVER": self.version()}
        changed = {key for key in expected.keys() | configuration_in(console).keys()
                   if configuration_in(console).get(key) != expected.get(key)}
        if changed - ({"AT+OTASER"} if name.startswith(("server-", "image-")) else set()):
            yield f"settings have changed: {sorted(changed)}"
        yield from self.complaints_of_rest()

    def complaints_of_memories(self, name, console):
        """What nobody has any business to write is as before: in the MCU's flash all but the slot, in the NOR what lies behind
        the backup, and the backup's part too where nothing was installed."""
        flash, flash_before = self.memory("flash.bin", "case"), self.memory("flash.bin", self.source)
        if flash[:SLOT] != flash_before[:SLOT] or flash[SLOT_END:] != flash_before[SLOT_END:]:
            yield "flash outside of the slot has changed"
        nor, before_it = self.memory("nor.bin", "case"), self.memory("nor.bin", self.source)
        if name.split("/")[0] in REPLACED:
            before_it = b"\xff" * len(nor)
        begin = BACKUP_END if INSTALLS.search(console) or name.startswith("cell-") else NOR_SIZE
        if nor[begin:] != before_it[begin:]:
            yield f"the flash chip has changed behind {begin:#x}"

    def complaints_of_rest(self):
        rest = json.loads(self.nbota("node", "power", "case", "--hours", "1", "--json").stdout)["rest_ua"]
        if rest > REST_UA:
            yield f"at rest the node takes {rest} uA"

    def version(self):
        """Of the image in the slot, byte for byte; None when it is no genuine one."""
        flash = self.memory("flash.bin", "case")
        for version, image in self.images.items():
            if flash[SLOT:SLOT + len(image)] == image:
                return version
        return None

    def complaints_of_image(self, name, result):
        version = self.version()
        running = re.findall(r"Image Version: (\S+)", result["console"])[-1]
        if version is None or running != version:
            yield f"{running} runs, the slot holds {version}"
        reports = result["reports"]
        if name.startswith("image-"):
            yield from self.complaints_of_offer(CASES[name.split("/")[0].partition("-")[2]], version, reports)
            return
        if name.startswith("server-names/"):  # a success has the version that the server named (docs/protocol.md, "Success")
            reports = [SUCCESS if report.startswith(SUCCESS.removesuffix(NEW)) else report for report in reports]
        is_told = SUCCESS in reports if version == NEW else set(reports) <= CODES
        # Nobody asked for an update, or the trigger was lost with the power before anything of it was begun.
        is_quiet = not reports and not name.startswith("server-") and "Please wait for the erase" not in result["console"]
        if not is_told or not (1 <= len(set(reports)) <= 2 or is_quiet):
            yield f"{version} runs, reports: {reports}"

    @staticmethod
    def complaints_of_offer(case, version, reports):
        said = ([SUCCESS] if case.first else []) + ([case.says] if case.says else [])
        if version != case.runs or reports[:len(said)] != said or len(reports) > 2:
            yield f"{version} runs, {case.runs} should; reports: {reports}"


def another(packed, chance):
    """An image of the same size and header, all of whose pieces are good."""
    pieces = [packed[at:at + 1028] for at in range(0, len(packed), 1028)]
    return b"".join(pieces[:5]) + b"".join(sealed(chance.randbytes(len(piece) - 4)) for piece in pieces[5:])
