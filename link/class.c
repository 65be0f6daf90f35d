// SPDX-License-Identifier: Apache-2.0
// docs/performance.md, "Radio classes", column by column.
#include "link/class.h"

#include <string.h>

static const struct link_class classes[] = {
    {
        .name = "nb1-ce0",
        .block_bytes = 81, // TBS 680 less RLC and MAC headers
        .cycle_s = 0.034,
        .access_s = 0.16,
        .access_tx_s = 0.03,
        .burst_s = 0.012,
        .byte_s = 0.0005,
        .core_s = 0.08,
        .command_s = 0.05,
        .receiver_share = 0.2,
        .harq_s = 0.002,
        .transmit_ma = 110,
        .receive_ma = 25,
        .connected_ma = 12,
        .attach_s = 10,
        .attach_tx_s = 1,
        .tail_s = 20,
    },
    {
        .name = "nb2-ce0",
        .block_bytes = 312, // TBS 2536
        .cycle_s = 0.040,
        .access_s = 0.16,
        .access_tx_s = 0.03,
        .burst_s = 0.012,
        .byte_s = 0.0005,
        .core_s = 0.08,
        .command_s = 0.05,
        .receiver_share = 0.5,
        .harq_s = 0.002,
        .transmit_ma = 110,
        .receive_ma = 25,
        .connected_ma = 12,
        .attach_s = 10,
        .attach_tx_s = 1,
        .tail_s = 20,
    },
    {
        .name = "nb-ce1",
        .block_bytes = 81,
        .cycle_s = 0.12684, // 16 + 4 + 4*8/0.73 + 12 + 2*8 + 3 + 32 ms
        .access_s = 0.70,
        .access_tx_s = 0.25,
        .burst_s = 0.03,
        .byte_s = 0.004,
        .core_s = 0.08,
        .command_s = 0.05,
        .receiver_share = 0.5,
        .harq_s = 0.016,
        .transmit_ma = 110,
        .receive_ma = 25,
        .connected_ma = 12,
        .attach_s = 25,
        .attach_tx_s = 4,
        .tail_s = 20,
    },
    {
        .name = "nb-ce2",
        .block_bytes = 81,
        .cycle_s = 1.53237, // 256 + 4 + 4*128/0.73 + 12 + 2*128 + 3 + 300 ms
        .access_s = 4.0,
        .access_tx_s = 1.5,
        .burst_s = 0.30,
        .byte_s = 0.032,
        .core_s = 0.08,
        .command_s = 0.05,
        .receiver_share = 0.6,
        .harq_s = 0.256,
        .transmit_ma = 110,
        .receive_ma = 25,
        .connected_ma = 12,
        .attach_s = 90,
        .attach_tx_s = 25,
        .tail_s = 20,
    },
    {
        .name = "lte-m",
        .block_bytes = 960,
        .cycle_s = 0.032,
        .access_s = 0.03,
        .access_tx_s = 0.004,
        .burst_s = 0.004,
        .byte_s = 0.00003,
        .core_s = 0.06,
        .command_s = 0.02,
        .receiver_share = 0.3,
        .harq_s = 0.001,
        .transmit_ma = 210,
        .receive_ma = 60,
        .connected_ma = 30,
        .attach_s = 10,
        .attach_tx_s = 0.5,
        .tail_s = 10,
    },
};

const struct link_class *link_class_at(size_t index)
{
    return index < sizeof classes / sizeof classes[0] ? &classes[index] : NULL;
}

const struct link_class *link_class_find(const char *name)
{
    for (size_t i = 0; i < sizeof classes / sizeof classes[0]; i++) {
        if (strcmp(classes[i].name, name) == 0) {
            return &classes[i];
        }
    }
    return NULL;
}
