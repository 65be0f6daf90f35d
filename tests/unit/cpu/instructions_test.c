// SPDX-License-Identifier: Apache-2.0
// What single-step comparison with another emulator cannot tell: cycles, strictness, stops.
// Results of instructions are compared in tests/oracle.
#include "tests/unit/cpu/bench.h"

#include <string.h>

static void reset_takes_stack_and_start_from_the_vectors(void **state)
{
    (void)state;
    bench_reset();
    assert_int_equal(bench.r[13], STACK_TOP);
    assert_int_equal(bench.r[15], CODE);
    assert_int_equal(bench.r[14], UINT32_MAX);
    assert_int_not_equal(bench.r[0], 0);
}

static void budget_counts_instructions_exactly(void **state)
{
    (void)state;
    BENCH_LOAD(0x2000, 0x3001, 0x3001, 0x3001, BKPT); // movs r0, #0; adds r0, #1 three times
    assert_int_equal(cpu_run(&bench, 2), CPU_STOP_BUDGET);
    assert_int_equal(bench.r[0], 1);
    assert_int_equal(bench.instructions, 2);
    assert_int_equal(bench.r[15], CODE + 4);
    bench_run_to_bkpt();
    assert_int_equal(bench.r[0], 3);
    assert_int_equal(bench.instructions, 4);
    assert_int_equal(bench.r[15], CODE + 8);
}

struct timing {
    const char *name;
    uint16_t code[4];
    uint64_t cycles;
};

static void expect_cycles(const struct timing *row, uint32_t wait_states, uint64_t expected)
{
    bench_load(row->code, 4);
    bench.flash_wait_states = wait_states;
    bench.r[0] = CPU_RAM_BASE;
    bench.r[1] = CODE + 4 + 1;
    bench.r[2] = FAKE_BUS_BASE;
    bench.r[3] = FAKE_BUS_FAST;
    bench.r[13] = STACK_TOP - 64;
    bench_poke(STACK_TOP - 64, CODE + 4 + 1);
    assert_int_equal(cpu_run(&bench, 1), CPU_STOP_BUDGET);
    if (bench.cycles != expected) {
        fail_msg("%s took %u cycles", row->name, (unsigned)bench.cycles);
    }
}

static void instructions_take_the_cycles_of_a_cortex_m0plus(void **state)
{
    (void)state;
    static const struct timing rows[] = {
        {"adds", {0x3001}, 1},
        {"muls", {0x4348}, 1},
        {"ldr from ram", {0x6800}, 2},
        {"str to ram", {0x6001}, 2},
        {"ldr from the bus", {0x6810}, 2},
        {"ldr from the fast port", {0x6818}, 1},
        {"str to the fast port", {0x6018}, 1},
        {"ldm of three", {0xC870}, 4},
        {"stm of two", {0xC030}, 3},
        {"push of three", {0xB470}, 4},
        {"pop of two", {0xBC03}, 3},
        {"pop of pc", {0xBD00}, 4},
        {"b", {0xE000}, 2},
        {"bne taken", {0xD100}, 2},
        {"beq not taken", {0xD000}, 1},
        {"bx", {0x4708}, 2},
        {"blx", {0x4788}, 2},
        {"mov pc", {0x468F}, 2},
        {"bl", {0xF000, 0xF800}, 3},
        {"mrs", {0xF3EF, 0x8000}, 3},
        {"dsb", {0xF3BF, 0x8F4F}, 3},
        {"cpsid", {0xB672}, 1},
        {"nop", {0xBF00}, 1},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect_cycles(&rows[i], 0, rows[i].cycles);
    }
}

static void wait_states_cost_at_branches_and_flash_reads_only(void **state)
{
    (void)state;
    static const struct timing rows[] = {
        {"adds", {0x3001}, 1},        {"bne taken", {0xD100}, 3},    {"beq not taken", {0xD000}, 1},
        {"ldr literal", {0x4800}, 3}, {"ldr from ram", {0x6800}, 2}, {"pop of pc", {0xBD00}, 5},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect_cycles(&rows[i], 1, rows[i].cycles);
    }
}

