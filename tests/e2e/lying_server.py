# SPDX-License-Identifier: Apache-2.0
"""An OTA server that lies: a broker for one node which answers its requests as one of the LIES says.

Nothing here is shared with the gateway. It answers the emulation's pings at once, so that virtual time goes on.
"""
import json
import socket
import struct
import threading
import zlib

from responder import packet, text

CONNECT, CONNACK, PUBLISH, SUBSCRIBE, SUBACK, PINGREQ, PINGRESP = 0x10, 0x20, 0x30, 0x82, 0x90, 0xC0, 0xD0
ATTRIBUTES = "v1/devices/me/attributes/response/1"
CHUNK = "v2/fw/response/1/chunk/"
CHUNK_SIZE = 1028


def sealed(piece):
    """A piece with its right CRC."""
    return piece + zlib.crc32(piece).to_bytes(4, "little")


class Truth:
    """What a server says that does not lie. The lies change parts of it; `chance` decides what they leave open."""

    def __init__(self, packed, other, chance, title, version):
        self.packed, self.other, self.chance, self.title, self.version = packed, other, chance, title, version
        self.requests = 0

    def on_subscribe(self):
        return []

    def info(self):
        return {"fw_title": self.title, "fw_version": self.version, "fw_size": len(self.packed),
                "fw_checksum_algorithm": "CRC32", "fw_checksum": f"{zlib.crc32(self.packed):08x}"}

    def on_attributes(self):
        return [(ATTRIBUTES, json.dumps({"shared": self.info()}).encode())]

    def chunk(self, index):
        return self.packed[index * CHUNK_SIZE:(index + 1) * CHUNK_SIZE]

    def on_chunk(self, index):
        return [(f"{CHUNK}{index}", self.chunk(index))]


class LieAboutSize(Truth):
    SIZES = (0, -1, 1, 4096, 127473, 127472, 2**31 - 1, 2**31, 2**32 + 7124, 2**63, -2**63, 1e9, 7124.5, "7124x", "", None,
             [], {}, True)

    def info(self):
        return {**super().info(), "fw_size": self.chance.choice(self.SIZES)}


class LieAboutNames(Truth):
    NAMES = ("", "x" * 64, "x" * 65, "x" * 900, "s31-NB", "s31-nb\u0000", "\u00e9", "a\"b", "v1\\", "v1\r\nAT+FDR", "%s%n", None, 7)

    def info(self):
        return {**super().info(), self.chance.choice(("fw_title", "fw_version", "fw_checksum")): self.chance.choice(self.NAMES)}


class NoJson(Truth):
    PAYLOADS = (b"", b"{", b"[" * 900, b'{"shared":' * 90, b'{"shared":{}}', b'{"shared":[1]}', b'{"shared":{"fw_title":',
                b"\0" * 500, b"\xff" * 500, b'{"shared":{"fw_size":' + b"9" * 400 + b"}}")

    def on_attributes(self):
        return [(ATTRIBUTES, self.chance.choice(self.PAYLOADS))]


