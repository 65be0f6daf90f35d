// SPDX-License-Identifier: Apache-2.0
#include "vnode/prove/bench.h"

#include <stdio.h>
#include <string.h>

#include "wire/image.h"

// ---- what the board tells ----

// Who reads this far knows the answer: the end of the line tells nothing more.
static bool is_answer(const struct transcript *console)
{
    return console->line_size == 2 && memcmp(console->line, "OK", 2) == 0;
}

static void on_console(void *context, uint8_t byte, uint64_t now_ns)
{
    struct prove_bench *self = context;

    transcript_add(&self->console, byte, now_ns);
    self->answers += is_answer(&self->console);
}

static bool is_under_way(const struct machine *machine)
{
    return nor_is_busy(&machine->nor, machine_now_ns(machine));
}

static void on_operation(void *context, enum nvm_kind kind, uint32_t address, struct span data)
{
    struct prove_bench *self = context;
    const struct machine *machine = board_machine(self->board);
    bool is_nor = kind == NVM_NOR_PROGRAM || kind == NVM_NOR_ERASE;
    struct prove_operation operation = {
        .kind = kind,
        .address = address,
        .at_ns = machine_now_ns(machine),
        .reports = self->server.report_count,
        .answers = self->answers,
        .overlaps = !is_nor && is_under_way(machine), // the MCU's own operations stall each other
    };

    self->active_ns = operation.at_ns;
    if (self->tape != NULL) {
        prove_tape_add(self->tape, &operation, data);
    }
}

// A chip that still works by itself makes no moment: what it will have done is not in the state.
static void note_moment(struct prove_bench *self, uint32_t cause, uint32_t base)
{
    static struct prove_state state; // too large for a stack
    struct prove_moments *moments = &self->moments;
    struct machine *machine = board_machine(self->board);

    if (moments->known == NULL || is_under_way(machine) || moments->count == PROVE_MOMENTS_MAX) {
        return;
    }
    prove_state_read(&state, machine);
    uint64_t moment = prove_state_hash(&state);
    moment = prove_state_mix(moment, (uint64_t)cause << 32 | base);
    moment = prove_state_mix(moment, moments->salt);
    moment = prove_state_mix(moment, self->server.report_count);
    if (prove_known_has(moments->known, moment)) {
        moments->joined = true;
        board_end_run(self->board);
    }
    moments->seen[moments->count++] = moment;
}

static void on_restarted(void *context, uint32_t cause)
{
    struct prove_bench *self = context;

    self->resets = (cause & RCC_CSR_POWER_RESET) != 0 ? 0 : self->resets + 1;
    self->cause = cause;
    self->active_ns = board_now_ns(self->board);
    note_moment(self, cause, 0);
}

static void on_jumped(void *context, uint32_t base)
{
    struct prove_bench *self = context;

    note_moment(self, self->cause, base);
}

// ---- making one ----

static void make_password(struct prove_bench *self, const uint32_t uid[3])
{
    uint32_t number = uid[0] + uid[2]; // docs/protocol.md, "AT console"

    snprintf(self->password, sizeof self->password, "%02x%02x%02x", number >> 8 & 0xff,
             number >> 16 & 0xff, number >> 24 & 0xff);
}

static struct board_config config_of(struct prove_bench *self, uint64_t seed)
{
    bool is_bg95 = self->setup->product->modem == PRODUCT_MODEM_BG95;

    return (struct board_config){
        .modem =
            {
                .imei = "866207050000016",
                .imsi = "901700000000001",
                .module = is_bg95 ? "bg95-m2" : "bc660k-gl",
                .link_class = is_bg95 ? "lte-m" : "nb1-ce0",
                .seed = 1,
                .peer = &self->server.broker.peer,
            },
        .uid = {0x00473331, 0x32353631, 0x004B0019},
        .seed = seed,
        .flash = self->setup->flash,
    };
}

// What a whole download leaves behind: each piece in its place, its CRC in the map (docs/memory.md, "Download area"). An
// erase that is cut leaves some of both.
static void leave_former(struct nor_chip *nor, struct span packed)
{
    enum { MAP = 0x1F000 };

    for (uint32_t i = 0; nor->part != NULL && (size_t)i * WIRE_CHUNK_SIZE < packed.size; i++) {
        struct span rest = span_after(packed, (size_t)i * WIRE_CHUNK_SIZE);
        size_t size = rest.size < WIRE_CHUNK_SIZE ? rest.size : WIRE_CHUNK_SIZE;
        size_t piece = size - WIRE_CRC_SIZE;
        memcpy(nor->data + (size_t)i * WIRE_PIECE_SIZE, rest.data, piece);
        memcpy(nor->data + MAP + 4 * (size_t)i, rest.data + piece, WIRE_CRC_SIZE);
    }
}

