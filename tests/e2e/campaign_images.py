# SPDX-License-Identifier: Apache-2.0
"""Images that no node may install, or only some: each as the packed file that a server hands out.

A bootloader that trusts two keys (tests/keys, RFC 8032 tests 1 and 2) judges them; key 3 it does not know. What is changed in
a file is changed as somebody would who means it: every CRC fits again, so that nothing but the signature is left to notice.
"""
import collections
import os
import struct
import zlib

from lab import FIRMWARE, NEW, OLD
from lying_server import sealed
from nbota_command import ROOT

CHECKSUM = "Firmware checksum error"
NO_TITLE = "Firmware title not found"
PAGE = 4096
INFO_END = 0xFC  # of the image
SIGNATURE = 0x84  # in the header page
KEYS = [ROOT / "tests" / "keys" / f"rfc8032-test-{number}.pem" for number in (1, 2, 3)]

# What is offered, on which node; what was installed before it, signed with which key and how; what has to run and be said.
Case = collections.namedtuple("Case", "make first runs says", defaults=((), OLD, CHECKSUM))


def unpack(packed):
    return b"".join(packed[at:at + 1028][:-4] for at in range(0, len(packed), 1028))


def pack(pages):
    """Header page and image; size and CRC32 in the header are made to fit."""
    image = pages[PAGE:]
    header = pages[:13] + struct.pack("<II", len(image), zlib.crc32(image)) + pages[21:PAGE]
    whole = header + image
    return b"".join(sealed(whole[at:at + 1024]) for at in range(0, len(whole), 1024))


def flipped(data, at):
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1:]


class Images:
    def __init__(self, lab, chance):
        self.lab, self.chance = lab, chance

    def signed(self, version=NEW, key=0, *options, image=None):
        plain, out = self.lab.path("plain.bin"), self.lab.path("signed.bin")
        with open(self.lab.firmware(version), "rb") as file:
            content = image or file.read()
        with open(plain, "wb") as file:
            file.write(content)
        if os.path.exists(out):
            os.remove(out)
        self.lab.nbota_plain("image", "sign", plain, "--key", str(KEYS[key]), "-o", out, *options)
        with open(out, "rb") as file:
            return file.read()

    def unsigned(self):
        with open(self.lab.packed(), "rb") as file:
            return file.read()

    def no_manifest(self):
        pages = unpack(self.unsigned())
        return pack(pages[:0x20] + bytes(PAGE - 0x20) + pages[PAGE:])

    def unknown_key(self):
        return self.signed(NEW, 2)

    def tampered(self):
        pages = unpack(self.signed())
        return pack(flipped(pages, self.chance.randrange(PAGE + INFO_END, len(pages))))

    def wrong_signature(self):
        return pack(flipped(unpack(self.signed()), SIGNATURE + self.chance.randrange(64)))

    def wrong_manifest(self):
        return pack(flipped(unpack(self.signed()), self.chance.randrange(0x20, SIGNATURE)))

    def other_images_manifest(self):
        return pack(unpack(self.signed(OLD))[:PAGE] + unpack(self.unsigned())[PAGE:])

    def other_hardware(self):
        with open(os.path.join(FIRMWARE, f"s31-cb-{NEW}.bin"), "rb") as file:
            return self.signed(image=file.read())

    def truncated(self):
        packed = self.signed()
        return packed[:-1028 * self.chance.randrange(1, 40)]

    def oversized(self):
        pages = unpack(self.signed())
        return pack(pages + bytes(122880 + PAGE - len(pages) + self.chance.choice((1, 128, 4096))))

    def older(self):
        return self.signed(OLD)


CASES = {
    "signed": Case(Images.signed, runs=NEW, says=None),
    "second-key": Case(lambda self: self.signed(NEW, 1), runs=NEW, says=None),
    "unsigned": Case(Images.unsigned), "no-manifest": Case(Images.no_manifest), "unknown-key": Case(Images.unknown_key),
    "tampered": Case(Images.tampered), "wrong-signature": Case(Images.wrong_signature),
    "wrong-manifest": Case(Images.wrong_manifest), "replayed-manifest": Case(Images.other_images_manifest),
    "other-hardware": Case(Images.other_hardware), "truncated": Case(Images.truncated),
    "oversized": Case(Images.oversized, says=NO_TITLE),
    "counter": Case(Images.older, (0, "--counter", "5", "--raise"), NEW),
    "revoked": Case(Images.older, (1, "--revoke", "0"), NEW),
    "older": Case(Images.older, (0,), OLD, None),
}
