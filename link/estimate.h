// SPDX-License-Identifier: Apache-2.0
// How long a download takes and what it costs, without running it: the event rules and charges of
// docs/performance.md, "Event rules" and "Energy". Pure; no loss.
#ifndef NBOTA_LINK_ESTIMATE_H
#define NBOTA_LINK_ESTIMATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/status.h"
#include "link/class.h"

enum {
    LINK_WINDOW_MAX = 32,
    LINK_PIECE_MAX = 65536,
    LINK_SIZE_MAX = 16 * 1024 * 1024, // four times the largest NOR
};

struct link_transfer {
    uint32_t size_bytes; // before packing, 1..LINK_SIZE_MAX
    // Of it in one piece, 1..LINK_PIECE_MAX; each piece travels with a 4-byte CRC.
    uint32_t piece_bytes;
    uint32_t window; // requests outstanding, 1..LINK_WINDOW_MAX
    uint32_t burst;  // requests issued back to back, 1..window
    uint32_t baud;   // between processor and modem
    bool hex;        // two characters a byte on that line
    bool qos1;       // both ways
};

struct link_estimate {
    double time_s;  // first request to last piece stored
    double limit_s; // saturated downlink and nothing else
    double tx_s, rx_s;
    uint32_t pieces;
    uint32_t bursts;               // uplink bursts of both kinds
    uint32_t lone_acks;            // …of them with nothing but an acknowledgement
    uint32_t bytes_up, bytes_down; // IP bytes, dialogue included
    double transfer_mah;
    double fixed_mah; // attach and tail
    double total_mah; // with the processor awake and the NOR
};

// STATUS_INVALID when a member of `transfer` is outside its range.
MUST_USE enum status link_estimate(const struct link_class *class,
                                   const struct link_transfer *transfer, struct link_estimate *out);

#endif