static void program(struct machine *machine, const struct prove_setup *setup)
{
    leave_former(&machine->nor, setup->former);
    memcpy(machine->cpu.flash, setup->boot.data, setup->boot.size);
    memcpy(machine->cpu.flash + (WIRE_SLOT_BASE - CPU_FLASH_BASE), setup->from.data,
           setup->from.size);
    prove_records_begin(machine, &setup->begun);
}

enum status prove_bench_open(struct prove_bench *self, const struct prove_setup *setup,
                             const struct prove_state *state, uint64_t seed)
{
    const struct board_ports ports = {self, on_console, on_operation, on_restarted, on_jumped};

    memset(self, 0, sizeof *self);
    self->setup = setup;
    prove_server_init(&self->server, &setup->offer, setup->packed);
    struct board_config config = config_of(self, seed);
    self->board = board_create(&config, &ports);
    if (self->board == NULL) {
        return STATUS_IO;
    }
    board_cover(self->board, setup->coverage);
    make_password(self, config.uid);
    transcript_init(&self->console, NULL, NULL);
    devices_fit(&self->devices, self->board, setup->product);
    if (state == NULL) {
        program(board_machine(self->board), setup);
    } else {
        prove_state_write(state, board_machine(self->board));
    }
    return STATUS_OK;
}

void prove_bench_close(struct prove_bench *self)
{
    board_destroy(self->board);
    self->board = NULL;
    transcript_release(&self->console);
}

// ---- running ----

static enum prove_end end_of(struct prove_bench *self, enum board_outcome outcome)
{
    if (self->moments.joined) {
        return PROVE_JOINED;
    }
    if (outcome == BOARD_STOPPED || outcome == BOARD_BREAKPOINT) {
        snprintf(self->error, sizeof self->error, "the firmware stopped: %s",
                 board_complaint(self->board));
        return PROVE_STOPPED;
    }
    if (self->resets > PROVE_RESETS_MAX) {
        snprintf(self->error, sizeof self->error, "more than %d resets", PROVE_RESETS_MAX);
        return PROVE_ENDLESS;
    }
    return outcome == BOARD_POWER_CUT ? PROVE_POWER_CUT : PROVE_ENDED;
}

// One stretch of time, in which a debugger may have the node stand.
static enum prove_end advance(struct prove_bench *self, uint64_t until_ns)
{
    enum gdb_state state = self->gdb == NULL ? GDB_BOARD_RUNS : gdb_attend(self->gdb);

    if (self->moments.joined) {
        return PROVE_JOINED; // at power-on, before anything ran
    }
    if (state == GDB_BOARD_ENDS) {
        snprintf(self->error, sizeof self->error, "the debugger has ended the node");
        return PROVE_STOPPED;
    }
    if (state == GDB_BOARD_STANDS) {
        return PROVE_ENDED;
    }
    enum board_outcome outcome = board_run(self->board, until_ns);
    bool is_debuggers = self->gdb != NULL && gdb_board_stopped(self->gdb, outcome);
    return is_debuggers ? PROVE_ENDED : end_of(self, outcome);
}

enum prove_end prove_bench_run(struct prove_bench *self, uint64_t until_ns)
{
    enum prove_end end = PROVE_ENDED;

    while (end == PROVE_ENDED && board_now_ns(self->board) < until_ns) {
        end = advance(self, until_ns);
    }
    return end;
}

static enum prove_end play(struct prove_bench *self, struct scenario *scenario)
{
    enum prove_end end = PROVE_ENDED;
    enum scenario_state state = SCENARIO_RUNNING;

    for (;;) {
        state = scenario_step(scenario, self->board, &self->console);
        if (state != SCENARIO_RUNNING) {
            break;
        }
        end = advance(self, scenario_until_ns(scenario, self->board));
        if (end == PROVE_POWER_CUT && !self->cut_ends_play) {
            scenario_power_was_cut(scenario, self->board);
        } else if (end != PROVE_ENDED) {
            return end;
        }
    }
    if (state == SCENARIO_FAILED) {
        snprintf(self->error, sizeof self->error, "%s", scenario_error(scenario));
        return PROVE_UNMET;
    }
    return PROVE_ENDED;
}

enum prove_end prove_bench_play(struct prove_bench *self, const char *script)
{
    struct scenario *scenario;

    if (scenario_parse(script, &scenario, self->error) != STATUS_OK) {
        return PROVE_UNMET;
    }
    scenario_set_password(scenario, self->password);
    enum prove_end end = play(self, scenario);
    scenario_destroy(scenario);
    return end;
}
