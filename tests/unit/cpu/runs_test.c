// SPDX-License-Identifier: Apache-2.0
// The interpreter has two ways: runs of instructions counted as a whole, and one by one, which it takes while somebody
// watches. Random programs must do the same on both, to the cycle: two processors, one watched, before a bus that tells
// what it saw and when, with interrupts, busy and changing flash, stops in between.
#include "tests/host/cmocka_all.h"
#include "tests/oracle/random.h"

#include <string.h>

#include "base/endian.h"
#include "vnode/cpu/coverage.h"
#include "vnode/cpu/cpu.h"

enum {
    SEED = 20261125,
    PROGRAMS = 6000,
    HALVES = 200, // of a program
    STEPS = 300,  // instructions at most
    BUDGET = 60,  // at most, of one call
    EVENT_EVERY = 90,
    HANDLERS = 0x1000, // offset in flash
    MIDDLE = 0x800,    // of RAM: where pointers begin
};
#define BUS        0x40000000U
#define BUS_FAST   0x50000000U
#define BUS_FLASH  0x40000100U // changes the program
#define BUS_BUSY   0x40000200U // makes a bank busy
#define BUS_STOP   0x40000300U
#define BUS_STEADY 0x40000500U // a register that events change
#define BUS_WAIT   0x40000400U // sets the wait states of flash

struct twin {
    struct cpu cpu; // first: the bus gets it
    uint64_t seen;  // hash of all that the bus saw
    uint32_t events, steady_reads;
    uint32_t code; // offset in flash, of what BUS_FLASH changes
};

static struct twin watched, free_one;
static struct random source = {SEED};
static const uint8_t no_stops[(CPU_FLASH_SIZE + CPU_RAM_SIZE) / 2];

static void see(struct twin *self, uint32_t what, uint32_t value)
{
    const uint64_t all[] = {what, value, self->cpu.cycles, self->cpu.r[15]};

    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        self->seen = (self->seen ^ all[i]) * 0x100000001B3ULL;
    }
}

uint32_t bus_read(struct cpu *cpu, uint32_t address, unsigned size)
{
    struct twin *self = (struct twin *)cpu;

    if ((address & ~0xFFU) == BUS_STEADY) {
        self->steady_reads++;
        cpu->steady_read = true;
        return self->events >> 1;
    }
    see(self, address, size);
    cpu->cycles += self->seen >> 20 & 3;
    return (uint32_t)(self->seen >> 32) >> (32 - 8 * size);
}

static void change_flash(struct twin *self, uint32_t value)
{
    uint8_t *half = self->cpu.flash + self->code + value % HALVES * 2;

    half[0] ^= 0x08; // another register, or another constant
    self->cpu.flash_changed = true;
}

void bus_write(struct cpu *cpu, uint32_t address, uint32_t value, unsigned size)
{
    struct twin *self = (struct twin *)cpu;

    see(self, address + size, value);
    switch (address & ~0xFFU) {
    case BUS_FLASH:
        change_flash(self, value);
        break;
    case BUS_BUSY:
        cpu->flash_busy_until[value & 1] = cpu->cycles + 70;
        break;
    case BUS_WAIT:
        cpu->flash_wait_states = value & 1;
        break;
    case BUS_STOP:
        cpu_request_stop(cpu, CPU_STOP_BUS);
        break;
    default:
        break;
    }
}

void bus_event(struct cpu *cpu)
{
    struct twin *self = (struct twin *)cpu;

    see(self, 1, ++self->events);
    cpu_schedule(cpu, cpu->cycles + 1 + (self->seen >> 24) % EVENT_EVERY);
    if ((self->seen >> 36 & 3) == 0) {
        cpu->flash_busy_until[self->seen >> 38 & 1] = cpu->cycles + 60;
    }
    if ((self->seen >> 40 & 1) != 0) {
        cpu_pend(cpu, CPU_IRQ0 + (self->seen >> 44 & 3));
    }
}

