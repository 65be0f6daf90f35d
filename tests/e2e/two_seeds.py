# SPDX-License-Identifier: Apache-2.0
"""Every test of a case class once more with other content of RAM at power-on: it must leave the same trace.
NBOTA_SEEDS=1 plays them once.

The second laboratory has the ports and the nodes' identities of the first, so that nothing else differs.
"""
import functools
import os
import unittest

from lab import Lab

HASHES = ("console_hash", "pin_hash", "nvm_hash")
NOTHING = "cbf29ce484222325"  # the start value of the hashes


class TwinLab(Lab):
    def __init__(self, seed, twin=None):
        self.seed, self.twin = seed, twin

    def __enter__(self):
        super().__enter__()
        self.traces = []
        if self.twin:
            self.ota_port, self.data_port = self.twin.ota_port, self.twin.data_port
            for node, identity in self.twin.identities.items():
                os.makedirs(self.node_folder(node))
                with open(os.path.join(self.node_folder(node), "node.json"), "wb") as file:
                    file.write(identity)
        return self

    def __exit__(self, *_):
        self.identities = {node: self.memory("node.json", node) for node in self.nodes()}
        super().__exit__()

    def node_folder(self, node):
        return os.path.join(self.data_dir, "nodes", node)

    def nodes(self):
        folder = os.path.join(self.data_dir, "nodes")
        return os.listdir(folder) if os.path.isdir(folder) else []

    def run_node(self, scenario, **options):
        result = super().run_node(scenario, **{"seed": self.seed, **options})
        self.traces.append(result)
        return result


def twice(test):
    if os.environ.get("NBOTA_SEEDS") == "1":
        return test
    @functools.wraps(test)
    def both(self):
        test(self)
        first = self.lab
        self.doCleanups()
        self.enter(TwinLab(seed=2, twin=first))
        test(self)
        self.assert_same(first.traces, self.lab.traces)
    return both


class TwoSeeds(unittest.TestCase):
    """Derive from it and furnish `self.lab`."""

    def __init_subclass__(cls):
        for name, test in list(vars(cls).items()):
            if name.startswith("test_"):
                setattr(cls, name, twice(test))

    def setUp(self):
        self.enter(TwinLab(seed=1))

    def enter(self, lab):
        self.lab = lab
        lab.__enter__()
        self.addCleanup(lab.__exit__)
        self.furnish()

    def furnish(self):
        raise NotImplementedError

    def assert_same(self, first, second):
        self.assertEqual(len(first), len(second))
        for one, other in zip(first, second):
            self.assertEqual(one["console"], other["console"], "the console depends on the content of RAM")
            for key in HASHES:
                self.assertNotEqual(one[key], NOTHING, key)
                self.assertEqual(one[key], other[key], f"the {key} depends on the content of RAM")