static void flash_is_also_seen_at_address_0(void **state)
{
    (void)state;
    BENCH_LOAD(0x6808, 0x4710); // ldr r0, [r1]; bx r2
    BENCH_PUT(0x08000800, BKPT);
    bench.r[1] = 4;
    bench.r[2] = 0x801;
    bench_run_to_bkpt();
    assert_int_equal(bench.r[0], CODE | 1);
    assert_int_equal(bench.r[15], 0x800);
}

static void code_runs_from_ram(void **state)
{
    (void)state;
    BENCH_LOAD(0x4700); // bx r0
    BENCH_PUT(CPU_RAM_BASE + 0x100, 0x2107, BKPT);
    bench.r[0] = CPU_RAM_BASE + 0x101;
    bench_run_to_bkpt();
    assert_int_equal(bench.r[1], 7);
}

static void code_in_ram_may_rewrite_what_comes_next(void **state)
{
    static const uint16_t stores[] = {0x6008, 0xC101}; // str r0, [r1]; stm r1!, {r0}

    (void)state;
    for (size_t i = 0; i < sizeof stores / sizeof stores[0]; i++) {
        BENCH_LOAD(NOP);
        BENCH_PUT(CPU_RAM_BASE + 0x100, NOP, stores[i], 0x2301, BKPT); // movs r3, #1
        bench.r[15] = CPU_RAM_BASE + 0x100;
        bench.r[0] = (uint32_t)BKPT << 16 | 0x2307; // movs r3, #7
        bench.r[1] = CPU_RAM_BASE + 0x104;
        bench_run_to_bkpt();
        assert_int_equal(bench.r[3], 7);
    }
}

static void pushing_code_in_ram_may_rewrite_what_comes_next(void **state)
{
    (void)state;
    BENCH_LOAD(NOP);
    BENCH_PUT(CPU_RAM_BASE + 0x100, NOP, 0xB401, 0x2301, BKPT); // push {r0}
    bench.r[15] = CPU_RAM_BASE + 0x100;
    bench.r[0] = (uint32_t)BKPT << 16 | 0x2307;
    bench.r[13] = CPU_RAM_BASE + 0x108;
    bench_run_to_bkpt();
    assert_int_equal(bench.r[3], 7);
}

static void bus_sees_the_clock_and_the_instruction(void **state)
{
    (void)state;
    BENCH_LOAD(NOP, 0x6810, BKPT); // ldr r0, [r2]
    bench.r[2] = FAKE_BUS_BASE;
    fake_bus.words[0] = 0x12345678;
    bench_run_to_bkpt();
    assert_int_equal(bench.r[0], 0x12345678);
    assert_int_equal(fake_bus.access_cycles, 1);
    assert_int_equal(fake_bus.access_pc - 2, CODE + 2);
}

static void a_stop_from_the_bus_comes_after_the_instruction(void **state)
{
    (void)state;
    BENCH_LOAD(0x6010, 0x3001, BKPT); // str r0, [r2]; adds r0, #1
    bench.r[2] = FAKE_BUS_STOP;
    bench.r[0] = 0;
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_BUS);
    assert_int_equal(bench.r[15], CODE + 2);
    bench_run_to_bkpt();
    assert_int_equal(bench.r[0], 1);
}

static void a_busy_bank_stalls_fetches_and_reads_until_its_cycle(void **state)
{
    (void)state;
    BENCH_LOAD(NOP, 0x6808, NOP, BKPT); // ldr r0, [r1]
    bench.flash_busy_until[0] = 1000;
    bench.flash_busy_until[1] = 5000;
    bench.r[1] = CPU_FLASH_BASE + CPU_FLASH_BANK_SIZE;
    assert_int_equal(cpu_run(&bench, 1), CPU_STOP_BUDGET);
    assert_int_equal(bench.cycles, 1001);
    assert_int_equal(cpu_run(&bench, 1), CPU_STOP_BUDGET);
    assert_int_equal(bench.cycles, 5002);
}

static void code_in_ram_is_not_stalled(void **state)
{
    (void)state;
    BENCH_LOAD(NOP);
    BENCH_PUT(CPU_RAM_BASE, NOP, BKPT);
    bench.r[15] = CPU_RAM_BASE;
    bench.flash_busy_until[0] = bench.flash_busy_until[1] = 1000;
    bench_run_to_bkpt();
    assert_int_equal(bench.cycles, 1);
}

