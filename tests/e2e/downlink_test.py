# SPDX-License-Identifier: Apache-2.0
"""Downlinks over a real broker: the vendor's one-step list, a list that is refused, the node's state."""
import json
import socket
import subprocess
import threading
import unittest

from lab import Lab, NEW, OLD, SUBSCRIBE

IMEI = "866207053462705"
UPDATED = f"expect Image Version: {NEW} within 3600s\nexpect End of upload within 600s\n"
SENT = "expect End of upload within 600s\n"
PRINT_ALL = "type AT+CFG\nexpect AT+DEUI within 60s\n"
ENDED = SENT + "wait 60s\n"
FRESH = {"otaser": None, "otaclt": None, "otauname": None, "otapwd": None, "otatitle": None, "deui": IMEI}


class Peer:
    """A data server of one session that is no broker: it answers the first message with a downlink."""

    def __init__(self, kind, downlink):
        self.kind, self.downlink, self.heard = kind, downlink, []
        self.socket = socket.socket(socket.AF_INET, kind)
        self.socket.bind(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]

    def __enter__(self):
        if self.kind == socket.SOCK_STREAM:
            self.socket.listen()
        threading.Thread(target=self.serve, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.socket.close()

    def serve(self):
        try:
            if self.kind == socket.SOCK_STREAM:
                with self.socket.accept()[0] as line:
                    self.talk(line)
            else:
                self.talk(self.socket)
        except OSError:
            pass

    def talk(self, line):
        while True:
            message, sender = line.recvfrom(2048)
            if not message:
                return
            self.heard.append(message)
            if len(self.heard) == 1:
                line.sendmsg([self.downlink], [], 0, *([sender] if sender else []))


class Downlinks(unittest.TestCase):
    def setUp(self):
        self.lab = Lab()
        self.lab.__enter__()
        self.addCleanup(self.lab.__exit__)
        self.lab.data_server()
        self.lab.listen()

    def send(self, *payloads):
        """Scenario lines: once the node listens, each of `payloads` is published to it."""
        lines = ["expect Upload data successfully within 600s"]
        for number, payload in enumerate(payloads):
            file = self.lab.write(f"downlink-{number}", payload)
            lines.append(f"run mosquitto_pub -h 127.0.0.1 -p {self.lab.data_port} -t {SUBSCRIBE} -q 1 -f {file}")
        return "\n".join(lines) + "\n"

    def run_fresh_node(self, end, *payloads):
        """A node that knows its data server alone."""
        return self.lab.run_node(self.lab.settings(**FRESH) + "type ATZ\n" + self.send(*payloads) + end)

    def answers(self):
        return [line for line in self.lab.messages() if '"IMSI"' not in line]

    def list_of(self, **values):
        """The form of the vendor's example for ThingsEye."""
        server = values.get("server", f"127.0.0.1,{self.lab.ota_port}")
        return (f'{{"Config":"[AT+OTASER={server};AT+OTACLT=token-1;AT+OTAUNAME=token-1;'
                f'AT+OTAPWD={values.get("password", "NULL")};AT+OTATITLE=s31-nb;AT+OTAVER={OLD};AT+UPGRADE]"}}')

    def test_one_list_configures_a_fresh_node_and_updates_it(self):
        self.lab.nbota("device", "add", "node-1", "--token", "token-1")
        self.lab.nbota("assign", "node-1", self.lab.packed())
        self.lab.ota_server()
        result = self.run_fresh_node(UPDATED, self.list_of())
        self.assertIn(f"Image Version: {NEW}", result["console"])
        ack = f'{{"IMEI":"{IMEI}","Downklink_Ack":"success"}}'
        report = f'{{"IMEI":"{IMEI}", "Message": "OTA Update OK, Firmware Title: s31-nb Ver: {NEW}"}}'
        self.assertEqual(self.answers(), [ack, report])

    def test_refused_list_is_reported_with_code_3_and_changes_nothing(self):
        result = self.run_fresh_node(ENDED + self.open_console() + PRINT_ALL,
                                     self.list_of(password="pass;word"))
        self.assertEqual(self.answers(), [f'{{"IMEI":"{IMEI}","Downklink_Ack":"fail:5"}}',
                                          f'{{"IMEI":"{IMEI}", "Message": "Command format error"}}'])
        settings = result["console"][result["console"].rindex("AT+OTASER="):]
        for name in ("OTASER", "OTACLT", "OTAUNAME"):
            self.assertIn(f"AT+{name}=NULL\n", settings.replace("\r", ""))
        self.assertNotIn("FW check", result["console"])

    @staticmethod
    def open_console():
        return "unlock\nexpect Password Correct within 60s\n"

    def test_several_downlinks_of_a_session_are_answered_in_order(self):
        self.run_fresh_node(ENDED, "Event:Status", '{"Config":"[AT+TDC=900]"}', "010003E8", '{"Config":"[AT+TDC=59]"}',
                            '{"Config":"[AT+TDC=?;AT+MQOS=0]"}')
        state = (f'{{"IMEI":"{IMEI}","Image Version":"{OLD}","NB-IoT Stack":"nbota-BC660K-1","Model":"s31-nb"}}')
        acks = [f'{{"IMEI":"{IMEI}","Downklink_Ack":"{result}"}}' for result in ("success", "fail:1", "success")]
        self.assertEqual(self.answers(), [state, *acks])

    def test_longest_list_of_the_vendor_is_299_bytes_and_all_of_it_is_set(self):
        server, text = "o" * 35 + ",1885", "x" * 44
        values = {"OTASER": server, "OTACLT": text, "OTAUNAME": text, "OTAPWD": "p" * 48, "OTATITLE": "t" * 20,
                  "OTAVER": "v1.23.45"}
        commands = ";".join(f"AT+{name}={value}" for name, value in values.items())
        payload = f'{{"Config":"[{commands};AT+UPGRADE]"}}'
        result = self.run_fresh_node(SENT + self.open_console() + PRINT_ALL, payload)
        self.assertEqual(len(payload), 299)
        for name, value in values.items():
            self.assertIn(f"AT+{name}={'****' if name == 'OTAPWD' else value}", result["console"])
        self.assertEqual(self.answers()[0], f'{{"IMEI":"{IMEI}","Downklink_Ack":"success"}}')

    def test_power_cut_inside_a_list_leaves_all_old_values(self):
        old = {"OTASER": "NULL", "OTACLT": "NULL", "OTAUNAME": "NULL", "OTATITLE": "s31-nb", "OTAVER": OLD}
        payload = '{"Config":"[AT+OTASER=ota.example,1885;AT+OTACLT=one;AT+OTAUNAME=two;AT+OTATITLE=three;AT+OTAVER=v9]"}'
        for operation in (2, 8, 14, 19):  # of the 19 or so words that the list takes
            self.lab.nbota("node", "reset", "s31", check=False)
            sent = self.send(payload).replace("run ", f"cut power at operation {operation} + 0.5\nrun ")
            result = self.lab.run_node(self.lab.settings(**FRESH) + "type ATZ\n" + sent +
                                       "expect Image Version within 600s\n" + self.open_console() + PRINT_ALL)
            self.assertEqual(self.last_settings(result["console"], old), old, operation)

    @staticmethod
    def last_settings(console, names):
        lines = console.replace("\r", "").split("\n")
        return {name: [line for line in lines if line.startswith(f"AT+{name}=")][-1].split("=")[1] for name in names}

    def test_list_and_its_answer_go_over_udp_and_tcp_too(self):
        downlink = b'{"Config":"[AT+MQOS=1;AT+URI1=11,\\"a\\"]"}'
        for protocol, kind in (("2,5", socket.SOCK_DGRAM), ("4,5", socket.SOCK_STREAM)):
            with self.subTest(protocol), Peer(kind, downlink) as peer:
                self.lab.nbota("node", "reset", "s31", check=False)
                self.lab.run_node(self.lab.settings(**FRESH, pro=protocol, servaddr=f"127.0.0.1,{peer.port}") +
                                  "type ATZ\n" + ENDED)
                self.assertIn(b'"IMSI"', peer.heard[0])
                self.assertEqual(b"".join(peer.heard[1:]).decode(), f'{{"IMEI":"{IMEI}","Downklink_Ack":"success"}}')

    def test_f801_sends_the_log_as_json(self):
        self.run_fresh_node(ENDED, "F801")
        pieces = [json.loads(line) for line in self.answers()]
        self.assertEqual({tuple(piece) for piece in pieces}, {("IMEI", "Log")})
        log = "".join(piece["Log"] for piece in pieces)
        self.assertIn("*****Upload start:0*****\r\n", log)
        self.assertIn("]Received downlink data:F801\r\n", log)

    def test_retained_list_is_done_and_answered_once_in_each_session(self):
        retained = self.lab.write("retained", '{"Config":"[AT+TDC=600]"}')
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.lab.data_port), "-t", SUBSCRIBE, "-r", "-f",
                        retained], check=True, timeout=20)
        self.lab.run_node(self.lab.settings(**FRESH) + "type ATZ\n" + 2 * "expect End of upload within 900s\n")
        self.assertEqual(self.answers(), 2 * [f'{{"IMEI":"{IMEI}","Downklink_Ack":"success"}}'])


if __name__ == "__main__":
    unittest.main()
