// SPDX-License-Identifier: Apache-2.0
#include "base/backoff.h"
#include "tests/host/cmocka_all.h"

static void backoff_keeps_its_steps_within_a_quarter(void **state)
{
    (void)state;
    static const uint32_t steps_ms[] = {5000, 15000, 45000, 45000, 45000};

    for (uint32_t seed = 0; seed < 1000; seed++) {
        for (unsigned attempt = 0; attempt < 5; attempt++) {
            uint32_t step_ms = steps_ms[attempt];
            assert_in_range(backoff_ms(attempt, seed * 2654435761U), step_ms - step_ms / 4,
                            step_ms + step_ms / 4 + 1);
        }
    }
}

static void backoff_scatters_neighbours_and_repeats_itself(void **state)
{
    (void)state;
    unsigned low = 0;

    for (uint32_t seed = 0; seed < 1000; seed++) {
        assert_int_equal(backoff_ms(0, seed), backoff_ms(0, seed));
        low += backoff_ms(0, seed) < 5000;
    }
    assert_in_range(low, 400, 600);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(backoff_keeps_its_steps_within_a_quarter),
        cmocka_unit_test(backoff_scatters_neighbours_and_repeats_itself),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
