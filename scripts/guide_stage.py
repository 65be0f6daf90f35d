# SPDX-License-Identifier: Apache-2.0
"""The stage on which scripts/guide-logs plays: servers and virtual nodes with fixed names, ports and labels."""
import json
import os
import pathlib
import re
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
os.environ.setdefault("NBOTA", str(ROOT / "build" / "gcc" / "bin" / "nbota"))
os.environ.setdefault("NBOTA_FIRMWARE", str(ROOT / "build" / "arm" / "firmware"))
sys.path.insert(0, str(ROOT / "tests" / "e2e"))
from lab import FIRMWARE, Lab, NBOTA, OLD, PUBLISH, SUBSCRIBE  # noqa: E402

OTA_PORT, DATA_PORT = 1885, 1883  # as readers see them
TOKEN = "greenhouse-1-token"
LABEL = {"imei": "866207050000013", "imsi": "901700000000001", "uid": [0x30313233, 0x34353637, 0x38393A3B]}
DATA_SETTINGS = f"""AT+SERVADDR=127.0.0.1,{{data}}
AT+CLIENT=greenhouse-1
AT+PUBTOPIC={PUBLISH}
AT+SUBTOPIC={SUBSCRIBE}
"""
REFUSED = {"AT+OTASER=thingseye.io": "AT_PARAM_ERROR"}
OTA_SETTINGS = f"""AT+OTASER=127.0.0.1,{{ota}}
AT+OTACLT={TOKEN}
AT+OTAUNAME={TOKEN}
AT+OTAPWD=NULL
"""


def typed(lines):
    """Scenario lines that open the console and type `lines`, each when the one before it was answered."""
    words = ["expect reboot error within 60s", "wait 300ms",
             "unlock", "expect Password Correct within 60s", "wait 100ms"]
    for line in lines.splitlines():
        words += [f"type {line}", f"expect {REFUSED.get(line, 'OK')} within 30s", "wait 100ms"]
    return "\n".join(words) + "\n"


class Stage(Lab):
    """Use as a context manager. Ports are free ones; in what is shown they read as the usual ones."""

    def __enter__(self):
        super().__enter__()
        os.symlink(ROOT / "build", self.path("build"))
        self.environment |= {"NBOTA_DATA": self.data_dir,
                             "PATH": f"{pathlib.Path(NBOTA).parent}:{self.environment['PATH']}"}
        self.swaps = {}
        return self

    def fill(self, text):
        return text.replace("{ota}", str(self.ota_port)).replace("{data}", str(self.data_port))

    def readable(self, text):
        """Ports and labels as readers see them, the temporary folder left out."""
        text = text.replace(self.folder + "/", "")
        for port, usual in ((self.ota_port, OTA_PORT), (self.data_port, DATA_PORT)):
            text = re.sub(rf"(?<=[,: ]){port}\b", str(usual), text)
        for drawn, usual in self.swaps.items():
            text = text.replace(drawn, usual)
        return text

    def shell(self, line):
        """A command as a reader types it, with what it prints; errors too."""
        done = subprocess.run(self.fill(line), shell=True, cwd=self.folder, env=self.environment, text=True,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=120, check=False)
        shown = line.replace("{ota}", str(OTA_PORT)).replace("{data}", str(DATA_PORT))
        return self.readable(f"$ {shown}\n{done.stdout.rstrip()}\n")

    def served(self, mark, last):
        """What the OTA server has said, as soon as it has said `last` behind `mark`."""
        for _ in range(500):
            with open(self.path("serve.log"), encoding="ascii") as log:
                text = log.read()
            if f" {last}\n" in text[text.find(mark):] and mark in text:
                return self.readable(text)
            time.sleep(0.02)
        raise AssertionError(f"the OTA server never says '{mark}' and '{last}'")

    # ---- nodes ----

    def fix_label(self, name):
        """IMEI, SIM and chip id are drawn when a node is made; here they are always the same."""
        file = pathlib.Path(self.data_dir, "nodes", name, "node.json")
        node = json.loads(file.read_text())
        self.swaps[node["imei"]] = LABEL["imei"]
        number = (node["uid"][0] + node["uid"][2]) & 0xFFFFFFFF
        self.swaps[password(number)] = password(LABEL["uid"][0] + LABEL["uid"][2])
        file.write_text(json.dumps(node | LABEL))

    def play(self, name, scenario, *options):
        """Runs a node; returns what `nbota node run` shows, the console with virtual seconds in front."""
        file = self.write("scenario.txt", self.fill(scenario))
        done = self.nbota("node", "run", name, "--scenario", file, "--log", self.path(f"{name}.log"), *options)
        return self.readable(done.stdout)

    def like(self, source, name):
        self.copy_node(source, name)
        return name

    def new_messages(self):
        """What came to the data server since the last call."""
        lines = self.messages()
        new, self.seen = lines[getattr(self, "seen", 0):], len(lines)
        return "".join(f"{PUBLISH} {self.readable(line)}\n" for line in new)


def password(number):
    """Of a console, from the chip's id (docs/protocol.md, "Password")."""
    return "".join(f"{number >> shift & 0xFF:02x}" for shift in (8, 16, 24))


# ---- parts of a log ----

def without_times(text):
    return re.sub(r"^ *\d+\.\d{3}  ", "", text, flags=re.MULTILINE)


def between(text, first, last):
    """Whole lines, from the one with `first` to the next one with `last`."""
    lines = text.splitlines()
    begin = next(i for i, line in enumerate(lines) if first in line)
    end = next(i for i, line in enumerate(lines[begin:], begin) if last in line)
    return "\n".join(lines[begin:end + 1]) + "\n"


def shortened(text, keep=2):
    """A long run of `Downloading n%` keeps its ends."""
    lines, out = text.splitlines(), []
    for i, line in enumerate(lines):
        run = [n for n in range(max(0, i - keep), min(len(lines), i + keep + 1)) if "Downloading " in lines[n]]
        if "Downloading " not in line or len(run) <= 2 * keep:
            out.append(line)
        elif out and out[-1].strip() != "…":
            out.append("    …")
    return "\n".join(out) + "\n"
