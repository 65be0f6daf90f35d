// SPDX-License-Identifier: Apache-2.0
// The independent watchdog: 28 s nominal, 19..40 s over the LSI's spread (docs/memory.md). Bound at link time.
#ifndef NBOTA_NODE_PORT_WATCHDOG_H
#define NBOTA_NODE_PORT_WATCHDOG_H

// Cannot be stopped again but by a reset. Starting it again only feeds it.
void watchdog_start(void);
void watchdog_feed(void);

#endif
