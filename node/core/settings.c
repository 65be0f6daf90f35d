// SPDX-License-Identifier: Apache-2.0
#include "node/core/settings.h"

#include "base/fmt.h"
#include "node/core/settings_form.h"
#include "wire/products.h"

const struct setting_row setting_rows[SETTING_COUNT] = {
#define SETTING(row_name, number, form, longest, least, greatest, flag, need, fallback, text)      \
    [SETTING_##row_name] = {.name = #row_name,                                                     \
                            .preset = fallback,                                                    \
                            .help = text,                                                          \
                            .low = least,                                                          \
                            .high = greatest,                                                      \
                            .id = number,                                                          \
                            .kind = SETTING_KIND_##form,                                           \
                            .limit = longest,                                                      \
                            .flags = SETTING_##flag,                                               \
                            .needs = NEEDS_##need},
#include "node/core/settings.def"
#undef SETTING
};

// Every setting must be able to travel in a JSON downlink and inside a modem's quotes.
static bool is_clean(const struct setting_row *row, struct span value)
{
    bool has_quotes = row->kind == SETTING_KIND_OPTION || row->kind == SETTING_KIND_NAMESERVERS;

    for (size_t i = 0; i < value.size; i++) {
        uint8_t character = value.data[i];
        if (character <= ' ' || character > '~' || character == ';' || character == ']' ||
            (character == '"' && !has_quotes)) {
            return false;
        }
    }
    return value.size > 0;
}

enum setting_verdict setting_check(enum setting setting, struct span value, bool is_remote)
{
    const struct setting_row *row = &setting_rows[setting];

    if (value.size > row->limit || !is_clean(row, value)) {
        return SETTING_BAD;
    }
    if ((row->flags & SETTING_NEAR_10) != 0 && !is_remote && !form_is_number(value, 0, 10)) {
        return SETTING_BAD;
    }
    return form_check(row, value);
}

const char *setting_note(enum setting_verdict verdict)
{
    switch (verdict) {
    case SETTING_BAD_ADDRESS:
        return "NOTE:SERVADDR FORMAT ERROR";
    case SETTING_BAD_CACHE:
        return "NOTE:IP format error";
    case SETTING_GOOD:
    case SETTING_BAD:
    default:
        return NULL;
    }
}

struct span setting_canonical(enum setting setting, struct span value)
{
    if (setting_rows[setting].kind == SETTING_KIND_NUMBER) {
        while (value.size > 1 && value.data[0] == '0') {
            value = span_after(value, 1);
        }
    }
    return value;
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
    if (form_is_null(value) || !form_is_address(value)) {
        return false;
    }
    const uint8_t *comma = memchr(value.data, ',', value.size);
    size_t host_size = (size_t)(comma - value.data);
    struct span rest = span_after(value, host_size + 1);
    memcpy(host, value.data, host_size);
    host[host_size] = '\0';
    memcpy(port, rest.data, rest.size);
    port[rest.size] = '\0';
    return true;
}
