# SPDX-License-Identifier: Apache-2.0
"""A real mosquitto with the gateway, on a free port of the loopback interface, with a data folder of its own."""

import json
import os
import pwd
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import time
import zlib

from mqtt_client import Client
from ports import free_port

BUILD = os.environ["NBOTA_BUILD"]
MOSQUITTO = shutil.which("mosquitto") or "/usr/sbin/mosquitto"
ADMIN = os.path.join(BUILD, "bin", "test_gateway_admin")
PLUGIN = os.path.join(BUILD, "lib", "nbota_gateway.so")
PATIENCE_S = 60  # for what must come: a machine may be slow, and a disk


def packed(size, seed=3):
    """The packed file of an image with b[i] = 7 i + seed, written here from the format's description alone."""
    image = bytes((7 * i + seed) & 0xFF for i in range(size))
    header = struct.pack("<IBIIII", 0xA8404166, 1, 0x22223333, 0x10101010, size, zlib.crc32(image))
    whole = header + bytes(4096 - len(header)) + image
    pieces = [whole[i:i + 1024] for i in range(0, len(whole), 1024)]
    return b"".join(piece + struct.pack("<I", zlib.crc32(piece)) for piece in pieces)


class Broker:
    def __init__(self, unlimited=False, extra=""):
        self.unlimited = unlimited
        self.extra = extra
        self.process = None
        self.canaries = 0
        self.folder = tempfile.mkdtemp(prefix="nbota-e2e-")
        os.chmod(self.folder, 0o755)
        self.data = os.path.join(self.folder, "data")
        self.log = os.path.join(self.folder, "log")
        self.plugin = shutil.copy(PLUGIN, self.folder)
        self.user = "-"
        os.mkdir(self.data, 0o700)
        open(self.log, "w").close()
        if os.geteuid() == 0:
            # The broker gives up root; the folder's owner is whom it becomes.
            self.user = "mosquitto"
            entry = pwd.getpwnam(self.user)
            os.chown(self.data, entry.pw_uid, entry.pw_gid)
            os.chown(self.log, entry.pw_uid, entry.pw_gid)

    # --- administration

    def admin(self, *words):
        done = subprocess.run([ADMIN, self.data, *words], capture_output=True, text=True, timeout=PATIENCE_S)
        if done.returncode:
            raise AssertionError("admin %s: %s" % (words, done.stderr))
        return done.stdout

    def device(self, name, token):
        self.admin("device", name, token)

    def image(self, content, title, version):
        path = os.path.join(self.folder, "upload.bin")
        with open(path, "wb") as file:
            file.write(content)
        self.admin("image", path, title, version)

    def assign(self, name, title, version="-"):
        self.admin("assign", name, title, version)
        self.wait_for_catalog()

    def wait_for_catalog(self):
        """Until the gateway knows what is stored. It reads all at once, so it does when it knows a device added now."""
        self.canaries += 1
        token = "CANARY-%d" % self.canaries
        self.device("canary-%d" % self.canaries, token)
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            canary = Client(self.port, "", token)
            canary.disconnect()
            if canary.code == 0:
                return
            time.sleep(0.02)
        raise AssertionError("the gateway does not see what is stored")

    def show(self, name):
        return json.loads(self.admin("show", name))

    def show_when(self, name, wanted, timeout=PATIENCE_S):
        """What is stored once `wanted` holds: counters are saved once a second."""
        end = time.monotonic() + timeout
        while True:
            shown = self.show(name)
            if wanted(shown) or time.monotonic() > end:
                return shown
            time.sleep(0.1)

    # --- the process

    def start(self):
        self.port = getattr(self, "port", None) or free_port()
        conf = os.path.join(self.folder, "mosquitto.conf")
        with open(conf, "w") as file:
            file.write(self.admin("conf", "127.0.0.1", str(self.port), self.plugin, self.user,
                                  self.log, "yes" if self.unlimited else "no"))
            file.write(self.extra)
        env = dict(os.environ)
        if os.environ.get("NBOTA_PRELOAD"):
            env["LD_PRELOAD"] = os.environ["NBOTA_PRELOAD"]
            env["ASAN_OPTIONS"] = "detect_leaks=0:log_path=" + os.path.join(self.folder, "data/asan")
        self.process = subprocess.Popen([MOSQUITTO, "-c", conf], env=env, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            if self.process.poll() is not None:
                raise AssertionError("the broker ended:\n" + self.read_log())
            try:
                socket.create_connection(("127.0.0.1", self.port), 1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the broker does not listen")

    def wait_for_log(self, text):
        end = time.monotonic() + PATIENCE_S
        while text not in self.read_log():
            if time.monotonic() > end:
                raise AssertionError("the broker does not log '%s':\n%s" % (text, self.read_log()[-2000:]))
            time.sleep(0.05)

    def read_log(self):
        with open(self.log, errors="replace") as file:
            return file.read()

    def is_alive(self):
        return self.process.poll() is None

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(PATIENCE_S)

    def stop(self):
        """True when it ended by itself and without complaint."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_S) == 0

    def reload(self):
        self.process.send_signal(signal.SIGHUP)

    def complaints(self):
        """What the sanitizers found."""
        names = [n for n in os.listdir(self.data) if n.startswith("asan")]
        return "".join(open(os.path.join(self.data, n)).read() for n in names)

    def remove(self):
        if self.process and self.is_alive():
            self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)
