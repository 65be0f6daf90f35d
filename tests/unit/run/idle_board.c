// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/run/idle_board.h"

#include <string.h>

#include "base/endian.h"

enum { START = 0x100 };

struct board *idle_board(const char *module, const char *flash)
{
    static const uint16_t here = 0xE7FE; // b .
    struct board_config config = {
        .modem = {.module = module, .link_class = "nb1-ce0"}, .flash = flash, .seed = 1};
    struct board_ports ports = {0};
    struct board *board = board_create(&config, &ports);

    if (board != NULL) {
        struct cpu *cpu = &board_machine(board)->cpu;
        store_le32(cpu->flash, 0x20001000);
        store_le32(cpu->flash + 4, CPU_FLASH_BASE + START + 1);
        memcpy(cpu->flash + START, &here, sizeof here);
        board_power_on(board);
    }
    return board;
}
