// SPDX-License-Identifier: Apache-2.0
// The actions of a scenario, one function each.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "vnode/run/scenario_parts.h"
#include "vnode/run/typing.h"
#include "vnode/soc/gpio.h"

static struct modem_faults *faults_of(const struct scenario_turn *turn)
{
    return modem_faults(board_modem(turn->board));
}

void scenario_fail(struct scenario_turn *turn, const char *why)
{
    struct scenario *scenario = turn->scenario;

    bool has_text = turn->statement->text[0] != '\0';
    const char *quote = has_text ? "'" : "";

    snprintf(scenario->error, sizeof scenario->error, "line %u: %s%s%s%.120s%s",
             turn->statement->line, why, has_text ? " " : "", quote, turn->statement->text, quote);
    turn->state = SCENARIO_FAILED;
}

static bool has_passed(const struct scenario_turn *turn)
{
    uint64_t passed_ns = board_now_ns(turn->board) - turn->scenario->began_ns;

    return passed_ns >= turn->statement->duration_ns;
}

// ---- the network ----

static bool set_link(struct scenario_turn *turn)
{
    faults_of(turn)->link_down = turn->statement->action == DO_LINK_DOWN;
    return true;
}

static bool set_loss(struct scenario_turn *turn)
{
    faults_of(turn)->loss_per_mille = (uint32_t)turn->statement->per_mille;
    faults_of(turn)->loss_random = turn->statement->number;
    return true;
}

static bool set_hold(struct scenario_turn *turn)
{
    faults_of(turn)->hold = turn->statement->action == DO_HOLD;
    return true;
}

static bool corrupt(struct scenario_turn *turn)
{
    faults_of(turn)->corrupt |= 1ULL << turn->statement->number;
    faults_of(turn)->corrupt_always = turn->statement->always;
    return true;
}

// ---- parts that fail ----

static bool order_fault(struct scenario_turn *turn)
{
    return modem_fault_order(faults_of(turn), turn->statement->text,
                             (uint32_t)turn->statement->number);
}

static bool draw_faults(struct scenario_turn *turn)
{
    modem_fault_random(faults_of(turn), turn->statement->number,
                       (uint32_t)turn->statement->per_mille);
    return true;
}

static bool undo_faults(struct scenario_turn *turn)
{
    modem_fault_random(faults_of(turn), 0, 0);
    memset(faults_of(turn)->times, 0, sizeof faults_of(turn)->times);
    return true;
}

// A level with a duration is held for so long, then the line is let go.
static bool set_pin(struct scenario_turn *turn)
{
    const struct statement *statement = turn->statement;
    bool *holds = &turn->scenario->holds_level;
    bool is_first = !*holds;

    if (!is_first && !has_passed(turn)) {
        return false;
    }
    gpio_input(board_machine(turn->board), (enum gpio_port)statement->port, statement->pin,
               is_first == statement->high);
    *holds = is_first && statement->duration_ns > 0;
    return !*holds;
}

// ---- oscillators ----

static bool set_crystal(struct scenario_turn *turn)
{
    board_machine(turn->board)->soc.rcc.lse_start_ns = turn->statement->duration_ns;
    return true;
}

static bool set_lsi(struct scenario_turn *turn)
{
    board_machine(turn->board)->soc.rcc.lsi_hz = (uint32_t)turn->statement->number;
    return true;
}

// ---- power ----

static bool cut_power(struct scenario_turn *turn)
{
    board_power_off(turn->board);
    turn->scenario->power_on_ns = board_now_ns(turn->board) + turn->statement->duration_ns;
    return true;
}

static bool cut_never(struct scenario_turn *turn)
{
    board_machine(turn->board)->cut_at_operation = 0;
    board_machine(turn->board)->cut_at_instruction = UINT64_MAX;
    return true;
}

static bool arm_cut(struct scenario_turn *turn)
{
    const struct statement *statement = turn->statement;
    struct machine *machine = board_machine(turn->board);

    turn->scenario->power_pause_ns = statement->duration_ns;
    if (statement->action == DO_CUT_AT_OPERATION) {
        machine->cut_at_operation = machine->nvm_operations + statement->number;
        machine->cut_fraction = (uint32_t)(statement->fraction * 65536);
    } else {
        machine->cut_at_instruction = machine->cpu.instructions + statement->number;
    }
    return true;
}

// ---- the person ----