static uint16_t any_jump(void)
{
    uint32_t distance = random_below(&source, 24);

    if (random_below(&source, 4) == 0) {
        return (uint16_t)(0xE000 | ((distance - 8) & 0x7FF));
    }
    return (uint16_t)(0xD000 | random_below(&source, 14) << 8 | ((distance - 10) & 0xFF));
}

// Registers 5 to 7 keep pointers, so that most accesses find something.
static uint16_t any_access(void)
{
    uint32_t low = random_below(&source, 5), base = 5 + random_below(&source, 3);
    uint32_t offset = random_below(&source, 8);

    switch (random_below(&source, 4)) {
    case 0:
        return (uint16_t)(0x6000 | random_below(&source, 2) << 11 | offset << 6 | base << 3 | low);
    case 1:
        return (uint16_t)(0x7000 | random_below(&source, 4) << 11 | offset << 6 | base << 3 | low);
    case 2:
        return (uint16_t)(0x4800 | low << 8 | random_below(&source, 40));
    default:
        return (uint16_t)(0xC000 | random_below(&source, 2) << 11 | base << 8 | (1U << low));
    }
}

static uint16_t any_calculation(void)
{
    static const uint16_t kinds[] = {0x0000, 0x0800, 0x1000, 0x1800, 0x1A00, 0x1C00, 0x1E00};
    uint32_t low = random_below(&source, 5), other = random_below(&source, 8);

    switch (random_below(&source, 5)) {
    case 0:
        return (uint16_t)(kinds[random_below(&source, 7)] | random_below(&source, 8) << 6 |
                          other << 3 | low);
    case 1:
        return (uint16_t)(0x4000 | random_below(&source, 16) << 6 | other << 3 | low);
    case 2:
        return (uint16_t)(0x2000 | random_below(&source, 4) << 11 | low << 8 |
                          random_below(&source, 256));
    case 3:
        return (uint16_t)(0x2800 | low << 8 | random_below(&source, 4)); // cmp, for a branch
    default:
        return (uint16_t)(0x4600 | random_below(&source, 16) << 3 | low);
    }
}

// Calls, stack, masks, hints and whatever half word there is.
static uint16_t any_other(void)
{
    static const uint16_t some[] = {0xB410, 0xBC10, 0xB403, 0xBC03, 0xB662, 0xB672, 0xBF00, 0xBF40,
                                    0xA001, 0xB082, 0xB002, 0x4770, 0x4780, 0xDF01, 0xB500, 0xBD00};

    if (random_below(&source, 12) == 0) {
        return (uint16_t)random_word(&source);
    }
    return some[random_below(&source, sizeof some / sizeof some[0])];
}

// What belongs together: counting down, a wait for a register, a call. Returns the number of half words.
static unsigned put_group(uint8_t *to)
{
    static const struct {
        uint16_t code[5];
        unsigned count;
    } groups[] = {
        {{0x3C01, 0xD1FD}, 2},         // subs r4, #1; bne
        {{0x683C, 0x07E3, 0xD5FC}, 3}, // ldr r4, [r7]; lsls r3, r4, #31; bpl
        {{0x683C, 0x2C03, 0xD3FC}, 3}, // ldr r4, [r7]; cmp r4, #3; bcc
        {{0xF000, 0xF812}, 2},         // bl
        // ldr r4, [r7]; ldr r3, [r6]; movs r3, #0; cmp r4, #3; bcc
        {{0x683C, 0x6833, 0x2300, 0x2C03, 0xD3FA}, 5},
    };
    unsigned which = random_below(&source, sizeof groups / sizeof groups[0]);

    for (unsigned i = 0; i < groups[which].count; i++) {
        store_le16(to + (size_t)2 * i, groups[which].code[i]);
    }
    return groups[which].count;
}

