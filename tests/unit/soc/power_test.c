// SPDX-License-Identifier: Apache-2.0
// Power, resets, sleep and Stop, with programs that really run.
#include <stdlib.h>
#include <string.h>

#include "tests/unit/soc/board_bench.h"

enum {
    WFI = 0xBF30,
    LOOP = 0xE7FE,     // b .
    WFI_LOOP = 0xE7FD, // b .-2
};

static void restart_with(const uint16_t *code, unsigned count)
{
    machine_power_off(&bench.machine);
    bench_program(code, count);
    machine_power_on(&bench.machine);
}

static enum machine_stop run_ms(uint64_t ms)
{
    return machine_run(&bench.machine, now_ns() + ms * NS_PER_MS);
}

static void running_code_uses_up_the_time_given(void **state)
{
    (void)state;
    uint64_t until_ns = now_ns() + NS_PER_MS;
    assert_int_equal(machine_run(&bench.machine, until_ns), MACHINE_BUDGET);
    assert_in_range(now_ns(), until_ns, until_ns + 2000);
    assert_in_range(bench.machine.cpu.instructions, 600, 1100);
}

static void ram_is_garbage_of_its_seed_at_power_on(void **state)
{
    uint8_t first[64];

    (void)state;
    memcpy(first, bench.machine.cpu.ram, sizeof first);
    restart_with((const uint16_t[]){LOOP}, 1);
    assert_memory_not_equal(bench.machine.cpu.ram, first, sizeof first);
    bench_teardown(NULL);
    bench_setup(NULL);
    assert_memory_equal(bench.machine.cpu.ram, first, sizeof first);
}

static void a_reset_keeps_ram_and_says_pin(void **state)
{
    (void)state;
    set(0x40021050, 1U << 23); // RMVF
    assert_int_equal(rd(0x40021050) >> 24, 0);
    bench.machine.cpu.ram[5] = 0x77;
    machine_reset_pin(&bench.machine);
    assert_int_equal(bench.machine.cpu.ram[5], 0x77);
    assert_int_equal(rd(0x40021050) >> 24, 4);
}

static void a_software_reset_is_carried_out_inside(void **state)
{
    // ldr r0, =0xE000ED0C; ldr r1, =0x05FA0004; str r1, [r0]; b .
    static const uint16_t code[] = {0x4801, 0x4902, 0x6001, LOOP, 0xED0C, 0xE000, 0x0004, 0x05FA};

    (void)state;
    restart_with(code, 8);
    bench.machine.soc.rcc.reg[0x50 / 4] = 0;
    run_ms(1);
    assert_int_equal(rd(0x40021050) >> 24, 0x14); // SFTRST and PIN
}

static void a_sleeping_board_lets_time_jump(void **state)
{
    (void)state;
    restart_with((const uint16_t[]){WFI, WFI_LOOP}, 2);
    assert_int_equal(run_ms(1000), MACHINE_SLEEPING);
    assert_in_range(now_ns(), 0, 100000);
    assert_true(machine_next_ns(&bench.machine) == TIME_NEVER);
    uint64_t instructions = bench.machine.cpu.instructions;
    machine_skip_to(&bench.machine, 5ULL * NS_PER_S);
    assert_int_equal(now_ns() / NS_PER_MS, 5000);
    assert_int_equal(run_ms(1000), MACHINE_SLEEPING);
    assert_int_equal(bench.machine.cpu.instructions, instructions);
}

// LPTIM1 from the LSI, tick 27 ns · 1000, matching every 65536 ticks at `compare`.
static void lptim_on_lsi(uint32_t compare)
{
    set(0x40021038, 1U << 28 | 1U << 31);
    set(0x40021050, 1);
    pass_ns(300000);
    wr(0x4002104C, 1U << 18);
    wr(0x40007C08, 1); // CMPM
    wr(0x40007C10, 1);
    wr(0x40007C18, 65535);
    pass_ns(200000);
    wr(0x40007C14, compare);
    pass_ns(200000);
    wr(0x40007C10, 5);
    bench.machine.cpu.enabled = 1U << 13;
    bench.machine.cpu.primask = 1; // wakes, but is not taken
}

static void a_timer_wakes_from_sleep(void **state)
{
    (void)state;
    restart_with((const uint16_t[]){WFI, LOOP}, 2);
    bench.machine.cpu.stop = CPU_RUNNING;
    lptim_on_lsi(37000);
    uint64_t started_ns = now_ns();
    assert_int_equal(run_ms(10), MACHINE_SLEEPING);
    uint64_t next_ns = machine_next_ns(&bench.machine);
    assert_in_range(next_ns - started_ns, NS_PER_S - 1000, NS_PER_S + 1000);
    machine_skip_to(&bench.machine, next_ns);
    assert_int_equal(run_ms(1), MACHINE_BUDGET);
    assert_false(bench.machine.cpu.sleeping);
}

static void a_timer_wakes_from_stop_on_msi(void **state)
{
    (void)state;
    restart_with((const uint16_t[]){WFI, LOOP}, 2);
    bench.machine.cpu.stop = CPU_RUNNING;
    bench_run_at_32mhz();
    lptim_on_lsi(37000);
    bench.machine.cpu.scr = 4;
    assert_int_equal(run_ms(10), MACHINE_SLEEPING);
    assert_true(bench.machine.soc.time.stopped);
    uint64_t cycles = bench.machine.cpu.cycles;
    uint64_t next_ns = machine_next_ns(&bench.machine);
    machine_skip_to(&bench.machine, next_ns);
    assert_int_equal(bench.machine.cpu.cycles, cycles); // the processor's clock stood
    assert_int_equal(run_ms(1), MACHINE_BUDGET);
    assert_int_equal(bench.machine.soc.time.hz, 65536 << 5);
    assert_int_equal(rd(0x4002100C) & 0xF, 0);
    assert_int_equal(rd(0x40021000) & 1U << 25, 0);
}