static void events_run_at_their_time_during_a_stall(void **state)
{
    (void)state;
    BENCH_LOAD(NOP, BKPT);
    bench.flash_busy_until[0] = 1000;
    fake_bus_at(&bench, 300, 0);
    assert_int_equal(cpu_run(&bench, 1), CPU_STOP_BUDGET);
    assert_int_equal(fake_bus.event_ran_at, 300);
    assert_int_equal(bench.cycles, 1001);
}

static void expect_misuse(uint16_t first, uint16_t second)
{
    BENCH_LOAD(first, second, BKPT);
    if (cpu_run(&bench, 1) != CPU_STOP_MISUSE) {
        fail_msg("0x%04X 0x%04X did not stop the run", first, second);
    }
    assert_non_null(strstr(bench.misuse, "unpredictable instruction"));
    assert_non_null(strstr(bench.misuse, "0x08000400"));
    assert_int_equal(bench.r[15], CODE);
}

static void unpredictable_encodings_stop_the_run(void **state)
{
    (void)state;
    static const uint16_t rows[][2] = {
        {0x44FF, 0},      {0x4508, 0},      {0x4587, 0},      {0x4578, 0},      {0x4778, 0},
        {0x4701, 0},      {0x47F8, 0},      {0xB400, 0},      {0xBC00, 0},      {0xC000, 0},
        {0xC800, 0},      {0xC103, 0},      {0xB660, 0},      {0xB673, 0},      {0xF38D, 0x8800},
        {0xF380, 0x8804}, {0xF380, 0x8900}, {0xF3EF, 0x8D00}, {0xF3EF, 0x8015},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        expect_misuse(rows[i][0], rows[i][1]);
    }
}

static void a_stack_below_ram_stops_the_run(void **state)
{
    (void)state;
    static const uint16_t codes[] = {0xB401, 0xB081}; // push {r0}; sub sp, #4

    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        BENCH_LOAD(codes[i]);
        bench.r[13] = CPU_RAM_BASE;
        assert_int_equal(cpu_run(&bench, 1), CPU_STOP_MISUSE);
        assert_string_equal(bench.misuse, "stack pointer 0x1FFFFFFC leaves RAM, pc 0x08000400");
    }
}

static void a_stack_off_its_word_stops_the_run(void **state)
{
    (void)state;
    BENCH_LOAD(0x4685); // mov sp, r0
    bench.r[0] = CPU_RAM_BASE + 0x102;
    assert_int_equal(cpu_run(&bench, 1), CPU_STOP_MISUSE);
    assert_non_null(strstr(bench.misuse, "is not on a word"));
}

static void software_reset_stops_with_its_reason(void **state)
{
    (void)state;
    BENCH_LOAD(0x6008, BKPT); // str r0, [r1]
    bench.r[0] = 0x05FA0004;
    bench.r[1] = 0xE000ED0C;
    assert_int_equal(cpu_run(&bench, 100), CPU_STOP_RESET);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reset_takes_stack_and_start_from_the_vectors),
        cmocka_unit_test(budget_counts_instructions_exactly),
        cmocka_unit_test(instructions_take_the_cycles_of_a_cortex_m0plus),
        cmocka_unit_test(wait_states_cost_at_branches_and_flash_reads_only),
        cmocka_unit_test(flash_is_also_seen_at_address_0),
        cmocka_unit_test(code_runs_from_ram),
        cmocka_unit_test(code_in_ram_may_rewrite_what_comes_next),
        cmocka_unit_test(pushing_code_in_ram_may_rewrite_what_comes_next),
        cmocka_unit_test(bus_sees_the_clock_and_the_instruction),
        cmocka_unit_test(a_stop_from_the_bus_comes_after_the_instruction),
        cmocka_unit_test(a_busy_bank_stalls_fetches_and_reads_until_its_cycle),
        cmocka_unit_test(code_in_ram_is_not_stalled),
        cmocka_unit_test(events_run_at_their_time_during_a_stall),
        cmocka_unit_test(unpredictable_encodings_stop_the_run),
        cmocka_unit_test(a_stack_below_ram_stops_the_run),
        cmocka_unit_test(a_stack_off_its_word_stops_the_run),
        cmocka_unit_test(software_reset_stops_with_its_reason),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
