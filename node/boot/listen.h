// SPDX-License-Identifier: Apache-2.0
// Listening on the console line for a local update, and taking it.
//
//   at every reset           1.5 s, inviting twice ('C'): a sender that waits begins by itself
//   behind an install        no longer: what came meanwhile counts
//   "uuu" (the u key held)   a minute: time to start a sender by hand
//   a transfer               as long as it goes on, then a minute for another try
//   no application           for ever
//
// The Bluetooth module shares the line: at a reset it hears two letters without a line end, and nothing it says by
// itself holds three u in a row.
#ifndef NBOTA_NODE_BOOT_LISTEN_H
#define NBOTA_NODE_BOOT_LISTEN_H

#include "node/boot/boot.h"

enum {
    LISTEN_WINDOW_MS = 1500,
    LISTEN_FIRST_MS = 250, // a sender that began at an earlier letter is heard before it is invited
    LISTEN_OFFER_MS = 60000,
    LISTEN_AGAIN_MS = 1000, // a key that is held is answered so seldom
    LISTEN_SIGN = 'u',
    LISTEN_SIGNS = 3,
};

// Returns when the application is to be started; it may be then. Feeds the watchdog; with BOOT_NEXT_AGAIN only for a
// minute behind "uuu" and behind each good block: the watchdog's reset is the next try. uart_open(), clock_init() and
// journal_open() come before it.
void boot_listen(enum boot_next next);

// Puts all of `text` on the console line; blocks while it is full.
void boot_say(const char *text);
void boot_finish_saying(void);

#endif
