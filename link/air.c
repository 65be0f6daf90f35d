// SPDX-License-Identifier: Apache-2.0
#include "link/air.h"

enum {
    // Connect, three subscriptions, three states, attributes with SHA256, TCP open and close.
    DIALOGUE_UP = 1140,
    DIALOGUE_DOWN = 725,
};

static uint32_t divide_up(uint32_t value, uint32_t by)
{
    return (value + by - 1) / by;
}

uint32_t link_segments(uint32_t payload)
{
    return payload == 0 ? 1 : divide_up(payload, LINK_SEGMENT_BYTES);
}

uint32_t link_ip_bytes(uint32_t payload)
{
    return payload + LINK_TCP_IP_BYTES * link_segments(payload);
}

uint32_t link_blocks(const struct link_class *class, uint32_t ip_bytes)
{
    return divide_up(ip_bytes + LINK_LAYER2_BYTES, class->block_bytes);
}

double link_downlink_s(const struct link_class *class, uint32_t ip_bytes)
{
    return link_blocks(class, ip_bytes) * class->cycle_s;
}

double link_uplink_s(const struct link_class *class, uint32_t ip_bytes)
{
    return class->access_s + class->burst_s + ip_bytes * class->byte_s;
}

double link_uplink_tx_s(const struct link_class *class, uint32_t ip_bytes)
{
    return class->access_tx_s + ip_bytes * class->byte_s;
}

struct link_bytes link_download_bytes(uint32_t pieces, uint32_t answer_ip_bytes, uint32_t lone_acks)
{
    return (struct link_bytes){
        .up = LINK_REQUEST_BYTES * pieces + LINK_TCP_IP_BYTES * lone_acks + DIALOGUE_UP,
        .down = answer_ip_bytes + DIALOGUE_DOWN,
    };
}
