// SPDX-License-Identifier: Apache-2.0
// How many bytes a packet takes on air and how long a burst or an answer takes. docs/performance.md,
// "Bytes on air" and "Transfer time".
#ifndef NBOTA_LINK_AIR_H
#define NBOTA_LINK_AIR_H

#include <stdint.h>

#include "link/class.h"

enum {
    LINK_TCP_IP_BYTES = 40,    // header of one segment, IPv4 without options
    LINK_SEGMENT_BYTES = 1300, // TCP payload of one segment on this path
    LINK_REQUEST_BYTES = 73,   // IP bytes of one chunk request: 33 MQTT + 40
    LINK_ANSWER_OVERHEAD = 31, // MQTT bytes of one chunk answer besides its payload
    LINK_LAYER2_BYTES = 4,     // of a downlink answer, beyond the blocks' own headers
    LINK_PUBACK_BYTES = 4,
};

// TCP segments of `payload` bytes; at least one.
uint32_t link_segments(uint32_t payload);
// IP bytes of `payload` TCP bytes.
uint32_t link_ip_bytes(uint32_t payload);
// Downlink transport blocks of `ip_bytes`.
uint32_t link_blocks(const struct link_class *class, uint32_t ip_bytes);
// Time on air of a downlink of `ip_bytes`.
double link_downlink_s(const struct link_class *class, uint32_t ip_bytes);
// From data in the modem to its end on air, `ip_bytes` in one burst.
double link_uplink_s(const struct link_class *class, uint32_t ip_bytes);
// Transmitter time of that burst.
double link_uplink_tx_s(const struct link_class *class, uint32_t ip_bytes);

// Bytes on air of a whole download of `pieces` answers of `answer_ip_bytes` in all: docs/performance.md, "Bytes on air".
struct link_bytes {
    uint32_t up, down; // IP bytes
};
struct link_bytes link_download_bytes(uint32_t pieces, uint32_t answer_ip_bytes,
                                      uint32_t lone_acks);

#endif
