# SPDX-License-Identifier: Apache-2.0
"""An OTA server that misbehaves, and a radio link that goes: every update ends, in one report, with the old firmware."""
import os
import socket
import struct
import threading
import unittest

from field_case import FieldCase
from lab import Lab, NEW, OLD, wait_until
from responder import packet

CONNECT, CONNACK, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP, DISCONNECT = 1, 0x20, 8, 0x90, 12, 0xD0, 14
ENDED = "expect Close OTA upgrade within 7200s\nexpect Enter sleep mode within 900s\nwait 60s\n"
UPDATED = f"expect Image Version: {NEW} within 3600s\nexpect Enter sleep mode within 900s\nwait 60s\n"
TIMEOUT = "OTA server connection timeout"


class Server:
    """A broker that knows no other client. It closes the connection at the packet number `closes_at`, says nothing
    more from packet number `silent_from` on; pings it answers all the same, they come from the emulation."""

    def __init__(self, closes_at=None, silent_from=1000, connack=0, suback=0):
        self.closes_at, self.silent_from, self.connack, self.suback = closes_at, silent_from, connack, suback
        self.clients = []
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        """A thread that was left in accept() would take the connections of the next server, whose descriptor is the same."""
        self.door.shutdown(socket.SHUT_RDWR)
        self.thread.join()
        self.door.close()

    def accept(self):
        try:
            while True:
                line, client = self.door.accept()
                self.clients.append(client)
                threading.Thread(target=self.serve, args=(line,), daemon=True).start()
        except OSError:
            pass

    def count(self):
        """How many came. They are accepted in order: all of them have been when one of our own has."""
        with socket.create_connection(("127.0.0.1", self.port)) as own:
            wait_until(lambda: own.getsockname() in self.clients, "the server accepts")
        return len(self.clients) - 1

    @staticmethod
    def receive(file):
        kind = file.read(1)[0] >> 4
        size, shift = 0, 0
        while True:
            digit = file.read(1)[0]
            size |= (digit & 127) << shift
            shift += 7
            if digit < 128:
                return kind, file.read(size)

    def serve(self, line):
        number = 0
        with line, line.makefile("rb") as file:
            try:
                while number != self.closes_at:
                    kind, body = self.receive(file)
                    if kind == PINGREQ:
                        line.sendall(packet(PINGRESP, b""))
                        continue
                    number += 1
                    if number < self.silent_from and number != self.closes_at:
                        self.answer(line, kind, body)
                line.shutdown(socket.SHUT_RDWR)
            except (IndexError, OSError):
                pass

    def answer(self, line, kind, body):
        if kind == CONNECT:
            line.sendall(packet(CONNACK, bytes([0, self.connack])))
        elif kind == SUBSCRIBE:
            line.sendall(packet(SUBACK, body[:2] + struct.pack("B", self.suback)))


