// SPDX-License-Identifier: Apache-2.0
#include "tests/fake/broker.h"

#include <stdarg.h>
#include <stdio.h>

#include "base/contract.h"

struct fake_sent fake_sent[FAKE_SENT_MAX];
unsigned fake_sent_count;
char fake_closed[64];
unsigned fake_closed_count;

void fake_broker_reset(void)
{
    fake_sent_count = 0;
    fake_closed_count = 0;
    fake_closed[0] = '\0';
}

void broker_send(const char *client_id, const char *topic, struct span payload, int qos)
{
    CONTRACT(fake_sent_count < FAKE_SENT_MAX);
    struct fake_sent *sent = &fake_sent[fake_sent_count++];
    size_t kept = payload.size < sizeof sent->payload ? payload.size : sizeof sent->payload - 1;

    (void)snprintf(sent->client_id, sizeof sent->client_id, "%s", client_id);
    (void)snprintf(sent->topic, sizeof sent->topic, "%s", topic);
    if (kept > 0) {
        memcpy(sent->payload, payload.data, kept);
    }
    sent->payload[kept] = '\0';
    sent->size = payload.size;
    sent->qos = qos;
}

void broker_close(const char *client_id)
{
    (void)snprintf(fake_closed, sizeof fake_closed, "%s", client_id);
    fake_closed_count++;
}

void broker_wake(void)
{
}

void broker_log(enum broker_log level, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    fprintf(stderr, "broker log %d: ", (int)level);
    vfprintf(stderr, format, arguments);
    fprintf(stderr, "\n");
    va_end(arguments);
}
