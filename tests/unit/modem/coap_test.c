// SPDX-License-Identifier: Apache-2.0
// CoAP messages byte by byte (RFC 7252 section 3 and the examples of its appendix A).
#include "tests/host/cmocka_all.h"

#include <string.h>

#include "vnode/net/coap.h"

static struct coap_option option(uint16_t number, const char *value)
{
    struct coap_option made = {.number = number, .size = (uint16_t)strlen(value)};

    memcpy(made.value, value, made.size);
    return made;
}

static void a_request_has_the_bytes_of_appendix_a(void **state)
{
    (void)state;
    // Figure 16: CON GET, message id 0x7d34, Uri-Path "temperature", no token.
    static const uint8_t expected[] = {0x40, 0x01, 0x7d, 0x34, 0xbb, 't', 'e', 'm',
                                       'p',  'e',  'r',  'a',  't',  'u', 'r', 'e'};
    struct coap_message message = {.type = COAP_CON, .code = 1, .id = 0x7d34};
    struct coap_option path = option(11, "temperature");
    uint8_t bytes[32];

    assert_int_equal(coap_put(&message, &path, 1, bytes, sizeof bytes), sizeof expected);
    assert_memory_equal(bytes, expected, sizeof expected);
}

static void options_are_sorted_and_equal_ones_keep_their_order(void **state)
{
    (void)state;
    static const uint8_t expected[] = {0x52, 0x02, 0x00, 0x01, 0xAA, 0xBB, 0xB1,
                                       'a',  0x01, 'b',  0x11, '2',  0xFF, 'x'};
    struct coap_message message = {.type = COAP_NON,
                                   .code = 2,
                                   .id = 1,
                                   .token = {0xAA, 0xBB},
                                   .token_size = 2,
                                   .payload = span_of_text("x")};
    struct coap_option options[] = {option(12, "2"), option(11, "a"), option(11, "b")};
    uint8_t bytes[32];

    assert_int_equal(coap_put(&message, options, 3, bytes, sizeof bytes), sizeof expected);
    assert_memory_equal(bytes, expected, sizeof expected);
}

static void long_deltas_and_values_use_extensions(void **state)
{
    (void)state;
    struct coap_message message = {.type = COAP_CON, .code = 1, .id = 1}, read;
    struct coap_option options[] = {option(60, "0123456789abc"), option(2000, "x")};
    uint8_t bytes[64];

    size_t size = coap_put(&message, options, 2, bytes, sizeof bytes);
    assert_int_equal(bytes[4], 0xDD);
    assert_int_equal(bytes[5], 60 - 13);
    assert_int_equal(bytes[6], 0);
    assert_int_equal(bytes[20], 0xE1);
    assert_int_equal(bytes[21] << 8 | bytes[22], 1940 - 269);
    assert_int_equal(size, 24);
    assert_int_equal(coap_decode(span_of(bytes, size), &read), STATUS_OK);
    assert_int_equal(read.payload.size, 0);
}

static void what_does_not_fit_is_not_written(void **state)
{
    (void)state;
    struct coap_message message = {.payload = span_of_text("12345")};
    uint8_t bytes[9];

    assert_int_equal(coap_put(&message, NULL, 0, bytes, sizeof bytes), 0);
}

static void numbers_are_as_short_as_they_can(void **state)
{
    (void)state;
    uint8_t bytes[4];

    assert_int_equal(coap_put_number(0, bytes), 0);
    assert_int_equal(coap_put_number(50, bytes), 1);
    assert_int_equal(coap_put_number(0x10000, bytes), 3);
    assert_memory_equal(bytes, "\x01\x00\x00", 3);
}

static void a_response_is_read_with_token_and_payload(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0x62, 0x44, 0x12, 0x34, 1, 2, 0xC1, 0, 0xFF, 'o', 'k'};
    struct coap_message message;

    assert_int_equal(coap_decode(span_of(bytes, sizeof bytes), &message), STATUS_OK);
    assert_int_equal(message.type, COAP_ACK);
    assert_int_equal(message.code, 0x44);
    assert_int_equal(message.id, 0x1234);
    assert_int_equal(message.token_size, 2);
    assert_int_equal(message.payload.size, 2);
}

static void format_errors_are_invalid(void **state)
{
    (void)state;
    static const struct {
        const char *why;
        uint8_t bytes[8];
        size_t size;
    } cases[] = {
        {"short", {0x40, 1, 0}, 3},
        {"version", {0x80, 1, 0, 0}, 4},
        {"token of 9", {0x49, 1, 0, 0, 1, 2, 3, 4}, 8},
        {"token missing", {0x42, 1, 0, 0, 1}, 5},
        {"empty with more", {0x40, 0, 0, 0, 1}, 5},
        {"marker without payload", {0x40, 1, 0, 0, 0xFF}, 5},
        {"nibble 15", {0x40, 1, 0, 0, 0xF1, 0}, 6},
        {"option cut", {0x40, 1, 0, 0, 0xB5, 'a'}, 6},
        {"extension missing", {0x40, 1, 0, 0, 0xD0}, 5},
        {"extension cut", {0x40, 1, 0, 0, 0xE0, 0}, 6},
    };
    struct coap_message message;

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (coap_decode(span_of(cases[i].bytes, cases[i].size), &message) != STATUS_INVALID) {
            fail_msg("read: %s", cases[i].why);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_request_has_the_bytes_of_appendix_a),
        cmocka_unit_test(options_are_sorted_and_equal_ones_keep_their_order),
        cmocka_unit_test(long_deltas_and_values_use_extensions),
        cmocka_unit_test(what_does_not_fit_is_not_written),
        cmocka_unit_test(numbers_are_as_short_as_they_can),
        cmocka_unit_test(a_response_is_read_with_token_and_payload),
        cmocka_unit_test(format_errors_are_invalid),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
