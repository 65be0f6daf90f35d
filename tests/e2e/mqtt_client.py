# SPDX-License-Identifier: Apache-2.0
"""A minimal MQTT client of our own, on raw sockets: MQTT 3.1, 3.1.1 and 5, QoS 0 and 1.

It shares no code with nbota or the broker, so that the two are not judged by themselves, and it can be
wrong on purpose. Every wait has a bound.
"""

import collections
import socket
import struct

PATIENCE_S = 60.0  # for what must come

CONNECT, CONNACK, PUBLISH, PUBACK = 1, 2, 3, 4
SUBSCRIBE, SUBACK, UNSUBSCRIBE, UNSUBACK = 8, 9, 10, 11
PINGREQ, PINGRESP, DISCONNECT = 12, 13, 14

MQTT31, MQTT311, MQTT5 = 3, 4, 5

Message = collections.namedtuple("Message", "topic payload qos retain")


class Closed(Exception):
    """The broker has closed the connection."""


def text(value):
    data = value.encode() if isinstance(value, str) else value
    return struct.pack("!H", len(data)) + data


def length(size):
    out = bytearray()
    while True:
        size, digit = divmod(size, 128)
        out.append(digit | (0x80 if size else 0))
        if not size:
            return bytes(out)


def packet(kind, flags, body):
    return bytes([kind << 4 | flags]) + length(len(body)) + body


class Client:
    def __init__(self, port, client_id="", username=None, password=None, version=MQTT311,
                 clean=True, keep_alive=60, timeout=PATIENCE_S):
        self.version = version
        self.messages = collections.deque()
        self.acks = {}
        self.next_id = 1
        self.buffer = b""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.timeout = timeout
        self.socket.sendall(self._connect(client_id, username, password, clean, keep_alive))
        kind, _, body = self._read()
        if kind != CONNACK:
            raise AssertionError("first packet of the broker is of kind %d" % kind)
        self.session_present = bool(body[0] & 1)
        self.code = body[1]

    def _connect(self, client_id, username, password, clean, keep_alive):
        name = "MQIsdp" if self.version == MQTT31 else "MQTT"
        flags = (2 if clean else 0) | (0x80 if username is not None else 0)
        flags |= 0x40 if password is not None else 0
        body = text(name) + bytes([self.version, flags]) + struct.pack("!H", keep_alive)
        if self.version == MQTT5:
            body += b"\0"
        body += text(client_id)
        for part in (username, password):
            if part is not None:
                body += text(part)
        return packet(CONNECT, 0, body)

    def _fill(self, size):
        while len(self.buffer) < size:
            data = self.socket.recv(65536)
            if not data:
                raise Closed()
            self.buffer += data

    def _read(self):
        """One packet: kind, flags, body."""
        self._fill(2)
        size, shift, at = 0, 0, 1
        while True:
            self._fill(at + 1)
            size |= (self.buffer[at] & 0x7F) << shift
            shift += 7
            at += 1
            if not self.buffer[at - 1] & 0x80:
                break
        self._fill(at + size)
        head, body = self.buffer[0], self.buffer[at:at + size]
        self.buffer = self.buffer[at + size:]
        return head >> 4, head & 15, body

    def _take_publish(self, flags, body):
        size = struct.unpack("!H", body[:2])[0]
        topic, rest, qos = body[2:2 + size].decode(), body[2 + size:], flags >> 1 & 3
        if qos:
            packet_id, rest = rest[:2], rest[2:]
            self.socket.sendall(packet(PUBACK, 0, packet_id))
        if self.version == MQTT5:
            rest = rest[1 + rest[0]:]
        self.messages.append(Message(topic, bytes(rest), qos, bool(flags & 1)))

    def _pump(self):
        """Reads one packet and files it; returns its kind."""
        kind, flags, body = self._read()
        if kind == PUBLISH:
            self._take_publish(flags, body)
        elif kind in (PUBACK, SUBACK, UNSUBACK):
            self.acks[(kind, struct.unpack("!H", body[:2])[0])] = body[2:]
        elif kind == DISCONNECT:
            raise Closed()
        return kind

    def _await(self, kind, packet_id):
        while (kind, packet_id) not in self.acks:
            self._pump()
        return self.acks.pop((kind, packet_id))

    def _new_id(self):
        self.next_id += 1
        return self.next_id

    def send_publish(self, topic, payload=b"", qos=0, duplicate=False):
        """Does not wait; returns the packet id with QoS 1."""
        payload = payload.encode() if isinstance(payload, str) else payload
        body, packet_id = text(topic), None
        if qos:
            packet_id = self._new_id()
            body += struct.pack("!H", packet_id)
        if self.version == MQTT5:
            body += b"\0"
        flags = qos << 1 | (8 if duplicate else 0)
        self.socket.sendall(packet(PUBLISH, flags, body + payload))
        return packet_id

    def publish(self, topic, payload=b"", qos=0):
        """Waits for the PUBACK with QoS 1 and returns its reason code, 0 before MQTT 5."""
        packet_id = self.send_publish(topic, payload, qos)
        if not qos:
            return None
        rest = self._await(PUBACK, packet_id)
        return rest[0] if rest else 0

    def subscribe(self, topic, qos=0):
        """The code of the SUBACK."""
        packet_id = self._new_id()
        properties = b"\0" if self.version == MQTT5 else b""
        body = struct.pack("!H", packet_id) + properties + text(topic) + bytes([qos])
        self.socket.sendall(packet(SUBSCRIBE, 2, body))
        return self._await(SUBACK, packet_id)[-1]

    def unsubscribe(self, topic):
        packet_id = self._new_id()
        properties = b"\0" if self.version == MQTT5 else b""
        self.socket.sendall(packet(UNSUBSCRIBE, 2,
                                   struct.pack("!H", packet_id) + properties + text(topic)))
        self._await(UNSUBACK, packet_id)

    def ping(self):
        """Returns when everything the broker had to send before is in."""
        self.socket.sendall(packet(PINGREQ, 0, b""))
        while self._pump() != PINGRESP:
            pass

    def receive(self, timeout=PATIENCE_S):
        """The next message."""
        self.socket.settimeout(timeout)
        try:
            while not self.messages:
                self._pump()
        finally:
            self.socket.settimeout(self.timeout)
        return self.messages.popleft()

    def silence(self, seconds):
        """The messages that came within that time."""
        found = []
        try:
            while True:
                found.append(self.receive(seconds))
        except socket.timeout:
            return found

    def wait_closed(self, timeout=PATIENCE_S):
        """True when the broker closes the connection within that time."""
        self.socket.settimeout(timeout)
        try:
            while True:
                self._pump()
        except (Closed, ConnectionError):
            return True
        except socket.timeout:
            return False

    def disconnect(self):
        try:
            self.socket.sendall(packet(DISCONNECT, 0, b""))
        except OSError:
            pass
        self.socket.close()

    def cut(self):
        """As when the radio link is gone: no DISCONNECT."""
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *unused):
        self.disconnect()
