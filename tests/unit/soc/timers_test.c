// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/soc/board_bench.h"

#define LPTIM 0x40007C00U
#define ISR   (LPTIM + 0x00)
#define ICR   (LPTIM + 0x04)
#define IER   (LPTIM + 0x08)
#define CFGR  (LPTIM + 0x0C)
#define CR    (LPTIM + 0x10)
#define CMP   (LPTIM + 0x14)
#define ARR   (LPTIM + 0x18)
#define CNT   (LPTIM + 0x1C)

enum { CMPM = 1, ARRM = 2, CMPOK = 8, ARROK = 16, IRQ_LPTIM1 = 13 };

static void crystal_on(void)
{
    set(0x40021038, 1U << 28 | 1U << 31);
    set(0x40007000, 1U << 8);
    set(0x40021050, 1U << 8 | 1U << 18 | 1U << 16); // LSEON, RTCEN, RTCSEL = LSE
    pass_ns(1100ULL * NS_PER_MS);
    assert_int_equal(rd(0x40021050) & 1U << 9, 1U << 9);
}

// LSE / 32: a tick is 976.6 µs.
static void run_lptim(uint32_t compare)
{
    crystal_on();
    wr(0x4002104C, 3U << 18);
    wr(CFGR, 5U << 9);
    wr(IER, CMPM | ARRM);
    wr(CR, 1);
    wr(ARR, 65535);
    pass_ns(200000);
    wr(CMP, compare);
    pass_ns(200000);
    assert_int_equal(rd(ISR) & (CMPOK | ARROK), CMPOK | ARROK);
    wr(ICR, CMPOK | ARROK);
    wr(CR, 5);
    assert_no_misuse();
}

static bool lptim_asks(void)
{
    return (bench.machine.cpu.lines >> IRQ_LPTIM1 & 1) != 0;
}

static void lptim_counts_the_crystal(void **state)
{
    (void)state;
    run_lptim(60000);
    pass_ns(NS_PER_S);
    assert_int_equal(rd(CNT), 1024);
    pass_ns(63ULL * NS_PER_S);
    assert_in_range(rd(CNT), 0, 1);
    assert_int_equal(rd(ISR) & ARRM, ARRM);
}

static void a_compare_match_asks_for_the_interrupt(void **state)
{
    (void)state;
    run_lptim(1024);
    pass_ns(999ULL * NS_PER_MS);
    assert_false(lptim_asks());
    pass_ns(2ULL * NS_PER_MS);
    assert_true(lptim_asks());
    wr(ICR, CMPM);
    assert_false(lptim_asks());
}

static void a_written_value_is_taken_over_later(void **state)
{
    (void)state;
    run_lptim(1024);
    wr(CMP, 100);
    assert_int_equal(rd(ISR) & CMPOK, 0);
    wr(CMP, 101);
    assert_misuse("before the last value was taken over");
    pass_ns(100000);
    assert_int_equal(rd(ISR) & CMPOK, CMPOK);
}

static void a_compare_value_already_passed_matches_a_turn_later(void **state)
{
    (void)state;
    run_lptim(1024);
    pass_ns(500ULL * NS_PER_MS); // at 512
    wr(CMP, 511);
    pass_ns(10ULL * NS_PER_S);
    assert_int_equal(rd(ISR) & CMPM, 0);
    pass_ns(54ULL * NS_PER_S);
    assert_int_equal(rd(ISR) & CMPM, CMPM);
}

static void wrong_orders_of_set_up_are_misuse(void **state)
{
    (void)state;
    run_lptim(1024);
    wr(IER, 0);
    assert_misuse("while the timer is on");
    pass_ns(NS_PER_MS);
    wr(CMP, 65535);
    assert_misuse("not below ARR");
    wr(CR, 0);
    wr(CMP, 1);
    assert_misuse("LPTIM_CMP written while the timer is off");
    wr(CR, 5);
    assert_misuse("in the same store that enables it");
}

static void lptim_without_its_clock_is_misuse(void **state)
{
    (void)state;
    set(0x40021038, 1U << 31);
    wr(0x4002104C, 3U << 18);
    wr(CR, 1);
    assert_misuse("clock source is not running");
}

static void start_watchdog(void)
{
    wr(0x40003000, 0xCCCC);
    wr(0x40003000, 0x5555);
    wr(0x40003004, 6);
    wr(0x40003008, 4095);
    assert_int_equal(rd(0x4000300C), 3);
    pass_ns(200000);
    assert_int_equal(rd(0x4000300C), 0);
    wr(0x40003000, 0xAAAA);
    assert_no_misuse();
}

