// SPDX-License-Identifier: Apache-2.0
#include "node/core/settings_form.h"

#include "base/fmt.h"
#include "node/core/question.h"

enum {
    FIELDS_MAX = 5,          // one more than any form has
    CACHED_ADDRESS_MAX = 49, // bytes of "<ip>,<port>"
    CLOCKLOG_OFF = 65535,    // start "at any second"
};

struct range {
    uint32_t low;
    uint32_t high;
};

bool form_is_null(struct span value)
{
    return span_equals(value, span_of_text("NULL"));
}

bool form_is_number(struct span value, uint32_t low, uint32_t high)
{
    uint32_t number;

    return fmt_parse_u32(value, &number) && number >= low && number <= high;
}

// Cuts at commas, at most into FIELDS_MAX; the last takes the rest.
static unsigned split(struct span value, struct span fields[FIELDS_MAX])
{
    unsigned count = 0;

    for (size_t i = 0; i < value.size && count + 1 < FIELDS_MAX; i++) {
        if (value.data[i] == ',') {
            fields[count++] = span_of(value.data, i);
            value = span_of(value.data + i + 1, value.size - i - 1);
            i = (size_t)-1;
        }
    }
    fields[count] = value;
    return count + 1;
}

static bool are_numbers(struct span value, const struct range *ranges, unsigned count)
{
    struct span fields[FIELDS_MAX];

    if (split(value, fields) != count) {
        return false;
    }
    for (unsigned i = 0; i < count; i++) {
        if (!form_is_number(fields[i], ranges[i].low, ranges[i].high)) {
            return false;
        }
    }
    return true;
}

static bool is_port(struct span text)
{
    return text.size <= 5 && form_is_number(text, 1, 65535);
}

bool form_is_address(struct span value)
{
    struct span fields[FIELDS_MAX];

    return split(value, fields) == 2 && fields[0].size > 0 && is_port(fields[1]);
}

// p 1 CoAP, 2 UDP, 3 MQTT, 4 TCP; q 0 HEX, 5 General JSON, the others are forms of MQTT alone.
static bool is_protocol(struct span value)
{
    static const struct range any[] = {{1, 4}, {0, 5}};

    if (value.size != 3 || !are_numbers(value, any, 2)) {
        return false;
    }
    char payload = (char)value.data[2];
    return payload == '0' || payload == '5' || (value.data[0] == '3' && payload != '4');
}

// Quotes at both ends and none between.
static bool is_quoted(struct span text)
{
    return text.size > 2 && text.data[0] == '"' &&
           memchr(text.data + 1, '"', text.size - 1) == text.data + text.size - 1;
}

static bool is_option(struct span value)
{
    const uint8_t *comma = memchr(value.data, ',', value.size);

    if (comma == NULL) {
        return false;
    }
    size_t digits = (size_t)(comma - value.data);
    struct span rest = span_after(value, digits + 1);
    return form_is_number(span_of(value.data, digits), 0, 65535) &&
           (is_quoted(rest) || form_is_number(rest, 0, UINT32_MAX));
}

static bool are_nameservers(struct span value)
{
    struct span fields[FIELDS_MAX];
    unsigned count = split(value, fields);

    return is_quoted(fields[0]) && (count == 1 || (count == 2 && is_quoted(fields[1])));
}

static enum setting_verdict check_cache(struct span value)
{
    struct span fields[FIELDS_MAX];
    unsigned count = split(value, fields);

    if (count < 2 || count > 4 || !form_is_number(fields[0], 0, 2) ||
        !form_is_number(fields[1], 0, 56)) {
        return SETTING_BAD;
    }
    if (count == 3 || (count == 4 && (fields[2].size == 0 || !is_port(fields[3]) ||
                                      fields[2].size + 1 + fields[3].size > CACHED_ADDRESS_MAX))) {
        return SETTING_BAD_CACHE;
    }
    return SETTING_GOOD;
}

static bool is_clocklog(struct span value)
{
    static const struct range ranges[] = {{0, 1}, {0, CLOCKLOG_OFF}, {0, 255}, {0, 32}};
    struct span fields[FIELDS_MAX];

    return are_numbers(value, ranges, 4) && split(value, fields) == 4 &&
           (form_is_number(fields[1], 0, 3599) ||
            form_is_number(fields[1], CLOCKLOG_OFF, CLOCKLOG_OFF));
}

static bool is_hex15(struct span value)
{
    for (size_t i = 0; i < value.size; i++) {
        uint8_t c = (uint8_t)(value.data[i] | 0x20);
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
            return false;
        }
    }
    return value.size == 15;
}

static bool is_question(struct span value)
{
    struct question question;

    return question_read(value, &question);
}

static bool is_cut(struct span value)
{
    struct question_cut cut;

    return question_read_cut(value, &cut);
}

static bool fits(const struct setting_row *row, struct span value)
{
    static const struct range tls[] = {{0, 0}, {0, 2}};
    static const struct range interrupts[] = {{0, 3}, {0, 3}, {0, 3}};
    static const struct range switches[] = {{0, 1}, {0, 1}};

    switch ((enum setting_kind)row->kind) {
    case SETTING_KIND_NUMBER:
        return form_is_number(value, row->low, row->high);
    case SETTING_KIND_PROTOCOL:
        return is_protocol(value);
    case SETTING_KIND_OPTION:
        return form_is_null(value) || is_option(value);
    case SETTING_KIND_NAMESERVERS:
        return form_is_null(value) || are_nameservers(value);
    case SETTING_KIND_TLS:
        return are_numbers(value, tls, 2);
    case SETTING_KIND_INTERRUPTS:
        return are_numbers(value, interrupts, 3);
    case SETTING_KIND_CLOCKLOG:
        return is_clocklog(value);
    case SETTING_KIND_SWITCHES:
        return are_numbers(value, switches, 2);
    case SETTING_KIND_IMEI:
        return is_hex15(value);
    case SETTING_KIND_QUESTION:
        return is_question(value);
    case SETTING_KIND_CUT:
        return is_cut(value);
    case SETTING_KIND_TEXT:
    case SETTING_KIND_ADDRESS:
    case SETTING_KIND_CACHE:
    default:
        return true;
    }
}

enum setting_verdict form_check(const struct setting_row *row, struct span value)
{
    if (row->kind == SETTING_KIND_ADDRESS && !form_is_null(value) && !form_is_address(value)) {
        return SETTING_BAD_ADDRESS;
    }
    if (row->kind == SETTING_KIND_CACHE) {
        return check_cache(value);
    }
    return fits(row, value) ? SETTING_GOOD : SETTING_BAD;
}
