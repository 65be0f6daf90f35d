// SPDX-License-Identifier: Apache-2.0
// The counters over a reset, which changes nothing in RAM, and over a power-on, which leaves anything there. The source
// is included: what it keeps is its own.
#include "node/stm32l0/kept.c"

#include <string.h>

#include "tests/host/cmocka_all.h"

static int setup(void **state)
{
    (void)state;
    counters_clear();
    return 0;
}

static void fill(unsigned seed)
{
    unsigned char bytes[sizeof kept];

    for (size_t i = 0; i < sizeof bytes; i++) {
        seed = seed * 1664525U + 1013904223U;
        bytes[i] = (unsigned char)(seed >> 24);
    }
    memcpy(&kept, bytes, sizeof bytes);
}

static void expect_all_zero(void)
{
    for (unsigned i = 0; i < COUNTER_COUNT; i++) {
        assert_int_equal(counter_read((enum counter)i), 0);
    }
}

static void counters_count_each_its_own(void **state)
{
    (void)state;
    for (unsigned i = 0; i < COUNTER_COUNT; i++) {
        for (unsigned n = 0; n <= i; n++) {
            counter_add((enum counter)i);
        }
    }
    for (unsigned i = 0; i < COUNTER_COUNT; i++) {
        assert_int_equal(counter_read((enum counter)i), i + 1);
    }
    counters_clear();
    expect_all_zero();
}

static void counters_begin_at_zero_after_any_power_on(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 1000; seed++) {
        fill(seed);
        expect_all_zero();
        fill(seed);
        counter_add(COUNTER_RESETS);
        assert_int_equal(counter_read(COUNTER_RESETS), 1);
        assert_int_equal(counter_read(COUNTER_COUNT - 1), 0);
    }
    memset(&kept, 0, sizeof kept);
    expect_all_zero();
    memset(&kept, 0xFF, sizeof kept);
    expect_all_zero();
}

// A supply that was away for a moment leaves most bits as they were.
static void counters_of_which_one_bit_changed_begin_anew(void **state)
{
    (void)state;
    for (size_t bit = 0; bit < 8 * sizeof kept; bit++) {
        counters_clear();
        counter_add(COUNTER_FAULTS);
        ((unsigned char *)&kept)[bit / 8] ^= (unsigned char)(1 << bit % 8);
        expect_all_zero();
    }
}

static void counters_of_a_firmware_with_another_set_begin_anew(void **state)
{
    (void)state;
    counter_add(COUNTER_FAULTS);
    kept.magic = WRITTEN - 1;
    kept.check = sum();
    expect_all_zero();
}

static void counter_stays_at_its_greatest_value(void **state)
{
    (void)state;
    kept.counts[COUNTER_NOR] = UINT32_MAX - 1;
    kept.check = sum();
    counter_add(COUNTER_NOR);
    counter_add(COUNTER_NOR);
    assert_int_equal(counter_read(COUNTER_NOR), UINT32_MAX);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(counters_count_each_its_own, setup),
        cmocka_unit_test_setup(counters_begin_at_zero_after_any_power_on, setup),
        cmocka_unit_test_setup(counters_of_which_one_bit_changed_begin_anew, setup),
        cmocka_unit_test_setup(counters_of_a_firmware_with_another_set_begin_anew, setup),
        cmocka_unit_test_setup(counter_stays_at_its_greatest_value, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
