// SPDX-License-Identifier: Apache-2.0
// One function for each packet. Private to gdb_command.c, which has their table, and gdb_access.c.
#ifndef NBOTA_VNODE_RUN_GDB_COMMAND_PARTS_H
#define NBOTA_VNODE_RUN_GDB_COMMAND_PARTS_H

#include "vnode/run/gdb_command.h"

#define GDB_FAILED "E01"

void gdb_answer_whether(struct gdb_reply *reply, bool done);
// "address,length"; what stands behind, NULL when that is not what stands there.
const char *gdb_read_range(const char *text, uint32_t *address, uint32_t *size);

// `rest` stands behind the packet's name.
typedef enum gdb_order gdb_packet(struct gdb_target *target, const char *rest,
                                  struct gdb_reply *reply);
gdb_packet gdb_read_registers, gdb_write_registers, gdb_read_register, gdb_write_register;
gdb_packet gdb_read_memory, gdb_write_memory, gdb_set_breakpoint, gdb_clear_breakpoint;

#endif
