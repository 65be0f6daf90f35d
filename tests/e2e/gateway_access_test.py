# SPDX-License-Identifier: Apache-2.0
"""Device A cannot read, write or see anything of device B."""

import os
import socket
import subprocess
import time
import unittest

from broker import Broker, packed
from gateway_case import GatewayCase
from mqtt_client import MQTT31, MQTT311, MQTT5, Client

ASK = '{"sharedKeys":"fw_title"}'

BROAD = ("v2/fw/#", "v2/fw/+/#", "v2/fw/+/+/chunk/+", "v2/sw/#", "v1/devices/me/#",
         "v1/devices/me/+", "v1/devices/me/+/+/+", "v2/a/#", "v2/r/#", "v2/t/#", "v2/a",
         "v1/devices/me/attributes", "v1/devices/me/attributes/response/+",
         "v1/devices/me/rpc/request/+", "v2/fw/response/+/chunk/+", "v2/fw/error")
FOREIGN = ("#", "+", "+/#", "+/+/+/+/chunk/+", "+/devices/me/telemetry", "v2/#", "v1/#", "v2/+/#",
           "$SYS/#", "$share/all/v2/fw/#", "v1/devices/+/attributes", "v1/devices/meadow",
           "v2/fw/request/#", "v2/fw/request/+/chunk/+", "v2/sw/request/#", "v2/a/req/+",
           "v1/devices/me/attributes/request/+", "v2/attributes", "other/topic")


