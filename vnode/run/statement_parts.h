// SPDX-License-Identifier: Apache-2.0
// One reader for each verb: takes what stands behind it; NULL = understood, otherwise what would be right. Private to the
// readers of statements.
#ifndef NBOTA_VNODE_RUN_STATEMENT_PARTS_H
#define NBOTA_VNODE_RUN_STATEMENT_PARTS_H

#include "vnode/run/statement.h"

typedef const char *statement_reader(const char *rest, struct statement *statement);

// ---- statement_board.c: what happens to the board and its parts ----
statement_reader statement_read_fault, statement_read_faults, statement_read_pin,
    statement_read_key, statement_read_crystal, statement_read_lsi;

// ---- statement_power.c ----
statement_reader statement_read_power;

// ---- statement_memory.c: what happens to its memories ----
statement_reader statement_read_flash, statement_read_mcu;

#endif
