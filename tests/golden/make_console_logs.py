#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes console/*.log anew: what the virtual node prints on its console in each end that an update can have.

usage: NBOTA=…/nbota NBOTA_FIRMWARE=…/firmware make_console_logs.py [NAME…]

The logs are kept in the tree, so that the reader of logs is tested against strings that a real firmware printed and
not against what this very tree would print today. shipped-*.log are not made here: they are put together by hand from
the strings of shipped nodes (docs/protocol.md, "console output").
"""
import pathlib
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent / "e2e"))
from lab import Lab, NEW, OLD, SUBSCRIBE  # noqa: E402

HERE = pathlib.Path(__file__).resolve().parent / "console"
UPDATED = f"type AT+UPGRADE\nexpect Image Version: {NEW} within 3600s\nexpect End of upload within 600s\n"
CLOSED = "type AT+UPGRADE\nexpect Close OTA upgrade within 7200s\nexpect End of upload within 900s\n"


def downlink(lab, payload):
    send = f"mosquitto_pub -h 127.0.0.1 -p {lab.data_port} -t {SUBSCRIBE} -m {payload}"
    return f"type ATZ\nexpect Subscribe to topic successfully within 600s\nrun {send}\n"


def wrong_checksum(lab):
    responder = pathlib.Path(__file__).resolve().parent.parent / "e2e" / "responder.py"
    worker = lab.start(sys.executable, str(responder), str(lab.data_port), lab.packed(), "s31-nb", NEW, "CRC32",
                       "00000000", stdout=subprocess.PIPE, text=True)
    worker.stdout.readline()
    return lab.settings(ota_port=lab.data_port) + CLOSED


def kill_at_chunk_20(lab):
    def kill_and_start_again():
        lab.kill_broker(lab.server)
        lab.server = lab.ota_server()
    return lab.settings() + UPDATED.replace("\n", "\nat chunk 20: " + lab.standstill(kill_and_start_again) + "\n", 1)


# Name: (version that is assigned or None, scenario of a lab, options of the node)
LOGS = {
    "success": (NEW, lambda lab: lab.settings() + UPDATED, ()),
    "downlink": (NEW, lambda lab: lab.settings() + downlink(lab, "F901") + UPDATED.split("\n", 1)[1], ()),
    "code-1": (NEW, lambda lab: lab.settings(title="s31-NB") + CLOSED, ()),
    "code-2": (NEW, lambda lab: lab.settings() + CLOSED, ("--without-flash",)),
    "code-3": (NEW, lambda lab: lab.settings() + downlink(lab, "F902") + "expect End of upload within 600s\n", ()),
    "code-4-settings": (NEW, lambda lab: lab.settings(otaser=None) + CLOSED, ()),
    "code-4-closed-port": (NEW, lambda lab: lab.settings(ota_port=1) + CLOSED, ()),
    "code-4-token": (NEW, lambda lab: lab.settings(token="nobody") + CLOSED, ()),
    "code-5": (None, lambda lab: lab.settings() + CLOSED, ()),
    "code-6": (OLD, lambda lab: lab.settings() + CLOSED, ()),
    "code-7-chunk": (NEW, lambda lab: lab.settings() + "corrupt chunk 3 always\n" + CLOSED, ()),
    "code-7-image": (NEW, wrong_checksum, ()),
    "one-bad-chunk": (NEW, lambda lab: lab.settings() + "corrupt chunk 3\n" + UPDATED, ()),
    "power-cut": (NEW, lambda lab: lab.settings() +
                  UPDATED.replace("\n", "\nat chunk 20: cut power for 3s\n", 1), ()),
    "broker-killed": (NEW, kill_at_chunk_20, ()),
}


def make(name):
    version, scenario, options = LOGS[name]
    with Lab() as lab:
        lab.nbota("device", "add", "node-1", "--token", "token-1")
        lab.data_server()
        lab.server = lab.ota_server()
        if version:
            lab.nbota("assign", "node-1", lab.packed(version))
        result = lab.run_node(scenario(lab), options=options)
        with open(lab.path("console-s31.txt"), "rb") as console:
            (HERE / f"{name}.log").write_bytes(console.read())
    print(f"{name}: {len(result['console'])} characters")


if __name__ == "__main__":
    for wanted in sys.argv[1:] or LOGS:
        make(wanted)
