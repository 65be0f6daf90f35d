// SPDX-License-Identifier: Apache-2.0
// Hex downlinks, byte for byte, at each edge of their lengths.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/host/cmocka_all.h"

#include "wire/downlink.h"

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

static char line[DOWNLINK_LINE_SIZE];

static enum downlink_kind decode(const void *bytes, size_t size)
{
    struct fmt out;

    fmt_init(&out, line, sizeof line);
    enum downlink_kind kind = downlink_decode(span_of(bytes, size), &out);
    assert_false(out.overflowed);
    if (kind != DOWNLINK_COMMAND) {
        assert_string_equal(line, "");
    }
    return kind;
}

static enum downlink_kind decode_text(const char *text)
{
    return decode(text, strlen(text));
}

static void expect_line(const char *text, const char *wanted)
{
    assert_int_equal(decode_text(text), DOWNLINK_COMMAND);
    assert_string_equal(line, wanted);
}

// One for each opcode, with the largest numbers that its bytes can hold.
static const struct {
    const char *hex;
    const char *line;
} commands[] = {
    {"010004B0", "AT+TDC=1200"},
    {"01FFFFFF", "AT+TDC=16777215"},
    {"0200", "AT+CFGMOD=0"},
    {"02FF", "AT+CFGMOD=255"},
    {"03010000", "AT+RXDL=65536"},
    {"03FFFFFF", "AT+RXDL=16777215"},
    {"04FF", "ATZ"},
    {"0500ffff", "AT+5VT=65535"},
    {"06000103", "AT+INTMOD=0,1,3"},
    {"06040404", "AT+INTMOD=4,4,4"},
    {"0703", "AT+MQOS=3"},
    {"090305", "AT+PRO=3,5"},
    {"09FFFF", "AT+PRO=255,255"},
    {"0A01ffff0F08", "AT+CLOCKLOG=1,65535,15,8"},
    {"0AFFFFFFFFFF", "AT+CLOCKLOG=255,65535,255,255"},
    {"0B00000000", "AT+SETCNT=1,0"},
    {"0C00000100", "AT+SETCNT=2,256"},
    {"0DFFFFFFFF", "AT+SETCNT=3,4294967295"},
    {"131E", "AT+CSQTIME=30"},
    {"F801", "AT+GETLOG=1"},
    {"F901", "AT+UPGRADE"},
    {"f901", "AT+UPGRADE"},
};

static size_t to_bytes(const char *hex, uint8_t bytes[20])
{
    size_t size = strlen(hex) / 2;

    for (size_t i = 0; i < size; i++) {
        char digits[3] = {hex[2 * i], hex[2 * i + 1], '\0'};
        bytes[i] = (uint8_t)strtoul(digits, NULL, 16);
    }
    return size;
}

static void each_opcode_is_a_line_of_the_console_as_text_and_as_bytes(void **state)
{
    (void)state;
    uint8_t bytes[20];

    for (size_t i = 0; i < COUNT(commands); i++) {
        expect_line(commands[i].hex, commands[i].line);
        assert_int_equal(decode(bytes, to_bytes(commands[i].hex, bytes)), DOWNLINK_COMMAND);
        assert_string_equal(line, commands[i].line);
    }
}

static enum downlink_kind wrong(const char *hex)
{
    bool is_ota = (hex[0] == 'F' || hex[0] == 'f') && hex[1] == '9';

    return is_ota ? DOWNLINK_OTA_MALFORMED : DOWNLINK_UNKNOWN;
}

static void each_opcode_takes_exactly_its_length(void **state)
{
    (void)state;
    uint8_t bytes[20] = {0};
    char text[20];

    for (size_t i = 0; i < COUNT(commands); i++) {
        const char *hex = commands[i].hex;
        size_t digits = strlen(hex);
        snprintf(text, sizeof text, "%s00",
                 hex); // a digit behind the payload does not belong to it
        assert_int_equal(decode(text, digits + 1), wrong(hex));
        assert_int_equal(decode(text, digits - 1), wrong(hex));
        assert_int_equal(decode(text, digits - 2), wrong(hex));
        assert_int_equal(decode(text, digits + 2), wrong(hex));
        size_t size = to_bytes(hex, bytes);
        assert_int_equal(decode(bytes, size - 1), wrong(hex));
        bytes[size] = 0;
        assert_int_equal(decode(bytes, size + 1), wrong(hex));
    }
}

static void other_f9_payloads_are_format_errors(void **state)
{
    (void)state;
    static const char *const texts[] = {"F9",  "F900", "F902",     "F90101",       "F9xy",
                                        "F90", "\xF9", "\xF9\x02", "\xF9\x01\x01", "f9 01"};

    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_int_equal(decode_text(texts[i]), DOWNLINK_OTA_MALFORMED);
    }
}

static void what_has_no_opcode_is_unknown(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",   "F",         "F8",    "F800",    "F802",  "0400", "04FE",
        "00", "00000060",  "08000", "0E01",    "1201",  "1401", "0x010004B0",
        "g1", "01 0004B0", "hello", "01z04B0", " F901", "01\n", "0A01ffff0F08000000000000",
    };
    char longest[2 * DOWNLINK_MAX];

    for (size_t i = 0; i < COUNT(texts); i++) {
        assert_int_equal(decode_text(texts[i]), DOWNLINK_UNKNOWN);
    }
    memset(longest, '0', sizeof longest);
    assert_int_equal(decode(longest, sizeof longest), DOWNLINK_UNKNOWN);
    assert_int_equal(decode(NULL, 0), DOWNLINK_UNKNOWN);
}

// An entry point for a fuzzer: any bytes, no setup.
static void two_bytes_of_any_value_are_decoded_to_a_command_or_nothing(void **state)
{
    (void)state;
    unsigned found = 0;

    for (unsigned i = 0; i < 65536; i++) {
        uint8_t bytes[2] = {(uint8_t)(i >> 8), (uint8_t)i};
        found += decode(bytes, sizeof bytes) == DOWNLINK_COMMAND;
    }
    assert_int_equal(found, 3 * 256 + 3); // CFGMOD, MQOS, CSQTIME; 04FF, F801, F901
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_opcode_is_a_line_of_the_console_as_text_and_as_bytes),
        cmocka_unit_test(each_opcode_takes_exactly_its_length),
        cmocka_unit_test(other_f9_payloads_are_format_errors),
        cmocka_unit_test(what_has_no_opcode_is_unknown),
        cmocka_unit_test(two_bytes_of_any_value_are_decoded_to_a_command_or_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
