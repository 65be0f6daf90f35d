# SPDX-License-Identifier: Apache-2.0
"""The chunk service row by row (docs/server.md, "Chunk service")."""

import time
import unittest

from broker import Broker, packed
from gateway_case import GatewayCase
from mqtt_client import MQTT311, MQTT5, Client

SMALL = packed(3000)         # 7124 bytes: 7 chunks, the last 956
LARGE = packed(122880)       # 127472 bytes: 124 full chunks
REQUEST = "v2/fw/request/%d/chunk/%s"


class Chunks(GatewayCase):
    @classmethod
    def setUpClass(cls):
        cls.broker = Broker()
        cls.broker.image(SMALL, "small", "v1")
        cls.broker.image(LARGE, "large", "v1")
        cls.count = 0
        for i in range(40):
            cls.broker.device("s%d" % i, "SMALL-%d" % i)
            cls.broker.admin("assign", "s%d" % i, "small", "v1")
            if i < 10:
                cls.broker.device("l%d" % i, "LARGE-%d" % i)
                cls.broker.admin("assign", "l%d" % i, "large", "v1")
        cls.broker.start()

    def node(self, size="SMALL", **kwargs):
        """A device nobody has used yet."""
        number = Chunks.count
        if size == "SMALL":
            Chunks.count += 1
        else:
            number = Chunks.large = getattr(Chunks, "large", -1) + 1
        node = Client(self.broker.port, "", "%s-%d" % (size, number), **kwargs)
        node.name = "%s%d" % (size[0].lower(), number)
        self.addCleanup(node.cut)
        return node

    def ask(self, node, index, size, request_id=1, qos=0):
        node.publish(REQUEST % (request_id, index), size, qos)
        message = node.receive()
        self.assertEqual(message.topic, "v2/fw/response/%d/chunk/%s" % (request_id, index))
        return message.payload

    def test_k1_k2_the_size_is_remembered_for_its_request_id(self):
        node = self.node()
        self.assertEqual(self.ask(node, 0, "500"), SMALL[:500])
        self.assertEqual(self.ask(node, 1, ""), SMALL[500:1000])
        self.assertEqual(self.ask(node, 0, "300", request_id=2), SMALL[:300])
        self.assertEqual(self.ask(node, 2, "", request_id=2), SMALL[600:900])
        self.assertEqual(self.ask(node, 2, "", request_id=1), SMALL[1000:1500])

    def test_k1_the_size_outlives_the_connection(self):
        node = self.node()
        self.ask(node, 0, "500")
        node.cut()
        again = Client(self.broker.port, "", "SMALL" + "-" + node.name[1:])
        self.addCleanup(again.cut)
        self.assertEqual(self.ask(again, 3, ""), SMALL[1500:2000])

    def test_k3_no_size_gives_the_whole_then_an_empty_end(self):
        for nothing in ("", "0"):
            node = self.node()
            self.assertEqual(self.ask(node, 0, nothing), SMALL)
            self.assertEqual(self.ask(node, 1, nothing), b"")

    def test_k4_a_negative_size_counts_as_not_given(self):
        node = self.node()
        self.assertEqual(self.ask(node, 0, "-1028"), SMALL)
        self.assertEqual(self.ask(node, 0, "700", request_id=2), SMALL[:700])
        self.assertEqual(self.ask(node, 1, "-5", request_id=2), SMALL[700:1400])

    def test_k5_quotes_and_blanks_around_a_size_are_tolerated(self):
        for size in ('"1024"', " 1024", "1024\r\n", "1024\0", '" 1024 "\0', "'1024'", "001024"):
            with self.subTest(size=size):
                self.assertEqual(self.ask(self.node(), 1, size), SMALL[1024:2048])

    def test_k6_other_text_means_1028_or_what_was_known_and_is_counted(self):
        for size in ("0x400", "chunk", "10.5", "1 028", "{\"size\":5}", "\xff\xfe", "+7", "--5"):
            with self.subTest(size=size):
                node = self.node()
                self.assertEqual(self.ask(node, 1, size), SMALL[1028:2056])
                self.assertEqual(self.ask(node, 0, "500", request_id=2), SMALL[:500])
                self.assertEqual(self.ask(node, 1, size, request_id=2), SMALL[500:1000])
        shown = self.broker.show_when(node.name, lambda s: s["malformed"] == 2)
        self.assertEqual(shown["malformed"], 2)

    def test_k7_an_over_size_is_clamped_with_one_notice(self):
        for size in ("65537", "99999999999999999999", "4294967296"):
            node = self.node("LARGE")
            node.publish(REQUEST % (1, 0), size)
            self.assertEqual(node.receive()[:2], ("v2/fw/error", b"PAYLOAD_TOO_LARGE"))
            self.assertEqual(node.receive().payload, LARGE[:65536])
            self.assertEqual(self.ask(node, 1, size), LARGE[65536:])
            self.assertEqual(self.ask(node, 2, size), b"")
            self.assertEqual(self.ask(node, 1, "65536"), LARGE[65536:])

    def test_k8_a_new_size_counts_at_once(self):
        node = self.node()
        self.assertEqual(self.ask(node, 1, "1000"), SMALL[1000:2000])
        self.assertEqual(self.ask(node, 1, "100"), SMALL[100:200])
        shown = self.broker.show_when(node.name, lambda s: any("size" in e for e in s["events"]))
        self.assertIn("chunk size changed to 100", shown["events"])

    def test_k10_behind_the_end_the_payload_is_empty(self):
        node = self.node("LARGE")
        self.assertEqual(self.ask(node, 123, "1028"), LARGE[123 * 1028:])
        self.assertEqual(self.ask(node, 124, "1028"), b"")  # the size is a multiple of 1028

    def test_k13_an_index_that_overflows_32_bits_is_behind_the_end(self):
        node = self.node()
        for index in (4194304, 65536, 4294967295):
            self.assertEqual(self.ask(node, index, "65536"), b"")
            self.assertEqual(self.ask(node, index, "1024"), b"")

    def test_k14_the_last_chunk_is_short_and_never_padded(self):
        node = self.node()
        self.assertEqual(self.ask(node, 6, "1028"), SMALL[-956:])
        self.assertEqual(len(self.ask(node, 6, "1028")), 956)
        self.assertEqual(self.ask(node, 7123, "1"), SMALL[-1:])
        self.assertEqual(self.ask(node, 7124, "1"), b"")

    def test_k17_output_is_bounded_and_the_connection_stays(self):
        node = self.node("LARGE")
        started = time.monotonic()
        for _ in range(200):
            node.send_publish(REQUEST % (1, 0), "65536")
        got = 0
        while got < 500 * 1024:  # what does not come is an error of receive()
            got += len(node.receive().payload)
        got += sum(len(m.payload) for m in node.silence(1.0))
        elapsed = time.monotonic() - started
        # 512 KB of burst with one answer over, and 128 KB a second.
        self.assertLess(got, 600 * 1024 + 128 * 1024 * elapsed)
        self.assertGreater(self.broker.show_when(node.name, lambda s: s["dropped"])["dropped"], 100)
        node.ping()
        self.assertEqual(self.ask(node, 1, "1028"), LARGE[1028:2056])

    def test_k19_eight_outstanding_requests_are_answered_in_order(self):
        node = self.node("LARGE")
        self.ask(node, 0, "1028")
        for base in range(0, 80, 8):
            for n in range(8):
                node.send_publish(REQUEST % (1, base + n), "1028")
            topics = [node.receive().topic for _ in range(8)]
            self.assertEqual(topics, ["v2/fw/response/1/chunk/%d" % (base + n) for n in range(8)])

    def test_k19_also_while_the_pin_is_on_its_way_to_the_disk(self):
        node = self.node()
        node.send_publish("v1/devices/me/attributes/request/1", '{"sharedKeys":"fw_size"}')
        for n in range(7):
            node.send_publish(REQUEST % (1, n), "1028")
        topics = [node.receive().topic for _ in range(8)]
        self.assertEqual(topics, ["v1/devices/me/attributes/response/1"] +
                         ["v2/fw/response/1/chunk/%d" % n for n in range(7)])

    def test_k20_a_repeated_chunk_is_served_and_counted(self):
        node = self.node()
        for n in (0, 1, 1, 1, 0, 2):
            self.assertEqual(self.ask(node, n, "1028"), SMALL[n * 1028:(n + 1) * 1028])
        shown = self.broker.show_when(node.name, lambda s: s["chunks"] == 6)
        self.assertEqual((shown["chunks"], shown["retries"]), (6, 3))

    def test_malformed_topics_are_dropped_and_harm_nobody(self):
        for version in (MQTT311, MQTT5):
            node = self.node(version=version)
            witness = self.node(version=version)
            bad = ("x", "-1", "", "1 ", " 1", "0x1", "1.0", "4294967296", "99999999999",
                   "00000000001", "1/2", "1/", "\u0661")
            for index in bad:
                node.publish(REQUEST % (1, index), "1028", 1)
            for topic in ("v2/fw/request//chunk/1", "v2/fw/request/x/chunk/1", "v2/fw/request/1/chunk",
                          "v2/fw/request/4294967296/chunk/1", "xv2/fw/request/1/chunk/1",
                          "v2/fw/request/1/chunk/1x", "/v2/fw/request/1/chunk/1", "v2/fw",
                          "v1/devices/me/attributes/request/", "v1/devices/me/attributes/request/a",
                          "v2/hw/request/1/chunk/1", "t" * 60000):
                node.publish(topic, "1028", 1)
            node.ping()
            self.assertEqual(node.silence(0.2), [])
            self.assertEqual(self.ask(witness, 1, "1028"), SMALL[1028:2056])
            self.assertEqual(self.ask(node, 1, "1028"), SMALL[1028:2056])
            shown = self.broker.show_when(node.name, lambda s: s["malformed"] >= 25)
            self.assertEqual(shown["malformed"], 25)

    def test_leading_zeros_come_back_as_they_were_asked(self):
        node = self.node()
        self.assertEqual(self.ask(node, "0000000001", "1028"), SMALL[1028:2056])

    def test_the_answers_qos_is_the_lesser_of_filter_and_request(self):
        node = self.node()
        for filter_qos, request_qos, expected in ((None, 0, 0), (None, 1, 1), (0, 1, 0), (1, 0, 0),
                                                  (1, 1, 1)):
            if filter_qos is not None:
                node.subscribe("v2/fw/response/+/chunk/+", filter_qos)
            node.publish(REQUEST % (1, 0), "10", request_qos)
            self.assertEqual(node.receive().qos, expected, (filter_qos, request_qos))
        node.unsubscribe("v2/fw/response/+/chunk/+")
        node.publish(REQUEST % (1, 0), "10", 0)
        self.assertEqual(node.receive().qos, 0)

    def test_attributes_take_the_filters_qos(self):
        node = self.node()
        for filter_qos, request_qos, expected in ((None, 0, 0), (None, 1, 1), (0, 1, 0), (1, 0, 1)):
            if filter_qos is not None:
                node.subscribe("v1/devices/me/attributes/response/+", filter_qos)
            node.publish("v1/devices/me/attributes/request/1", "{}", request_qos)
            self.assertEqual(node.receive().qos, expected, (filter_qos, request_qos))

    def test_a_duplicate_request_is_answered_again(self):
        node = self.node()
        node.send_publish(REQUEST % (1, 0), "10", 1)
        node.send_publish(REQUEST % (1, 0), "10", 1, duplicate=True)
        self.assertEqual([node.receive().payload for _ in range(2)], [SMALL[:10]] * 2)


if __name__ == "__main__":
    unittest.main()
