# SPDX-License-Identifier: Apache-2.0
"""Every product that was built, on every channel: asked for an update there, updated, reported there byte for byte."""
import json
import glob
import os
import unittest

from channel_case import ChannelLab
from lab import FIRMWARE, OLD



def titles():
    suffix = f"-{OLD}.bin"
    names = (os.path.basename(path) for path in glob.glob(os.path.join(FIRMWARE, "*" + suffix)))
    return sorted(name[:-len(suffix)] for name in names)


class Matrix:
    """Derived once for each channel, so that they can run beside each other."""
    channel = None

    def update(self, title):
        with ChannelLab(self.channel) as lab:
            if title != "s31-nb":  # which a first run makes by itself
                lab.lab.nbota("node", "create", title, "--product", title, "--flash", "4M")
            name = "s31" if title == "s31-nb" else title
            lab.check_update(self, lab.update("5", title, name), title)
            first = lab.peer.messages()[0]
            self.assertEqual(json.JSONDecoder().raw_decode(first.decode())[0]["Model"].lower(), title)


def add(title):
    name = f"test_{title}_updates_and_reports".replace("-", "_")
    setattr(Matrix, name, lambda self: self.update(title))


for each_title in titles():
    add(each_title)


class MatrixMqtt(Matrix, unittest.TestCase):
    channel = "mqtt"


class MatrixCoap(Matrix, unittest.TestCase):
    channel = "coap"


class MatrixUdp(Matrix, unittest.TestCase):
    channel = "udp"


class MatrixTcp(Matrix, unittest.TestCase):
    channel = "tcp"


if __name__ == "__main__":
    unittest.main(verbosity=2)