static void put_program(uint8_t *to)
{
    for (unsigned i = 0; i < HALVES; i++) {
        uint32_t kind = random_below(&source, 20);
        uint16_t half = kind < 5    ? any_jump()
                        : kind < 10 ? any_access()
                        : kind < 18 ? any_calculation()
                                    : any_other();

        store_le16(to + (size_t)2 * i, half);
        if (random_below(&source, 12) == 0 && i + 5 < HALVES) {
            i += put_group(to + (size_t)2 * i) - 1;
        }
    }
}

static void put_vectors(struct cpu *cpu)
{
    store_le32(cpu->flash, CPU_RAM_BASE + CPU_RAM_SIZE);
    store_le32(cpu->flash + 4, CPU_FLASH_BASE + 0x401);
    for (unsigned number = 2; number < 48; number++) {
        store_le32(cpu->flash + (size_t)4 * number, CPU_FLASH_BASE + HANDLERS + 1);
    }
    store_le16(cpu->flash + HANDLERS, 0x1C64); // adds r4, #1
    store_le16(cpu->flash + HANDLERS + 2, 0x4770);
}

static uint32_t any_pointer(void)
{
    static const uint32_t others[] = {
        BUS,        BUS_FAST,       BUS_FLASH,
        BUS_BUSY,   BUS_STOP,       BUS_WAIT,
        BUS_STEADY, CPU_FLASH_BASE, CPU_FLASH_BASE + CPU_FLASH_BANK_SIZE + 64,
        0};

    if (random_below(&source, 3) == 0) {
        return others[random_below(&source, sizeof others / sizeof others[0])];
    }
    return CPU_RAM_BASE + MIDDLE + random_below(&source, 64) * 4;
}

// A program in one of the places that code can be in: both banks, the alias, RAM, over the borders of pages and banks.
static uint32_t put_somewhere(struct twin *self)
{
    static const uint32_t places[] = {CPU_FLASH_BASE + 0x2000,
                                      CPU_FLASH_BASE + 0x20F0,
                                      CPU_FLASH_BASE + CPU_FLASH_BANK_SIZE - 64,
                                      CPU_FLASH_BASE + 0x20000,
                                      0x2000,
                                      CPU_RAM_BASE + MIDDLE - 64};
    uint32_t at = places[random_below(&source, sizeof places / sizeof places[0])];

    self->code = at % CPU_FLASH_BASE;
    put_program(at >= CPU_RAM_BASE ? self->cpu.ram + (at - CPU_RAM_BASE)
                                   : self->cpu.flash + at % CPU_FLASH_BASE);
    return at;
}

static void begin(struct twin *self)
{
    struct cpu *cpu = &self->cpu;

    memset(self, 0, sizeof *self);
    put_vectors(cpu);
    cpu_reset(cpu);
    cpu->r[15] = put_somewhere(self);
    for (unsigned i = 0; i < 5; i++) {
        cpu->r[i] = random_word(&source) >> random_below(&source, 32);
    }
    for (unsigned i = 5; i < 8; i++) {
        cpu->r[i] = any_pointer();
    }
    cpu->r[7] = random_below(&source, 2) == 0 ? BUS_STEADY : cpu->r[7];
    cpu->r[14] = (cpu->r[15] + 2 * random_below(&source, HALVES)) | 1;
    cpu->r[13] = CPU_RAM_BASE + CPU_RAM_SIZE - 64;
    cpu->enabled = 15;
    cpu->flash_wait_states = random_below(&source, 2);
    cpu->faults_are_misuse = random_below(&source, 2) != 0;
    cpu->next_event = 1 + random_below(&source, EVENT_EVERY);
}

