// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "node/core/packing.h"
#include "tests/host/cmocka_all.h"

enum { SIZE_MAX_TEST = 200 };

static void fill(char *text, size_t size, unsigned seed)
{
    for (size_t i = 0; i < size; i++) {
        seed = seed * 1664525U + 1013904223U;
        text[i] = (char)(1 + (seed >> 16) % 127);
    }
}

static void packing_gives_every_text_back(void **state)
{
    (void)state;
    char text[SIZE_MAX_TEST + 1];
    char packed[SIZE_MAX_TEST + 1];

    for (unsigned seed = 0; seed < 20; seed++) {
        for (size_t size = 0; size <= SIZE_MAX_TEST; size++) {
            fill(text, size, seed);
            memcpy(packed, text, size);
            size_t kept = packing_pack(packed, size);
            assert_int_equal(kept, packing_size(size));
            assert_int_equal(packing_unpack(packed, kept, sizeof packed), size);
            assert_memory_equal(packed, text, size);
            assert_int_equal(packed[size], 0);
        }
    }
}

static void packing_makes_eight_characters_seven_bytes(void **state)
{
    (void)state;
    assert_int_equal(packing_size(0), 0);
    assert_int_equal(packing_size(8), 8);
    assert_int_equal(packing_size(9), 8);
    assert_int_equal(packing_size(128), 113);
    assert_int_equal(packing_size(200), 176);
}

static void packing_leaves_plain_texts_as_they_are_and_cuts_what_does_not_fit(void **state)
{
    (void)state;
    char text[20] = "plain and longer";

    assert_int_equal(packing_unpack(text, 16, sizeof text), 16);
    assert_string_equal(text, "plain and longer");
    size_t kept = packing_pack(text, 16);
    assert_int_equal(kept, 15);
    assert_true(((unsigned char)text[0] & 0x80) != 0);
    assert_int_equal(packing_unpack(text, kept, 10), 9);
    assert_string_equal(text, "plain and");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(packing_gives_every_text_back),
        cmocka_unit_test(packing_makes_eight_characters_seven_bytes),
        cmocka_unit_test(packing_leaves_plain_texts_as_they_are_and_cuts_what_does_not_fit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
