// SPDX-License-Identifier: Apache-2.0
// A packed image file (wire/image.h) as a stream: one byte in, what it is out. Checks the header page's beginning and
// the CRC of every piece; keeps nothing but the header page's beginning.
#ifndef NBOTA_NODE_BOOT_UNPACK_H
#define NBOTA_NODE_BOOT_UNPACK_H

#include <stdint.h>

#include "wire/image.h"
#include "wire/manifest.h"

enum unpack_result {
    UNPACK_CONTAINER, // a byte of the container: nothing to store
    UNPACK_IMAGE,     // the next byte of the application image
    UNPACK_END,       // the file's last byte; every piece was good. Nothing may be taken behind it
    // With these it is over too.
    UNPACK_FOREIGN, // not a packed file
    UNPACK_PLAIN,   // an application image that was not packed
    UNPACK_DAMAGED, // a piece does not match its CRC
};

// The caller's, zeroed to begin with. `header` and `page` are valid from the first UNPACK_IMAGE on; the rest is
// private.
struct unpack {
    struct image_header header;
    enum unpack_result fault;
    uint32_t packed_size;        // bytes of the file, 0 = its header is not known yet
    uint32_t at;                 // bytes taken
    uint32_t crc;                // of the piece under way
    uint8_t page[MANIFEST_END];  // the header page's beginning
    uint8_t tail[WIRE_CRC_SIZE]; // the piece's CRC as it comes
};

enum unpack_result unpack_take(struct unpack *self, uint8_t byte);

#endif