static bool type_text(struct scenario_turn *turn, const char *text)
{
    const struct scenario *scenario = turn->scenario;
    bool taken = board_type(turn->board, text, strlen(text)) && board_type(turn->board, "\r\n", 2);

    if (!taken) {
        scenario_fail(turn, "too much is being typed at once:");
    } else if (scenario->on_typed != NULL) {
        scenario->on_typed(scenario->context, text, board_now_ns(turn->board));
    }
    return true;
}

static bool unlock(struct scenario_turn *turn)
{
    return type_text(turn, turn->scenario->password);
}

static bool type_line(struct scenario_turn *turn)
{
    return type_text(turn, turn->statement->text);
}

// What no sender that keeps to the rules would send.
static bool type_bytes(struct scenario_turn *turn)
{
    uint8_t bytes[TYPING_MAX];
    FILE *file = fopen(turn->statement->text, "rb");
    size_t size = file == NULL ? 0 : fread(bytes, 1, sizeof bytes, file);

    if (file != NULL) {
        fclose(file);
    }
    if (size == 0) {
        scenario_fail(turn, "this file cannot be read:");
    } else if (!board_type(turn->board, bytes, size)) {
        scenario_fail(turn, "too much is being typed at once:");
    }
    return true;
}

static bool run_command(struct scenario_turn *turn)
{
    fflush(NULL);
    if (system(turn->statement->text) != 0) {
        scenario_fail(turn, "this command failed:");
    }
    modem_net_stir(board_modem(turn->board));
    return true;
}

// Through when the node has taken or refused the file, or has no power any more.
static bool send_file(struct scenario_turn *turn)
{
    struct upload *upload = &turn->scenario->upload;

    if (upload->bytes == NULL &&
        upload_begin(upload, turn->statement->text, turn->board, turn->console) != STATUS_OK) {
        scenario_fail(turn, "this file cannot be read:");
        return true;
    }
    enum xmodem_sending sending = upload_step(upload, turn->board, turn->console);
    if (sending == XMODEM_SENDING && board_is_on(turn->board)) {
        return false;
    }
    if (sending == XMODEM_SILENT) {
        scenario_fail(turn, "the node does not take");
    }
    upload_end(upload);
    return true;
}

static bool expect(struct scenario_turn *turn)
{
    if (transcript_find(turn->console, turn->statement->text)) {
        return true;
    }
    if (has_passed(turn)) {
        scenario_fail(turn, "the console did not print");
    }
    return false;
}

static bool wait_for(struct scenario_turn *turn)
{
    return has_passed(turn);
}

static bool end(struct scenario_turn *turn)
{
    turn->state = SCENARIO_ENDED;
    return true;
}

static bool (*const acts[])(struct scenario_turn *turn) = {
    [DO_LINK_DOWN] = set_link,
    [DO_LINK_UP] = set_link,
    [DO_LOSS] = set_loss,
    [DO_POWER_RANDOM] = scenario_random_power,
    [DO_HOLD] = set_hold,
    [DO_GO] = set_hold,
    [DO_CRYSTAL] = set_crystal,
    [DO_LSI] = set_lsi,
    [DO_CORRUPT] = corrupt,
    [DO_CUT] = cut_power,
    [DO_CUT_AT_OPERATION] = arm_cut,
    [DO_CUT_AT_INSTRUCTION] = arm_cut,
    [DO_CUT_NEVER] = cut_never,
    [DO_UNLOCK] = unlock,
    [DO_TYPE] = type_line,
    [DO_BYTES] = type_bytes,
    [DO_EXPECT] = expect,
    [DO_RUN] = run_command,
    [DO_SEND] = send_file,
    [DO_WAIT] = wait_for,
    [DO_END] = end,
    [DO_FAULT] = order_fault,
    [DO_FAULTS_RANDOM] = draw_faults,
    [DO_FAULTS_NONE] = undo_faults,
    [DO_FLASH] = scenario_set_flash,
    [DO_FLASH_PROTECT] = scenario_protect_flash,
    [DO_FLASH_FLIP] = scenario_flip_flash,
    [DO_FLASH_FLIP_SOME] = scenario_flip_flash,
    [DO_FLASH_REPLACE] = scenario_replace_flash,
    [DO_MCU] = scenario_fail_cell,
    [DO_PIN] = set_pin,
};

bool scenario_act(struct scenario_turn *turn)
{
    return acts[turn->statement->action](turn);
}
