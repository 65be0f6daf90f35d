# SPDX-License-Identifier: Apache-2.0
"""A laboratory with a data server on one channel, and an update that is asked for and reported there."""
import os
import re

from lab import FIRMWARE, NEW, Lab
from peers import PEERS

SESSION = "type ATZ\nexpect End of upload within 900s\n"
UPDATED = f"expect Image Version: {NEW} within 3600s\nexpect End of upload within 900s\n"


class ChannelLab:
    """Use as a context manager. `channel` is a key of PEERS."""

    def __init__(self, channel):
        self.channel = channel
        self.lab = Lab()

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

    def update(self, form, title="s31-nb", name="s31"):
        """F901 as the answer to an uplink, to the end of the first session of the new firmware; the run's result."""
        packed = self.lab.path(f"packed-{title}.bin")
        self.lab.nbota_plain("image", "pack", os.path.join(FIRMWARE, f"{title}-{NEW}.bin"), "-o", packed)
        self.lab.nbota("device", "add", "node-1", "--token", "token-1")
        self.lab.nbota("assign", "node-1", packed)
        self.lab.ota_server()
        self.peer.answer(b"F901")
        return self.run_node(form, "type ATZ\n" + self.peer.hold() + UPDATED, name=name, title=title)

    def check_update(self, case, result, title="s31-nb"):
        """The downlink came, and the one report arrived byte for byte."""
        imei = re.search(r"The IMEI number is:(\d+)\.", result["console"])[1]
        report = (f'{{"IMEI":"{imei}", "Message": "OTA Update OK, Firmware Title: {title} Ver: {NEW}"}}').encode()
        messages = self.peer.wait_for(3)
        case.assertIn("Received downlink data:F901", result["console"])
        case.assertEqual(b"".join(messages).count(b'"Message"'), 1)
        if self.channel == "tcp":
            case.assertTrue(messages[-1].endswith(report), messages[-1])
        else:
            case.assertIn(report, messages)
        if self.channel == "coap":
            case.assertEqual(self.peer.stored(), report)