class WrongIndex(Truth):
    """Before the right answer, or instead of it, those of other pieces."""
    INDEXES = ("0", "1", "123", "124", "4294967295", "4294967296", "-1", "1x", "", "00000000001")

    def on_chunk(self, index):
        wrong = [(CHUNK + self.chance.choice(self.INDEXES), self.chunk(self.chance.randrange(len(self.packed) // CHUNK_SIZE)))
                 for _ in range(self.chance.randrange(3))]
        right = super().on_chunk(index) if self.chance.random() < 0.9 else []
        return [(topic, chunk) for topic, chunk in wrong if topic != f"{CHUNK}{index}"] + right


class WrongPiece(Truth):
    """A piece of the right length with a right CRC, but another one."""

    def chunk(self, index):
        good = super().chunk(index)
        if index < 5 or self.chance.random() > 0.1:
            return good
        return sealed(self.chance.choice((super().chunk(index - 1), self.chance.randbytes(CHUNK_SIZE)))[:len(good) - 4])


class BrokenPieces(Truth):
    """Chunks of any length and content."""

    def chunk(self, index):
        good = super().chunk(index)
        return self.chance.choice((good, good, good[:-1], good + b"x", b"", b"x" * 4, b"x" * 3000, b"x" * 20000,
                                   self.chance.randbytes(len(good))))


class AnotherHeader(Truth):
    """The first piece says something else than the rest."""

    def chunk(self, index):
        good = super().chunk(index)
        if index > 0:
            return good
        header = bytearray(good[:-4])
        header[self.chance.randrange(21)] ^= 1 << self.chance.randrange(8)
        return sealed(bytes(header))


class ChangesImage(Truth):
    """From some request on it serves another image of which all pieces are good."""

    def chunk(self, index):
        self.requests += 1
        packed = self.packed if self.requests < 20 else self.other
        return packed[index * CHUNK_SIZE:(index + 1) * CHUNK_SIZE]


class Garbage(Truth):
    """Retained messages without end: a bundle with each answer."""

    def garbage(self):
        topics = (ATTRIBUTES, ATTRIBUTES[:-1] + "2", f"{CHUNK}0", f"{CHUNK}99", "v2/fw/response/9/chunk/1", "v2/fw/response")
        return [(self.chance.choice(topics), self.chance.randbytes(self.chance.choice((0, 3, 100, 1028))))
                for _ in range(4)]

    def on_subscribe(self):
        return self.garbage()

    def on_chunk(self, index):
        return [item for item in self.garbage() if item[0] != f"{CHUNK}{index}"] + super().on_chunk(index)


class Late(Truth):
    """Each answer comes when the next request does."""
    waiting = ()

    def delay(self, answers):
        answers, self.waiting = self.waiting, answers
        return list(answers)

    def on_attributes(self):
        return self.delay(super().on_attributes())

    def on_chunk(self, index):
        return self.delay(super().on_chunk(index))


class Anything(Truth):
    """Another of them each time."""

    def one(self):
        kind = self.chance.choice([lie for lie in LIES.values() if lie not in (Anything, Late)])
        return kind(self.packed, self.other, self.chance, self.title, self.version)

    def on_attributes(self):
        return self.one().on_attributes() if self.chance.random() < 0.3 else super().on_attributes()

    def on_chunk(self, index):
        return self.one().on_chunk(index)


class SaysErrors(Truth):
    TEXTS = (b"NOT_FOUND", b"PAYLOAD_TOO_LARGE", b"", b"x" * 900, b"\0")

    def on_chunk(self, index):
        if self.chance.random() < 0.9:
            return super().on_chunk(index)
        return [("v2/fw/error", self.chance.choice(self.TEXTS))]


LIES = {"truth": Truth, "size": LieAboutSize, "names": LieAboutNames, "no-json": NoJson, "wrong-index": WrongIndex,
        "wrong-piece": WrongPiece, "broken-pieces": BrokenPieces, "another-header": AnotherHeader,
        "changes-image": ChangesImage, "garbage": Garbage, "late": Late, "errors": SaysErrors, "anything": Anything}


class LyingServer:
    """Use as a context manager; listens on `port`."""

    def __init__(self, lie):
        self.lie = lie
        self.door = socket.create_server(("127.0.0.1", 0))
        self.port = self.door.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.door.close()

    def accept(self):
        try:
            while True:
                line, _ = self.door.accept()
                threading.Thread(target=self.serve, args=(line,), daemon=True).start()
        except OSError:
            pass

    @staticmethod
    def receive(file):
        kind = file.read(1)[0]
        size, shift = 0, 0
        while True:
            digit = file.read(1)[0]
            size |= (digit & 127) << shift
            shift += 7
            if digit < 128:
                return kind, file.read(size)

    def serve(self, line):
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with line, line.makefile("rb") as file:
            try:
                while True:
                    self.answer(line, *self.receive(file))
            except (IndexError, OSError):
                pass

    def answer(self, line, kind, body):
        if kind == CONNECT:
            line.sendall(packet(CONNACK, b"\0\0"))
        elif kind == PINGREQ:
            line.sendall(packet(PINGRESP, b""))
        elif kind == SUBSCRIBE:
            line.sendall(packet(SUBACK, body[:2] + b"\0"))
            self.publish(line, self.lie.on_subscribe())
        elif kind & 0xF0 == PUBLISH:
            size = struct.unpack(">H", body[:2])[0]
            self.publish(line, self.answers(body[2:2 + size].decode()))

    def answers(self, topic):
        if topic.startswith("v1/devices/me/attributes/request/"):
            return self.lie.on_attributes()
        if topic.startswith("v2/fw/request/"):
            return self.lie.on_chunk(int(topic.rsplit("/", 1)[1]))
        return []

    @staticmethod
    def publish(line, messages):
        for topic, payload in messages:
            line.sendall(packet(PUBLISH, text(topic) + payload))
