// SPDX-License-Identifier: Apache-2.0
// The fields of a command: numbers, texts in quotes, and data of any kind behind them.
#include "vnode/chip/module.h"

// One field of `rest` from `at`; returns where the next begins, 0 when a quote stays open.
static size_t take_field(struct span rest, size_t at, struct command_field *field)
{
    size_t end = at;

    field->is_quoted = at < rest.size && rest.data[at] == '"';
    if (field->is_quoted) {
        const uint8_t *close = memchr(rest.data + at + 1, '"', rest.size - at - 1);
        if (close == NULL) {
            return 0;
        }
        end = (size_t)(close - rest.data);
        field->text = span_of(rest.data + at + 1, end - at - 1);
        end++;
    } else {
        while (end < rest.size && rest.data[end] != ',') {
            end++;
        }
        field->text = span_of(rest.data + at, end - at);
    }
    return end + 1;
}

bool command_split(struct command_line *line)
{
    size_t at = 0;

    line->fields = 0;
    while (at <= line->rest.size) {
        if (line->fields == MODULE_FIELDS_MAX) {
            return false;
        }
        at = take_field(line->rest, at, &line->field[line->fields]);
        if (at == 0) {
            return false;
        }
        line->fields++;
    }
    return true;
}

// Behind `commas` commas outside quotes the rest of a line is data; the fields before them are split as usual.
bool command_split_raw(const struct command_line *whole, unsigned commas, struct command_line *head,
                       struct span *data)
{
    bool in_quotes = false;
    unsigned seen = 0;

    *head = *whole;
    *data = span_of(NULL, 0);
    for (size_t i = 0; i < whole->rest.size && data->data == NULL; i++) {
        in_quotes ^= whole->rest.data[i] == '"';
        seen += whole->rest.data[i] == ',' && !in_quotes;
        if (seen == commas) {
            head->rest = span_of(whole->rest.data, i);
            *data = span_of(whole->rest.data + i + 1, whole->rest.size - i - 1);
        }
    }
    return command_split(head);
}

static int hex_digit(uint8_t c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

// Digits to bytes; false when one is none.
static bool from_hex(struct span digits, uint8_t *to)
{
    for (size_t i = 0; i + 1 < digits.size; i += 2) {
        int high = hex_digit(digits.data[i]);
        int low = hex_digit(digits.data[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        to[i / 2] = (uint8_t)(high << 4 | low);
    }
    return true;
}

bool command_payload(struct span data, size_t length, bool is_hex, uint8_t *to)
{
    size_t size = is_hex ? 2 * length : length;
    bool is_quoted = data.size >= size + 2 && data.data[0] == '"';

    if (!is_quoted && data.size < size) {
        return false;
    }
    data = span_of(data.data + (is_quoted ? 1 : 0), size);
    if (is_hex) {
        return from_hex(data, to);
    }
    memcpy(to, data.data, size);
    return true;
}

bool command_has(const struct command_line *line, unsigned index)
{
    return index < line->fields && line->field[index].text.size > 0;
}

bool command_number(const struct command_line *line, unsigned index, uint32_t low, uint32_t high,
                    uint32_t *value)
{
    return command_has(line, index) && fmt_parse_u32(line->field[index].text, value) &&
           *value >= low && *value <= high;
}

bool command_text(const struct command_line *line, unsigned index, char *to, size_t capacity)
{
    if (index >= line->fields || line->field[index].text.size >= capacity) {
        return false;
    }
    memcpy(to, line->field[index].text.data, line->field[index].text.size);
    to[line->field[index].text.size] = '\0';
    return true;
}
