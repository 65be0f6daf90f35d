// SPDX-License-Identifier: Apache-2.0
// What the board's parts (board.c) and the time that they share (board_time.c) know of each other. Private to them.
#ifndef NBOTA_VNODE_RUN_BOARD_PARTS_H
#define NBOTA_VNODE_RUN_BOARD_PARTS_H

#include "vnode/run/board.h"
#include "vnode/run/ledger.h"
#include "vnode/run/pace.h"
#include "vnode/run/typing.h"

struct board {
    struct machine machine;
    struct modem *modem;
    struct board_ports ports;
    struct pace pace;
    bool on;
    bool ends;                // board_run() is to end
    uint64_t stands_since_ns; // wall clock since when virtual time stands, 0 = it does not
    struct typing typing;
    struct board_device sensor; // on the sensor line
    long chunk;
    struct ledger ledger;
};

// Everything that others than the machine have to say by `now_ns` comes to its pins.
void board_deliver(struct board *self, uint64_t now_ns);
// When the next of them has something to say, `until_ns` at the latest.
uint64_t board_next_outside_ns(const struct board *self, uint64_t until_ns);

#endif
