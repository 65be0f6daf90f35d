# SPDX-License-Identifier: Apache-2.0
"""A laboratory with one device, node-1, that the OTA server is to know: where most end-to-end tests begin."""
import unittest

from lab import Lab


class FieldCase(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)
        self.lab.nbota("device", "add", "node-1", "--token", "token-1")

    def write(self, name, content):
        """A file of the laboratory; returns its path."""
        with open(self.lab.path(name), "wb") as file:
            file.write(content)
        return self.lab.path(name)
