// SPDX-License-Identifier: Apache-2.0
// The HEX frame, in the order of fields that the vendor's payload decoders read: the head is the same for all products,
// what follows is the sensor's layout (node/port/sensor.h).
#include "node/app/app.h"
#include "node/app/payload_forms.h"
#include "node/core/settings.h"

enum {
    ID_DIGITS = 15,
    COUNT_DIGITS = 8,
    POSITION_DIGITS = 3 * 8, // latitude, longitude, when they were found
};

// An id of 15 digits behind an f; zeros while it is unknown, so that every field stays in its place.
static void add_id(const char *id, struct fmt *out)
{
    fmt_add(out, "f%s", strlen(id) == ID_DIGITS ? id : "000000000000000");
}

// "v1.5.2" as 152.
static unsigned version_number(void)
{
    unsigned number = 0;

    for (const char *at = app_identity.version; *at != '\0'; at++) {
        if (*at >= '0' && *at <= '9') {
            number = number * 10 + (unsigned)(*at - '0');
        }
    }
    return number;
}

// Fields that only the frame of a board with a BG95-M2 has, and that nothing here measures.
static void add_zeros(int digits, struct fmt *out)
{
    if (app_identity.product->modem == PRODUCT_MODEM_BG95) {
        fmt_add(out, "%.*s", digits, "000000000000000000000000");
    }
}

static void add_field(char letter, const struct measurement *measurement, struct fmt *out)
{
    switch (letter) {
    case 'm':
        fmt_add(out, "%02x", (unsigned)value_number(SETTING_CFGMOD));
        break;
    case 'i':
        fmt_add(out, "%02x", (unsigned)measurement->interrupt);
        break;
    case 'l':
        fmt_add(out, "%02x", (unsigned)measurement->interrupt_level);
        break;
    case 't':
        fmt_add(out, "%08x", (unsigned)measurement->unix_s);
        break;
    case 'v':
        product_sensor->add_hex(&measurement->record, out);
        break;
    case 'p':
        fmt_add(out, "%02x", (unsigned)value_number(SETTING_PAYVER));
        break;
    case 'c':
        add_zeros(COUNT_DIGITS, out);
        break;
    case 'g':
        add_zeros(POSITION_DIGITS, out);
        break;
    case 'z':
    default:
        fmt_add(out, "00");
        break;
    }
}

void payload_hex_add(const struct measurement *measurement, struct fmt *out)
{
    char deui[VALUE_SIZE];

    add_id(value_get(SETTING_DEUI, deui), out);
    add_id(modem_identity()->imsi, out);
    fmt_add(out, "%02x%02x%04x%02x", (unsigned)app_identity.product->id, version_number() & 0xFF,
            (unsigned)measurement->battery_mv, (unsigned)measurement->signal);
    for (const char *at = product_sensor->hex_layout; *at != '\0'; at++) {
        add_field(*at, measurement, out);
    }
}

void payload_hex_add_row(const struct history_row *row, struct fmt *out)
{
    product_sensor->add_hex_row(&row->record, out);
    fmt_add(out, "%08x", (unsigned)row->unix_s);
}
