# SPDX-License-Identifier: Apache-2.0
"""A custom MQTT server's worker: answers attribute and chunk requests behind a plain broker, with the standard
library alone. It shares no line with the gateway.

usage: responder.py PORT PACKED TITLE VERSION ALGORITHM CHECKSUM
"""
import json
import socket
import struct
import sys

ATTRIBUTES = "v1/devices/me/attributes/request/"
CHUNKS = "v2/fw/request/"


def text(value):
    return struct.pack(">H", len(value)) + value.encode()


def packet(kind, body):
    size = b""
    left = len(body)
    while True:
        left, digit = divmod(left, 128)
        size += bytes([digit | (0x80 if left else 0)])
        if not left:
            return bytes([kind]) + size + body


class Broker:
    def __init__(self, port):
        self.line = socket.create_connection(("127.0.0.1", port))
        self.line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.line.makefile("rb")
        self.send(0x10, text("MQTT") + bytes([4, 2]) + struct.pack(">H", 0) + text("responder"))
        kind, body = self.receive()
        if kind != 0x20 or body[1] != 0:
            raise SystemExit("the broker refused the connection")

    def send(self, kind, body):
        self.line.sendall(packet(kind, body))

    def receive(self):
        kind = self.file.read(1)
        if not kind:
            raise EOFError
        size, shift = 0, 0
        while True:
            digit = self.file.read(1)[0]
            size |= (digit & 127) << shift
            shift += 7
            if digit < 128:
                return kind[0], self.file.read(size)

    def subscribe(self, *filters):
        for number, topic in enumerate(filters, 1):
            self.send(0x82, struct.pack(">H", number) + text(topic) + b"\0")
            self.receive()

    def publish(self, topic, payload):
        self.send(0x30, text(topic) + payload)


def answer_attributes(broker, topic, info):
    broker.publish(topic.replace("/request/", "/response/"),
                   json.dumps({"shared": info}, separators=(",", ":")).encode())


def answer_chunk(broker, topic, payload, packed):
    size = int(payload)
    index = int(topic.rsplit("/", 1)[1])
    broker.publish(topic.replace("/request/", "/response/"), packed[index * size:(index + 1) * size])


def main():
    port, path, title, version, algorithm, checksum = sys.argv[1:]
    with open(path, "rb") as file:
        packed = file.read()
    info = {"fw_title": title, "fw_version": version, "fw_size": len(packed),
            "fw_checksum_algorithm": algorithm, "fw_checksum": checksum}
    broker = Broker(int(port))
    broker.subscribe(ATTRIBUTES + "+", CHUNKS + "+/chunk/+")
    print("ready", flush=True)
    while True:
        try:
            kind, body = broker.receive()
        except (EOFError, ConnectionError):
            return
        if kind & 0xF0 != 0x30:
            continue
        size = struct.unpack(">H", body[:2])[0]
        topic, payload = body[2:2 + size].decode(), body[2 + size:]
        if topic.startswith(ATTRIBUTES):
            answer_attributes(broker, topic, info)
        elif topic.startswith(CHUNKS):
            answer_chunk(broker, topic, payload, packed)


if __name__ == "__main__":
    main()
