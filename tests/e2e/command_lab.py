# SPDX-License-Identifier: Apache-2.0
"""A data folder, an OTA server run by `nbota serve` and a plain data server, for the tests of the command.

Everything lives in one temporary folder, listens on free ports of the loopback interface and is ended by its process.
"""
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time
import unittest

from mqtt_client import Client
from nbota_command import NBOTA, nbota
from ports import free_port
from sanitized_broker import MOSQUITTO, search_path

TELEMETRY = "v1/devices/me/telemetry"
PATIENCE_S = 60


def is_listening(port):
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
        return True
    except OSError:
        return False


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"waited in vain until {what}")


class Process:
    """A program in the background; what it prints is in a file."""

    def __init__(self, words, log, environment):
        self.log = log
        with open(log, "wb") as out:
            self.process = subprocess.Popen([str(word) for word in words], stdin=subprocess.DEVNULL, stdout=out,
                                            stderr=subprocess.STDOUT, env=environment)

    def text(self):
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, part):
        wait_until(lambda: part in self.text() or self.process.poll() is not None, f"it prints '{part}'")
        if part not in self.text():
            raise AssertionError(f"it ended without '{part}':\n{self.text()}")

    def signal(self, number):
        self.process.send_signal(number)

    def wait(self):
        return self.process.wait(PATIENCE_S)

    def end(self):
        if self.process.poll() is None:
            self.signal(signal.SIGTERM)
            try:
                self.wait()
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()


class LabCase(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = pathlib.Path(folder.name)
        self.folder.chmod(0o755)
        self.data = self.folder / "data"
        self.environment = {**os.environ, "NBOTA_DATA": str(self.data), "PATH": search_path(folder.name)}
        self.count = 0

    def run_nbota(self, *words, status=0):
        result = nbota(*words, env=self.environment)
        self.assertEqual(result.returncode, status, result.stdout + result.stderr)
        return result

    def write(self, name, content):
        path = self.folder / name
        path.write_bytes(content)
        return path

    def start(self, *words):
        self.count += 1
        process = Process(words, self.folder / f"log-{self.count}", self.environment)
        self.addCleanup(process.end)
        return process

    def serve(self, *words, port=None, command=NBOTA):
        self.ota_port = port or free_port()
        server = self.start(command, "serve", "--listen", f"127.0.0.1:{self.ota_port}", *words)
        server.wait_for("the OTA server listens on")
        return server

    def data_server(self):
        self.data_port = free_port()
        conf = self.write("data.conf", f"listener {self.data_port} 127.0.0.1\nallow_anonymous true\n".encode())
        server = self.start(MOSQUITTO, "-c", conf)
        wait_until(lambda: is_listening(self.data_port), "the data server listens")
        return server

    def node(self, token, port=None):
        """A client as shipped nodes are: token as client id and user name, no subscription."""
        client = Client(port or self.ota_port, client_id=token, username=token, password="NULL")
        self.addCleanup(client.disconnect)
        self.assertEqual(client.code, 0)
        return client


def hello(client, version, title="s31-nb", state=None):
    more = f', "fw_state": "{state}"' if state else ""
    client.publish(TELEMETRY, f'{{"current_fw_title": "{title}", "current_fw_version": "{version}"{more}}}')


def ask_for_firmware(client):
    client.publish("v1/devices/me/attributes/request/1",
                   '{"sharedKeys": "fw_checksum,fw_checksum_algorithm,fw_size,fw_title,fw_version"}')
    return client.receive().payload.decode()


def download(client, chunks):
    """All of them in order, as bytes."""
    content = b""
    for index in range(chunks):
        client.publish(f"v2/fw/request/1/chunk/{index}", "1028")
        message = client.receive()
        assert message.topic == f"v2/fw/response/1/chunk/{index}", message.topic
        content += message.payload
    return content
