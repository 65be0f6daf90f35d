# SPDX-License-Identifier: Apache-2.0
"""A download is bound to one image over reconnects, reassignment and restarts (docs/server.md, "Pinning")."""

import os
import time
import unittest

from broker import PLUGIN, Broker, packed
from mqtt_client import Client

OLD = packed(20000, 3)
NEW = packed(20000, 9)
COUNT = (len(OLD) + 1027) // 1028
ASK = '{"sharedKeys":"fw_version"}'


def piece(content, n):
    return content[n * 1028:(n + 1) * 1028]


class Pins(unittest.TestCase):
    def setUp(self):
        self.broker = Broker()
        self.addCleanup(self.check)
        self.broker.image(OLD, "s31-nb", "v1")
        self.broker.image(NEW, "s31-nb", "v2")
        self.broker.device("node", "TOKEN")
        self.broker.admin("assign", "node", "s31-nb", "v1")
        self.broker.start()

    def check(self):
        complaints = self.broker.complaints()
        self.broker.remove()
        self.assertEqual(complaints, "")

    def connect(self):
        node = Client(self.broker.port, "TOKEN", "TOKEN", "NULL")
        self.addCleanup(node.cut)
        self.assertEqual(node.code, 0)
        return node

    def version(self, node):
        node.publish("v1/devices/me/attributes/request/1", ASK)
        return node.receive().payload.decode()

    def ask(self, node, n, size="1028", request_id=1):
        node.publish("v2/fw/request/%d/chunk/%d" % (request_id, n), size)
        return node.receive().payload

    def test_n1_the_pin_is_stored_before_the_attributes_are_answered(self):
        node = self.connect()
        self.assertEqual(self.version(node), '{"shared":{"fw_version":"v1"}}')
        self.broker.kill()  # at once
        self.assertEqual(self.broker.show("node")["pinned"], 1)

    def test_an_answer_that_waited_for_its_pin_leaves_as_soon_as_it_is_stored(self):
        # The broker's loop waits 100 ms when nothing happens. A busy machine or disk may cost as much, so one of many is
        # enough: an answer that waits for the loop never comes sooner.
        times = [1]
        for i in range(40):
            self.broker.device("quick-%d" % i, "QUICK-%d" % i)
            self.broker.admin("assign", "quick-%d" % i, "s31-nb", "v1")
        self.broker.wait_for_catalog()
        for i in range(40):
            if min(times) < 0.06:
                break
            node = Client(self.broker.port, "", "QUICK-%d" % i)
            self.addCleanup(node.cut)
            started = time.monotonic()
            self.version(node)
            times.append(time.monotonic() - started)
        self.assertLess(min(times), 0.06, times)

    def test_n1_without_attributes_the_first_chunk_pins(self):
        node = self.connect()
        self.assertEqual(self.ask(node, 0), piece(OLD, 0))
        self.broker.kill()
        self.assertEqual(self.broker.show("node")["pinned"], 1)

    def test_n2_n3_a_reassignment_does_not_reach_a_running_download(self):
        node = self.connect()
        self.version(node)
        got = b"".join(self.ask(node, n) for n in range(8))
        self.broker.assign("node", "s31-nb", "v2")
        got += b"".join(self.ask(node, n) for n in range(8, 12))
        node.cut()
        node = self.connect()  # as shipped nodes do: on at the same index, no attributes
        got += b"".join(self.ask(node, n) for n in range(12, COUNT))
        self.assertEqual(got, OLD)
        # The next update: attributes, then chunk 0.
        self.assertEqual(self.version(node), '{"shared":{"fw_version":"v2"}}')
        self.assertEqual(b"".join(self.ask(node, n) for n in range(COUNT)), NEW)

    def test_n3_told_of_the_new_image_the_device_may_still_finish_the_old(self):
        node = self.connect()
        self.version(node)
        self.assertEqual(self.ask(node, 0), piece(OLD, 0))
        self.broker.assign("node", "s31-nb", "v2")
        self.assertEqual(self.version(node), '{"shared":{"fw_version":"v2"}}')
        self.assertEqual(self.ask(node, 5), piece(OLD, 5))
        self.assertEqual(self.ask(node, 0), piece(NEW, 0))
        self.assertEqual(self.ask(node, 5), piece(NEW, 5))

    def test_n3_a_new_request_id_also_begins_the_new_image(self):
        node = self.connect()
        self.version(node)
        self.ask(node, 0)
        self.broker.assign("node", "s31-nb", "v2")
        self.version(node)
        self.assertEqual(self.ask(node, 3, request_id=2), piece(NEW, 3))

    def test_n3_an_assignment_taken_back_keeps_the_old_image(self):
        node = self.connect()
        self.version(node)
        self.ask(node, 0)
        self.broker.assign("node", "s31-nb", "v2")
        self.version(node)
        self.broker.assign("node", "s31-nb", "v1")
        self.version(node)
        self.assertEqual(self.ask(node, 0), piece(OLD, 0))

    def test_an_unassigned_device_finishes_and_is_free_once_told(self):
        node = self.connect()
        self.version(node)
        self.ask(node, 0)
        self.broker.assign("node", "-")
        self.assertEqual(self.ask(node, 1), piece(OLD, 1))
        self.assertEqual(self.version(node), "{}")
        node.publish("v2/fw/request/1/chunk/2", "1028")
        self.assertEqual(node.receive().payload, b"NOT_FOUND")
        self.assertEqual(self.broker.show("node")["pinned"], 0)

    def test_n2_a_killed_broker_goes_on_with_the_same_image_and_grid(self):
        node = self.connect()
        self.version(node)
        got = b"".join(self.ask(node, n) for n in range(8))
        self.broker.show_when("node", lambda s: s["chunks"] == 8)
        self.broker.kill()
        self.broker.admin("assign", "node", "s31-nb", "v2")
        self.broker.start()
        node = self.connect()
        got += b"".join(self.ask(node, n, "") for n in range(8, COUNT))
        self.assertEqual(got, OLD)

    def test_a_pin_waiting_for_its_successor_survives_a_restart(self):
        node = self.connect()
        self.version(node)
        self.ask(node, 0)
        self.broker.assign("node", "s31-nb", "v2")
        self.version(node)
        self.assertTrue(self.broker.stop())
        self.broker.start()
        node = self.connect()
        self.assertEqual(self.ask(node, 4), piece(OLD, 4))
        self.assertEqual(self.ask(node, 0), piece(NEW, 0))

    def test_the_broker_listens_on_its_port_alone(self):
        self.assertEqual(self.broker.read_log().count("listen socket"), 1)

    def test_the_broker_ends_orderly_and_saves_the_counters(self):
        node = self.connect()
        for n in range(COUNT):
            self.ask(node, n)
        self.assertTrue(self.broker.stop())
        shown = self.broker.show("node")
        self.assertEqual((shown["chunks"], shown["bytes"]), (COUNT, len(OLD)))

    def test_a_damaged_image_is_not_offered_and_comes_back_when_repaired(self):
        self.assertTrue(self.broker.stop())
        images = os.path.join(self.broker.data, "images")
        for name in os.listdir(images):
            with open(os.path.join(images, name), "r+b") as file:
                file.truncate(1000)
        self.broker.start()
        self.assertIn("is damaged", self.broker.read_log())
        node = self.connect()
        self.assertEqual(self.version(node), "{}")
        node.publish("v2/fw/request/1/chunk/0", "1028")
        self.assertEqual(node.receive()[:2], ("v2/fw/error", b"FAILURE"))

    def test_a_file_truncated_while_it_is_served_harms_nobody(self):
        node = self.connect()
        self.version(node)
        images = os.path.join(self.broker.data, "images")
        for name in os.listdir(images):
            os.truncate(os.path.join(images, name), 0)
        self.assertEqual(b"".join(self.ask(node, n) for n in range(COUNT)), OLD)


