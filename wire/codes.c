// SPDX-License-Identifier: Apache-2.0
#include "wire/codes.h"

const char *code_text(enum ota_code code)
{
    switch (code) {
#define CODE(number, name, text, shipped, description, action, step)                               \
    case OTA_##name:                                                                               \
        return text;
#include "wire/codes.def"
#undef CODE
    case OTA_NONE:
    default:
        return "";
    }
}
