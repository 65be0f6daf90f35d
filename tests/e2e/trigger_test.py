#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`nbota trigger` between a plain data server and the OTA server, against nodes of both manners."""
import time
import unittest

from command_lab import LabCase, hello
from mqtt_client import Client
from nbota_command import NBOTA, firmware

UP, DOWN = "node/up", "node/down"
UPLINK = '{"IMEI":"866207053462705","temperature":23.4}'


class Trigger(LabCase):
    def setUp(self):
        super().setUp()
        self.run_nbota("device", "add", "s31", "--token", "token-1", "--imei", "866207053462705")
        self.run_nbota("assign", "s31", self.write("fw.bin", firmware("s31-nb", "v1.1.0")))
        self.data_server()
        self.serve()

    def trigger(self, *words, timeout=200):
        process = self.start(NBOTA, "trigger", "s31", "--data", f"127.0.0.1:{self.data_port}", "--pub", UP, "--sub",
                             DOWN, "--timeout", timeout, *words)
        process.wait_for("waiting for an uplink")
        return process

    def heard_in_vain(self, start, node):
        """What is said when the time ends behind the one uplink. On a busy machine a short time may end before it."""
        for timeout in (2, 10, 50):
            trigger = start(timeout)
            node.publish(UP, UPLINK)
            self.assertEqual(trigger.wait(), 1)
            if "0 uplinks heard" not in trigger.text():
                break
        return trigger.text()

    def data_client(self):
        client = Client(self.data_port, client_id="node")
        self.addCleanup(client.disconnect)
        return client

    def come_to_the_ota_server(self):
        hello(self.node("token-1"), "v1.0.0")

    def test_a_node_that_subscribes_first_is_told_at_once(self):
        trigger = self.trigger()
        node = self.data_client()
        node.subscribe(DOWN)
        node.publish(UP, UPLINK)
        self.assertEqual(node.receive().payload, b"F901")
        self.come_to_the_ota_server()
        self.assertEqual(trigger.wait(), 0, trigger.text())
        self.assertIn("has come to the OTA server", trigger.text())

    def test_a_node_that_subscribes_after_its_uplink_is_told_by_a_repetition(self):
        trigger = self.trigger("--raw")
        node = self.data_client()
        node.publish(UP, UPLINK)
        time.sleep(1.5)
        node.subscribe(DOWN)
        message = node.receive()
        self.assertEqual((message.payload, message.retain), (b"\xf9\x01", False))
        self.come_to_the_ota_server()
        self.assertEqual(trigger.wait(), 0, trigger.text())

    def test_its_own_trigger_is_not_taken_for_an_uplink(self):
        self.run_nbota("device", "add", "any", "--token", "token-2")  # no IMEI: every message counts
        self.run_nbota("assign", "any", self.folder / "fw.bin")

        def start(timeout):
            trigger = self.start(NBOTA, "trigger", "any", "--data", f"127.0.0.1:{self.data_port}", "--pub", "node/#",
                                 "--sub", DOWN, "--timeout", timeout)
            trigger.wait_for("waiting for an uplink")
            return trigger

        self.assertIn("1 uplinks heard", self.heard_in_vain(start, self.data_client()))

    def test_nothing_is_sent_before_the_node_is_heard_nor_retained_after(self):
        trigger = self.trigger()
        listener = self.data_client()
        listener.subscribe(DOWN)
        listener.publish(UP, '{"IMEI":"111111111111111"}')  # another node on the same topic
        self.assertEqual(listener.silence(1), [])
        listener.publish(UP, UPLINK)
        listener.receive()
        self.come_to_the_ota_server()
        self.assertEqual(trigger.wait(), 0)
        late = Client(self.data_port, client_id="late")
        self.addCleanup(late.disconnect)
        late.subscribe("#")
        self.assertEqual(late.silence(0.5), [])

    def test_a_report_of_the_node_ends_it_with_the_action_to_take(self):
        for report, code in (("Hardware not supported", 2), ("OTA server connecting timeout", 4)):
            trigger = self.trigger()
            node = self.data_client()
            node.subscribe(DOWN)
            node.publish(UP, UPLINK)
            node.receive()
            node.publish(UP, f'{{"IMEI":"866207053462705", "Message": "{report}"}}')
            self.assertEqual(trigger.wait(), 1)
            self.assertIn(f"reports code {code}", trigger.text())
            self.assertIn("hint:", trigger.text())
            node.disconnect()

    def test_a_silent_node_ends_it_with_what_to_look_at(self):
        trigger = self.trigger(timeout=1)
        self.assertEqual(trigger.wait(), 1)
        self.assertIn("0 uplinks heard", trigger.text())
        self.assertIn("AT+PUBTOPIC", trigger.text())

    def test_a_node_that_does_not_come_ends_it_with_what_to_look_at(self):
        text = self.heard_in_vain(lambda timeout: self.trigger(timeout=timeout), self.data_client())
        self.assertIn("1 uplinks heard", text)
        self.assertIn("AT+SUBTOPIC", text)

    def test_without_an_offer_nothing_is_started(self):
        self.run_nbota("assign", "s31", "--none")
        result = self.run_nbota("trigger", "s31", "--data", f"127.0.0.1:{self.data_port}", "--pub", UP, "--sub", DOWN,
                                status=1)
        self.assertIn("nothing is offered", result.stderr)

    def test_wrong_places_are_told(self):
        result = self.run_nbota("trigger", "s31", "--data", "127.0.0.1:1", "--pub", UP, "--sub", DOWN, status=1)
        self.assertIn("cannot use the data server '127.0.0.1:1': Connection refused", result.stderr)
        for words in (["--pub", UP, "--sub", DOWN], ["--data", "x:y", "--pub", UP, "--sub", DOWN],
                      ["--data", "h", "--pub", "a/#/b", "--sub", DOWN], ["--data", "h", "--pub", UP, "--sub", "a/+"]):
            self.run_nbota("trigger", "s31", *words, status=2)


if __name__ == "__main__":
    unittest.main()
