// SPDX-License-Identifier: Apache-2.0
#include "node/core/question.h"

#include "base/crc16.h"
#include "base/endian.h"
#include "base/fmt.h"

enum {
    MODBUS_HEAD = 3, // address, function, number of bytes
    CRC_SIZE = 2,
    MODBUS_QUESTION_SIZE = 8,
    SINGLE_MAX = 6,
    RANGES_MAX = 3,
    NO_ANSWER = 0xFF,
};

static int hex_digit(uint8_t character)
{
    uint8_t lower = character | 0x20;

    if (character >= '0' && character <= '9') {
        return character - '0';
    }
    return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

static bool read_hex(struct span digits, struct question *question)
{
    if (digits.size == 0 || digits.size % 2 != 0 || digits.size > 2 * QUESTION_BYTES_MAX) {
        return false;
    }
    for (size_t i = 0; i < digits.size; i += 2) {
        int high = hex_digit(digits.data[i]);
        int low = hex_digit(digits.data[i + 1]);
        if (high < 0 || low < 0) {
            return false;
        }
        question->bytes[question->size++] = (uint8_t)(high << 4 | low);
    }
    return true;
}

// The field up to `separator`, which is cut off `rest` together with it.
static struct span next_field(struct span *rest, char separator)
{
    const uint8_t *end = rest->size == 0 ? NULL : memchr(rest->data, separator, rest->size);
    size_t size = end == NULL ? rest->size : (size_t)(end - rest->data);
    struct span field = span_of(rest->data, size);

    *rest = span_after(*rest, size + 1);
    return field;
}

bool question_read(struct span text, struct question *question)
{
    *question = (struct question){.size = 0};
    if (span_equals(text, span_of_text("NULL"))) {
        return true;
    }
    if (!read_hex(next_field(&text, ','), question)) {
        return false;
    }
    question->has_crc = span_equals(text, span_of_text("1"));
    if (question->has_crc) {
        uint16_t crc = crc16_modbus(span_of(question->bytes, question->size));
        store_le16(question->bytes + question->size, crc);
        question->size += CRC_SIZE;
    }
    return question->has_crc || span_equals(text, span_of_text("0"));
}

static bool read_position(struct span text, uint32_t low, uint32_t high, uint8_t *position)
{
    uint32_t number;
    bool good = text.size <= 3 && fmt_parse_u32(text, &number) && number >= low && number <= high;

    *position = good ? (uint8_t)number : 0;
    return good;
}

static bool read_range(struct span text, bool is_pair, struct question_cut *cut)
{
    struct question_range *range = &cut->ranges[cut->count++];
    struct span first = is_pair ? next_field(&text, '~') : text;

    return read_position(first, 1, cut->answer_size, &range->first) &&
           read_position(text, range->first, cut->answer_size, &range->last);
}

bool question_read_cut(struct span text, struct question_cut *cut)
{
    *cut = (struct question_cut){.count = 0};
    if (span_equals(text, span_of_text("0,0,0"))) {
        return true;
    }
    struct span size = next_field(&text, ',');
    struct span kind = next_field(&text, ',');
    bool is_pair = span_equals(kind, span_of_text("2"));
    unsigned most = is_pair ? RANGES_MAX : SINGLE_MAX;
    if (!read_position(size, 1, QUESTION_ANSWER_MAX, &cut->answer_size) ||
        (!is_pair && !span_equals(kind, span_of_text("1"))) || text.size == 0 ||
        text.data[text.size - 1] == '+') {
        return false;
    }
    while (text.size > 0) {
        if (cut->count == most || !read_range(next_field(&text, '+'), is_pair, cut)) {
            return false;
        }
    }
    return true;
}

bool question_read_numbers(struct span text, struct question_range *numbers)
{
    struct span first = next_field(&text, ',');

    return read_position(first, 1, QUESTION_NUMBER_MAX, &numbers->first) &&
           read_position(text, numbers->first, QUESTION_NUMBER_MAX, &numbers->last);
}

bool question_is_answered(const struct question *question, struct span answer)
{
    if (answer.size == 0 || !question->has_crc) {
        return answer.size > 0;
    }
    if (answer.size <= CRC_SIZE) {
        return false;
    }
    size_t size = answer.size - CRC_SIZE;
    return load_le16(answer.data + size) == crc16_modbus(span_of(answer.data, size));
}

// Bytes of data that a "read" of functions 1 to 4 brings; 0 for any other question.
static unsigned modbus_data_size(const struct question *question)
{
    unsigned function = question->bytes[1];

    if (question->size != MODBUS_QUESTION_SIZE || function < 1 || function > 4) {
        return 0;
    }
    unsigned count = load_be16(question->bytes + 4);
    unsigned size = function <= 2 ? (count + 7) / 8 : 2 * count;
    return size <= QUESTION_ANSWER_MAX - MODBUS_HEAD - CRC_SIZE ? size : 0;
}

static struct question_cut effective_cut(const struct question *question,
                                         const struct question_cut *cut, bool as_modbus,
                                         size_t answer_size)
{
    unsigned data_size = as_modbus ? modbus_data_size(question) : 0;

    if (cut->count > 0) {
        return *cut;
    }
    if (data_size > 0) {
        return (struct question_cut){(uint8_t)(MODBUS_HEAD + data_size + CRC_SIZE),
                                     1,
                                     {{MODBUS_HEAD + 1, (uint8_t)(MODBUS_HEAD + data_size)}}};
    }
    return (struct question_cut){
        (uint8_t)answer_size, answer_size > 0 ? 1 : 0, {{1, (uint8_t)answer_size}}};
}

size_t question_values(const struct question *question, const struct question_cut *cut,
                       bool as_modbus, struct span answer, uint8_t *values, size_t capacity)
{
    struct question_cut wanted = effective_cut(question, cut, as_modbus, answer.size);
    bool fits = answer.size > 0 && answer.size == wanted.answer_size;
    size_t count = 0;

    for (unsigned i = 0; i < wanted.count; i++) {
        for (unsigned at = wanted.ranges[i].first; at <= wanted.ranges[i].last; at++) {
            if (count < capacity) {
                values[count++] = fits ? answer.data[at - 1] : NO_ANSWER;
            }
        }
    }
    return count;
}
