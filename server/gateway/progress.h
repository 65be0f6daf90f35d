// SPDX-License-Identifier: Apache-2.0
// How far a device is with its download, told by the chunks it asks for: those answered without a gap from 0. Chunks
// asked ahead of a gap are remembered, and count when it is filled.
#ifndef NBOTA_SERVER_GATEWAY_PROGRESS_H
#define NBOTA_SERVER_GATEWAY_PROGRESS_H

#include <stdbool.h>
#include <stdint.h>

// Ahead of a gap; far more than a device asks for at once (DEVICE_WAITING_MAX).
enum { PROGRESS_AHEAD = 64 };

struct progress {
    uint32_t done;
    uint32_t total;
    uint64_t ahead; // bit i: chunk done + i was answered; bit 0 never
    bool is_stale;  // as it was stored: the device may have got more before the server ended
};

// As stored with the pin, or 0 and 0.
void progress_begin(struct progress *self, uint32_t done, uint32_t total);
// Chunk `index` of `total` ≥ 1 was answered. False: it was before, in this download. Another `total` means another
// chunk size and begins anew, and so does chunk 0 after the last one.
bool progress_note(struct progress *self, uint32_t index, uint32_t total);

#endif
