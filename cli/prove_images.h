// SPDX-License-Identifier: Apache-2.0
// The bootloader and the two images of a proof, read, filled up, packed and signed.
#ifndef NBOTA_CLI_PROVE_IMAGES_H
#define NBOTA_CLI_PROVE_IMAGES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "cli/file.h"
#include "vnode/prove/bench.h"

struct prove_images {
    struct file boot;
    uint8_t from[WIRE_SLOT_SIZE], to[WIRE_SLOT_SIZE], packed[WIRE_PACKED_MAX];
    uint8_t former[WIRE_PACKED_MAX]; // `from` packed: what an earlier download has left
    uint32_t from_size, to_size, packed_size, former_size;
    char path[32]; // of the packed file, for images that are sent; empty until then
};

struct prove_images_wish {
    const char *boot, *from; // files, or names of what was built here; NULL = the usual ones
    const char *to;          // likewise, never NULL
    const char
        *key; // that signs `to`; NULL = the bootloader's own, or none with another bootloader
};

// On failure stderr has said why. What was filled up is said on stdout.
enum status prove_images_load(struct prove_images *self, const struct prove_images_wish *wish);
void prove_images_release(struct prove_images *self);
// What a scenario runs with. `hangs`: the image that is offered, newly signed, hangs at the first byte it sends to its
// modem, when it has taken the settings for its own.
enum status prove_images_set_up(struct prove_images *self, const struct prove_images_wish *wish,
                                bool hangs, struct prove_setup *setup);

#endif
