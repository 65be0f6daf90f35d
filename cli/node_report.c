// SPDX-License-Identifier: Apache-2.0
#include "cli/node_report.h"

#include <jansson.h>
#include <string.h>

static const enum ota_code codes[] = {
#define CODE(number, name, text, shipped, action) OTA_##name,
#include "wire/codes.def"
#undef CODE
};

// Success and roll-back go on with title and version.
static bool says(const char *message, const char *text)
{
    size_t size = strlen(text);

    return strncmp(message, text, size) == 0 && (message[size] == '\0' || message[size] == ',');
}

static enum ota_code code_of(const char *message)
{
    for (size_t i = 0; i < sizeof codes / sizeof codes[0]; i++) {
        if (says(message, code_text(codes[i])) || says(message, code_shipped_text(codes[i]))) {
            return codes[i];
        }
    }
    return OTA_NONE;
}

enum ota_code node_report_code(struct span payload)
{
    json_t *object = json_loadb((const char *)payload.data, payload.size, 0, NULL);
    const char *message = json_string_value(json_object_get(object, "Message"));
    enum ota_code code = message != NULL ? code_of(message) : OTA_NONE;

    json_decref(object);
    return code;
}
