// SPDX-License-Identifier: Apache-2.0
#include "wire/codes.h"

#include <stddef.h>

struct row {
    enum ota_code code;
    const char *text;
    const char *shipped;
    const char *action;
};

static const struct row rows[] = {
#define CODE(number, name, text, shipped, action) {OTA_##name, text, shipped, action},
#include "wire/codes.def"
#undef CODE
};

static const struct row *find(enum ota_code code)
{
    static const struct row unknown = {OTA_NONE, "", "", ""};

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (rows[i].code == code) {
            return &rows[i];
        }
    }
    return &unknown;
}

const char *code_text(enum ota_code code)
{
    return find(code)->text;
}

const char *code_shipped_text(enum ota_code code)
{
    return find(code)->shipped;
}

const char *code_action(enum ota_code code)
{
    return find(code)->action;
}
