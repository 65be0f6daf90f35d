// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/soc/board_bench.h"

static void after_power_on_the_clock_is_msi_at_2097_khz(void **state)
{
    (void)state;
    assert_int_equal(bench.machine.soc.time.hz, 2097152);
    assert_int_equal(rd(0x40021000), 0x300);
    assert_int_equal(rd(0x40021050) & 0xFF000000, 0x0C000000); // POR and PIN
    uint64_t before = bench.machine.cpu.cycles;
    pass_ns(NS_PER_S);
    assert_in_range(bench.machine.cpu.cycles - before, 2097151, 2097154);
}

static void a_change_of_clock_keeps_virtual_time(void **state)
{
    (void)state;
    pass_ns(123456);
    uint64_t before = now_ns();
    bench_run_at_32mhz();
    assert_in_range(now_ns() - before, 1200000, 1202000);
    before = now_ns();
    uint64_t cycles = bench.machine.cpu.cycles;
    pass_ns(NS_PER_MS);
    assert_int_equal(bench.machine.cpu.cycles - cycles, 32000);
    assert_int_equal(now_ns() - before, NS_PER_MS);
}

static void hsi_and_pll_become_ready_after_their_time(void **state)
{
    (void)state;
    set(0x40021000, 1);
    assert_int_equal(rd(0x40021000) & 4, 0);
    pass_ns(10000);
    assert_int_equal(rd(0x40021000) & 4, 4);
    set(0x40021000, 1U << 24);
    assert_int_equal(rd(0x40021000) & 1U << 25, 0);
    pass_ns(200000);
    assert_int_equal(rd(0x40021000) & 1U << 25, 1U << 25);
    assert_no_misuse();
}

static void a_switch_to_a_clock_that_is_not_ready_is_misuse(void **state)
{
    (void)state;
    set(0x4002100C, 3);
    assert_misuse("not ready");
    set(0x40021000, 1U << 24);
    assert_misuse("PLLON before HSIRDY");
}

static void too_fast_for_range_or_wait_states_is_misuse(void **state)
{
    (void)state;
    set(0x40021000, 1);
    pass_ns(100000);
    set(0x4002100C, 1); // HSI16 in range 2 without a wait state
    assert_misuse("LATENCY");
}

static void leaving_range_1_at_32_mhz_is_misuse(void **state)
{
    (void)state;
    bench_run_at_32mhz();
    wr(0x40007000, 0x1000);
    assert_misuse("voltage range 2");
}

static void changing_a_running_pll_is_misuse(void **state)
{
    (void)state;
    bench_run_at_32mhz();
    set(0x4002100C, 2U << 18);
    assert_misuse("while it runs");
}

static void the_crystal_starts_when_its_domain_is_open(void **state)
{
    (void)state;
    set(0x40021050, 1U << 8);
    assert_misuse("DBP");
    set(0x40021038, 1U << 28);
    set(0x40007000, 1U << 8);
    set(0x40021050, 1U << 8);
    pass_ns(999ULL * NS_PER_MS);
    assert_int_equal(rd(0x40021050) & 1U << 9, 0);
    pass_ns(2ULL * NS_PER_MS);
    assert_int_equal(rd(0x40021050) & 1U << 9, 1U << 9);
    assert_no_misuse();
}

static void a_crystal_that_never_starts_stays_unready(void **state)
{
    (void)state;
    bench.machine.soc.rcc.lse_start_ns = TIME_NEVER;
    set(0x40021038, 1U << 28);
    set(0x40007000, 1U << 8);
    set(0x40021050, 1U << 8);
    pass_ns(100ULL * NS_PER_S);
    assert_int_equal(rd(0x40021050) & 1U << 9, 0);
}

static void an_unclocked_peripheral_is_misuse(void **state)
{
    (void)state;
    rd(0x40004400);
    assert_misuse("USART2+00 read with its clock off");
    wr(0x50000418, 1);
    assert_misuse("GPIOB+18 write with its clock off");
}

static void reserved_addresses_are_misuse(void **state)
{
    (void)state;
    rd(0x40006400);
    assert_misuse("40006400: nothing is there");
    wr(0x08030000, 0);
    assert_misuse("08030000");
    rd(0x1FF80040);
    assert_misuse("1FF80040");
}

static void a_wrong_size_is_misuse(void **state)
{
    (void)state;
    set(0x40021038, 1U << 31);
    wr_sized(0x40007C0C, 1, 1);
    assert_misuse("LPTIM1+0C write with 1 bytes");
}

static void factory_words_are_there(void **state)
{
    (void)state;
    assert_int_equal(rd(0x1FF80050), bench.machine.unique_id[0]);
    assert_int_equal(rd(0x1FF80064), bench.machine.unique_id[2]);
    assert_int_equal(bus_read(&bench.machine.cpu, 0x1FF80078, 2), ADC_VREFINT_CAL);
    assert_int_equal(bus_read(&bench.machine.cpu, 0x1FF8007C, 2), 192);
    assert_no_misuse();
}

static void crc_unit_makes_the_crc32_of_zlib(void **state)
{
    static const char text[] = "123456789";

    (void)state;
    set(0x40021030, 1U << 12);
    wr(0x40023008, 1 | 1U << 5 | 1U << 7);
    for (unsigned i = 0; i < 9; i++) {
        wr_sized(0x40023000, (uint8_t)text[i], 1);
    }
    assert_int_equal(~rd(0x40023000), 0xCBF43926);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)
        TEST(after_power_on_the_clock_is_msi_at_2097_khz),
        TEST(a_change_of_clock_keeps_virtual_time),
        TEST(hsi_and_pll_become_ready_after_their_time),
        TEST(a_switch_to_a_clock_that_is_not_ready_is_misuse),
        TEST(too_fast_for_range_or_wait_states_is_misuse),
        TEST(leaving_range_1_at_32_mhz_is_misuse),
        TEST(changing_a_running_pll_is_misuse),
        TEST(the_crystal_starts_when_its_domain_is_open),
        TEST(a_crystal_that_never_starts_stays_unready),
        TEST(an_unclocked_peripheral_is_misuse),
        TEST(reserved_addresses_are_misuse),
        TEST(a_wrong_size_is_misuse),
        TEST(factory_words_are_there),
        TEST(crc_unit_makes_the_crc32_of_zlib),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
