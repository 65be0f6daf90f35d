# SPDX-License-Identifier: Apache-2.0
"""What lies in a node's memories, made and read here: journal, candidate, backup (docs/memory.md). Nothing here uses the
node's own code.

A journal is a list of commits, a commit a list of (id, value); an empty value deletes."""
import hashlib
import os
import struct
import subprocess
import tempfile
import zlib

from nbota_command import ROOT

HALF = 3072
HEAD = 16
SLOT = 0x7800  # in the flash
SLOT_SIZE = 122880
PAGE = 4096
BACKUP, BACKUP_IMAGE, BACKUP_SETTINGS, BACKUP_END = 0x20000, 0x21000, 0x3F000, 0x40000
BACKUP_HEADER_SIZE = 16
EEPROM_BASE, FLASH_BASE = 0x08080000, 0x08000000
KEYS = [ROOT / "tests" / "keys" / f"rfc8032-test-{number}.pem" for number in (1, 2, 3)]

TDC, DOWNLOAD, INSTALL, REPORT, IMEI, PRODUCT, PROGRESS, TRIGGER, TRIAL, HISTORY, SECURITY, BACKUP_ID, \
    SECURITY_COPY, FORMAT = 20, 64, 65, 66, 67, 68, 69, 70, 71, 72, 80, 81, 82, 95
(NONE, ORDERED, COPYING, DONE, REFUSED, DELAYED, TELL_DONE, TELL_REFUSED, RECEIVING, ON_TRIAL, GIVEN_UP, GOING_BACK,
 ROLLED_BACK, TELL_ROLLED_BACK, STAYED, TELL_STAYED) = range(16)


# ---- the journal ----

def check_of(generation):
    return ~generation & 0xFFFFFFFF ^ 0x6E6A6F75


def proven_of(generation):
    return ~generation & 0xFFFFFFFF ^ 0x70726F76


def seal_of(crc):
    return ~crc & 0xFFFFFFFF ^ 0x7365616C


def head(generation):
    return struct.pack("<4I", generation, check_of(generation), check_of(generation), proven_of(generation))


def entry(generation, number, value, more):
    header = struct.pack("<BBH", number, 1 if more else 0, len(value))
    padded = value.ljust((len(value) + 3) & ~3, b"\0")
    crc = zlib.crc32(struct.pack("<I", generation) + header + padded)
    return header + padded + struct.pack("<I", crc) + (b"" if more else struct.pack("<I", seal_of(crc)))


def half(commits, generation=1):
    """One half of the EEPROM, its end not padded."""
    return head(generation) + b"".join(entry(generation, number, value, at + 1 < len(commit))
                                       for commit in commits for at, (number, value) in enumerate(commit))


def eeprom(commits, generation=1):
    return half(commits, generation).ljust(2 * HALF, b"\0")


def walk(content):
    """(offset in the EEPROM, id, value) of all records of the half that counts."""
    heads = {at: struct.unpack_from("<3I", content, at) for at in (0, HALF)}
    base = next((at for at, (generation, *checks) in heads.items() if check_of(generation) in checks), None)
    if base is None:
        return
    generation = struct.unpack_from("<I", content, base)[0]
    at = base + HEAD
    while at + 8 <= base + HALF:
        number, flags, size = struct.unpack_from("<BBH", content, at)
        value = content[at + 4:at + 4 + size]
        made = entry(generation, number, value, flags & 1)
        if number == 0 or content[at:at + len(made)] != made:
            return
        yield at, number, value
        at += len(made)


def records(content):
    """{id: value} of what counts."""
    found = {}
    for _, number, value in walk(content):
        found[number] = value
    return {number: value for number, value in found.items() if value}


def text(word):
    return bytes([len(word)]) + word.encode()


def install(state, image=b"", manifest=False, backup=False, counter=0, revoked=0, size=None, crc=None):
    return struct.pack("<BBB4I", 2, state, manifest | backup << 1, len(image) if size is None else size,
                       zlib.crc32(image) if crc is None else crc, counter, revoked) + text("s31-nb") + text("v1.1.0")


def state_of(content):
    value = records(content).get(INSTALL)
    return value[1] if value else NONE


def trial(boots, power_ons=0, other=0):
    return bytes([2, boots, power_ons, other])


def security(counter, revoked=0):
    return struct.pack("<BII", 2, counter, revoked)


def download(size):
    return struct.pack("<BBBBI", 2, 0, 0, 2, size) + text("s31-nb") + text("v1.1.0") + text("")


# ---- the NOR ----

def sign(manifest, key):
    """Behind the manifest: key id and signature of the key of that number, made by OpenSSL."""
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "manifest")
        with open(path, "wb") as file:
            file.write(manifest)
        words = ("openssl", "pkeyutl", "-sign", "-inkey", str(KEYS[key]), "-rawin", "-in", path)
        signature = subprocess.run(words, check=True, capture_output=True).stdout
        public = subprocess.run(("openssl", "pkey", "-in", str(KEYS[key]), "-pubout", "-outform", "DER"), check=True,
                                capture_output=True).stdout[-32:]
    return manifest + hashlib.sha256(public).digest()[:8] + signature


def packed_pages(image, manifest=b"", size=None, crc=None):
    """Header page and image, as they lie in the NOR."""
    header = struct.pack("<IBIIII", 0xA8404166, 1, 0x22223333, 0x10101010, len(image) if size is None else size,
                         zlib.crc32(image) if crc is None else crc)
    return (header.ljust(0x20, b"\0") + manifest).ljust(PAGE, b"\0") + image


def stream(settings):
    return b"".join(bytes([number, len(value)]) + value for number, value in settings)


class Backup:
    """A backup and the record that ties it to a node; the keywords put something else into its header."""

    def __init__(self, image, settings=(), **other):
        kept = stream(settings) if not isinstance(settings, bytes) else settings
        words = {"magic": 0x4B42626E, "format": 2, "size": len(image), "settings_size": len(kept), **other}
        header = struct.pack("<4I", *words.values())
        self.pages = header.ljust(PAGE, b"\xff") + image.ljust(BACKUP_SETTINGS - BACKUP_IMAGE, b"\xff") + \
            kept.ljust(BACKUP_END - BACKUP_SETTINGS, b"\xff")
        named = self.pages[PAGE:][:words["size"]], self.pages[BACKUP_SETTINGS - BACKUP:][:words["settings_size"]]
        self.record = bytes([2]) + hashlib.sha256(b"".join(named) + header).digest()


def nor(candidate=b"", backup=None, size=4 << 20):
    content = bytearray(b"\xff" * size)
    content[:len(candidate)] = candidate
    if backup is not None:
        content[BACKUP:BACKUP_END] = backup.pages
    return bytes(content)
