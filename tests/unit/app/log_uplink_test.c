// SPDX-License-Identifier: Apache-2.0
// The pieces of the log as a receiver puts them together.
#include <string.h>

#include "node/app/app.h"
#include "node/app/log_ring.h"
#include "node/app/log_uplink.h"
#include "node/core/settings.h"
#include "node/port/identity.h"
#include "node/port/kept_log.h"
#include "node/store/journal.h"
#include "tests/fake/eeprom.h"
#include "tests/fake/kept.h"
#include "tests/host/cmocka_all.h"

#define HEAD "{\"IMEI\":\"0123456789abcde\", \"Log\": \""

const struct app_identity app_identity = {&products[PRODUCT_S31_NB], "v1.0.0"};

static char piece[1025];
static struct fmt out;

uint32_t identity_password_number(void)
{
    return 0;
}

static int setup(void **state)
{
    (void)state;
    fake_kept_power_on(1);
    fake_eeprom_reset();
    assert_int_equal(journal_open(), STATUS_OK);
    assert_int_equal(value_set(SETTING_DEUI, span_of_text("0123456789abcde")), STATUS_OK);
    return 0;
}

static void fill(char character, size_t count)
{
    while (count-- > 0) {
        log_ring_add(span_of(&character, 1));
    }
}

static bool next(size_t capacity)
{
    fmt_init(&out, piece, capacity);
    return log_uplink_next(&out);
}

// Sends all pieces; returns their texts, head and tail removed, '|' between.
static const char *send_all(size_t capacity)
{
    static char texts[4096];
    struct fmt all;

    fmt_init(&all, texts, sizeof texts);
    while (next(capacity)) {
        assert_false(out.overflowed);
        assert_memory_equal(piece, HEAD, strlen(HEAD));
        assert_string_equal(piece + out.length - 2, "\"}");
        fmt_add_bytes(&all, span_of(piece + strlen(HEAD), out.length - 2 - strlen(HEAD)));
        fmt_add(&all, "|");
        log_uplink_sent();
    }
    return texts;
}

static void nothing_is_sent_unasked(void **state)
{
    (void)state;
    fill('a', 10);
    assert_false(next(sizeof piece));
}

static void piece_is_exactly_this_and_is_sent_once(void **state)
{
    (void)state;
    log_ring_add(span_of_text("[1]say \"no\" \\\r\n\x01\xff"));
    log_uplink_request();
    assert_true(next(sizeof piece));
    assert_string_equal(piece, HEAD "[1]say \\\"no\\\" \\\\\\r\\n\\u0001\\u00ff\"}");
    assert_true(next(sizeof piece)); // the same until it was taken
    assert_string_equal(piece, HEAD "[1]say \\\"no\\\" \\\\\\r\\n\\u0001\\u00ff\"}");
    log_uplink_sent();
    assert_false(next(sizeof piece));
}

static void empty_log_is_one_empty_piece(void **state)
{
    (void)state;
    log_uplink_request();
    assert_string_equal(send_all(sizeof piece), "|");
}

static void no_piece_has_986_characters(void **state)
{
    (void)state;
    fill('a', 985);
    fill('b', 5);
    log_uplink_request();
    const char *texts = send_all(sizeof piece);
    assert_int_equal(strchr(texts, '|') - texts, 985);
    assert_string_equal(texts + 985, "|bbbbb|");
}

static void piece_fits_a_smaller_buffer_and_cuts_no_escape(void **state)
{
    (void)state;
    fill('"', KEPT_LOG_SIZE);
    log_uplink_request();
    const char *texts = send_all(220);
    size_t quotes = 0;
    for (; *texts != '\0'; texts++) {
        if (*texts != '|') {
            assert_int_equal(texts[0], '\\');
            assert_int_equal(texts[1], '"');
            texts++;
            quotes++;
        }
    }
    assert_int_equal(quotes, KEPT_LOG_SIZE);
}

static void what_is_logged_meanwhile_does_not_belong_to_it(void **state)
{
    (void)state;
    fill('a', 1000);
    log_uplink_request();
    assert_true(next(sizeof piece));
    fill('b', 3);
    log_uplink_sent();
    assert_string_equal(send_all(sizeof piece), "aaaaaaaaaaaaaaa|");
}

static void what_is_overwritten_or_cleared_meanwhile_is_left_out(void **state)
{
    (void)state;
    fill('a', 1000);
    log_uplink_request();
    assert_true(next(500));
    log_uplink_sent();
    fill('b', KEPT_LOG_SIZE - 5);
    assert_string_equal(send_all(sizeof piece), "aaaaa|");
    log_uplink_request();
    assert_true(next(sizeof piece));
    log_ring_clear();
    assert_string_equal(send_all(sizeof piece), "|");
    fill('c', 4);
    log_uplink_request();
    assert_string_equal(send_all(sizeof piece), "cccc|");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(nothing_is_sent_unasked, setup),
        cmocka_unit_test_setup(piece_is_exactly_this_and_is_sent_once, setup),
        cmocka_unit_test_setup(empty_log_is_one_empty_piece, setup),
        cmocka_unit_test_setup(no_piece_has_986_characters, setup),
        cmocka_unit_test_setup(piece_fits_a_smaller_buffer_and_cuts_no_escape, setup),
        cmocka_unit_test_setup(what_is_logged_meanwhile_does_not_belong_to_it, setup),
        cmocka_unit_test_setup(what_is_overwritten_or_cleared_meanwhile_is_left_out, setup),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
