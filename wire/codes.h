// SPDX-License-Identifier: Apache-2.0
// The report codes of the update (docs/protocol.md, "Codes"), from one table.
#ifndef NBOTA_WIRE_CODES_H
#define NBOTA_WIRE_CODES_H

enum ota_code {
    OTA_NONE = 0,
#define CODE(number, name, text, shipped, action) OTA_##name = number,
#include "wire/codes.def"
#undef CODE
};

// What an nbota node reports, what shipped nodes report, what to do. "" for an unknown code.
const char *code_text(enum ota_code code);
const char *code_shipped_text(enum ota_code code);
const char *code_action(enum ota_code code);

#endif
