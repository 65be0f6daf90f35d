// SPDX-License-Identifier: Apache-2.0
// The RTC's calendar and alarms; its wake-up timer is with the other timers.
#include "tests/unit/soc/board_bench.h"

#define RTC_TR     0x40002800U
#define RTC_DR     0x40002804U
#define RTC_CR     0x40002808U
#define RTC_ISR    0x4000280CU
#define RTC_ALRMAR 0x4000281CU
#define RTC_ALRMBR 0x40002820U
#define RTC_WPR    0x40002824U
#define EXTI_IMR   0x40010400U
#define EXTI_RTSR  0x40010408U
#define EXTI_PR    0x40010414U
#define RCC_CSR    0x40021050U

enum { INIT = 1 << 7, ALRAF = 1 << 8, ALRBF = 1 << 9, ALRAE = 1 << 8, ALRBE = 1 << 9 };
#define ALRAIE     (1U << 12)
#define ANY_DAY    (1U << 31)
#define ANY_HOUR   (1U << 23)
#define ANY_MINUTE (1U << 15)
#define WEEKDAY    (1U << 30)

static void begin(void)
{
    set(0x40021038, 1U << 28); // PWR
    set(0x40007000, 1U << 8);  // DBP
    set(RCC_CSR, 1U << 8);     // LSEON
    pass_ns(1100ULL * NS_PER_MS);
    set(RCC_CSR, 1U << 16 | 1U << 18); // RTC on the LSE
    wr(RTC_WPR, 0xCA);
    wr(RTC_WPR, 0x53);
    assert_no_misuse();
}

static uint32_t dr(uint32_t year, uint32_t weekday, uint32_t month, uint32_t day)
{
    return year << 16 | weekday << 13 | month << 8 | day;
}

// All in BCD, as the registers have it.
static void set_calendar(uint32_t time, uint32_t date)
{
    set(RTC_ISR, INIT);
    pass_ns(NS_PER_MS);
    wr(RTC_TR, time);
    wr(RTC_DR, date);
    clear(RTC_ISR, INIT);
    assert_no_misuse();
}

static void the_date_goes_over_months_leap_days_and_years(void **state)
{
    const struct {
        uint32_t before, after;
    } cases[] = {
        {dr(0x26, 3, 0x11, 0x25), dr(0x26, 4, 0x11, 0x26)},
        {dr(0x24, 3, 0x02, 0x28), dr(0x24, 4, 0x02, 0x29)},
        {dr(0x24, 4, 0x02, 0x29), dr(0x24, 5, 0x03, 0x01)},
        {dr(0x25, 5, 0x02, 0x28), dr(0x25, 6, 0x03, 0x01)},
        {dr(0x26, 4, 0x04, 0x30), dr(0x26, 5, 0x05, 0x01)},
        {dr(0x29, 7, 0x12, 0x31), dr(0x30, 1, 0x01, 0x01)},
    };

    (void)state;
    begin();
    for (unsigned i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        set_calendar(0x235959, cases[i].before);
        pass_ns(900ULL * NS_PER_MS);
        assert_int_equal(rd(RTC_DR), cases[i].before);
        pass_ns(200ULL * NS_PER_MS);
        assert_int_equal(rd(RTC_DR), cases[i].after);
        assert_int_equal(rd(RTC_TR), 0);
    }
}

static void set_alarm(uint32_t offset, uint32_t value, uint32_t enable)
{
    wr(RTC_CR, 0);
    wr(RTC_ISR, ~(uint32_t)(INIT | ALRAF | ALRBF));
    wr(offset, value);
    wr(RTC_CR, enable);
    assert_no_misuse();
}

// Whether `flag` comes `seconds` from now, not a tenth earlier.
static void assert_comes_after(uint32_t flag, uint64_t seconds)
{
    pass_ns(seconds * NS_PER_S - 100 * NS_PER_MS);
    assert_int_equal(rd(RTC_ISR) & flag, 0);
    pass_ns(200ULL * NS_PER_MS);
    assert_int_equal(rd(RTC_ISR) & flag, flag);
}

static void an_alarm_comes_at_the_second_it_names(void **state)
{
    (void)state;
    begin();
    set_calendar(0x100000, dr(0x26, 3, 0x11, 0x25));
    set_alarm(RTC_ALRMAR, ANY_DAY | 0x100130, ALRAE); // 10:01:30
    assert_comes_after(ALRAF, 90);
    set_calendar(0x100000, dr(0x26, 3, 0x11, 0x25));
    set_alarm(RTC_ALRMBR, ANY_DAY | ANY_HOUR | ANY_MINUTE | 0x10, ALRBE); // each minute at :10
    assert_comes_after(ALRBF, 10);
    wr(RTC_ISR, ~(uint32_t)(INIT | ALRBF));
    pass_ns(59ULL * NS_PER_S);
    assert_int_equal(rd(RTC_ISR) & ALRBF, 0);
    pass_ns(NS_PER_S);
    assert_int_equal(rd(RTC_ISR) & ALRBF, ALRBF);
}

static void an_alarm_may_name_a_day_or_a_weekday(void **state)
{
    (void)state;
    begin();
    set_calendar(0x235950, dr(0x26, 3, 0x11, 0x25));
    set_alarm(RTC_ALRMAR, 0x26U << 24, ALRAE); // the 26th at midnight
    assert_comes_after(ALRAF, 10);
    set_calendar(0x235950, dr(0x26, 3, 0x11, 0x25));
    set_alarm(RTC_ALRMAR, WEEKDAY | 5U << 24 | 0x000005, ALRAE); // Friday
    assert_comes_after(ALRAF, 10 + 86400 + 5);
}

static void an_alarm_is_an_edge_of_its_exti_line(void **state)
{
    (void)state;
    begin();
    set(EXTI_RTSR, 1U << 17);
    set(EXTI_IMR, 1U << 17);
    set_calendar(0x100000, dr(0x26, 3, 0x11, 0x25));
    set_alarm(RTC_ALRMAR, ANY_DAY | 0x100001, ALRAE);
    pass_ns(2ULL * NS_PER_S);
    assert_int_equal(rd(EXTI_PR) & 1U << 17, 0); // ALRAIE was off
    set_alarm(RTC_ALRMAR, ANY_DAY | 0x100005, ALRAE | ALRAIE);
    pass_ns(4ULL * NS_PER_S);
    assert_int_equal(rd(EXTI_PR) & 1U << 17, 1U << 17);
    assert_true((bench.machine.cpu.lines >> 2 & 1) != 0);
}

static void an_alarm_that_is_on_may_not_be_set(void **state)
{
    (void)state;
    begin();
    set_alarm(RTC_ALRMAR, ANY_DAY, ALRAE);
    assert_int_equal(rd(RTC_ISR) & 3, 2); // ALRBWF alone
    wr(RTC_ALRMAR, 0);
    assert_misuse("RTC_ALRMAR written while the alarm is on");
}

static void what_is_not_modelled_is_misuse(void **state)
{
    (void)state;
    begin();
    wr(RTC_CR, 1U << 6); // FMT
    assert_misuse("24 hours");
    wr(0x40002844, 1); // ALRMASSR
    assert_misuse("not modelled");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)
        TEST(the_date_goes_over_months_leap_days_and_years),
        TEST(an_alarm_comes_at_the_second_it_names),
        TEST(an_alarm_may_name_a_day_or_a_weekday),
        TEST(an_alarm_is_an_edge_of_its_exti_line),
        TEST(an_alarm_that_is_on_may_not_be_set),
        TEST(what_is_not_modelled_is_misuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
