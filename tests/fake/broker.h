// SPDX-License-Identifier: Apache-2.0
// A broker that only writes down what the gateway wants of it.
#ifndef NBOTA_TESTS_FAKE_BROKER_H
#define NBOTA_TESTS_FAKE_BROKER_H

#include <stddef.h>
#include <stdint.h>

#include "server/gateway/broker.h"

struct fake_sent {
    char client_id[64];
    char topic[64];
    char payload[2048]; // the first bytes, terminated
    size_t size;
    int qos;
};

enum { FAKE_SENT_MAX = 256 };

extern struct fake_sent fake_sent[FAKE_SENT_MAX];
extern unsigned fake_sent_count;
extern char fake_closed[64]; // client id of the last one closed
extern unsigned fake_closed_count;

void fake_broker_reset(void);

#endif
