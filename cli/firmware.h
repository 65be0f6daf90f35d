// SPDX-License-Identifier: Apache-2.0
// Putting binaries into a virtual node's internal flash, as a programmer on the SWD pins does.
#ifndef NBOTA_CLI_FIRMWARE_H
#define NBOTA_CLI_FIRMWARE_H

#include <stdbool.h>
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

#endif
