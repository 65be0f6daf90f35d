#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes manifest/*.packed.bin anew: packed files with a manifest, put together from docs/protocol.md, "Manifest", with
nothing of nbota: Python for the bytes, the openssl command for the signature.

usage: make_manifest.py

The image is that of tests/fake/firmware.c: 1000 bytes, s31-nb v1.1.0. unsigned: as packing leaves it; signed: with the
key rfc8032-test-1, security counter 7, which it raises, and the second key revoked.
"""
import hashlib
import pathlib
import struct
import subprocess
import tempfile
import zlib

HERE = pathlib.Path(__file__).resolve().parent
KEY = HERE.parent / "keys" / "rfc8032-test-1.pem"
SIZE, SLOT, TITLE, VERSION, PRODUCT, HARDWARE = 1000, 0x08007800, b"s31-nb", b"v1.1.0", 0x40, 1


def image():
    content = bytearray((7 * i + 3) & 0xFF for i in range(SIZE))
    struct.pack_into("<II", content, 0, 0x20001000, SLOT + 5)
    info = struct.pack("<4s4B20s16s3I", b"nbIN", 1, PRODUCT, HARDWARE, 0, TITLE, VERSION, SLOT, SIZE, 0)
    content[0xC0:0xFC] = info + struct.pack("<I", zlib.crc32(info))
    return bytes(content)


def public_key():
    return subprocess.run(["openssl", "pkey", "-in", KEY, "-pubout", "-outform", "DER"], check=True,
                          capture_output=True).stdout[-32:]


def signature(text):
    with tempfile.NamedTemporaryFile() as file:
        file.write(text)
        file.flush()
        return subprocess.run(["openssl", "pkeyutl", "-sign", "-rawin", "-inkey", KEY, "-in", file.name], check=True,
                              capture_output=True).stdout


def manifest(content, flags, counter, revoked):
    return struct.pack("<4s4B20s16s4I32s", b"nbMF", 1, flags, PRODUCT, HARDWARE, TITLE, VERSION, SLOT, len(content),
                       counter, revoked, hashlib.sha256(content).digest())


def packed(content, text):
    header = struct.pack("<IBIIII", 0xA8404166, 1, 0x22223333, 0x10101010, len(content), zlib.crc32(content))
    whole = (header.ljust(0x20, b"\0") + text).ljust(4096, b"\0") + content
    pieces = [whole[i:i + 1024] for i in range(0, len(whole), 1024)]
    return b"".join(piece + struct.pack("<I", zlib.crc32(piece)) for piece in pieces)


def main():
    content = image()
    signed = manifest(content, 1, 7, 2)
    key_id = hashlib.sha256(public_key()).digest()[:8]
    folder = HERE / "manifest"
    (folder / "unsigned.packed.bin").write_bytes(packed(content, manifest(content, 0, 0, 0)))
    (folder / "signed.packed.bin").write_bytes(packed(content, signed + key_id + signature(signed)))


if __name__ == "__main__":
    main()
