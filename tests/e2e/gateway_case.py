# SPDX-License-Identifier: Apache-2.0
"""Tests that share one broker: it must outlive them all without a complaint."""
import unittest

from mqtt_client import Client


class GatewayCase(unittest.TestCase):
    """Derive from it and set `cls.broker` in setUpClass()."""

    @classmethod
    def tearDownClass(cls):
        complaints = cls.broker.complaints()
        alive = cls.broker.is_alive()
        cls.broker.remove()
        if complaints or not alive:
            raise AssertionError("the broker suffered: " + complaints)

    def client(self, *args, **kwargs):
        client = Client(self.broker.port, *args, **kwargs)
        self.addCleanup(client.cut)
        return client
