# SPDX-License-Identifier: Apache-2.0
"""Data servers that were not written with our codecs, one class for each channel of AT+PRO, all used alike:

    with PEERS["udp"](lab) as peer:
        settings = lab.settings(**peer.settings("5"))   # General JSON; "0" is HEX
        peer.answer(b"F901")                            # goes back to the next uplink, once
        lab.run_node(...)
        peer.messages()                                 # bytes that arrived, in order

MQTT is mosquitto, CoAP is libcoap's coap-server, UDP and TCP are socat. A TCP stream has no borders: its message is all
that came over one connection.
"""
import glob
import os
import re
import socket
import subprocess
import threading
import time

from lab import PATIENCE_S, PUBLISH, SUBSCRIBE, wait_for_port, wait_until
from ports import free_port

MOSQUITTO_CLIENT = ("-h", "127.0.0.1", "-p")


class Peer:
    protocol = None  # first field of AT+PRO

    def __init__(self, lab):
        self.lab = lab
        self.port = free_port()
        self.processes = []
        self.answered = lab.path(f"answered-{self.port}")  # is there once an answer has left

    def __enter__(self):
        self.open()
        return self

    def __exit__(self, *_):
        for process in reversed(self.processes):
            self.lab.end(process)

    def start(self, *words, **options):
        process = self.lab.start(*words, **options)
        self.processes.append(process)
        return process

    def settings(self, form, **more):
        return {"SERVADDR": f"127.0.0.1,{self.port}", "PRO": f"{self.protocol},{form}", **more}

    def answer(self, payload):
        """Goes back to the next uplink, once."""
        if os.path.exists(self.answered):
            os.remove(self.answered)
        self.give(payload)

    def hold(self):
        """Scenario lines behind an uplink: the node stands still until its answer has left, however slow the peer is."""
        return "expect Upload data successfully within 900s\nwait 2s\n" \
            f"run n=0; while [ ! -e {self.answered} ] && [ $n -lt 3000 ]; do sleep 0.02; n=$((n + 1)); done\n"

    def wait_for(self, count, seconds=PATIENCE_S):
        """The messages, once there are at least `count`."""
        end = time.monotonic() + seconds
        while len(self.messages()) < count and time.monotonic() < end:
            time.sleep(0.05)
        return self.messages()


class Mqtt(Peer):
    protocol = 3

    def open(self):
        self.lab.data_server()
        self.port = self.lab.data_port
        self.heard = self.lab.path("mqtt-heard")
        with open(self.heard, "wb") as out:  # %x: payloads in hex, so that no byte is lost between lines
            client = self.lab.new_client()
            self.start("mosquitto_sub", *MOSQUITTO_CLIENT, str(self.port), "-i", client, "-t", PUBLISH, "-F", "%x",
                       stdout=out)
        self.lab.wait_for_subscription(client)

    def give(self, payload):
        file = self.lab.path("mqtt-answer")
        with open(file, "wb") as out:
            out.write(payload)
        client = " ".join(MOSQUITTO_CLIENT + (str(self.port),))
        name = self.lab.new_client()
        self.start("sh", "-c", f"mosquitto_sub {client} -i {name} -C 1 -t {PUBLISH} >/dev/null && "
                               f"mosquitto_pub {client} -q 1 -t {SUBSCRIBE} -f {file} && touch {self.answered}")
        self.lab.wait_for_subscription(name)

    def messages(self):
        with open(self.heard, encoding="ascii") as file:
            return [bytes.fromhex(line) for line in file.read().splitlines()]


class Socat(Peer):
    """Each datagram, or each connection, is given to a script that keeps it in a file and sends the answer back."""
    listen = None
    script = None

    def open(self):
        self.folder = self.lab.path(f"socat-{self.port}")
        os.mkdir(self.folder)
        script = os.path.join(self.folder, "script")
        with open(script, "w", encoding="ascii") as file:
            file.write(self.script.format(folder=self.folder, answered=self.answered))
        os.chmod(script, 0o755)
        with open(os.path.join(self.folder, "log"), "wb") as log:
            self.start("socat", "-d", "-d", self.listen.format(port=self.port), f"EXEC:{script}", stdout=log, stderr=log)

        wait_until(lambda: " on AF=" in self.log(), "socat listens")

    def log(self):
        with open(os.path.join(self.folder, "log"), encoding="utf-8", errors="replace") as file:
            return file.read()

    def give(self, payload):
        with open(os.path.join(self.folder, "answer"), "wb") as file:
            file.write(payload)

    def messages(self):
        contents = []
        for path in sorted(glob.glob(os.path.join(self.folder, "in-*"))):
            with open(path, "rb") as file:
                contents.append(file.read())
        return contents


