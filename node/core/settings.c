// SPDX-License-Identifier: Apache-2.0
#include "node/core/settings.h"

#include "base/fmt.h"

const struct setting_row setting_rows[SETTING_COUNT] = {
#define X(name, id, kind, limit, preset, help)                                                     \
    [SETTING_##name] = {#name, id, SETTING_KIND_##kind, limit, preset, help},
    SETTINGS(X)
#undef X
};

static bool is_null(struct span value)
{
    return span_equals(value, span_of_text("NULL"));
}

// Every setting must be able to travel in a JSON downlink and inside a modem's quotes.
static bool is_clean(struct span value)
{
    for (size_t i = 0; i < value.size; i++) {
        uint8_t character = value.data[i];
        if (character <= ' ' || character > '~' || character == ';' || character == ']' ||
            character == '"') {
            return false;
        }
    }
    return value.size > 0;
}

static bool number_between(struct span value, uint32_t low, uint32_t high)
{
    uint32_t number;

    return fmt_parse_u32(value, &number) && number >= low && number <= high;
}

static const uint8_t *find_comma(struct span value)
{
    return value.size == 0 ? NULL : memchr(value.data, ',', value.size);
}

static bool is_address(struct span value)
{
    const uint8_t *comma = find_comma(value);

    if (comma == NULL || comma == value.data) {
        return false;
    }
    struct span port = span_after(value, (size_t)(comma - value.data) + 1);
    return port.size <= 5 && number_between(port, 1, 65535);
}

// p 1 CoAP, 2 UDP, 3 MQTT, 4 TCP; this firmware speaks MQTT with General JSON.
static bool is_protocol(struct span value)
{
    return span_equals(value, span_of_text("3,5"));
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

static bool fits_kind(const struct setting_row *row, struct span value)
{
    switch ((enum setting_kind)row->kind) {
    case SETTING_KIND_QOS:
        return number_between(value, 0, 2);
    case SETTING_KIND_PERIOD:
        return number_between(value, 60, 16777215);
    case SETTING_KIND_WINDOW:
        return number_between(value, 0, 65535);
    case SETTING_KIND_PROTOCOL:
        return is_protocol(value);
    case SETTING_KIND_IMEI:
        return is_hex15(value);
    case SETTING_KIND_ADDRESS:
    case SETTING_KIND_TEXT:
    case SETTING_KIND_SECRET:
    case SETTING_KIND_PASSWORD:
    default:
        return true;
    }
}

enum setting_verdict setting_check(enum setting setting, struct span value)
{
    const struct setting_row *row = &setting_rows[setting];

    if (value.size > row->limit || !is_clean(value)) {
        return SETTING_BAD;
    }
    if (row->kind == SETTING_KIND_ADDRESS && !is_null(value) && !is_address(value)) {
        return SETTING_BAD_ADDRESS;
    }
    return fits_kind(row, value) ? SETTING_GOOD : SETTING_BAD;
}

size_t setting_strip_blanks(char *value, size_t size)
{
    size_t kept = 0;

    for (size_t i = 0; i < size; i++) {
        if (value[i] != ' ') {
            value[kept++] = value[i];
        }
    }
    return kept;
}

bool setting_split_address(struct span value, char *host, char *port)
{
    if (is_null(value) || !is_address(value)) {
        return false;
    }
    size_t host_size = (size_t)(find_comma(value) - value.data);
    struct span rest = span_after(value, host_size + 1);
    memcpy(host, value.data, host_size);
    host[host_size] = '\0';
    memcpy(port, rest.data, rest.size);
    port[rest.size] = '\0';
    return true;
}