static void stopwuck_wakes_on_hsi16(void **state)
{
    (void)state;
    restart_with((const uint16_t[]){WFI, LOOP}, 2);
    bench.machine.cpu.stop = CPU_RUNNING;
    bench_run_at_32mhz();
    set(0x4002100C, 1U << 15);
    lptim_on_lsi(370);
    bench.machine.cpu.scr = 4;
    assert_int_equal(run_ms(1), MACHINE_SLEEPING);
    machine_skip_to(&bench.machine, machine_next_ns(&bench.machine));
    assert_int_equal(run_ms(1), MACHINE_BUDGET);
    assert_int_equal(bench.machine.soc.time.hz, 16000000);
}

static void the_watchdog_ends_stop_with_a_reset(void **state)
{
    (void)state;
    restart_with((const uint16_t[]){WFI, WFI_LOOP}, 2);
    wr(0x40003000, 0xCCCC); // 512 LSI periods · 4096 / 512: 443 ms
    bench.machine.cpu.scr = 4;
    assert_int_equal(run_ms(1), MACHINE_SLEEPING);
    uint64_t next_ns = machine_next_ns(&bench.machine);
    assert_in_range(next_ns, 442ULL * NS_PER_MS, 445ULL * NS_PER_MS);
    machine_skip_to(&bench.machine, next_ns);
    assert_int_equal(run_ms(1), MACHINE_SLEEPING); // the program runs and sleeps again
    assert_false(bench.machine.soc.time.stopped);
    assert_int_equal(rd(0x40021050) >> 29 & 1, 1);
}

static void stop_while_a_character_leaves_is_misuse(void **state)
{
    (void)state;
    restart_with((const uint16_t[]){WFI, LOOP}, 2);
    bench.machine.cpu.stop = CPU_RUNNING;
    bench_open_pins();
    set(0x40021038, 1U << 17);
    clear(0x50000000, 1U << 4);
    set(0x50000020, 0x400);
    wr(0x4000440C, 218);
    wr(0x40004400, 9);
    wr(0x40004428, 'x');
    bench.machine.cpu.scr = 4;
    assert_int_equal(run_ms(1), MACHINE_MISUSE);
    assert_non_null(strstr(bench.machine.cpu.misuse, "Stop mode while USART2 sends"));
}

static void power_is_cut_before_an_instruction(void **state)
{
    (void)state;
    bench.machine.cut_at_instruction = 1000;
    assert_int_equal(run_ms(1000), MACHINE_POWER_CUT);
    assert_int_equal(bench.machine.cpu.instructions, 1000);
    assert_false(bench.machine.powered);
    assert_int_equal(run_ms(1), MACHINE_POWER_CUT);
    uint64_t cut_ns = now_ns();
    machine_skip_to(&bench.machine, cut_ns + NS_PER_S);
    assert_int_equal(now_ns(), cut_ns + NS_PER_S);
    bench.machine.cut_at_instruction = UINT64_MAX;
    machine_power_on(&bench.machine);
    assert_int_equal(machine_instructions(&bench.machine), 1000);
    assert_int_equal(run_ms(1), MACHINE_BUDGET);
    assert_int_equal(machine_instructions(&bench.machine), 1000 + bench.machine.cpu.instructions);
}

static void a_copy_goes_on_like_the_original(void **state)
{
    struct machine *copy = malloc(sizeof *copy);

    (void)state;
    assert_non_null(copy);
    machine_init(copy, &bench.machine.ports, true, 9);
    bench.machine.nor.data[7] = 0x77;
    run_ms(1);
    machine_copy(copy, &bench.machine);
    assert_int_equal(copy->nor.data[7], 0x77);
    assert_true(copy->nor.data != bench.machine.nor.data);
    machine_run(copy, now_ns() + NS_PER_MS);
    run_ms(1);
    assert_int_equal(copy->cpu.cycles, bench.machine.cpu.cycles);
    assert_memory_equal(copy->cpu.r, bench.machine.cpu.r, sizeof copy->cpu.r);
    machine_free(copy);
    free(copy);
}

static void a_misuse_stops_the_run_and_says_where(void **state)
{
    // ldr r0, =0x40004400; ldr r1, [r0]; b .
    static const uint16_t code[] = {0x4801, 0x6801, LOOP, LOOP, 0x4400, 0x4000};

    (void)state;
    restart_with(code, 6);
    assert_int_equal(run_ms(1), MACHINE_MISUSE);
    assert_misuse("USART2+00 read with its clock off (pc 08000102)");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)
        TEST(running_code_uses_up_the_time_given),   TEST(ram_is_garbage_of_its_seed_at_power_on),
        TEST(a_reset_keeps_ram_and_says_pin),        TEST(a_software_reset_is_carried_out_inside),
        TEST(a_sleeping_board_lets_time_jump),       TEST(a_timer_wakes_from_sleep),
        TEST(a_timer_wakes_from_stop_on_msi),        TEST(stopwuck_wakes_on_hsi16),
        TEST(the_watchdog_ends_stop_with_a_reset),   TEST(stop_while_a_character_leaves_is_misuse),
        TEST(power_is_cut_before_an_instruction),    TEST(a_copy_goes_on_like_the_original),
        TEST(a_misuse_stops_the_run_and_says_where),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
