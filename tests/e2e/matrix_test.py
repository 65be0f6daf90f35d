# SPDX-License-Identifier: Apache-2.0
"""Every product that was built, on every channel: asked for an update there, updated, reported there byte for byte."""
import json
import glob
import os
import unittest

from channel_case import ChannelLab
from lab import FIRMWARE, OLD
from peers import PEERS



def titles():
    suffix = f"-{OLD}.bin"
    names = (os.path.basename(path) for path in glob.glob(os.path.join(FIRMWARE, "*" + suffix)))
    return sorted(name[:-len(suffix)] for name in names)


class Matrix(unittest.TestCase):
    def update(self, title, channel):
        with ChannelLab(channel) as lab:
            if title != "s31-nb":  # which a first run makes by itself
                lab.lab.nbota("node", "create", title, "--product", title, "--flash", "4M")
            name = "s31" if title == "s31-nb" else title
            lab.check_update(self, lab.update("5", title, name), title)
            first = lab.peer.messages()[0]
            self.assertEqual(json.JSONDecoder().raw_decode(first.decode())[0]["Model"].lower(), title)


def add(title, channel):
    name = f"test_{title}_over_{channel}_updates_and_reports".replace("-", "_")
    setattr(Matrix, name, lambda self: self.update(title, channel))


for each_title in titles():
    for each_channel in PEERS:
        add(each_title, each_channel)


if __name__ == "__main__":
    unittest.main(verbosity=2)