class Udp(Socat):
    protocol = 2
    listen = "UDP4-RECVFROM:{port},bind=127.0.0.1,fork"
    script = """#!/bin/sh
cd {folder}
cat >part-$$
mv part-$$ in-$(date +%s%N)
if mv answer taken-$$ 2>/dev/null; then cat taken-$$; touch {answered}; fi
"""


class Tcp(Socat):
    protocol = 4
    listen = "TCP4-LISTEN:{port},bind=127.0.0.1,reuseaddr,fork"
    script = """#!/bin/sh
cd {folder}
file=in-$(date +%s%N)
dd bs=4096 count=1 2>/dev/null >"$file"
if mv answer taken-$$ 2>/dev/null; then cat taken-$$; touch {answered}; fi
cat >>"$file"
"""


class Coap(Peer):
    """coap-server makes a resource of what it is POSTed and logs every message. It has no answer of its own to give, so a
    relay before it hangs one behind its answer: a marker and the payload, RFC 7252 section 3. Until it shall, there is none."""
    protocol = 1
    path = "up"
    SUCCESS = (0x41, 0x44)  # 2.01 Created, 2.04 Changed

    def open(self):
        self.log = self.lab.path("coap.log")
        self.thread = self.pending = self.refusal = None
        self.is_open = True
        with open(self.log, "wb") as out:
            self.start("stdbuf", "-oL", "coap-server-notls", "-A", "127.0.0.1", "-p", str(self.port),
                       "-d", "10", "-v", "7", stdout=out, stderr=out)
        wait_for_port(self.port)  # it listens on TCP too

    def open_relay(self):
        self.relay_port = free_port()
        self.door = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.door.bind(("127.0.0.1", self.relay_port))
        self.door.settimeout(0.2)
        self.thread = threading.Thread(target=self.relay, daemon=True)
        self.thread.start()

    def __exit__(self, *_):
        self.is_open = False
        if self.thread:
            self.thread.join()
            self.door.close()
        super().__exit__()

    def settings(self, form, **more):
        door = {"SERVADDR": f"127.0.0.1,{self.relay_port}"} if self.thread else {}
        return super().settings(form, URI1=f'11,"{self.path}"', **door, **more)

    def give(self, payload):
        self.pending = payload
        if not self.thread:
            self.open_relay()

    def refuse(self, code, part=b""):
        """What has `part` is answered with that code from now on, as 0x84 is 4.04; None: as the server means it."""
        self.refusal, self.refused_part = code, part
        if not self.thread:
            self.pending = b""
            self.open_relay()

    def spoken(self, datagram, reply):
        is_refused = self.refusal is not None and self.refused_part in datagram
        return reply[:1] + bytes([self.refusal]) + reply[2:] if is_refused else reply

    def relay(self):
        while self.is_open:
            try:
                datagram, client = self.door.recvfrom(4096)
            except TimeoutError:
                continue
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as behind:
                behind.settimeout(PATIENCE_S)
                behind.sendto(datagram, ("127.0.0.1", self.port))
                try:
                    reply = behind.recv(4096)
                except TimeoutError:
                    continue
            reply = self.spoken(datagram, reply)
            answers = bool(self.pending) and reply[1] in self.SUCCESS
            self.door.sendto(reply + b"\xff" + self.pending if answers else reply, client)
            if answers:
                self.pending = None
                with open(self.answered, "wb"):
                    pass

    def messages(self):
        with open(self.log, "rb") as file:
            text = file.read()
        contents = []
        for line in re.finditer(rb"c:POST [^\n]* :: (?:'(.*)'|binary data length \d+\n<<([0-9a-f]*)>>)\n", text):
            contents.append(line[1] if line[1] is not None else bytes.fromhex(line[2].decode()))
        return contents

    def stored(self):
        """What the server hands out as the resource: the last message, byte for byte."""
        out = self.lab.path("coap-stored")
        subprocess.run(["coap-client-notls", "-m", "get", "-o", out, f"coap://127.0.0.1:{self.port}/{self.path}"],
                       check=True, timeout=PATIENCE_S)
        with open(out, "rb") as file:
            return file.read()


PEERS = {"mqtt": Mqtt, "coap": Coap, "udp": Udp, "tcp": Tcp}
