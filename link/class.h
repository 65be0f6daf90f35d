// SPDX-License-Identifier: Apache-2.0
// The radio classes a device may be in, as data. Parameters and their origin: docs/performance.md, "Radio classes".
// CE1 and CE2 rest on assumed repetitions and are good within a factor of two.
#ifndef NBOTA_LINK_CLASS_H
#define NBOTA_LINK_CLASS_H

#include <stddef.h>
#include <stdint.h>

struct link_class {
    const char *name;      // as configurations and reports spell it
    uint32_t block_bytes;  // net bytes of one downlink transport block
    double cycle_s;        // one downlink block with its control and acknowledgement
    double access_s;       // from data in the modem to the start of its burst
    double access_tx_s;    // transmitter time within access_s
    double burst_s;        // fixed air time of a burst
    double byte_s;         // air time of one uplink byte
    double core_s;         // core network, internet and server, one round
    double command_s;      // from an AT command's end to its data in the radio's queue
    double receiver_share; // part of a downlink cycle with the receiver on
    double harq_s;         // transmitter time of one HARQ acknowledgement
    double transmit_ma, receive_ma, connected_ma; // module current
    double attach_s;                              // radio on to MQTT connected
    double attach_tx_s;                           // transmitter time within attach_s
    double tail_s;                                // connected after the last packet
};

// "nb1-ce0", "nb2-ce0", "nb-ce1", "nb-ce2" or "lte-m"; NULL when there is no such class.
const struct link_class *link_class_find(const char *name);
// For listings: the class at `index`, NULL behind the last.
const struct link_class *link_class_at(size_t index);

#endif
