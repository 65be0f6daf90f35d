# SPDX-License-Identifier: Apache-2.0
"""Devices with a valid token that mean harm or are broken, and a disk that fails: who behaves is served all the while."""

import json
import os
import random
import shutil
import sqlite3
import struct
import threading
import time
import unittest

from broker import Broker, packed
from mqtt_client import MQTT31, MQTT311, MQTT5, Client, Closed, packet, text

LARGE = packed(122880)  # 124 full chunks
CHUNKS = 124

TOPICS = ("v1/devices/me/telemetry", "v2/t", "v2/a", "v1/devices/me/attributes", "v2/a/req/{}",
          "v1/devices/me/attributes/request/{}", "v1/devices/me/rpc/request/{}", "v2/sw/request/{}/chunk/{}",
          "v2/fw/request/{}/chunk/{}", "v2/fw/request/1/chunk/{}")
NUMBERS = (0, 1, 2, 5, 123, 2**31, 2**32 - 1, 2**32, -1, "00000000001", "x", "")
LEVELS = ("v1", "v2", "devices", "me", "telemetry", "request", "response", "fw", "chunk", "error", "", "x" * 200,
          "\u00e9", "\u0001", "$SYS", "$share", "0")
PAYLOADS = (b"", b"1028", b"65537", b"-1", b'"9"', b"{}", b"[]", b"[" * 3000, b'{"a":' * 2000, b'{"sharedKeys":null}',
            b'{"sharedKeys":"fw_title,fw_size"}', b'{"method":1}', b'{"method":"getSessionLimits"}',
            b'{"current_fw_title":"\\u0000x","current_fw_version":"\xc3\xa9"}',
            b'{"fw_state":"' + b"A" * 500 + b'"}', b'{"current_fw_version":"' + b"%s%n" * 20 + b'"}',
            b'[{"ts":1,"values":{"fw_state":"X","fw_error":"a\\nb"}}]')
FILTERS = ("#", "+", "v2/fw/#", "v2/a", "v1/devices/me/#", "v1/devices/me/attributes", "+/+/#")


class Fuzzer:
    """One device's worth of nonsense; the seed makes it repeatable."""

    def __init__(self, port, token, seed):
        self.port, self.token, self.random = port, token, random.Random(seed)
        self.client = None

    def topic(self):
        if self.random.random() < 0.7:
            topic = self.random.choice(TOPICS)
            return topic.format(*(self.random.choice(NUMBERS) for _ in range(topic.count("{}"))))
        return "/".join(self.random.choice(LEVELS) for _ in range(self.random.randrange(1, 7))) or "x"

    def payload(self):
        if self.random.random() < 0.8:
            return self.random.choice(PAYLOADS)
        return self.random.randbytes(self.random.randrange(300))

    def connect(self):
        version = self.random.choice((MQTT31, MQTT311, MQTT5))
        name = self.random.choice(("a", "b", self.token, "\u00e9" * 30, "x" * 1000, "" if version > MQTT31 else "q"))
        self.client = Client(self.port, name, self.token, self.random.choice((None, "NULL", "x" * 300)),
                             version=version, clean=self.random.random() < 0.7, timeout=1)

    def act(self):
        kind = self.random.random()
        if kind < 0.85:
            self.client.send_publish(self.topic(), self.payload(), self.random.randrange(2), self.random.random() < 0.1)
        elif kind < 0.98:
            properties = b"\0" if self.client.version == MQTT5 else b""
            self.client.socket.sendall(packet(8, 2, struct.pack("!H", 7) + properties +
                                              text(self.random.choice(FILTERS)) + b"\1"))
        else:
            self.client.socket.sendall(self.random.randbytes(self.random.randrange(1, 60)))

    def drain(self):
        self.client.socket.setblocking(False)
        try:
            while self.client.socket.recv(65536):
                pass
            raise Closed()
        except BlockingIOError:
            self.client.socket.settimeout(1)

    def step(self):
        try:
            if self.client is None or self.random.random() < 0.01:
                self.end()
                self.connect()
            if self.client.code == 0:
                self.act()
                self.drain()
            else:
                self.end()
        except (OSError, Closed, AssertionError, ValueError):
            self.end()

    def end(self):
        if self.client is not None:
            self.client.cut()
        self.client = None


