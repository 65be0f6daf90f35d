# SPDX-License-Identifier: Apache-2.0
"""Runs the built `nbota` and makes the files it is given; for the tests of this folder.

The environment names the command, NBOTA; default: the gcc build. Nothing here uses nbota's own code, so that packer
and test cannot be wrong in the same way.
"""
import hashlib
import os
import pathlib
import struct
import subprocess
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[2]
NBOTA = os.environ.get("NBOTA", str(ROOT / "build" / "gcc" / "bin" / "nbota"))
SLOT = 0x08007800
SLOT_SIZE = 122880


def nbota(*words, **options):
    """Runs a command; its result has returncode, stdout and stderr as text."""
    return subprocess.run([NBOTA, *map(str, words)], text=True, capture_output=True, timeout=120,
                          check=False, **options)


def pattern(size):
    """The image of the published test vectors."""
    return bytes((7 * i + 3) & 0xFF for i in range(size))


def plain_firmware(size):
    """Another maker's application: a vector table and no info block."""
    return struct.pack("<II", 0x20001000, SLOT + 0x101) + pattern(size)[8:]


def firmware(title, version, size=5000, product=0x40, hardware=1):
    """An application of nbota's own builds, with its info block (docs/protocol.md, "info block")."""
    block = struct.pack("<IBBBB20s16sIII", 0x4E49626E, 1, product, hardware, 0, title.encode(),
                        version.encode(), SLOT, size, 0)
    block += struct.pack("<I", zlib.crc32(block))
    image = plain_firmware(size)
    return image[:0xC0] + block + image[0xC0 + len(block):]


def manifest(image, flags=0, counter=None, revoked=0):
    """The unsigned manifest of an image that firmware() made (docs/protocol.md, "Manifest")."""
    product, hardware, title, version, load, _, own_counter = struct.unpack_from("<BBx20s16s3I", image, 0xC5)
    return struct.pack("<IBBBB20s16s4I", 0x464D626E, 1, flags, product, hardware, title, version, load, len(image),
                       own_counter if counter is None else counter, revoked) + hashlib.sha256(image).digest()


def nbota_pack(image, more=None):
    """What nbota's packer makes: as the field's, with a manifest; `more` is another one, or a signed one."""
    return vendor_pack(image, manifest(image) if more is None else more)


def vendor_pack(image, more=b""):
    """What the field's packer makes: constants in model and version, nothing more behind the header."""
    header = struct.pack("<IBIIII", 0xA8404166, 1, 0x22223333, 0x10101010, len(image),
                         zlib.crc32(image))
    whole = (header.ljust(0x20, b"\0") + more).ljust(4096, b"\0") + image
    pieces = (whole[i:i + 1024] for i in range(0, len(whole), 1024))
    return b"".join(piece + struct.pack("<I", zlib.crc32(piece)) for piece in pieces)