static bool are_same(void)
{
    const struct cpu *a = &watched.cpu, *b = &free_one.cpu;

    return memcmp(a->r, b->r, sizeof a->r) == 0 && cpu_xpsr(a) == cpu_xpsr(b) &&
           a->cycles == b->cycles && a->instructions == b->instructions && a->stop == b->stop &&
           a->pending == b->pending && a->active == b->active && a->primask == b->primask &&
           strcmp(a->misuse, b->misuse) == 0 && a->next_event == b->next_event &&
           memcmp(a->ram, b->ram, sizeof a->ram) == 0 && watched.seen == free_one.seen;
}

static void demand_same(unsigned program, unsigned from)
{
    const struct cpu *a = &watched.cpu, *b = &free_one.cpu;

    if (!are_same()) {
        fail_msg("program %u differs after instruction %u: pc %08X/%08X cycles %u/%u "
                 "instructions %u/%u stop %d/%d r4 %08X/%08X (%s/%s)",
                 program, from, (unsigned)a->r[15], (unsigned)b->r[15], (unsigned)a->cycles,
                 (unsigned)b->cycles, (unsigned)a->instructions, (unsigned)b->instructions,
                 (int)a->stop, (int)b->stop, (unsigned)a->r[4], (unsigned)b->r[4], a->misuse,
                 b->misuse);
    }
}

// The watched one executes `count` instructions by as many calls, the other by one.
static bool run_both(uint32_t count)
{
    enum cpu_stop stop = CPU_STOP_BUDGET;

    for (uint32_t i = 0; i < count && stop == CPU_STOP_BUDGET; i++) {
        stop = cpu_run(&watched.cpu, 1);
    }
    return cpu_run(&free_one.cpu, count) == CPU_STOP_BUDGET && stop == CPU_STOP_BUDGET;
}

static uint64_t compare(unsigned program)
{
    struct coverage *coverage = program % 2 == 0 ? coverage_create() : NULL;

    begin(&free_one);
    free_one.cpu.coverage = coverage;
    watched = free_one;
    watched.cpu.stops = no_stops;
    for (unsigned done = 0; done < STEPS;) {
        uint32_t count = 1 + random_below(&source, BUDGET);
        bool goes_on = run_both(count);

        demand_same(program, done);
        if (!goes_on) {
            break;
        }
        done += count;
    }
    coverage_destroy(coverage);
    return free_one.cpu.instructions;
}

static void runs_do_what_single_instructions_do(void **state)
{
    uint64_t instructions = 0;

    (void)state;
    for (unsigned program = 0; program < PROGRAMS; program++) {
        instructions += compare(program);
    }
    print_message("%u programs, %u instructions\n", (unsigned)PROGRAMS, (unsigned)instructions);
    assert_true(instructions > (uint64_t)PROGRAMS * 20);
}

// Events come every EVENT_EVERY cycles at most; the register changes with every second one.
static void waits_are_skipped(void **state)
{
    static const uint16_t code[] = {0x683C, 0x2C0B, 0xD3FC,
                                    0xBE00}; // ldr r4, [r7]; cmp r4, #11; bcc; bkpt

    (void)state;
    begin(&free_one);
    for (unsigned i = 0; i < sizeof code / sizeof code[0]; i++) {
        store_le16(free_one.cpu.flash + 0x400 + (size_t)2 * i, code[i]);
    }
    free_one.cpu.r[15] = CPU_FLASH_BASE + 0x400;
    free_one.cpu.r[7] = BUS_STEADY;
    free_one.cpu.enabled = 0;
    watched = free_one;
    watched.cpu.stops = no_stops;
    assert_int_equal(cpu_run(&watched.cpu, UINT64_MAX), CPU_STOP_BREAKPOINT);
    assert_int_equal(cpu_run(&free_one.cpu, UINT64_MAX), CPU_STOP_BREAKPOINT);
    demand_same(0, 0);
    print_message("%u reads, %u when watched\n", free_one.steady_reads, watched.steady_reads);
    assert_true(free_one.steady_reads < watched.steady_reads * 3 / 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(waits_are_skipped),
        cmocka_unit_test(runs_do_what_single_instructions_do),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
