// SPDX-License-Identifier: Apache-2.0
// What people and tools want to know of a code, beside the text that a node sends.
#include <stddef.h>
#include <string.h>

#include "wire/codes.h"

struct row {
    enum ota_code code;
    const char *text;
    const char *shipped;
    const char *description;
    const char *action;
    unsigned step;
};

static const struct row rows[] = {
#define CODE(number, name, text, shipped, description, action, step)                               \
    {OTA_##name, text, shipped, description, action, step},
#include "wire/codes.def"
#undef CODE
};

enum { ROW_COUNT = sizeof rows / sizeof rows[0] };

static const struct row *find(unsigned long number)
{
    static const struct row unknown = {OTA_NONE, "", "", "", "", 0};

    for (size_t i = 0; i < ROW_COUNT; i++) {
        if ((unsigned long)rows[i].code == number) {
            return &rows[i];
        }
    }
    return &unknown;
}

const char *code_shipped_text(enum ota_code code)
{
    return find(code)->shipped;
}

const char *code_description(enum ota_code code)
{
    return find(code)->description;
}

const char *code_action(enum ota_code code)
{
    return find(code)->action;
}

unsigned code_step(enum ota_code code)
{
    return find(code)->step;
}

bool code_is_known(unsigned long number)
{
    return find(number)->code != OTA_NONE;
}

// Success and roll-back go on with title and version.
static bool says(const char *message, const char *text)
{
    size_t size = strlen(text);

    return strncmp(message, text, size) == 0 && (message[size] == '\0' || message[size] == ',');
}

enum ota_code code_of_report(const char *message)
{
    for (size_t i = 0; i < ROW_COUNT; i++) {
        if (says(message, rows[i].text) || says(message, rows[i].shipped)) {
            return rows[i].code;
        }
    }
    return OTA_NONE;
}