class Witness(threading.Thread):
    """A device that downloads over and over and compares every byte."""

    def __init__(self, port, token):
        super().__init__()
        self.client = Client(port, "witness", token)
        self.chunks, self.fault, self.is_ending = 0, None, False

    def run(self):
        try:
            while not self.is_ending:
                n = self.chunks % CHUNKS
                self.client.publish("v2/fw/request/1/chunk/%d" % n, "1028")
                message = self.client.receive()
                if message[:2] != ("v2/fw/response/1/chunk/%d" % n, LARGE[n * 1028:(n + 1) * 1028]):
                    raise AssertionError("chunk %d came as %s" % (n, message.topic))
                self.chunks += 1
                time.sleep(0.01)
        except Exception as fault:  # told by end(), in the thread of the test
            self.fault = fault

    def end(self, at_least=20):
        """However slow the machine is, some chunks must have come; only a harmed witness gets none."""
        end = time.monotonic() + 60
        while self.chunks < at_least and self.fault is None and time.monotonic() < end:
            time.sleep(0.01)
        self.is_ending = True
        self.join()
        self.client.cut()
        if self.fault is not None:
            raise AssertionError("the witness was harmed: %r" % self.fault)
        return self.chunks


class HostileCase(unittest.TestCase):
    def lay(self, **options):
        broker = Broker(**options)
        self.addCleanup(broker.remove)
        broker.image(LARGE, "large", "v1")
        for i in range(6):
            broker.device("d%d" % i, "TOKEN-%d" % i)
            broker.admin("assign", "d%d" % i, "large", "v1")
        return broker

    def client(self, broker, *args, **options):
        client = Client(broker.port, *args, **options)
        self.addCleanup(client.cut)
        return client

    def finish(self, broker):
        self.assertTrue(broker.stop(), broker.read_log()[-2000:])
        self.assertEqual(broker.complaints(), "")

    @staticmethod
    def resident_mb(broker):
        with open("/proc/%d/statm" % broker.process.pid) as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") >> 20


