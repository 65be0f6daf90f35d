// SPDX-License-Identifier: Apache-2.0
// The packets of a debugger, one row each, carried out on a board that stands still.
#ifndef NBOTA_VNODE_RUN_GDB_COMMAND_H
#define NBOTA_VNODE_RUN_GDB_COMMAND_H

#include "vnode/run/gdb_packet.h"
#include "vnode/run/gdb_target.h"

// What a packet asks of the one who runs the board.
enum gdb_order {
    GDB_STAY,   // nothing: send the reply
    GDB_GO,     // run; the reply comes when it stops, and is then a stop reply
    GDB_STEP,   // …after one instruction
    GDB_STATUS, // send the last stop reply again
    GDB_DETACH, // send the reply, then run without a debugger
    GDB_KILL,   // end the run; no reply
};

// `reply` is empty before, and stays so for a packet that is not known: that is how a debugger is told.
enum gdb_order gdb_command(struct gdb_target *target, const char *packet, struct gdb_reply *reply);

#endif
