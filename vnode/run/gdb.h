// SPDX-License-Identifier: Apache-2.0
// A debugger at the board: GDB's remote serial protocol on a loopback port. The firmware does not know of it. While the
// debugger has stopped the node, virtual time stands.
#ifndef NBOTA_VNODE_RUN_GDB_H
#define NBOTA_VNODE_RUN_GDB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "vnode/run/board.h"

struct gdb; // heap-made by gdb_open()

enum gdb_state {
    GDB_BOARD_RUNS,   // go on with board_run()
    GDB_BOARD_STANDS, // the debugger looks at it, or is waited for: do not run the board, call again
    GDB_BOARD_ENDS,   // the debugger killed it
};

// Listens on 127.0.0.1:`port`. Until the first debugger comes the board stands. STATUS_IO with errno.
enum status gdb_open(struct gdb **self, struct board *board, uint16_t port);
void gdb_close(struct gdb *self);

// Does what the debugger asks. Waits up to 20 ms of real time for it while the board stands.
enum gdb_state gdb_attend(struct gdb *self);
// Tells it that board_run() ended so. False when that is no concern of a debugger, or none is there: the caller's then.
bool gdb_board_stopped(struct gdb *self, enum board_outcome outcome);

#endif
