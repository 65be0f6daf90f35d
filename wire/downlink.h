// SPDX-License-Identifier: Apache-2.0
// Hex downlinks of the data server: an opcode and big-endian numbers, which stand for a line of the console. Lengths
// are checked here; which numbers a command takes is the business of its row (node/core/settings.h).
// docs/protocol.md, "Downlinks".
#ifndef NBOTA_WIRE_DOWNLINK_H
#define NBOTA_WIRE_DOWNLINK_H

#include "base/fmt.h"
#include "base/span.h"

enum {
    DOWNLINK_MAX = 1024,     // bytes of a downlink that is accepted, of whatever form
    DOWNLINK_LINE_SIZE = 40, // of a buffer that holds every command line, with its NUL
};

enum downlink_kind {
    DOWNLINK_UNKNOWN,       // no opcode, or not of its length
    DOWNLINK_COMMAND,       // a command line was added
    DOWNLINK_OTA_MALFORMED, // begins with F9 and is anything but F901: report code 3
};

// Appends the command line that `payload` stands for to `line`; nothing unless it is DOWNLINK_COMMAND. Takes any bytes:
// hex text in either letter case, or raw bytes. No opcode is an ASCII hex digit, so the two cannot be confused.
enum downlink_kind downlink_decode(struct span payload, struct fmt *line);

#endif
