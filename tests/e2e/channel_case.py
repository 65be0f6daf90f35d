# SPDX-License-Identifier: Apache-2.0
"""A laboratory with a data server on one channel, and updates that are reported there. It may serve several nodes, one
after the other."""
import os
import re
import time

from lab import FIRMWARE, NEW, Lab
from peers import PEERS

SESSION = "type ATZ\nexpect End of upload within 900s\n"
UNLOCK = "unlock\nexpect Password Correct within 60s\n"
UPGRADE = SESSION + UNLOCK + "type AT+UPGRADE\n"
UPDATED = f"expect Image Version: {NEW} within 3600s\nexpect End of upload within 900s\n"
CLOSED = "expect Close OTA upgrade within 3600s\nexpect End of upload within 900s\n"


def imei(result):
    return re.search(r"The IMEI number is:(\d+)\.", result["console"])[1]


def report(result, message):
    """What a data server gets of it."""
    return f'{{"IMEI":"{imei(result)}", "Message": "{message}"}}'.encode()


def success(result, title):
    return report(result, f"OTA Update OK, Firmware Title: {title} Ver: {NEW}")


class ChannelLab:
    """Use as a context manager. `channel` is a key of PEERS."""

    def __init__(self, channel):
        self.channel = channel
        self.lab = Lab()
        self.seen = 0
        self.is_serving = False

    def __enter__(self):
        self.lab.__enter__()
        self.peer = PEERS[self.channel](self.lab)
        self.peer.__enter__()
        return self

    def __exit__(self, *_):
        self.peer.__exit__()
        self.lab.__exit__()

    def run_node(self, form, script, name="s31", **more):
        settings = {"clocklog": "0,65535,15,8", **self.peer.settings(form), **more}
        return self.lab.run_node(self.lab.settings(**settings) + script, name=name)

    def offer(self, title, version=NEW):
        """The OTA server has that firmware for a device of its own, whose token this returns."""
        token = f"{title}-{version}"
        packed = self.lab.path(f"{token}.bin")
        self.lab.nbota_plain("image", "pack", os.path.join(FIRMWARE, f"{token}.bin"), "-o", packed)
        self.lab.nbota("device", "add", token, "--token", token)
        self.lab.nbota("assign", token, packed)
        return token

    def serve(self):
        if not self.is_serving:
            self.lab.ota_server()
        self.is_serving = True

    def update(self, form, title="s31-nb", name="s31", version=NEW, script=UPGRADE + UPDATED, **more):
        """An update to what was offered as `title` and `version`; the run's result."""
        self.serve()
        settings = {"title": title, "token": f"{title}-{version}", **more}
        return self.run_node(form, script, name=name, **settings)

    def update_by_downlink(self, form, title="s31-nb", name="s31", downlink=b"F901", **settings):
        """`downlink` is the answer to an uplink; to the end of the first session of the new firmware."""
        self.peer.answer(downlink)
        return self.update(form, title, name, script="type ATZ\n" + self.peer.hold() + UPDATED, **settings)

    def arrived(self, end, seconds=60):
        """The messages since the last time, once the last one ends with `end`."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            messages = self.peer.messages()
            if messages[self.seen:] and messages[-1].endswith(end):
                break
            time.sleep(0.02)
        fresh, self.seen = messages[self.seen:], len(messages)
        return fresh

    def check_report(self, case, result, text):
        """`text` arrived, once and byte for byte, as the last of all; returns what the uplinks before it hold."""
        messages = self.arrived(text)
        case.assertTrue(messages and messages[-1].endswith(text), f"{messages}\n--- console ---\n{result['console']}")
        if self.channel != "tcp":  # whose stream has no borders
            case.assertEqual(messages[-1], text)
        if self.channel == "coap":
            case.assertEqual(self.peer.stored(), text)
        uplinks = b"".join(messages)[:-len(text)]
        case.assertNotIn(b'"Message"', uplinks)
        return uplinks
