// SPDX-License-Identifier: Apache-2.0
// RAM for the console's log that no start-up touches: it survives a reset, and is anything after a power-on. The
// bootloader leaves it alone. Bound at link time; what it means is node/app/log_ring.c's business.
#ifndef NBOTA_NODE_PORT_KEPT_LOG_H
#define NBOTA_NODE_PORT_KEPT_LOG_H

#include <stdint.h>

enum { KEPT_LOG_SIZE = 1024 }; // bytes of text; a power of two, so that positions may wrap

struct kept_log {
    uint32_t magic;
    uint32_t written; // bytes since it was begun, may wrap
    uint32_t begin;   // of the oldest that was not cleared
    uint32_t check;
    char text[KEPT_LOG_SIZE];
};

extern struct kept_log kept_log;

#endif
