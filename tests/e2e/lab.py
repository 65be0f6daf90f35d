# SPDX-License-Identifier: Apache-2.0
"""A laboratory for end-to-end tests: an OTA server, a data server and virtual nodes, as a user starts them.

Everything lives in one temporary folder, listens on free loopback ports and is ended by its process id.
The commands under test are named by the environment: NBOTA (the command), NBOTA_FIRMWARE (folder of the binaries).
"""
import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time

from mqtt_client import Client
from ports import free_port
from sanitized_broker import search_path

NBOTA = os.environ["NBOTA"]
FIRMWARE = os.environ["NBOTA_FIRMWARE"]
OLD = "v1.0.0"
NEW = "v1.1.0"
PUBLISH = "node/up"
SUBSCRIBE = "node/down"
PATIENCE_S = 60  # for what must come: the machine may be slow


def wait_until(condition, what):
    end = time.monotonic() + PATIENCE_S
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain until {what}")
        time.sleep(0.01)


def wait_for_port(port, seconds=PATIENCE_S):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            time.sleep(0.02)
    raise AssertionError(f"nobody listens on port {port}")


class Lab:
    """Use as a context manager; ends what it started."""

    def __enter__(self):
        self.folder = tempfile.mkdtemp(prefix="nbota-test-")
        os.chmod(self.folder, 0o755)
        self.data_dir = self.path("data")
        self.processes = []
        self.marks = 0
        self.clients = 0
        self.server = None
        self.ota_port = free_port()
        self.data_port = free_port()
        self.environment = {**os.environ, "PATH": search_path(self.folder)}
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            self.end(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.folder, name)

    def write(self, name, text):
        with open(self.path(name), "w", encoding="ascii") as file:
            file.write(text)
        return self.path(name)

    # ---- processes ----

    def start(self, *words, **options):
        options.setdefault("stdin", subprocess.DEVNULL)
        options.setdefault("env", self.environment)
        process = subprocess.Popen(words, **options)
        self.processes.append(process)
        return process

    def end(self, process, number=signal.SIGTERM):
        if process.poll() is None:
            process.send_signal(number)
            try:
                process.wait(PATIENCE_S)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        for stream in (process.stdout, process.stderr):
            if stream:
                stream.close()
        if process in self.processes:
            self.processes.remove(process)

    def nbota(self, *words, check=True):
        done = subprocess.run([NBOTA, *words, "--data-dir", self.data_dir], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=600, env=self.environment)
        if check and done.returncode != 0:
            raise AssertionError(f"nbota {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
        if words[0] == "assign" and self.is_served():
            self.wait_for_catalog()
        return done

    # ---- servers ----

    def is_served(self):
        return self.server is not None and self.server.poll() is None

    def wait_for_catalog(self):
        """Until the OTA server knows what is stored: a node whose time is virtual may ask before. It reads all at once, so
        it does when it knows a device added now."""
        token = self.new_client()
        self.nbota("device", "add", token, "--token", token)

        def is_known():
            with Client(self.ota_port, "", token) as client:
                return client.code == 0
        wait_until(is_known, "the OTA server sees what is stored")

    def data_server(self):
        """A plain broker, as users have one; returns its process."""
        conf = self.write("data.conf", f"listener {self.data_port} 127.0.0.1\nallow_anonymous true\n"
                                       "log_type error\nlog_type warning\nlog_type subscribe\n")
        log = open(self.path("data.log"), "ab")
        process = self.start("mosquitto", "-c", conf, stdout=log, stderr=log)
        log.close()
        wait_for_port(self.data_port)
        return process

    def wait_for_subscription(self, client):
        """Until the data server has the first one of the client with that id."""
        def is_there():
            with open(self.path("data.log"), encoding="utf-8", errors="replace") as log:
                return any(f"{client} " in line for line in log)
        wait_until(is_there, f"{client} has subscribed")

    def new_client(self):
        """An id that nobody has had, for wait_for_subscription()."""
        self.clients += 1
        return f"client-of-the-lab-{self.clients}"

    def ota_server(self):
        log = open(self.path("serve.log"), "ab")
        process = self.start(NBOTA, "serve", "--listen", f"127.0.0.1:{self.ota_port}",
                             "--data-dir", self.data_dir, stdout=log, stderr=log)
        log.close()
        wait_for_port(self.ota_port)
        self.server = process
        return process

    def kill_broker(self, server):
        """Ends the broker of an OTA server as a crash would; the server ends with it."""
        with open(f"/proc/{server.pid}/task/{server.pid}/children", encoding="ascii") as children:
            broker = int(children.read().split()[0])
        os.kill(broker, signal.SIGKILL)
        server.wait(PATIENCE_S)
        self.end(server)

    def standstill(self, action):
        """A scenario's line during which the node stands still and `action` is called."""
        asked, done = self.path("asked"), self.path("done")

        def wait():
            while not os.path.exists(asked):
                time.sleep(0.01)
            try:
                action()
            finally:  # or the node would stand for ever
                with open(done, "w", encoding="ascii"):
                    pass

        threading.Thread(target=wait, daemon=True).start()
        return f"run touch {asked}; while [ ! -e {done} ]; do sleep 0.02; done"

    def listen(self):
        """What arrives at the data server, as mosquitto_sub prints it."""
        self.heard = self.path("heard.txt")
        client = self.new_client()
        with open(self.heard, "wb") as out:
            process = self.start("mosquitto_sub", "-h", "127.0.0.1", "-p", str(self.data_port), "-i", client, "-t",
                                 PUBLISH, stdout=out)
        self.wait_for_subscription(client)
        return process

    def messages(self):
        """Lines heard so far. A mark of our own is sent and waited for: what came before it is complete then."""
        self.marks += 1
        mark = f"mark {self.marks}"
        subprocess.run(["mosquitto_pub", "-h", "127.0.0.1", "-p", str(self.data_port), "-t", PUBLISH, "-m", mark],
                       check=True, timeout=PATIENCE_S)
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            with open(self.heard, encoding="ascii", errors="replace") as file:
                lines = file.read().splitlines()
            if mark in lines:
                return [line for line in lines if not line.startswith("mark ")]
            time.sleep(0.02)
        raise AssertionError("the listener on the data server hears nothing")

    def reports(self):
        return [json.loads(line)["Message"] for line in self.messages() if '"Message": ' in line]

    # ---- images ----

    def firmware(self, version=NEW):
        return os.path.join(FIRMWARE, f"s31-nb-{version}.bin")

    def packed(self, version=NEW):
        out = self.path(f"packed-{version}.bin")
        self.nbota_plain("image", "pack", self.firmware(version), "-o", out)
        return out

    def nbota_plain(self, *words):
        done = subprocess.run([NBOTA, *words], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=PATIENCE_S)
        if done.returncode != 0:
            raise AssertionError(f"nbota {' '.join(words)}: {done.returncode}\n{done.stdout}{done.stderr}")
        return done

    # ---- nodes ----

    def copy_node(self, source, target):
        """The same device once more: identity and memories."""
        nodes = os.path.join(self.data_dir, "nodes")
        shutil.copytree(os.path.join(nodes, source), os.path.join(nodes, target))

    def settings(self, token="token-1", title="s31-nb", ota_port=None, **more):
        """Console lines that set a node up, each with the answer it must get."""
        values = {
            "OTASER": f"127.0.0.1,{ota_port or self.ota_port}", "OTACLT": token, "OTAUNAME": token,
            "OTAPWD": "NULL", "OTATITLE": title, "SERVADDR": f"127.0.0.1,{self.data_port}",
            "CLIENT": "node-1", "PUBTOPIC": PUBLISH, "SUBTOPIC": SUBSCRIBE, "TDC": "600",
        }
        values.update({key.upper(): value for key, value in more.items()})
        lines = ["expect Protocol in Used within 60s", "unlock", "expect Password Correct within 60s"]
        for key, value in values.items():
            if value is not None:
                lines += [f"type AT+{key}={value}", "expect OK within 30s"]
        return "\n".join(lines) + "\n"

    def run_node(self, scenario, name="s31", seed=1, check=True, options=()):
        """Runs a scenario; returns its counters with `console` (all it printed) and `status` (of the command)."""
        log = self.path(f"console-{name}.txt")
        file = self.write("scenario.txt", scenario)
        done = self.nbota("node", "run", name, "--scenario", file, "--log", log, "--seed", str(seed),
                          "--quiet", "--json", *options, check=False)
        if not os.path.exists(log):
            raise AssertionError(f"node {name} did not start: {done.returncode}\n{done.stderr}")
        with open(log, encoding="ascii", errors="replace") as console:
            text = console.read()
        if check and done.returncode != 0:
            raise AssertionError(f"{done.stderr}\n{done.stdout}\n--- console ---\n{text[-4000:]}")
        lines = done.stdout.splitlines()
        result = json.loads(lines[-1]) if lines and lines[-1].startswith("{") else {}
        return {**result, "console": text, "status": done.returncode, "stderr": done.stderr}

    def memory(self, file, name="s31"):
        with open(os.path.join(self.data_dir, "nodes", name, file), "rb") as content:
            return content.read()
