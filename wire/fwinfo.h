// SPDX-License-Identifier: Apache-2.0
// The server's answer to the attribute request:
//   {"shared":{"fw_title":"…","fw_version":"…","fw_size":7124,"fw_checksum_algorithm":"CRC32","fw_checksum":"…"}}
#ifndef NBOTA_WIRE_FWINFO_H
#define NBOTA_WIRE_FWINFO_H

#include <stdint.h>

#include "base/fmt.h"
#include "base/span.h"
#include "base/status.h"
#include "wire/image.h"

struct fwinfo {
    char title[WIRE_TEXT_MAX +
               1]; // empty: absent. Longer texts are cut; what is cut cannot match a node's
    char version[WIRE_TEXT_MAX + 1];
    uint32_t size;      // bytes of the packed file; 0: absent or no number
    char algorithm[16]; // "CRC32", "SHA256", …; empty: absent
    char checksum[129]; // hex; empty: absent
};

// Reads an answer: keys in any order, blanks anywhere, unknown keys ignored, fw_size as number or text, escapes
// decoded.
// `{}` and an answer without "shared" give an empty info and STATUS_OK; what is no JSON object gives
// STATUS_INVALID and an empty info.
enum status fwinfo_decode(struct span json, struct fwinfo *info);

// Appends the answer, compact and with the keys in the order above; absent ones are left out.
void fwinfo_encode(const struct fwinfo *info, struct fmt *out);

#endif
