// SPDX-License-Identifier: Apache-2.0
// One line of a scenario as read; shared by its reader (statement.c) and the one who carries it out (scenario.c).
#ifndef NBOTA_VNODE_RUN_STATEMENT_H
#define NBOTA_VNODE_RUN_STATEMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "vnode/chip/nor.h"

enum statement_condition { WHEN_REACHED, WHEN_TIME, WHEN_CHUNK, WHEN_POWER_ON };

enum statement_action {
    DO_LINK_DOWN,
    DO_LINK_UP,
    DO_LOSS,
    DO_POWER_RANDOM,
    DO_HOLD,
    DO_GO,
    DO_CORRUPT,
    DO_CUT,
    DO_CUT_AT_OPERATION,
    DO_CUT_AT_INSTRUCTION,
    DO_CUT_NEVER,
    DO_UNLOCK,
    DO_TYPE,
    DO_BYTES,
    DO_EXPECT,
    DO_RUN,
    DO_SEND,
    DO_WAIT,
    DO_END,
    DO_FAULT,
    DO_FAULTS_RANDOM,
    DO_FAULTS_NONE,
    DO_FLASH,
    DO_FLASH_PROTECT,
    DO_FLASH_FLIP,
    DO_FLASH_FLIP_SOME,
    DO_FLASH_REPLACE,
    DO_MCU,
    DO_PIN,
    DO_CRYSTAL,
    DO_LSI,
};

// What happens to a cell of the MCU's own memories.
enum statement_cell { CELL_WEAK, CELL_SPOILED, CELL_WORN, CELLS_WELL };

enum { STATEMENT_TEXT_MAX = 400 };

struct statement_range {
    uint64_t low_ns, high_ns;
};

struct statement {
    unsigned line; // in the file, from 1
    enum statement_condition when;
    uint64_t moment; // ns since power-on, a chunk's index, or a count of power-ons
    enum statement_action action;
    uint64_t number;    // chunk, operation, instruction, times of a fault, or a seed
    uint64_t per_mille; // DO_FAULTS_RANDOM, DO_LOSS
    uint64_t count;  // DO_FLASH_FLIP_SOME; DO_POWER_RANDOM: of cuts, 0 = as long as `duration_ns`
    double fraction; // of an operation, 0..1
    bool always;     // DO_CORRUPT
    uint64_t
        duration_ns; // of a wait, an expectation's limit, the time without power; of a level, 0 = it stays;
                     // until the crystal runs, UINT64_MAX = never
    struct statement_range on, off; // DO_POWER_RANDOM
    struct nor_faults flash;        // DO_FLASH; busy for `duration_ns` when that is not 0
    uint32_t address, size;         // in the NOR, or the MCU's; size in bytes
    unsigned bit;
    enum statement_cell cell; // DO_MCU
    unsigned port, pin;       // DO_PIN: enum gpio_port and number,
    bool high;                // and level
    char text[STATEMENT_TEXT_MAX];
};

// Reads one line, its end cut. Returns NULL when it was understood, otherwise what would be right. An empty line or
// a comment gives `*is_empty`.
const char *statement_read(const char *line, struct statement *statement, bool *is_empty);

#endif
