// SPDX-License-Identifier: Apache-2.0
// Both servers of a node, inside the process: the OTA server offers one packed file under one title and version, the data
// server keeps the reports that reach it. Scripted and without a clock: the same node hears the same.
#ifndef NBOTA_VNODE_PROVE_SERVER_H
#define NBOTA_VNODE_PROVE_SERVER_H

#include <stdint.h>

#include "base/span.h"
#include "vnode/prove/broker.h"
#include "wire/fwinfo.h"

enum {
    PROVE_OTA_PORT = 1883,  // AT+OTASER=127.0.0.1,1883
    PROVE_DATA_PORT = 1884, // AT+SERVADDR=127.0.0.1,1884
    PROVE_REPORTS = 8,
    PROVE_REPORT_SIZE = 192,
};

struct prove_server {
    struct prove_broker broker; // both of them: a node has one session at a time
    struct fwinfo offer;
    struct span packed;                             // borrowed
    char reports[PROVE_REPORTS][PROVE_REPORT_SIZE]; // texts of "Message", in their order
    uint32_t report_count;                          // may exceed PROVE_REPORTS: those are not kept
    uint32_t chunks;                                // asked for
    uint32_t uplinks; // messages of the data server that are no report
};

// `self` must not move. `packed` empty: nothing is assigned.
void prove_server_init(struct prove_server *self, const struct fwinfo *offer, struct span packed);
// Something else is assigned from now on.
void prove_server_assign(struct prove_server *self, const struct fwinfo *offer, struct span packed);

#endif
