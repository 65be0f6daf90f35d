// SPDX-License-Identifier: Apache-2.0
// Putting binaries into a virtual node's internal flash, as a programmer on the SWD pins does.
#ifndef NBOTA_CLI_FIRMWARE_H
#define NBOTA_CLI_FIRMWARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/status.h"
#include "vnode/run/board.h"

struct firmware {
    const char *boot, *app; // paths of plain .bin files
    uint8_t hardware_id;    // of the board, which the application's info block must name
    bool force;             // or need not
};

// Writes the bootloader (at 0x08000000) and the application (at 0x08007800); what lies behind them in their areas is
// erased. An application without info block is another maker's and fits. On failure stderr has said why and nothing was
// changed.
enum status firmware_program(struct machine *machine, const struct firmware *firmware);

// Where a firmware lies that a person names: a file, or, without a slash and a file of that name, one that was built
// here, "s31-nb-v1.1.0".
void firmware_find(const char *word, char *path, size_t capacity);

#endif
