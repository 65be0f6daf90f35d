// SPDX-License-Identifier: Apache-2.0
// The bound on what one device can make the broker send: without it 3,000 unread requests cost a broker 190 MB
// (docs/server.md, K17).
#ifndef NBOTA_SERVER_GATEWAY_BUDGET_H
#define NBOTA_SERVER_GATEWAY_BUDGET_H

#include <stdbool.h>
#include <stdint.h>

enum {
    BUDGET_BURST_BYTES = 512 * 1024,
    BUDGET_BYTES_PER_S = 128 * 1024,
};

struct budget {
    int64_t bytes; // may be sent; below zero after an answer larger than what was left
    int64_t at_ms; // when that was right, on a clock that never goes back
};

// A full budget.
void budget_init(struct budget *self, int64_t now_ms);
// Whether an answer may leave now.
bool budget_allows(struct budget *self, int64_t now_ms);
// An answer of `bytes` has left.
void budget_spend(struct budget *self, uint32_t bytes);

#endif
