# SPDX-License-Identifier: Apache-2.0
"""The data session on every channel, against servers of others: what arrives, what comes back, what is reported."""
import json
import re
import unittest

from channel_case import SESSION, ChannelLab, success

SHOW = "unlock\nexpect Password Correct within 60s\ntype AT+LDATA=?\nexpect OK within 30s\n"


def last_data(console):
    """What AT+LDATA=? said."""
    return re.findall(r"^(\{\"IMEI\".*\}|f[0-9a-f]{40,})\r?$", console, re.MULTILINE)[-1].encode()


def take(digits, *sizes):
    fields, at = [], 0
    for size in sizes:
        fields.append(digits[at:at + size])
        at += size
    return fields, digits[at:]


def signed(digits):
    value = int(digits, 16)
    return value - 0x10000 if value & 0x8000 else value


class Channel:
    """Derive once for each channel; `name` is a key of PEERS."""
    name = None

    def setUp(self):
        self.lab = ChannelLab(self.name)
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)
        self.peer = self.lab.peer
        self.run_node = self.lab.run_node

    def test_general_json_arrives_as_the_node_shows_it(self):
        result = self.run_node("5", SESSION + SHOW)
        self.assertEqual(b"".join(self.peer.wait_for(1)), last_data(result["console"]))
        data = json.loads(last_data(result["console"]))
        self.assertEqual((data["Model"], data["mod"]), ("S31-NB", 1))
        self.assertEqual(len(data["IMEI"]), 15)
        self.assertIsInstance(data["temperature"], float)

    def test_hex_is_read_by_the_fields_of_the_vendors_decoder(self):
        result = self.run_node("0", SESSION + SHOW)
        arrived = b"".join(self.peer.wait_for(1))
        digits = arrived.decode() if self.name == "mqtt" else arrived.hex()
        self.assertEqual(digits.encode(), last_data(result["console"]))
        head, rest = take(digits, 16, 16, 2, 2, 4, 2, 2)
        self.assertEqual(head[0], "f" + re.search(r"The IMEI number is:(\d+)\.", result["console"])[1])
        self.assertEqual(int(head[3], 16), 100)  # v1.0.0
        self.assertIn(int(head[4], 16), range(2400, 3700))
        values, history = take(rest, 4, 2, 2, 2, 4, 4, 4, 8)
        self.assertEqual(values[:5], ["0000", "00", "00", "00", "0000"])
        self.assertIn(signed(values[5]), range(-400, 850))
        self.assertIn(int(values[6], 16), range(0, 1001))
        self.assertEqual(history, "")

    def test_downlink_f901_updates_and_the_report_arrives(self):
        self.lab.offer("s31-nb")
        result = self.lab.update_by_downlink("0")
        self.assertIn("Received downlink data:F901", result["console"])
        self.lab.check_report(self, result, success(result, "s31-nb"))

    def test_a_server_that_is_gone_costs_no_measurement(self):
        gone = {"servaddr": "127.0.0.1,1"}
        result = self.run_node("5", "type ATZ\nexpect Failed to send within 900s\nexpect Failed to send within 900s\n"
                               "expect Failed to send within 900s\nexpect Failed to send within 900s\nunlock\n"
                               "expect Password Correct within 60s\n"
                               f"type AT+SERVADDR=127.0.0.1,{self.peer.port}\nexpect OK within 30s\n" + SESSION, **gone)
        self.assertEqual(result["console"].count("Failed to send"), 4)
        data = json.loads(b"".join(self.peer.wait_for(1)))
        self.assertEqual(len(data["1"]), 3)
        self.assertNotIn("2", data)


class MqttChannel(Channel, unittest.TestCase):
    name = "mqtt"


class CoapChannel(Channel, unittest.TestCase):
    name = "coap"

    def test_a_server_that_refuses_gets_the_measurement_once_it_takes_it(self):
        for code in (0x84, 0xA3):  # 4.04, 5.03
            self.peer.refuse(code)
            result = self.run_node("5", "type ATZ\n" + 4 * "expect Failed to send within 900s\n")
            self.assertEqual(result["console"].count("Failed to upload data"), 4)
            self.peer.refuse(None)
            before = len(self.peer.wait_for(4))
            self.run_node("5", SESSION)
            data = json.loads(self.peer.wait_for(before + 1)[-1])
            self.assertIn("1", data)

    def test_a_refused_report_is_sent_again_until_it_is_taken(self):
        self.lab.offer("s31-nb")
        self.peer.refuse(0x84, b'"Message"')
        text = success(self.lab.update("5"), "s31-nb")
        self.assertEqual(self.peer.wait_for(6).count(text), 4)
        self.peer.refuse(None)
        for _ in range(2):
            self.run_node("5", SESSION)
        self.assertEqual(self.peer.messages().count(text), 5)


class UdpChannel(Channel, unittest.TestCase):
    name = "udp"
    test_a_server_that_is_gone_costs_no_measurement = None


class TcpChannel(Channel, unittest.TestCase):
    name = "tcp"


if __name__ == "__main__":
    unittest.main(verbosity=2)
