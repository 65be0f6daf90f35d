// SPDX-License-Identifier: Apache-2.0
// Putting binaries into a virtual node's internal flash, as a programmer on the SWD pins does.
#ifndef NBOTA_CLI_FIRMWARE_H
#define NBOTA_CLI_FIRMWARE_H

#include "base/status.h"
#include "vnode/run/board.h"

// Writes the bootloader (at 0x08000000) and the application (at 0x08007800) from plain .bin files; what lies behind them
// in their areas is erased. On failure stderr has said why and nothing was changed.
enum status firmware_program(struct machine *machine, const char *boot_path, const char *app_path);

#endif