static void the_watchdog_resets_after_28_seconds(void **state)
{
    (void)state;
    start_watchdog();
    uint64_t fed_ns = now_ns();
    bench.machine.cpu.ram[0] = 0x5A;
    assert_int_equal(machine_run(&bench.machine, fed_ns + 28339ULL * NS_PER_MS), MACHINE_BUDGET);
    assert_int_equal(rd(0x40021050) >> 24, 0x0C);
    assert_int_equal(machine_run(&bench.machine, fed_ns + 28342ULL * NS_PER_MS), MACHINE_BUDGET);
    assert_int_equal(rd(0x40021050) >> 24, 0x2C); // IWDG, and what was not cleared
    assert_int_equal(rd(0x40021038), 0);
    assert_int_equal(bench.machine.cpu.ram[0], 0x5A);
    assert_int_equal(machine_next_ns(&bench.machine), TIME_NEVER); // off again
}

static void a_fed_watchdog_does_not(void **state)
{
    (void)state;
    start_watchdog();
    for (unsigned i = 0; i < 3; i++) {
        pass_ns(20ULL * NS_PER_S);
        wr(0x40003000, 0xAAAA);
    }
    assert_int_equal(bench.machine.cpu.stop, CPU_RUNNING);
}

static void a_fast_lsi_makes_the_watchdog_early(void **state)
{
    (void)state;
    bench.machine.soc.rcc.lsi_hz = 56000;
    start_watchdog();
    assert_in_range(machine_next_ns(&bench.machine) - now_ns(), 18720ULL * NS_PER_MS,
                    18730ULL * NS_PER_MS);
}

static void watchdog_settings_need_the_key(void **state)
{
    (void)state;
    wr(0x40003004, 6);
    assert_misuse("without the key 5555");
    wr(0x40003000, 0x1234);
    assert_misuse("which is no key");
}

static void unlock_rtc(void)
{
    wr(0x40002824, 0xCA);
    wr(0x40002824, 0x53);
}

static void the_rtc_wakes_periodically(void **state)
{
    (void)state;
    crystal_on();
    unlock_rtc();
    wr(0x40002814, 9); // 10 s of the 1 Hz clock
    wr(0x40002808, 1U << 14 | 1U << 10 | 4);
    set(0x40010408, 1U << 20);
    set(0x40010400, 1U << 20);
    pass_ns(9900ULL * NS_PER_MS);
    assert_int_equal(rd(0x4000280C) & 1U << 10, 0);
    pass_ns(200ULL * NS_PER_MS);
    assert_int_equal(rd(0x4000280C) & 1U << 10, 1U << 10);
    assert_true((bench.machine.cpu.lines >> 2 & 1) != 0);
    wr(0x4000280C, 0xFFFFFBFF & ~(1U << 7)); // WUTF
    wr(0x40010414, 1U << 20);
    assert_false((bench.machine.cpu.lines >> 2 & 1) != 0);
    pass_ns(10ULL * NS_PER_S);
    assert_int_equal(rd(0x4000280C) & 1U << 10, 1U << 10);
    assert_no_misuse();
}

static void the_rtc_counts_time_of_day(void **state)
{
    (void)state;
    crystal_on();
    unlock_rtc();
    set(0x4000280C, 1U << 7);
    pass_ns(NS_PER_MS);
    wr(0x40002800, 0x00235958);
    clear(0x4000280C, 1U << 7);
    pass_ns(3ULL * NS_PER_S);
    assert_int_equal(rd(0x40002800), 0x000001);
    assert_no_misuse();
}

static void backup_registers_outlive_a_reset_but_not_power(void **state)
{
    (void)state;
    set(0x40021038, 1U << 28);
    wr(0x40002850, 1);
    assert_misuse("DBP clear");
    set(0x40007000, 1U << 8);
    wr(0x40002850, 0x600D);
    machine_reset_pin(&bench.machine);
    assert_int_equal(rd(0x40002850), 0x600D);
    machine_power_off(&bench.machine);
    machine_power_on(&bench.machine);
    assert_int_equal(rd(0x40002850), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)
        TEST(lptim_counts_the_crystal),
        TEST(a_compare_match_asks_for_the_interrupt),
        TEST(a_written_value_is_taken_over_later),
        TEST(a_compare_value_already_passed_matches_a_turn_later),
        TEST(wrong_orders_of_set_up_are_misuse),
        TEST(lptim_without_its_clock_is_misuse),
        TEST(the_watchdog_resets_after_28_seconds),
        TEST(a_fed_watchdog_does_not),
        TEST(a_fast_lsi_makes_the_watchdog_early),
        TEST(watchdog_settings_need_the_key),
        TEST(the_rtc_wakes_periodically),
        TEST(the_rtc_counts_time_of_day),
        TEST(backup_registers_outlive_a_reset_but_not_power),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
