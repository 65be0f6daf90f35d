// SPDX-License-Identifier: Apache-2.0
// The report codes of the update (docs/protocol.md, "Codes"), from one table.
#ifndef NBOTA_WIRE_CODES_H
#define NBOTA_WIRE_CODES_H

#include <stdbool.h>

enum ota_code {
    OTA_NONE = 0,
#define CODE(number, name, text, shipped, description, action, step) OTA_##name = number,
#include "wire/codes.def"
#undef CODE
};

// What an nbota node reports. "" for an unknown code.
const char *code_text(enum ota_code code);

// ---- for those who read reports; apart, so that a node need not carry these texts ----

const char *
code_shipped_text(enum ota_code code); // what shipped nodes report; "" for an unknown code
const char *code_description(enum ota_code code); // vendor 8.1; "" for an unknown code
const char *code_action(enum ota_code code);      // what to do, vendor 8.1; "" for an unknown code
unsigned code_step(enum ota_code code);           // of vendor 7, 1..10; 0 for an unknown code
bool code_is_known(unsigned long number);

// The code of a report's text, of nbota's and of shipped nodes; OTA_NONE for any other text.
enum ota_code code_of_report(const char *message);

#endif