class Trouble(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)
        self.lab.data_server()
        self.lab.listen()

    def run_against(self, server):
        with server:
            settings = self.lab.settings(ota_port=server.port)
            result = self.lab.run_node(settings + "type AT+UPGRADE\n" + ENDED, name=f"port{server.port}")
            result["connections"] = server.count()
        self.assertNotIn("Independent watchdog", result["console"])
        self.assertEqual(result["console"].count("Close OTA upgrade"), 1)
        return result

    def assert_timeout(self, server, connections):
        before = len(self.lab.reports())
        result = self.run_against(server)
        self.assertEqual(self.lab.reports()[before:], [TIMEOUT])
        self.assertEqual(result["connections"], connections, result["console"])
        return result

    def test_connection_closed_at_any_step_ends_in_code_4(self):
        for step in range(8):  # accept, CONNECT, hello, three filters, request, its repetition
            with self.subTest(step=step):
                self.assert_timeout(Server(closes_at=step), 4)

    def test_server_that_accepts_and_never_answers_ends_in_code_4(self):
        result = self.assert_timeout(Server(silent_from=1), 4)
        self.assertEqual(result["console"].count("Failed to connect to ota server"), 4)

    def test_server_that_falls_silent_ends_in_code_4(self):
        result = self.assert_timeout(Server(silent_from=2), 1)
        self.assertEqual(result["console"].count("Subscribe refused:"), 3)
        self.assertEqual(result["console"].count("Upload request firmware information successfully"), 4)

    def test_refused_filters_are_no_error(self):
        result = self.assert_timeout(Server(suback=128), 1)
        self.assertEqual(result["console"].count("Subscribe refused:"), 3)
        self.assertEqual(result["console"].count("Upload request firmware information successfully"), 4)

    def test_report_waits_for_the_data_server_over_resets_and_comes_once(self):
        self.lab.end(self.lab.processes[1])  # the listener
        self.lab.end(self.lab.processes[0])
        server = Server(connack=5)
        give_up = "expect *****End of upload***** within 900s\n" * 4
        with server:
            settings = self.lab.settings(ota_port=server.port, tdc="60")
            self.lab.run_node(settings + "type AT+UPGRADE\nexpect Close OTA upgrade within 900s\n" + give_up +
                              "cut power for 3s\n" + give_up + "end\n")
        self.lab.data_server()
        self.lab.listen()
        self.lab.run_node("expect Send complete within 900s\ncut power for 1s\n"
                          "expect Send complete within 900s\nexpect Send complete within 900s\nwait 30s\n")
        self.assertEqual(self.lab.reports(), [TIMEOUT])
        self.assertGreaterEqual(len(self.lab.messages()), 4)

    def test_connack_decides_whether_it_is_tried_again(self):
        for code, connections in ((1, 1), (2, 1), (3, 4), (4, 1), (5, 1)):
            with self.subTest(code=code):
                self.assert_timeout(Server(connack=code), connections)


class LinkDown(FieldCase):
    MOMENTS = ("FW check", "MQTT connect success", "Upload request firmware information", "Please wait for the erase",
               "Request download successfully", "Downloading {percent}%")

    def setUp(self):
        super().setUp()
        self.lab.data_server()
        self.lab.ota_server()
        self.lab.listen()
        self.lab.nbota("assign", "node-1", self.lab.packed())
        pieces = -(-os.path.getsize(self.lab.packed()) // 1028)
        percent = (pieces - 2) * 100 // pieces  # as the node prints before it asks for the last piece
        self.moments = [moment.format(percent=percent) for moment in self.MOMENTS]

    def run_down(self, moment, number, then):
        before = len(self.lab.reports())
        scenario = f"type AT+UPGRADE\nexpect {moment} within 900s\nlink down\n" + then
        result = self.lab.run_node(self.lab.settings() + scenario, name=f"node{number}")
        self.assertNotIn("Independent watchdog", result["console"])
        return result, self.lab.reports()[before:]

    def test_link_lost_for_long_at_any_moment_is_reported_when_it_is_back(self):
        for number, moment in enumerate(self.moments):
            with self.subTest(moment=moment):
                then = "wait 1800s\nlink up\nexpect Send complete within 7200s\nwait 60s\n"
                result, reports = self.run_down(moment, number, then)
                self.assertEqual(reports, [TIMEOUT])
                self.assertEqual(result["console"].count("OTA retry"), 3)
                self.assertNotIn(f"Image Version: {NEW}", result["console"])

    def test_link_lost_for_a_moment_costs_no_update(self):
        for number, moment in enumerate(self.moments):
            with self.subTest(moment=moment):
                result, reports = self.run_down(moment, number, "wait 20s\nlink up\n" + UPDATED)
                self.assertEqual(reports, [f"OTA Update OK, Firmware Title: s31-nb Ver: {NEW}"])
                self.assertEqual(result["console"].count(f"Image Version: {OLD}"), 1)

    def test_link_lost_after_the_order_delays_the_report_only(self):
        result, reports = self.run_down("uploading 100%", 0, "wait 1800s\nlink up\nexpect Send complete within 7200s\n"
                                        "wait 60s\n")
        self.assertIn(f"Image Version: {NEW}", result["console"])
        self.assertEqual(reports, [f"OTA Update OK, Firmware Title: s31-nb Ver: {NEW}"])


if __name__ == "__main__":
    unittest.main(verbosity=2)
