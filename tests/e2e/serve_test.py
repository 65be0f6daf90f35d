#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""`nbota serve` with a client that does on the wire what shipped nodes do."""
import json
import os
import pathlib
import pty
import pwd
import shutil
import signal
import socket
import subprocess
import unittest

from command_lab import LabCase, ask_for_firmware, download, hello, is_listening, wait_until
from mqtt_client import Client
from nbota_command import NBOTA, firmware, plain_firmware, vendor_pack
from ports import free_port


class Serve(LabCase):
    def setUp(self):
        super().setUp()
        self.run_nbota("device", "add", "s31", "--token", "token-1")

    def show(self):
        return json.loads(self.run_nbota("device", "show", "s31", "--json", "-n", "50").stdout)

    def test_a_vendor_packed_file_arrives_to_the_byte_and_is_followed(self):
        packed = vendor_pack(plain_firmware(86116))
        self.run_nbota("assign", "s31", self.write("v.bin", packed), "--title", "s31-nb", "--version", "v1.5.1")
        server = self.serve()
        node = self.node("token-1")
        hello(node, "v1.5.0")
        self.assertIn('"fw_version":"v1.5.1","fw_size":90568', ask_for_firmware(node))
        self.assertEqual(download(node, 89), packed)
        hello(node, "v1.5.0", state="UPDATED")
        node.ping()
        wait_until(lambda: self.show().get("progress") == {"done": 89, "total": 89}, "89 of 89 are shown")
        wait_until(lambda: self.show()["status"] == "reboot pending", "the state is known")
        server.wait_for("s31 100 % 89/89")
        server.wait_for("state UPDATED v1.5.0")
        text = server.text()
        self.assertIn("s31 connected", text)
        self.assertNotIn("\r", text)
        hello(node, "v1.5.1", state="UPDATED")
        node.ping()
        wait_until(lambda: self.show()["status"] == "up to date", "the new version is known")

    def test_a_server_killed_amid_a_download_still_knows_how_far_it_was(self):
        packed = vendor_pack(plain_firmware(86116))
        self.run_nbota("assign", "s31", self.write("v.bin", packed), "--title", "s31-nb", "--version", "v1.5.1")
        server = self.serve()
        node = self.node("token-1")
        ask_for_firmware(node)
        got = download(node, 31)
        wait_until(lambda: self.show()["progress"] == {"done": 31, "total": 89}, "31 chunks are stored")
        server.signal(signal.SIGKILL)
        server.wait()
        wait_until(lambda: not is_listening(self.ota_port), "the broker is gone")
        self.assertEqual(self.show()["progress"], {"done": 31, "total": 89})
        self.serve(port=self.ota_port)
        node = self.node("token-1")
        for n in range(31, 45):  # as shipped nodes do: on at the same index
            node.publish(f"v2/fw/request/1/chunk/{n}", "1028")
            got += node.receive().payload
        self.assertEqual(got, packed[:45 * 1028])
        wait_until(lambda: self.show()["progress"] == {"done": 45, "total": 89}, "it counts on")
        self.assertIn("45/89 chunks of s31-nb v1.5.1, 50 %, last asked", self.run_nbota("device", "show", "s31").stdout)

    def test_on_a_terminal_a_bar_moves(self):
        self.run_nbota("assign", "s31", self.write("fw.bin", firmware("s31-nb", "v1.1.0")))
        port = free_port()
        terminal, inside = pty.openpty()
        self.addCleanup(os.close, terminal)
        server = subprocess.Popen([NBOTA, "serve", "--listen", f"127.0.0.1:{port}"], stdin=subprocess.DEVNULL,
                                  stdout=inside, stderr=inside, env=self.environment)
        os.close(inside)
        self.addCleanup(server.wait)
        self.addCleanup(server.terminate)
        text = b""
        while b"the OTA server listens" not in text:
            text += os.read(terminal, 4096)
        node = self.node("token-1", port)
        ask_for_firmware(node)
        download(node, 9)
        while b"9/9" not in text:
            text += os.read(terminal, 4096)
        self.assertIn(b"\r\x1b[Ks31 [", text)
        self.assertIn(b"[##############################] 100 %  9/9", text)

    def test_nodes_that_share_a_client_id_are_told_apart_by_user_name(self):
        self.run_nbota("device", "add", "s32", "--token", "token-2")
        self.serve("--shared-client-ids")
        nodes = [Client(self.ota_port, client_id="fleet", username=token) for token in ("token-1", "token-2")]
        for node in nodes:
            self.addCleanup(node.disconnect)
            self.assertEqual(node.code, 0)
            node.ping()

    def test_devices_added_meanwhile_come_in(self):
        self.serve()
        self.run_nbota("device", "add", "s32", "--token", "token-2")

        def is_known():
            client = Client(self.ota_port, client_id="x", username="token-2")
            client.disconnect()
            return client.code == 0
        wait_until(is_known, "the new token is accepted")

    def test_a_wrong_token_is_refused(self):
        self.serve()
        client = Client(self.ota_port, client_id="x", username="wrong")
        self.addCleanup(client.disconnect)
        self.assertEqual(client.code, 5)

    def test_a_version_that_begins_with_the_running_one_is_warned_of(self):
        self.serve()
        hello(self.node("token-1"), "v1.1")
        wait_until(lambda: self.show()["version"] == "v1.1", "the running version is known")
        result = self.run_nbota("assign", "s31", self.write("fw.bin", firmware("s31-nb", "v1.1.1")))
        self.assertIn("warning:", result.stderr)
        self.assertIn("v1.1.1", result.stderr)

    def test_signals_end_it_and_the_broker(self):
        for number in (signal.SIGTERM, signal.SIGINT):
            server = self.serve()
            server.signal(number)
            self.assertEqual(server.wait(), 0, server.text())
            self.assertFalse(is_listening(self.ota_port))

    def test_killed_it_takes_the_broker_along(self):
        server = self.serve()
        server.signal(signal.SIGKILL)
        server.wait()
        wait_until(lambda: not is_listening(self.ota_port), "the broker is gone")
        self.serve(port=self.ota_port)  # and the port is free at once

    def test_the_brokers_end_is_told(self):
        server = self.serve()
        children = pathlib.Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()
        self.assertEqual(len(children), 1)
        os.kill(int(children[0]), signal.SIGKILL)
        self.assertEqual(server.wait(), 1)
        self.assertIn("the broker has ended by itself", server.text())

    def test_a_busy_port_is_told(self):
        with socket.socket() as other:
            other.bind(("127.0.0.1", 0))
            other.listen()
            port = other.getsockname()[1]
            result = self.run_nbota("serve", "--listen", f"127.0.0.1:{port}", status=1)
        self.assertIn(f"port {port}: Address already in use", result.stderr)
        self.assertIn("--listen", result.stderr)

    def test_addresses_that_cannot_be_are_told(self):
        result = self.run_nbota("serve", "--listen", "192.0.2.77", status=1)
        self.assertIn("no such address", result.stderr)
        for address in ("127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:x", ":1885", "a b"):
            self.run_nbota("serve", "--listen", address, status=2)

    def test_for_real_nodes_it_prints_what_to_type(self):
        self.run_nbota("assign", "s31", self.write("fw.bin", firmware("s31-nb", "v1.1.0")))
        port = free_port()
        server = self.start(NBOTA, "serve", "--listen", f"0.0.0.0:{port}")
        server.wait_for("the OTA server listens on 0.0.0.0")
        if "no network interface" not in server.text():
            server.wait_for("AT+OTATITLE=s31-nb\n")
            self.assertRegex(server.text(), rf"AT\+OTASER=[0-9.]+,{port}\n")
            self.assertNotIn("AT+OTASER=127.", server.text())
            self.assertIn("AT+OTACLT=token-1\n", server.text())

    @unittest.skipUnless(os.geteuid() == 0, "only root can give a folder away")
    def test_root_serves_as_the_owner_of_the_data_folder(self):
        owner = pwd.getpwnam("nobody")
        build = pathlib.Path(NBOTA).parents[1]
        for name in ("bin/nbota", "lib/nbota_gateway.so"):
            (self.folder / name).parent.mkdir()
            shutil.copy(build / name, self.folder / name)
        for path in (self.data, *self.data.rglob("*")):
            os.chown(path, owner.pw_uid, owner.pw_gid)
        server = self.serve(command=self.folder / "bin/nbota")
        child = pathlib.Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children").read_text().split()[0]
        self.assertEqual(pathlib.Path(f"/proc/{child}").stat().st_uid, owner.pw_uid)
        hello(self.node("token-1"), "v1.0.0")
        wait_until(lambda: self.show()["version"] == "v1.0.0", "the version is known")
        server.signal(signal.SIGKILL)
        server.wait()
        wait_until(lambda: not is_listening(self.ota_port), "the broker is gone")


if __name__ == "__main__":
    unittest.main()
