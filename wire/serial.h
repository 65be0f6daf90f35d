// SPDX-License-Identifier: Apache-2.0
// Serial numbers of devices, and what they say of the board (vendor 2.1, 2.3.1). The prefix names the modem, eight digits
// count; from the family's threshold on a board has its SPI flash. The firmware never looks at them: it probes the chip.
#ifndef NBOTA_WIRE_SERIAL_H
#define NBOTA_WIRE_SERIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

struct serial_family {
    const char *prefix;     // of the serial number, "BC660GL"
    const char *modem;      // the Quectel module, "BC660K-GL"
    const char *network;    // "NB-IoT"
    const char *series;     // vendor 2.3.1, "NB-IoT Series (BC660K-GL module)"
    const char *models;     // endings of the product names, vendor 2.1
    uint32_t first_flashed; // the first number WITH flash, vendor 2.3.1
};

enum { SERIAL_FAMILIES = 2 };
extern const struct serial_family serial_families[SERIAL_FAMILIES];

enum serial_fault {
    SERIAL_GOOD,
    SERIAL_EMPTY,
    SERIAL_FOREIGN,   // another prefix
    SERIAL_LETTERS,   // the prefix in other letters: lower case, or the module's full name
    SERIAL_SHORT,     // fewer than eight digits
    SERIAL_LONG,      // more than eight
    SERIAL_CHARACTER, // something that is no digit among or behind the digits
};

struct serial {
    const struct serial_family *family; // NULL with SERIAL_EMPTY and SERIAL_FOREIGN
    uint32_t number;                    // with SERIAL_GOOD
};

// Reads prefix, blanks, an optional '-', blanks, exactly eight digits; blanks around it are allowed.
enum serial_fault serial_parse(struct span text, struct serial *out);

// Whether a board of a good serial number has the SPI flash, and so can be updated over the air.
bool serial_has_flash(const struct serial *self);

// What is wrong, and what to do: lower case, no full stop. "" with SERIAL_GOOD.
const char *serial_fault_text(enum serial_fault fault);
const char *serial_fault_advice(enum serial_fault fault);

#endif
