// SPDX-License-Identifier: Apache-2.0
#include "cli/power_report.h"

#include <string.h>

#define UAS_PER_MAH     (1000.0 * 3600)
#define SECONDS_PER_DAY 86400.0
#define DAYS_PER_YEAR   365.25
#define LEAST_S         0.0005 // a row that was never reached is left out

static double mah(double uas)
{
    return uas / UAS_PER_MAH;
}

static double per_day_mah(const struct ledger_sum *sum)
{
    return sum->seconds > 0 ? mah(ledger_charge_uas(sum)) / sum->seconds * SECONDS_PER_DAY : 0;
}

static double battery_days(const struct power_report *self)
{
    return ledger_battery_days(ledger_average_ua(&self->ledger->whole), self->capacity_mah,
                               self->self_discharge);
}

// ---- for a person ----

static void print_time(FILE *out, double seconds)
{
    if (seconds >= 36000) {
        fprintf(out, "%9.2f h", seconds / 3600);
    } else {
        fprintf(out, "%9.3f s", seconds);
    }
}

static void print_row(FILE *out, enum ledger_row row, const struct ledger_sum *sum)
{
    const struct ledger_figure *figure = &ledger_figures[row];
    double all_uas = ledger_charge_uas(sum);

    fprintf(out, "%-7s%-27s", figure->consumer, figure->state);
    print_time(out, sum->seconds_in[row]);
    fprintf(out, "%13.5f mAh%7.1f %%   %s\n", mah(sum->charge_uas[row]),
            all_uas > 0 ? sum->charge_uas[row] / all_uas * 100 : 0, figure->source);
}

static void print_life(const struct power_report *self, FILE *out)
{
    double days = battery_days(self);

    fprintf(out, "battery of %.0f mAh, never charged, %.0f %% a year lost by itself: ",
            self->capacity_mah, self->self_discharge * 100);
    if (days > DAYS_PER_YEAR) {
        fprintf(out, "%.1f years\n", days / DAYS_PER_YEAR);
    } else {
        fprintf(out, "%.0f days\n", days);
    }
}

void power_report_print(const struct power_report *self, FILE *out)
{
    const struct ledger *ledger = self->ledger;

    fprintf(out, "node '%s', %.1f h on %s, %zu uplinks\n\n", self->node,
            ledger->whole.seconds / 3600, ledger->class->name, self->uplinks);
    for (unsigned i = 0; i < LEDGER_ROWS; i++) {
        if (ledger->whole.seconds_in[i] >= LEAST_S) {
            print_row(out, (enum ledger_row)i, &ledger->whole);
        }
    }
    fprintf(out, "\na day: %.3f mAh, %.1f µA on average\n", per_day_mah(&ledger->whole),
            ledger_average_ua(&ledger->whole));
    if (ledger->rest.seconds > 0) {
        fprintf(out, "while the modem sleeps: %.2f µA, %.1f %% of the time\n",
                ledger_average_ua(&ledger->rest),
                ledger->rest.seconds / ledger->whole.seconds * 100);
    }
    print_life(self, out);
    if (self->uplinks == 0) {
        fprintf(out, "no uplink reached a server: this is what the node takes without any\n");
    }
}

// ---- for a program ----

static void json_row(FILE *out, enum ledger_row row, const struct ledger_sum *sum)
{
    const struct ledger_figure *figure = &ledger_figures[row];

    fprintf(out, "%s{\"consumer\":\"%s\",\"state\":\"%s\",\"seconds\":%.6f,\"mah\":%.9f}",
            row == 0 ? "" : ",", figure->consumer, figure->state, sum->seconds_in[row],
            mah(sum->charge_uas[row]));
}

void power_report_json(const struct power_report *self, FILE *out)
{
    const struct ledger *ledger = self->ledger;

    fprintf(out, "{\"node\":\"%s\",\"link\":\"%s\",\"hours\":%.6f,\"uplinks\":%zu", self->node,
            ledger->class->name, ledger->whole.seconds / 3600, self->uplinks);
    fprintf(out, ",\"mah_per_day\":%.6f,\"average_ua\":%.3f", per_day_mah(&ledger->whole),
            ledger_average_ua(&ledger->whole));
    fprintf(out, ",\"rest_hours\":%.6f,\"rest_ua\":%.3f", ledger->rest.seconds / 3600,
            ledger_average_ua(&ledger->rest));
    fprintf(out, ",\"battery_mah\":%.0f,\"battery_days\":%.1f,\"rows\":[", self->capacity_mah,
            battery_days(self));
    for (unsigned i = 0; i < LEDGER_ROWS; i++) {
        json_row(out, (enum ledger_row)i, &ledger->whole);
    }
    fprintf(out, "]}\n");
}