class Refusals(unittest.TestCase):
    """A folder the gateway cannot use ends the broker with a line that says what to do."""

    def start(self, prepare, *wanted):
        broker = Broker()
        self.addCleanup(broker.remove)
        broker.device("node", "TOKEN")
        prepare(broker)
        with self.assertRaises(AssertionError):
            broker.start()
        for text in wanted:
            self.assertIn(text, broker.read_log())

    def sql(self, text):
        import sqlite3

        def run(broker):
            conf = broker.admin  # the configuration is written before the database is spoiled
            text_of_conf = conf("conf", "127.0.0.1", "1", broker.plugin, broker.user, broker.log, "no")
            broker.admin = lambda command, *words: text_of_conf.replace("listener 1 ", "listener %s "
                                                                        % words[1])
            db = sqlite3.connect(os.path.join(broker.data, "nbota.db"))
            db.execute(text)
            db.commit()
            db.close()
        return run

    def test_old_tables(self):
        self.start(self.sql("PRAGMA user_version=1"), "schema 1", "nbota device list")

    def test_new_tables(self):
        self.start(self.sql("PRAGMA user_version=99"), "schema 99", "update nbota")

    def test_no_data_folder(self):
        def forget(broker):
            broker.plugin_line = None
            write = broker.admin
            broker.admin = lambda *words: "\n".join(
                line for line in write(*words).splitlines() if "plugin_opt_data" not in line) + "\n"
        self.start(forget, "plugin_opt_data <folder>")

    def test_an_unknown_option(self):
        def add(broker):
            broker.extra = "plugin_opt_daat x\n"
        self.start(add, "plugin_opt_daat")


if __name__ == "__main__":
    assert PLUGIN
    unittest.main()
