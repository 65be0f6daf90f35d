// SPDX-License-Identifier: Apache-2.0
#include "vnode/prove/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool play(struct prove_base *self, struct prove_bench *bench, const char *text)
{
    char *script = prove_script(text, self->setup);
    enum prove_end end = script == NULL ? PROVE_UNMET : prove_bench_play(bench, script);

    free(script);
    if (end != PROVE_ENDED) {
        snprintf(self->error, sizeof self->error, "%.200s", bench->error);
    }
    return end == PROVE_ENDED;
}

static bool prepare(struct prove_base *self, struct prove_bench *bench)
{
    if (self->scenario->changes) {
        prove_server_assign(&bench->server, &self->setup->other, self->setup->former);
    }
    board_power_on(bench->board);
    bool ready = play(self, bench, prove_common_settings) &&
                 prove_settings_ask(&self->before, bench) &&
                 play(self, bench, self->scenario->prepare);

    for (unsigned i = 1; ready && i < self->scenario->times; i++) {
        ready = play(self, bench, self->scenario->prepare);
    }
    if (!ready && self->error[0] == '\0') {
        snprintf(self->error, sizeof self->error, "%.200s", bench->error);
    }
    return ready;
}

static void begin_tape(struct prove_base *self, struct prove_bench *bench)
{
    static struct prove_state first; // too large for a stack

    prove_state_read(&first, board_machine(bench->board));
    prove_tape_init(&self->tape, &first);
    prove_server_assign(&bench->server, &self->setup->offer, self->setup->packed);
    bench->tape = &self->tape;
    bench->answers = 0;
    self->instructions = machine_instructions(board_machine(bench->board));
    self->virtual_ns = board_now_ns(bench->board);
}

static void end_tape(struct prove_base *self, struct prove_bench *bench)
{
    bench->tape = NULL;
    self->tape.answers = bench->answers;
    self->instructions = machine_instructions(board_machine(bench->board)) - self->instructions;
    self->virtual_ns = board_now_ns(bench->board) - self->virtual_ns;
}

// What a cut leaves of two operations at once is no case, so a scenario with such is not proved.
static bool is_in_turn(struct prove_base *self)
{
    const struct prove_tape *tape = &self->tape;

    for (size_t i = 0; i < tape->count; i++) {
        if (tape->operations[i].overlaps) {
            snprintf(self->error, sizeof self->error,
                     "operation %zu begins while the NOR is still at work", i + 1);
            return false;
        }
    }
    return true;
}

// Words are written in one half of the EEPROM alone until it is full.
static bool is_compacted(const struct prove_tape *tape)
{
    bool is_written[2] = {false, false};

    for (size_t i = 0; i < tape->count; i++) {
        const struct prove_operation *operation = &tape->operations[i];
        if (operation->kind == NVM_EEPROM) {
            is_written[(operation->address - NVM_EEPROM_BASE) / (NVM_EEPROM_SIZE / 2)] = true;
        }
    }
    return is_written[0] && is_written[1];
}

// The n-th answer belongs to the n-th command.
static bool is_answered(struct prove_base *self)
{
    uint32_t commands = prove_settings_commands(self->scenario->act);

    if (self->scenario->sets && self->tape.answers != commands) {
        snprintf(self->error, sizeof self->error, "%u answers to %u commands",
                 (unsigned)self->tape.answers, (unsigned)commands);
        return false;
    }
    return true;
}

static bool holds_what_it_should(struct prove_base *self)
{
    if (self->scenario->compacts && !is_compacted(&self->tape)) {
        snprintf(self->error, sizeof self->error,
                 "its preparation does not fill the journal: nothing is compacted");
        return false;
    }
    return is_in_turn(self) && is_answered(self);
}

static enum status record(struct prove_base *self, struct prove_bench *bench)
{
    if (!prepare(self, bench)) {
        return STATUS_INVALID;
    }
    begin_tape(self, bench);
    bool played = play(self, bench, self->scenario->act);
    end_tape(self, bench);
    if (played && self->tape.failed) {
        snprintf(self->error, sizeof self->error, "an operation lies behind the first 256 KB");
        return STATUS_INVALID;
    }
    bool rests = played && holds_what_it_should(self) && play(self, bench, self->scenario->rest);
    return rests && prove_settings_ask(&self->after, bench) ? STATUS_OK : STATUS_INVALID;
}

static void keep_console(struct prove_base *self, const struct transcript *console)
{
    size_t kept = console->size < PROVE_CONSOLE_SIZE - 1 ? console->size : PROVE_CONSOLE_SIZE - 1;

    if (kept > 0) {
        memcpy(self->console, console->text + console->size - kept, kept);
    }
    self->console[kept] = '\0';
}

enum status prove_base_record(struct prove_base *self, const struct prove_setup *setup,
                              const struct prove_scenario *scenario)
{
    static struct prove_bench bench; // too large for a stack

    memset(self, 0, sizeof *self);
    self->setup = setup;
    self->scenario = scenario;
    if (prove_bench_open(&bench, setup, NULL, setup->seed) != STATUS_OK) {
        return STATUS_INVALID;
    }
    enum status status = record(self, &bench);
    if (status != STATUS_OK) {
        keep_console(self, &bench.console);
    }
    prove_bench_close(&bench);
    return status;
}

void prove_base_release(struct prove_base *self)
{
    prove_tape_release(&self->tape);
}
