// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include <string.h>

#include "server/gateway/map.h"

enum { KEYS = 500, STEPS = 200000 };

static struct map map;
static char values[KEYS + 1];
static bool present[KEYS + 1];

static int clear(void **state)
{
    (void)state;
    map_free(&map);
    memset(present, 0, sizeof present);
    return 0;
}

static void an_empty_map_holds_nothing(void **state)
{
    (void)state;
    size_t position = 0;

    assert_null(map_get(&map, 1));
    assert_null(map_take(&map, 1));
    assert_null(map_next(&map, &position));
}

// Against an array that is obviously right; keys 16 apart, as pointers are.
static void random_puts_and_takes_agree_with_an_array(void **state)
{
    (void)state;
    uint32_t random = 1;

    for (int step = 0; step < STEPS; step++) {
        random = random * 1664525U + 1013904223U;
        size_t key = 1 + (random >> 8) % KEYS;
        if ((random >> 28) < 7) {
            assert_ptr_equal(map_take(&map, key * 16), present[key] ? &values[key] : NULL);
            present[key] = false;
        } else {
            assert_true(map_put(&map, key * 16, &values[key]));
            present[key] = true;
        }
    }
    size_t count = 0;
    for (size_t key = 1; key <= KEYS; key++) {
        assert_ptr_equal(map_get(&map, key * 16), present[key] ? &values[key] : NULL);
        count += present[key];
    }
    assert_int_equal(map.count, count);
    for (size_t position = 0; map_next(&map, &position) != NULL;) {
        count--;
    }
    assert_int_equal(count, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(an_empty_map_holds_nothing, clear),
        cmocka_unit_test_setup_teardown(random_puts_and_takes_agree_with_an_array, clear, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