class Access(GatewayCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = Broker()
        cls.broker.image(packed(3000), "s31-nb", "v1.1.0")
        for name in ("a", "b", "c", "d", "counted", "gone"):
            cls.broker.device(name, "TOKEN-" + name)
            cls.broker.admin("assign", name, "s31-nb", "v1.1.0")
        cls.broker.start()

    def act(self, node, qos):
        """Everything a device can publish, and the answers it gets."""
        node.publish("v1/devices/me/telemetry", '{"current_fw_title":"t","secret":1}', qos)
        node.publish("v1/devices/me/attributes", '{"secret":1}', qos)
        node.publish("v2/t", '{"secret":1}', qos)
        node.publish("v2/a", '{"secret":1}', qos)
        node.publish("v1/devices/me/attributes/request/1", ASK, qos)
        node.publish("v2/a/req/2", ASK, qos)
        node.publish("v1/devices/me/rpc/request/3", '{"method":"x"}', qos)
        node.publish("v1/devices/me/rpc/response/4", '{"secret":1}', qos)
        node.publish("v2/fw/request/5/chunk/0", "1028", qos)
        node.publish("v2/sw/request/6/chunk/0", "1028", qos)
        answers = sorted(node.receive().topic for _ in range(5))
        self.assertEqual(answers, ["v1/devices/me/attributes/response/1",
                                   "v1/devices/me/rpc/response/3", "v2/a/res/2", "v2/fw/error",
                                   "v2/fw/response/5/chunk/0"])

    def test_broad_filters_are_granted_and_show_nothing_of_others(self):
        for version in (MQTT31, MQTT311, MQTT5):
            spy = self.client("spy", "TOKEN-a", version=version)
            for topic in BROAD:
                self.assertEqual(spy.subscribe(topic, 1), 1, topic)
            self.assertEqual(spy.receive().topic, "v1/devices/me/attributes")  # its own, pushed once
            for other_version in (MQTT311, MQTT5):
                for qos in (0, 1):
                    other = self.client("other", "TOKEN-b", version=other_version)
                    self.act(other, qos)
                    other.disconnect()
            spy.ping()
            self.assertEqual(spy.silence(0.3), [])
            spy.disconnect()

    def test_other_filters_are_refused(self):
        for version in (MQTT311, MQTT5):
            spy = self.client("spy", "TOKEN-a", version=version)
            for topic in FOREIGN:
                with self.subTest(topic=topic, version=version):
                    self.assertGreaterEqual(spy.subscribe(topic), 0x80)
            spy.disconnect()

    def test_mqtt_3_1_has_no_refusal_but_nothing_comes_either(self):
        spy = self.client("spy", "TOKEN-a", version=MQTT31)
        for topic in FOREIGN:
            spy.subscribe(topic)
        other = self.client("other", "TOKEN-b", version=MQTT5)
        self.act(other, 1)
        spy.ping()
        self.assertEqual(spy.silence(0.3), [])

    def test_nobody_can_publish_what_another_device_reads(self):
        victim = self.client("victim", "TOKEN-b")
        for topic in ("v2/fw/response/+/chunk/+", "v2/fw/error", "v1/devices/me/attributes",
                      "v1/devices/me/attributes/response/+", "v1/devices/me/rpc/request/+"):
            victim.subscribe(topic, 1)
        victim.receive()  # its own attributes
        for version in (MQTT311, MQTT5):
            forger = self.client("forger", "TOKEN-a", version=version)
            for topic in ("v2/fw/response/1/chunk/0", "v2/fw/error", "v1/devices/me/attributes",
                          "v1/devices/me/attributes/response/1", "v1/devices/me/rpc/request/1",
                          "v1/devices/me/rpc/response/1", "v2/a/res/1", "nbota/device/1", "$SYS/x"):
                for qos in (0, 1):
                    forger.publish(topic, "forged", qos)  # a PUBACK comes in any case
            forger.ping()
            forger.disconnect()
        victim.ping()
        self.assertEqual(victim.silence(0.3), [])

    def test_a_will_reaches_nobody(self):
        spy = self.client("spy", "TOKEN-a")
        for topic in ("v1/devices/me/#", "v2/fw/#"):
            spy.subscribe(topic)
        spy.receive()  # its own attributes
        for topic in (b"v1/devices/me/telemetry", b"v2/fw/response/1/chunk/0"):
            body = (b"\0\4MQTT\4\x86\0\x3c" + b"\0\4will" + len(topic).to_bytes(2, "big") + topic +
                    b"\0\6secret" + b"\0\7TOKEN-b")
            raw = socket.create_connection(("127.0.0.1", self.broker.port), 5)
            raw.sendall(b"\x10" + bytes([len(body)]) + body)
            self.assertEqual(raw.recv(4), b"\x20\2\0\0")
            raw.close()  # without DISCONNECT: the will is due
        self.assertEqual(spy.silence(0.5), [])

    def test_a_second_connection_closes_the_first_whatever_the_client_ids(self):
        for first_id, second_id in (("x", "y"), ("x", "x"), ("", "")):
            first = self.client(first_id, "TOKEN-c")
            second = self.client(second_id, "TOKEN-c")
            self.assertEqual(second.code, 0)
            self.assertTrue(first.wait_closed(), first_id)
            second.publish("v2/fw/request/1/chunk/0", "100")
            self.assertEqual(len(second.receive().payload), 100)
            second.disconnect()

    def test_a_client_id_of_another_device_is_refused(self):
        # An answer is addressed by client id; with a kept session the queue would change hands.
        for clean in (True, False):
            first = self.client("shared-id", "TOKEN-c", clean=clean)
            self.assertEqual(self.client("shared-id", "TOKEN-d").code, 5)
            first.ping()
            closed = self.broker.show("c")["events"].count("closed")
            first.disconnect()
            self.broker.show_when("c", lambda s, closed=closed: s["events"].count("closed") > closed)
            taken = self.client("shared-id", "TOKEN-d", clean=False)
            self.assertEqual(taken.code, 0 if clean else 5)
            taken.cut()
            self.client("shared-id", "TOKEN-d", clean=True).disconnect()
        self.assertEqual(self.client("shared-id", "TOKEN-c").code, 0)

    def test_a_client_id_that_all_devices_have_in_common_can_be_left_out_of_account(self):
        broker = Broker(extra="use_username_as_clientid true\n")  # as nbota serve --shared-client-ids
        self.addCleanup(broker.remove)
        broker.image(packed(3000), "s31-nb", "v1.1.0")
        for i in range(3):
            broker.device("n%d" % i, "TOKEN-%d" % i)
        broker.admin("assign", "n1", "s31-nb", "v1.1.0")
        broker.start()
        nodes = [Client(broker.port, "fleet", "TOKEN-%d" % i) for i in range(3)]
        for i, node in enumerate(nodes):
            self.addCleanup(node.cut)
            node.publish("v1/devices/me/attributes/request/1", ASK)
            answer = b'{"shared":{"fw_title":"s31-nb"}}' if i == 1 else b"{}"
            self.assertEqual(node.receive().payload, answer)
        again = Client(broker.port, "fleet", "TOKEN-1")
        self.addCleanup(again.cut)
        self.assertTrue(nodes[1].wait_closed())
        nodes[0].ping()
        nameless = Client(broker.port, "TOKEN-0")
        self.addCleanup(nameless.cut)
        self.assertEqual(nameless.code, 5)
        self.assertEqual(broker.complaints(), "")

    def test_a_reload_changes_nothing_for_who_is_connected(self):
        self.client("kept", "TOKEN-d", clean=False).disconnect()  # the broker is asked for it too
        node = self.client("", "TOKEN-d")
        node.publish("v2/fw/request/1/chunk/0", "100")
        node.receive()
        connections = self.broker.show_when("d", lambda s: s["connections"])["connections"]
        self.broker.reload()
        node.ping()
        node.publish("v2/fw/request/1/chunk/1", "")
        self.assertEqual(len(node.receive().payload), 100)
        self.assertEqual(self.broker.show("d")["connections"], connections)

    def test_who_reads_of_an_event_finds_it_counted(self):
        for sessions in range(1, 9):
            self.client("", "TOKEN-counted").disconnect()
            shown = self.broker.show_when("counted", lambda s: s["events"].count("closed") == sessions)
            self.assertEqual(shown["connections"], sessions)

    def test_a_removed_device_is_closed_and_stays_out(self):
        node = self.client("", "TOKEN-gone")
        self.assertEqual(node.code, 0)
        self.broker.admin("remove", "gone")
        self.assertTrue(node.wait_closed())
        self.assertEqual(self.client("", "TOKEN-gone").code, 5)

    def test_a_new_device_may_come_without_a_restart(self):
        self.broker.device("late", "TOKEN-late")
        self.broker.assign("late", "s31-nb", "v1.1.0")
        node = self.client("", "TOKEN-late")
        self.assertEqual(node.code, 0)
        node.publish("v1/devices/me/attributes/request/1", ASK)
        self.assertEqual(node.receive().payload, b'{"shared":{"fw_title":"s31-nb"}}')


class Shared(unittest.TestCase):
    """In a broker that the user already runs, other clients are left to its own rules."""

    def test_a_devices_will_reaches_nobody_either(self):
        broker = Broker(extra="plugin_opt_nbota_defer true\n")
        self.addCleanup(broker.remove)
        broker.extra += "acl_file %s/acl\n" % broker.folder
        with open(broker.folder + "/acl", "w") as file:
            file.write("pattern readwrite #\n")  # the broker's own rules allow everything
        for name in ("a", "b"):
            broker.device(name, "TOKEN-" + name)
        broker.start()
        spy = Client(broker.port, "spy", "TOKEN-a")
        self.addCleanup(spy.cut)
        spy.subscribe("v2/fw/response/+/chunk/+")
        # A will when the connection breaks, and one that MQTT 5 delays by a second.
        for level, connect_properties, will_properties in ((b"\4", b"", b""),
                                                           (b"\5", b"\5\x11\0\0\0\x0a", b"\5\x18\0\0\0\1")):
            topic = b"v2/fw/response/1/chunk/0"
            body = (b"\0\4MQTT" + level + b"\x86\0\x3c" + connect_properties + b"\0\4will" + will_properties +
                    len(topic).to_bytes(2, "big") + topic + b"\0\6forged" + b"\0\7TOKEN-b")
            raw = socket.create_connection(("127.0.0.1", broker.port), 5)
            raw.sendall(b"\x10" + bytes([len(body)]) + body)
            self.assertEqual(raw.recv(100)[3], 0)
            raw.close()
            self.assertEqual(spy.silence(1.0), [])
        time.sleep(1.5)
        spy.ping()
        self.assertEqual(spy.silence(0.2), [])
        self.assertEqual(broker.complaints(), "")

    def test_names_that_are_no_device_are_left_to_the_broker(self):
        broker = Broker(extra="plugin_opt_nbota_defer true\n")
        self.addCleanup(broker.remove)
        passwords = broker.folder + "/passwords"
        with open(passwords, "w") as file:
            file.write("operator:secret\n")
        subprocess.run(["mosquitto_passwd", "-U", passwords], check=True)
        os.chmod(passwords, 0o644)
        broker.extra += "password_file %s\nacl_file %s/acl\n" % (passwords, broker.folder)
        with open(broker.folder + "/acl", "w") as file:
            file.write("user operator\ntopic readwrite plant/#\n")
        broker.device("a", "TOKEN-a")
        broker.start()

        def client(*args):
            made = Client(broker.port, *args)
            self.addCleanup(made.cut)
            return made

        operator = client("", "operator", "secret")
        self.assertEqual(operator.code, 0)
        self.assertEqual(client("", "operator", "wrong").code, 5)
        self.assertEqual(client("", "nobody").code, 5)
        operator.subscribe("plant/#", 1)
        operator.publish("plant/x", "hello", 1)
        self.assertEqual(operator.receive().payload, b"hello")
        node = client("", "TOKEN-a")
        self.assertEqual(node.code, 0)
        self.assertGreaterEqual(node.subscribe("plant/#"), 0x80)
        node.publish("v1/devices/me/attributes/request/1", ASK)
        self.assertEqual(node.receive().payload, b"{}")
        self.assertEqual(broker.complaints(), "")


if __name__ == "__main__":
    unittest.main()
