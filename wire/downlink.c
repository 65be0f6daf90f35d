// SPDX-License-Identifier: Apache-2.0
#include "wire/downlink.h"

enum {
    OPCODE_OTA = 0xF9,
    NUMBERS_MAX = 4,
    BYTES_MAX = 6, // of the longest row: CLOCKLOG
};

// `widths`: bytes of each number behind the opcode, 0 ends the list.
struct number_row {
    uint8_t opcode;
    const char *command;
    uint8_t widths[NUMBERS_MAX + 1];
};

static const struct number_row number_rows[] = {
    {0x01, "AT+TDC=", {3}},          {0x02, "AT+CFGMOD=", {1}},
    {0x03, "AT+RXDL=", {3}},         {0x05, "AT+5VT=", {3}},
    {0x06, "AT+INTMOD=", {1, 1, 1}}, {0x07, "AT+MQOS=", {1}},
    {0x09, "AT+PRO=", {1, 1}},       {0x0A, "AT+CLOCKLOG=", {1, 2, 1, 1}},
    {0x0B, "AT+SETCNT=1,", {4}},     {0x0C, "AT+SETCNT=2,", {4}},
    {0x0D, "AT+SETCNT=3,", {4}},     {0x13, "AT+CSQTIME=", {1}},
};

static const struct {
    uint8_t bytes[2];
    const char *command;
} word_rows[] = {
    {{0x04, 0xFF}, "ATZ"},
    {{0xF8, 0x01}, "AT+GETLOG=1"},
    {{OPCODE_OTA, 0x01}, "AT+UPGRADE"},
};

// ---- hex text ----

static int digit_value(uint8_t character)
{
    uint8_t letter = (uint8_t)(character | 0x20U);

    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

static bool begins_with_digit(struct span payload)
{
    return payload.size > 0 && digit_value(payload.data[0]) >= 0;
}

// The bytes that hex text stands for; none when it is not hex, odd, or longer than any row.
static size_t read_hex(struct span text, uint8_t bytes[BYTES_MAX])
{
    if (text.size % 2 != 0 || text.size > (size_t)2 * BYTES_MAX) {
        return 0;
    }
    for (size_t i = 0; i < text.size; i += 2) {
        int high = digit_value(text.data[i]);
        int low = digit_value(text.data[i + 1]);
        if (high < 0 || low < 0) {
            return 0;
        }
        bytes[i / 2] = (uint8_t)(16 * high + low);
    }
    return text.size / 2;
}

// ---- rows ----

static uint32_t read_number(const uint8_t *bytes, size_t width)
{
    uint32_t number = 0;

    for (size_t i = 0; i < width; i++) {
        number = number << 8 | bytes[i];
    }
    return number;
}

static size_t row_size(const struct number_row *row)
{
    size_t size = 1;

    for (size_t i = 0; row->widths[i] != 0; i++) {
        size += row->widths[i];
    }
    return size;
}

static void add_numbers(const struct number_row *row, const uint8_t *bytes, struct fmt *line)
{
    fmt_add(line, "%s", row->command);
    for (size_t i = 0; row->widths[i] != 0; i++) {
        fmt_add(line, i == 0 ? "%lu" : ",%lu", (unsigned long)read_number(bytes, row->widths[i]));
        bytes += row->widths[i];
    }
}

static bool find_row(struct span bytes, struct fmt *line)
{
    for (size_t i = 0; i < sizeof word_rows / sizeof word_rows[0]; i++) {
        if (span_equals(bytes, span_of(word_rows[i].bytes, sizeof word_rows[i].bytes))) {
            fmt_add(line, "%s", word_rows[i].command);
            return true;
        }
    }
    for (size_t i = 0; i < sizeof number_rows / sizeof number_rows[0]; i++) {
        const struct number_row *row = &number_rows[i];
        if (bytes.size == row_size(row) && bytes.data[0] == row->opcode) {
            add_numbers(row, bytes.data + 1, line);
            return true;
        }
    }
    return false;
}

static bool is_ota(struct span payload)
{
    static const uint8_t opcode = OPCODE_OTA;
    uint8_t bytes[BYTES_MAX];

    if (!begins_with_digit(payload)) {
        return span_starts_with(payload, span_of(&opcode, 1));
    }
    return payload.size >= 2 && read_hex(span_of(payload.data, 2), bytes) == 1 &&
           bytes[0] == OPCODE_OTA;
}

enum downlink_kind downlink_decode(struct span payload, struct fmt *line)
{
    uint8_t bytes[BYTES_MAX];
    struct span found = payload;

    if (begins_with_digit(payload)) {
        found = span_of(bytes, read_hex(payload, bytes));
    }
    if (find_row(found, line)) {
        return DOWNLINK_COMMAND;
    }
    return is_ota(payload) ? DOWNLINK_OTA_MALFORMED : DOWNLINK_UNKNOWN;
}
