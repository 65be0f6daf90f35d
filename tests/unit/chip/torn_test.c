// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"
#include "vnode/chip/torn.h"

static void bits_that_stay_are_never_touched(void **state)
{
    uint64_t random = 1;

    (void)state;
    for (unsigned i = 0; i < 100; i++) {
        uint32_t word = torn_word(&random, 0xF0F00000, 0xF0F0FFFF, 30000);
        assert_int_equal(word & 0xFFFF0000, 0xF0F00000);
    }
    assert_int_equal(torn_word(&random, 1, 2, 0), 1);
    assert_int_equal(torn_word(&random, 1, 2, TORN_WHOLE), 2);
}

static void the_same_seed_gives_the_same_mix(void **state)
{
    uint64_t a = 5, b = 5, c = 6;

    (void)state;
    uint32_t first = torn_word(&a, 0, 0xFFFFFFFF, 32768);
    assert_int_equal(torn_word(&b, 0, 0xFFFFFFFF, 32768), first);
    assert_int_not_equal(torn_word(&c, 0, 0xFFFFFFFF, 32768), first);
}

static void a_full_list_lets_the_oldest_word_settle(void **state)
{
    struct weak_words weak = {0};
    uint64_t random = 1;
    uint32_t value;

    (void)state;
    for (uint32_t i = 0; i < 1000; i++) {
        const struct weak_word word = {4 * i, 0, 0xFFFFFFFF, 32768};
        torn_leave(&weak, &random, &word);
    }
    assert_int_equal(weak.count, WEAK_MAX);
    assert_false(weak_read(&weak, &random, 0, &value));
    uint32_t last = weak.word[WEAK_MAX - 1].address;
    assert_true(weak_read(&weak, &random, last, &value));
    weak_forget(&weak, last, 4);
    assert_false(weak_read(&weak, &random, last, &value));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bits_that_stay_are_never_touched),
        cmocka_unit_test(the_same_seed_gives_the_same_mix),
        cmocka_unit_test(a_full_list_lets_the_oldest_word_settle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
