// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "node/app/log_ring.h"
#include "node/port/kept_log.h"
#include "tests/fake/kept.h"
#include "tests/host/cmocka_all.h"

static int setup(void **state)
{
    (void)state;
    fake_kept_power_on(1);
    return 0;
}

static void add(const char *text)
{
    log_ring_add(span_of_text(text));
}

static void expect_all(const char *text)
{
    char buffer[KEPT_LOG_SIZE + 1];
    uint32_t position = log_ring_begin();
    size_t size = log_ring_read(&position, buffer, sizeof buffer);

    buffer[size] = '\0';
    assert_string_equal(buffer, text);
}

static void log_is_empty_after_any_power_on(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 1000; seed++) {
        fake_kept_power_on(seed);
        expect_all("");
    }
    memset(&kept_log, 0, sizeof kept_log);
    expect_all("");
}

static void log_keeps_what_was_printed_last(void **state)
{
    (void)state;
    char expected[KEPT_LOG_SIZE + 1];

    add("first\r\n");
    add("second\r\n");
    expect_all("first\r\nsecond\r\n");
    for (unsigned i = 0; i < 3 * KEPT_LOG_SIZE; i++) {
        char byte = (char)('a' + i % 26);
        log_ring_add(span_of(&byte, 1));
        expected[i % KEPT_LOG_SIZE] = byte;
    }
    expected[KEPT_LOG_SIZE] = '\0'; // whole laps: it begins at its first byte
    expect_all(expected);
}

static void log_that_was_damaged_begins_anew(void **state)
{
    (void)state;
    uint32_t *const words[] = {&kept_log.magic, &kept_log.written, &kept_log.begin,
                               &kept_log.check};

    for (unsigned bit = 0; bit < 4 * 32; bit++) {
        add("kept");
        *words[bit / 32] ^= UINT32_C(1) << bit % 32;
        expect_all("");
        add("new");
        expect_all("new");
        log_ring_clear();
    }
}

static void log_is_cleared_and_goes_on(void **state)
{
    (void)state;
    add("old");
    log_ring_clear();
    expect_all("");
    add("new");
    expect_all("new");
}

static void log_is_read_in_pieces_while_it_grows_and_what_is_overwritten_is_skipped(void **state)
{
    (void)state;
    char buffer[4];
    uint32_t position = log_ring_begin();

    add("abcdefg");
    assert_int_equal(log_ring_read(&position, buffer, 4), 4);
    assert_memory_equal(buffer, "abcd", 4);
    position += 4;
    assert_int_equal(log_ring_read(&position, buffer, 4), 3);
    for (unsigned i = 0; i < KEPT_LOG_SIZE; i++) {
        add("x");
    }
    assert_int_equal(log_ring_read(&position, buffer, 4), 4);
    assert_memory_equal(buffer, "xxxx", 4);
    assert_int_equal(position, log_ring_begin());
    position = log_ring_end();
    assert_int_equal(log_ring_read(&position, buffer, 4), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(log_is_empty_after_any_power_on, setup),
        cmocka_unit_test_setup(log_keeps_what_was_printed_last, setup),
        cmocka_unit_test_setup(log_that_was_damaged_begins_anew, setup),
        cmocka_unit_test_setup(log_is_cleared_and_goes_on, setup),
        cmocka_unit_test_setup(
            log_is_read_in_pieces_while_it_grows_and_what_is_overwritten_is_skipped, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
