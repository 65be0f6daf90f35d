// SPDX-License-Identifier: Apache-2.0
#include "wire/serial.h"

enum { DIGITS = 8 };

// Vendor 2.1 and 2.3.1. Its table of thresholds prints both families below one heading; the prefix decides.
const struct serial_family serial_families[SERIAL_FAMILIES] = {
    {"BC660GL", "BC660K-GL", "NB-IoT", "NB-IoT Series (BC660K-GL module)", "-NB, -NS, -NB2, -N",
     26110001},
    {"BG95-M2", "BG95-M2", "LTE-M / Cat-M1", "LTE-M Series (BG95-M2 module)", "-CB, -CS, -CB2, -C",
     26120001},
};

// How people write a prefix that is on no label.
static const struct {
    const char *text; // lower case
    unsigned family;
} other_spellings[] = {
    {"bc660k-gl", 0}, {"bc660kgl", 0}, {"bc660gl", 0}, {"bg95m2", 1}, {"bg95-m2", 1}};

static bool is_blank(uint8_t character)
{
    return character == ' ' || character == '\t' || character == '\r' || character == '\n';
}

static bool is_digit(uint8_t character)
{
    return character >= '0' && character <= '9';
}

static struct span skip_blanks(struct span text)
{
    while (text.size > 0 && is_blank(text.data[0])) {
        text = span_after(text, 1);
    }
    return text;
}

static struct span trim(struct span text)
{
    text = skip_blanks(text);
    while (text.size > 0 && is_blank(text.data[text.size - 1])) {
        text.size--;
    }
    return text;
}

static bool begins_in_any_case(struct span text, const char *prefix)
{
    size_t size = strlen(prefix);

    for (size_t i = 0; i < size; i++) {
        if (i >= text.size) {
            return false;
        }
        uint8_t letter = text.data[i];
        if (letter >= 'A' && letter <= 'Z') {
            letter = (uint8_t)(letter - 'A' + 'a');
        }
        if (letter != (uint8_t)prefix[i]) {
            return false;
        }
    }
    return true;
}

static enum serial_fault judge_prefix(struct span text, struct serial *out)
{
    for (unsigned i = 0; i < SERIAL_FAMILIES; i++) {
        if (span_starts_with(text, span_of_text(serial_families[i].prefix))) {
            out->family = &serial_families[i];
            return SERIAL_GOOD;
        }
    }
    for (size_t i = 0; i < sizeof other_spellings / sizeof other_spellings[0]; i++) {
        if (begins_in_any_case(text, other_spellings[i].text)) {
            out->family = &serial_families[other_spellings[i].family];
            return SERIAL_LETTERS;
        }
    }
    return SERIAL_FOREIGN;
}

static enum serial_fault read_digits(struct span text, uint32_t *number)
{
    uint32_t value = 0;

    for (size_t i = 0; i < text.size; i++) {
        if (!is_digit(text.data[i])) {
            return SERIAL_CHARACTER;
        }
        if (i < DIGITS) {
            value = 10 * value + (uint32_t)(text.data[i] - '0');
        }
    }
    if (text.size != DIGITS) {
        return text.size < DIGITS ? SERIAL_SHORT : SERIAL_LONG;
    }
    *number = value;
    return SERIAL_GOOD;
}

enum serial_fault serial_parse(struct span text, struct serial *out)
{
    *out = (struct serial){0};
    text = trim(text);
    if (text.size == 0) {
        return SERIAL_EMPTY;
    }
    enum serial_fault fault = judge_prefix(text, out);
    if (fault != SERIAL_GOOD) {
        return fault;
    }
    text = skip_blanks(span_after(text, strlen(out->family->prefix)));
    if (text.size > 0 && text.data[0] == '-') {
        text = skip_blanks(span_after(text, 1));
    }
    return read_digits(text, &out->number);
}

bool serial_has_flash(const struct serial *self)
{
    return self->number >= self->family->first_flashed;
}

static const struct {
    const char *text;
    const char *advice;
} faults[] = {
    [SERIAL_GOOD] = {"", ""},
    [SERIAL_EMPTY] = {"nothing is written there", "copy the serial number from the label"},
    [SERIAL_FOREIGN] = {"begins with neither BC660GL nor BG95-M2",
                        "copy it from the label; else look at the board: an 8-pin SOIC chip means "
                        "with flash"},
    [SERIAL_LETTERS] = {"the prefix is not written as on the label",
                        "write BC660GL or BG95-M2, in capitals"},
    [SERIAL_SHORT] = {"fewer than 8 digits follow the prefix",
                      "write prefix and digits as one word, or in quotes"},
    [SERIAL_LONG] = {"more than 8 digits follow the prefix", "copy it from the label once more"},
    [SERIAL_CHARACTER] = {"not only digits follow the prefix", "8 digits belong there"},
};

const char *serial_fault_text(enum serial_fault fault)
{
    return faults[fault].text;
}

const char *serial_fault_advice(enum serial_fault fault)
{
    return faults[fault].advice;
}
