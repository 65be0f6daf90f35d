// SPDX-License-Identifier: Apache-2.0
// Network time and names. BC660K-GL&BC950K-GL AT Commands Manual V1.4.
#include "vnode/chip/module.h"

#include "vnode/net/tcp.h"

enum { LOOKUP_MS = 600 }; // assumed: one exchange with a name server

// yy/MM/dd,hh:mm:ss+00 of the network at now_ns; civil date after H. Hinnant's days_from_civil inverse.
void time_add(const struct modem *self, struct fmt *out)
{
    uint64_t seconds = self->epoch_s + self->now_ns / MODULE_S;
    uint64_t days = seconds / 86400 + 719468;
    uint64_t era = days / 146097, day_of_era = days % 146097;
    uint64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    uint64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    uint64_t shifted = (5 * day_of_year + 2) / 153; // March is 0
    unsigned month = (unsigned)(shifted < 10 ? shifted + 3 : shifted - 9);
    unsigned year = (unsigned)(year_of_era + era * 400) + (month <= 2 ? 1U : 0U);

    fmt_add(out, "%02u/%02u/%02u,%02u:%02u:%02u+00", year % 100, month,
            (unsigned)(day_of_year - (153 * shifted + 2) / 5 + 1), (unsigned)(seconds / 3600 % 24),
            (unsigned)(seconds / 60 % 60), (unsigned)(seconds % 60));
}

enum cme at_clock_time(struct modem *self, const struct command_line *line)
{
    (void)line;
    fmt_add(&self->reply, "\r\n+CCLK: ");
    time_add(self, &self->reply);
    fmt_add(&self->reply, "\r\n");
    return CME_NONE;
}

enum cme at_network_time(struct modem *self, const struct command_line *line)
{
    char text[32];
    struct fmt out;

    if (line->fields < 2) {
        return CME_PARAMETER;
    }
    if (!network_has_context(self)) {
        return CME_NOT_ALLOWED;
    }
    fmt_init(&out, text, sizeof text);
    time_add(self, &out);
    line_say_later(self, MODULE_S, "+QNTP: 0,\"%s\"", text);
    return CME_NONE;
}

// The exact form of the answer is unknown: the host takes the first address of a line that begins with +QI.
enum cme at_name_lookup(struct modem *self, const struct command_line *line)
{
    char name[128], address[64];

    if (!command_has(line, 1) || !command_text(line, 1, name, sizeof name)) {
        return CME_PARAMETER;
    }
    if (!network_has_context(self)) {
        return CME_NOT_ALLOWED;
    }
    if (tcp_address(name, address, sizeof address) == STATUS_OK) {
        line_say_later(self, LOOKUP_MS * MODULE_MS, "+QIDNSGIP: 0,\"%s\"", address);
    } else {
        line_say_later(self, LOOKUP_MS * MODULE_MS, "+QIDNSGIP: 4");
    }
    return CME_NONE;
}
