// SPDX-License-Identifier: Apache-2.0
// A node's ledger as a table for a person and as JSON.
#ifndef NBOTA_CLI_POWER_REPORT_H
#define NBOTA_CLI_POWER_REPORT_H

#include <stddef.h>
#include <stdio.h>

#include "vnode/run/ledger.h"

// What the console prints once in each data session that reached the server.
#define POWER_REPORT_UPLINK "Upload data successfully"

struct power_report {
    const char *node;
    const struct ledger *ledger;
    size_t uplinks; // that reached the server
    double capacity_mah;
    double self_discharge; // part of it a year
};

void power_report_print(const struct power_report *self, FILE *out);
void power_report_json(const struct power_report *self, FILE *out);

#endif
