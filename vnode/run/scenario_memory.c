// SPDX-License-Identifier: Apache-2.0
// What a scenario does to the NOR and to the MCU's own memories.
#include "vnode/run/fitting.h"
#include "vnode/run/scenario_parts.h"

bool scenario_set_flash(struct scenario_turn *turn)
{
    struct nor_faults faults = turn->statement->flash;

    if (turn->statement->duration_ns > 0) {
        faults.busy_until_ns = board_now_ns(turn->board) + turn->statement->duration_ns;
    }
    nor_set_faults(&board_machine(turn->board)->nor, &faults);
    return true;
}

bool scenario_protect_flash(struct scenario_turn *turn)
{
    nor_protect(&board_machine(turn->board)->nor);
    return true;
}

bool scenario_flip_flash(struct scenario_turn *turn)
{
    const struct statement *statement = turn->statement;
    struct nor_chip *nor = &board_machine(turn->board)->nor;
    bool is_there = statement->action == DO_FLASH_FLIP
                        ? nor_flip(nor, statement->address, statement->bit)
                        : nor_flip_some(nor, statement->address, statement->size, statement->count,
                                        statement->number);

    if (!is_there) {
        scenario_fail(turn, "the flash chip has no such cells");
    }
    return true;
}

bool scenario_replace_flash(struct scenario_turn *turn)
{
    if (board_is_on(turn->board)) {
        scenario_fail(turn, "a chip is replaced without power, behind 'cut power':");
    } else {
        machine_fit_nor(board_machine(turn->board), fitting_find(turn->statement->text)->part);
    }
    return true;
}

static bool renew(struct machine *machine, uint32_t address)
{
    (void)address;
    nvm_renew(machine);
    return true;
}

bool scenario_fail_cell(struct scenario_turn *turn)
{
    static bool (*const acts[])(struct machine * machine, uint32_t address) = {
        [CELL_WEAK] = nvm_weaken,
        [CELL_SPOILED] = nvm_spoil,
        [CELL_WORN] = nvm_wear_out,
        [CELLS_WELL] = renew,
    };
    const struct statement *statement = turn->statement;

    if (!acts[statement->cell](board_machine(turn->board), statement->address)) {
        scenario_fail(turn, "there is no such word, or too many of them have failed");
    }
    return true;
}
