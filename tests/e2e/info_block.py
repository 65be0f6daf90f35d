# SPDX-License-Identifier: Apache-2.0
"""An image's info block (wire/info.h), to have an image say something else about itself."""
import struct
import zlib

INFO = 0xC0
AT_HARDWARE = INFO + 6
AT_SIZE = INFO + 48
AT_CRC = INFO + 56


def saying(image, at, content):
    """The same image, but its info block, sealed again, has `content` at `at`."""
    changed = bytearray(image)
    changed[at:at + len(content)] = content
    changed[AT_CRC:AT_CRC + 4] = struct.pack("<I", zlib.crc32(changed[INFO:AT_CRC]))
    return bytes(changed)


def for_hardware(image, hardware):
    return saying(image, AT_HARDWARE, bytes([hardware]))
