// SPDX-License-Identifier: Apache-2.0
// The division of the node's run-time against this machine's.
#include <stdint.h>

#include "tests/host/cmocka_all.h"

uint32_t __aeabi_uidiv(uint32_t dividend, uint32_t divisor);
uint64_t __aeabi_uidivmod(uint32_t dividend, uint32_t divisor);

static void expect_right(uint32_t dividend, uint32_t divisor)
{
    uint64_t both = __aeabi_uidivmod(dividend, divisor);

    assert_int_equal((uint32_t)both, dividend / divisor);
    assert_int_equal(both >> 32, dividend % divisor);
    assert_int_equal(__aeabi_uidiv(dividend, divisor), dividend / divisor);
}

// Around each power of two, where a bit too much or too little shows.
static void division_is_right_around_every_power_of_two(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 32; i++) {
        for (unsigned j = 0; j < 32; j++) {
            for (uint32_t near = 0; near < 9; near++) {
                uint32_t divisor = (1U << j) - 1 + near % 3;
                expect_right((1U << i) - 1 + near / 3, divisor == 0 ? UINT32_MAX : divisor);
            }
        }
    }
}

static void division_is_right_for_many_numbers(void **state)
{
    (void)state;
    uint32_t a = 1, b = 7;

    for (unsigned i = 0; i < 100000; i++) {
        a = a * 1664525U + 1013904223U;
        b = b * 22695477U + 1U;
        expect_right(a, (b >> i % 32) | 1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(division_is_right_around_every_power_of_two),
        cmocka_unit_test(division_is_right_for_many_numbers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
