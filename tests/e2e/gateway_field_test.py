# SPDX-License-Identifier: Apache-2.0
"""What nodes in the field do on the wire (docs/server.md, "What shipped nodes do")."""

import json
import unittest

from broker import Broker, packed
from gateway_case import GatewayCase
from mqtt_client import MQTT31, MQTT311, MQTT5, Client

ASK = '{"sharedKeys": "fw_checksum,fw_checksum_algorithm,fw_size,fw_title,fw_version"}'
TELEMETRY = "v1/devices/me/telemetry"
ATTRIBUTES = "v1/devices/me/attributes"
ANSWER = ('{"shared":{"fw_title":"s31-nb","fw_version":"v1.1.0","fw_size":7124,'
          '"fw_checksum_algorithm":"CRC32","fw_checksum":"b3ab1052"}}')
REFUSED_311, REFUSED_5 = 5, 0x87


class Field(GatewayCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = Broker()
        cls.file = packed(3000)  # image A of docs/protocol.md: 7124 bytes, 7 pieces
        cls.broker.image(cls.file, "s31-nb", "v1.1.0")
        cls.broker.device("idle", "IDLE")
        for i in range(20):
            cls.broker.device("node-%d" % i, "TOKEN-%d" % i)
            cls.broker.admin("assign", "node-%d" % i, "s31-nb", "v1.1.0")
        cls.broker.start()

    def shipped_node_downloads(self, number, version):
        """Literally: no subscription, QoS 0, request id 1, version in both telemetry fields."""
        token = "TOKEN-%d" % number
        node = self.client(token, token, "NULL", version=version, keep_alive=120)
        self.assertEqual(node.code, 0)
        node.publish(TELEMETRY, '{"current_fw_title": "v1.0.0", "current_fw_version": "v1.0.0"}')
        node.publish(ATTRIBUTES + "/request/1", ASK)
        answer = node.receive()
        self.assertEqual(answer, (ATTRIBUTES + "/response/1", ANSWER.encode(), 0, False))
        node.publish(TELEMETRY, '{"current_fw_title": "v1.0.0", "current_fw_version": "v1.0.0", '
                                '"fw_state": "DOWNLOADING"}')
        got = b""
        for n in range(7):
            node.publish("v2/fw/request/1/chunk/%d" % n, "1028")
            chunk = node.receive()
            self.assertEqual((chunk.topic, chunk.qos), ("v2/fw/response/1/chunk/%d" % n, 0))
            got += chunk.payload
        self.assertEqual(got, self.file)
        node.publish(TELEMETRY, '{"current_fw_title": "v1.0.0", "current_fw_version": "v1.0.0", '
                                '"fw_state": "UPDATED"}')
        node.disconnect()

    def test_a_shipped_node_downloads_with_mqtt_3_1(self):
        self.shipped_node_downloads(0, MQTT31)

    def test_a_shipped_node_downloads_with_mqtt_3_1_1_and_is_recorded(self):
        self.shipped_node_downloads(1, MQTT311)
        shown = self.broker.show_when("node-1", lambda s: s["chunks"] == 7 and s["state"] == "UPDATED")
        self.assertEqual((shown["version"], shown["title"], shown["state"]),
                         ("v1.0.0", "", "UPDATED"))  # both fields alike: the title is not known
        self.assertEqual((shown["chunks"], shown["bytes"], shown["retries"]), (7, 7124, 0))
        self.assertEqual((shown["connections"], shown["attribute_requests"]), (1, 1))
        events = shown["events"]
        self.assertEqual(events[0], "connected MQTT 3.1.1 from 127.0.0.1, client id is the token")
        for event in ("hello v1.0.0", "attributes s31-nb v1.1.0", "state DOWNLOADING v1.0.0",
                      "chunk 7/7", "state UPDATED v1.0.0"):
            self.assertIn(event, events)

    def test_a_device_downloads_with_mqtt_5_qos_1_and_telemetry_as_array(self):
        node = self.client("", "TOKEN-2", version=MQTT5)
        self.assertEqual(node.code, 0)
        node.subscribe("v1/devices/me/rpc/response/+", 1)
        node.publish("v1/devices/me/rpc/request/1", '{"method":"getSessionLimits","params":{}}', 1)
        limits = json.loads(node.receive().payload)
        self.assertEqual(limits["maxPayloadSize"], 65536)
        self.assertLess(node.publish(TELEMETRY, '[{"ts":1,"values":{"current_fw_title":"s31-nb",'
                                     '"current_fw_version":"v1.0.0","fw_state":"IDLE"}}]', 1), 0x80)
        node.subscribe(ATTRIBUTES + "/response/+", 1)
        node.subscribe("v2/fw/response/+/chunk/+", 1)
        node.publish(ATTRIBUTES + "/request/7", ASK, 1)
        self.assertEqual(node.receive().payload.decode(), ANSWER)
        got = b""
        for n in range(7):
            self.assertLess(node.publish("v2/fw/request/3/chunk/%d" % n, "1028", 1), 0x80)
            chunk = node.receive()
            self.assertEqual((chunk.topic, chunk.qos), ("v2/fw/response/3/chunk/%d" % n, 1))
            got += chunk.payload
        self.assertEqual(got, self.file)
        shown = self.broker.show_when("node-2", lambda s: s["state"])
        self.assertEqual((shown["title"], shown["state"]), ("s31-nb", "IDLE"))

    def test_every_form_of_credential_connects(self):
        for args in (("", "TOKEN-3"), ("any", "TOKEN-3"), ("TOKEN-3",), ("TOKEN-3", "TOKEN-3"),
                     ("TOKEN-3", "TOKEN-3", "NULL"), ("", "TOKEN-3", ""), ("x", "TOKEN-3", "secret")):
            for version in (MQTT31, MQTT311, MQTT5):
                if version == MQTT31 and not args[0]:
                    continue  # MQTT 3.1 forbids an empty client id
                with self.subTest(args=args, version=version):
                    with Client(self.broker.port, *args, version=version) as node:
                        self.assertEqual(node.code, 0)

    def test_a_wrong_token_gets_5_at_once(self):
        for args in (("TOKEN-4", "WRONG"), ("WRONG",), ("", "WRONG", "TOKEN-4"), ("x", "TOKEN-4 "),
                     ("x", "token-4"), ("x", "")):
            for version, code in ((MQTT31, REFUSED_311), (MQTT311, REFUSED_311),
                                  (MQTT5, REFUSED_5)):
                if version == MQTT31 and not args[0]:
                    continue
                with self.subTest(args=args, version=version):
                    self.assertEqual(self.client(*args, version=version).code, code)

    def test_nothing_assigned_gives_an_empty_object(self):
        node = self.client("", "IDLE")
        node.publish(ATTRIBUTES + "/request/1", ASK)
        self.assertEqual(node.receive().payload, b"{}")
        node.publish("v2/fw/request/1/chunk/0", "1028")
        self.assertEqual(node.receive()[:2], ("v2/fw/error", b"NOT_FOUND"))
        node.publish("v2/sw/request/1/chunk/0", "1028")
        self.assertEqual(node.receive()[:2], ("v2/fw/error", b"NOT_FOUND"))
        node.ping()

    def test_attribute_requests_choose_keys(self):
        node = self.client("", "TOKEN-5")
        cases = (
            ('{"sharedKeys":"fw_version, fw_title"}',
             '{"shared":{"fw_title":"s31-nb","fw_version":"v1.1.0"}}'),
            ('{"sharedKeys":" fw_size "}', '{"shared":{"fw_size":7124}}'),
            ('{}', ANSWER),
            ('{"sharedKeys":"unknown"}', '{}'),
            ('{"sharedKeys":""}', '{}'),
            ('{"clientKeys":"a,b"}', '{}'),
            ('{"clientKeys":"a","sharedKeys":"fw_size"}', '{"shared":{"fw_size":7124}}'),
            ('{"sharedKeys":7}', '{}'),
            ('{"sharedKeys":', '{}'),
            ('[1]', '{}'),
            ('', '{}'),
            ('\0\1\2', '{}'),
        )
        for payload, answer in cases:
            with self.subTest(payload=payload):
                node.publish(ATTRIBUTES + "/request/12", payload)
                self.assertEqual(node.receive().payload.decode(), answer)

    def test_short_topics_are_answered_in_their_form(self):
        node = self.client("", "TOKEN-6")
        for request, response in (("v2/a/req/4", "v2/a/res/4"), ("v2/a/req/j/5", "v2/a/res/j/5")):
            node.publish(request, ASK)
            self.assertEqual(node.receive()[:2], (response, ANSWER.encode()))
        node.publish("v2/t", '{"current_fw_title":"s31-nb","current_fw_version":"v9"}')
        node.publish("v2/a/req/p/6", b"\x0a\x03abc")
        node.ping()
        self.assertEqual(node.silence(0.3), [])
        self.assertEqual(
            self.broker.show_when("node-6", lambda s: s["version"] == "v9")["version"], "v9")

    def test_a_node_that_subscribes_to_the_wrong_filter_goes_on(self):  # F1, F6
        node = self.client("", "TOKEN-7")
        self.assertEqual(node.subscribe("v2/fw/response/+"), 0)
        node.publish("v2/fw/request/1/chunk/0", "1028")
        self.assertEqual(node.receive().payload, self.file[:1028])

    def test_one_connection_a_chunk(self):  # F5
        for n in range(7):
            node = self.client("", "TOKEN-8")
            topic = "v2/fw/response/1/chunk/%d" % n
            self.assertEqual(node.subscribe(topic, 1), 1)
            node.publish("v2/fw/request/1/chunk/%d" % n, "1028", 1)
            chunk = node.receive()
            self.assertEqual(chunk, (topic, self.file[n * 1028:(n + 1) * 1028], 1, False))
            self.assertEqual(node.silence(0.05), [])  # one copy, though subscribed
            node.disconnect()

    def test_a_device_that_waits_for_a_push_gets_it(self):  # F9
        node = self.client("", "TOKEN-9")
        node.subscribe(ATTRIBUTES, 1)
        pushed = node.receive()
        self.assertEqual((pushed.topic, pushed.qos), (ATTRIBUTES, 1))
        self.assertEqual(json.loads(pushed.payload), json.loads(ANSWER)["shared"])
        self.broker.assign("node-9", "-")
        self.assertIn("fw_title", json.loads(node.receive().payload)["deleted"])
        self.broker.assign("node-9", "s31-nb", "v1.1.0")
        self.assertEqual(json.loads(node.receive().payload)["fw_version"], "v1.1.0")

    def test_request_ids_count_up_and_restart(self):  # F10
        for ids in ((1, 2, 3), (1, 2)):
            node = self.client("", "TOKEN-10")
            for i in ids:
                node.publish("v2/fw/request/%d/chunk/0" % i, "1028")
                self.assertEqual(node.receive()[:2], ("v2/fw/response/%d/chunk/0" % i,
                                                      self.file[:1028]))

    def test_standard_violations_close_only_their_connection(self):  # F12
        witness = self.client("", "TOKEN-11")
        node = self.client("", "TOKEN-12")
        node.socket.sendall(node._connect("again", "TOKEN-12", None, True, 60))
        self.assertTrue(node.wait_closed())
        node = self.client("", "TOKEN-12")
        node.socket.sendall(b"\x30\xff\xff\xff\xff\xff")
        self.assertTrue(node.wait_closed())
        witness.ping()

    def test_an_abandoned_connection_ends_after_keep_alive(self):  # F12
        node = self.client("", "TOKEN-13", keep_alive=1)
        self.assertTrue(node.wait_closed())  # the broker looks every few seconds
        shown = self.broker.show_when("node-13", lambda s: "closed" in s["events"])
        self.assertIn("closed", shown["events"])


if __name__ == "__main__":
    unittest.main()
