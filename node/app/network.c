// SPDX-License-Identifier: Apache-2.0
#include "node/app/network.h"

#include "node/app/app.h"
#include "node/core/settings.h"
#include "node/port/modem.h"

enum { MINUTE_MS = 60 * 1000 };

// Borrowed by the modem until it is awake. Sizes: the settings' limits and a NUL.
static struct {
    char apn[41];
    char dns[41];
    char operator_code[64];
    char ntp[64];
    struct modem_network asked;
} network;

static const char *take(enum setting setting, char *to, size_t capacity)
{
    char value[VALUE_SIZE];
    struct fmt out;

    fmt_init(&out, to, capacity);
    fmt_add(&out, "%s", value_get((uint8_t)setting, value));
    return strcmp(to, "NULL") == 0 ? NULL : to;
}

void network_wake(void)
{
    network.asked = (struct modem_network){
        .apn = take(SETTING_APN, network.apn, sizeof network.apn),
        .dns = take(SETTING_DNSCFG, network.dns, sizeof network.dns),
        .operator_code = take(SETTING_QCOPS, network.operator_code, sizeof network.operator_code),
        .ntp = take(SETTING_NTP, network.ntp, sizeof network.ntp),
        .search_ms = value_number(SETTING_CSQTIME) * MINUTE_MS,
    };
    modem_wake(&network.asked);
}