class Devices(HostileCase):
    def test_nonsense_from_five_devices_harms_nobody(self):
        broker = self.lay()
        broker.start()
        witness = Witness(broker.port, "TOKEN-5")
        witness.start()
        fuzzers = [Fuzzer(broker.port, "TOKEN-%d" % i, 1000 + i) for i in range(5)]
        for step in range(4000):
            fuzzers[step % 5].step()
            if step % 500 == 250:
                broker.reload()
            if step % 1000 == 500:
                broker.admin("assign", "d%d" % (step // 1000), "-", "-")
        for fuzzer in fuzzers:
            fuzzer.end()
        self.assertGreaterEqual(witness.end(), 20)
        for i in range(5):
            json.dumps(broker.show("d%d" % i))
        self.finish(broker)

    def test_a_device_that_never_reads_costs_the_broker_a_bounded_amount(self):
        broker = self.lay(unlimited=True)
        broker.start()
        before = self.resident_mb(broker)
        glutton = self.client(broker, "glutton", "TOKEN-0", keep_alive=0)
        with self.assertRaises(OSError):  # closed when too much waits for it
            end = time.monotonic() + 60
            while time.monotonic() < end:
                for _ in range(50):
                    glutton.send_publish("v2/fw/request/1/chunk/0", "65536")
                time.sleep(0.02)
        witness = Witness(broker.port, "TOKEN-5")
        witness.start()
        self.assertGreater(witness.end(), 3)
        if not os.environ.get("NBOTA_PRELOAD"):  # a sanitizer keeps what is freed
            self.assertLess(self.resident_mb(broker) - before, 80)  # the answers to all of it are 190 MB
        self.finish(broker)

    def test_three_hundred_connections_are_served(self):
        broker = self.lay()
        with sqlite3.connect(os.path.join(broker.data, "nbota.db")) as db:
            for i in range(300):
                db.execute("INSERT INTO devices(name, token) VALUES(?,?)", ("m%d" % i, "M-%d" % i))
            db.execute("INSERT INTO assignments SELECT id, 1 FROM devices WHERE name LIKE 'm%'")
        db.close()
        broker.start()
        nodes = [self.client(broker, "", "M-%d" % i) for i in range(300)]
        for n in (0, 1):
            for node in nodes:
                node.publish("v2/fw/request/1/chunk/%d" % n, "1028")
            for node in nodes:
                self.assertEqual(node.receive().payload, LARGE[n * 1028:(n + 1) * 1028])
        self.finish(broker)

    def test_a_device_that_comes_again_and_again_leaves_nothing_behind(self):
        broker = self.lay()
        broker.start()
        for i in range(150):
            self.client(broker, "i%d" % (i % 7), "TOKEN-0", clean=i % 3 != 0, version=(MQTT311, MQTT5)[i % 2])
        last = self.client(broker, "last", "TOKEN-0")
        last.publish("v2/fw/request/1/chunk/0", "1028")
        self.assertEqual(last.receive().payload, LARGE[:1028])
        self.finish(broker)


class Disk(HostileCase):
    def test_a_database_held_by_another_program_delays_pins_alone(self):
        broker = self.lay()
        broker.start()
        running = self.client(broker, "running", "TOKEN-0")
        running.publish("v2/fw/request/1/chunk/0", "1028")
        running.receive()
        holder = sqlite3.connect(os.path.join(broker.data, "nbota.db"), isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        fresh = self.client(broker, "fresh", "TOKEN-1")
        fresh.publish("v1/devices/me/attributes/request/1", '{"sharedKeys":"fw_title"}')
        n = 1
        while "another process keeps the database" not in broker.read_log():  # the worker gives up after 5 s
            running.publish("v2/fw/request/1/chunk/%d" % n, "1028")
            self.assertEqual(running.receive().payload, LARGE[n * 1028:(n + 1) * 1028])
            n += 1
            time.sleep(0.1)
        self.assertGreater(n, 5)  # a broker that waits too serves one meanwhile
        self.assertEqual(fresh.silence(0.1), [])  # nothing leaves before its pin is stored
        holder.execute("ROLLBACK")
        holder.close()
        fresh.publish("v1/devices/me/attributes/request/1", '{"sharedKeys":"fw_title"}')
        self.assertIn(b"large", fresh.receive().payload)
        self.finish(broker)

    def test_a_second_broker_on_one_folder_is_refused(self):
        broker = self.lay()
        broker.start()
        second = Broker()
        self.addCleanup(second.remove)
        second.data = broker.data
        with self.assertRaises(AssertionError):
            second.start()
        self.assertIn("another broker serves this folder", second.read_log())
        node = self.client(broker, "n", "TOKEN-0")
        node.publish("v2/fw/request/1/chunk/0", "1028")
        self.assertEqual(node.receive().payload, LARGE[:1028])
        self.finish(broker)
        second.start()

    def test_images_and_database_taken_away_while_it_runs(self):
        broker = self.lay()
        broker.start()
        node = self.client(broker, "n", "TOKEN-0")
        node.publish("v2/fw/request/1/chunk/0", "1028")
        node.receive()
        shutil.rmtree(os.path.join(broker.data, "images"))
        for name in ("nbota.db", "nbota.db-wal", "nbota.db-shm"):
            os.unlink(os.path.join(broker.data, name))
        for n in range(1, 20):
            node.publish("v2/fw/request/1/chunk/%d" % n, "1028")
            self.assertEqual(node.receive().payload, LARGE[n * 1028:(n + 1) * 1028])
        self.assertEqual(self.client(broker, "x", "WRONG").code, 5)
        broker.wait_for_log("was removed or replaced")
        time.sleep(0.5)
        self.assertEqual(broker.read_log().count("was removed or replaced"), 1)
        self.finish(broker)

    def test_a_database_of_garbage_ends_the_broker_with_a_line(self):
        broker = self.lay()
        conf = broker.admin("conf", "127.0.0.1", "1", broker.plugin, broker.user, broker.log, "no")
        for name in ("nbota.db-wal", "nbota.db-shm"):
            if os.path.exists(os.path.join(broker.data, name)):
                os.unlink(os.path.join(broker.data, name))
        with open(os.path.join(broker.data, "nbota.db"), "r+b") as file:
            file.write(random.Random(1).randbytes(8192))
        broker.admin = lambda command, *words: conf.replace("listener 1 ", "listener %s " % words[1])
        with self.assertRaises(AssertionError):
            broker.start()
        self.assertIn("cannot use the data folder", broker.read_log())


if __name__ == "__main__":
    unittest.main()
