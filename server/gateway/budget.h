// SPDX-License-Identifier: Apache-2.0
// Bounds on what one device can make the broker send and keep (docs/server.md, "Chunk service", K17).
#ifndef NBOTA_SERVER_GATEWAY_BUDGET_H
#define NBOTA_SERVER_GATEWAY_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

struct budget_rule {
    int64_t burst_bytes; // at most saved up
    int64_t bytes_per_s;
};

// All answers: without it 3,000 unread requests cost a broker 190 MB.
#define BUDGET_ALL ((struct budget_rule){512 * 1024, 128 * 1024})
// Answers with QoS 1: a broker keeps them until they are acknowledged, which a plugin cannot see, and mosquitto 2.0.11
// never frees one that it drops because too many wait. Ten images, then one in a quarter of an hour.
#define BUDGET_QOS_1 ((struct budget_rule){2 * 1024 * 1024, 256})
enum {
    BUDGET_MESSAGE_BYTES = 512
}; // what the broker needs for a message besides its payload, generously

struct budget {
    int64_t bytes; // may be sent; below zero after an answer larger than what was left
    int64_t at_ms; // when that was right, on a clock that never goes back
};

// A full budget.
void budget_init(struct budget *self, struct budget_rule rule, int64_t now_ms);
// Whether an answer may leave now.
bool budget_allows(struct budget *self, struct budget_rule rule, int64_t now_ms);
// An answer of `bytes` has left.
void budget_spend(struct budget *self, uint32_t bytes);

#endif
