// SPDX-License-Identifier: Apache-2.0
// The sum over all scenarios of a proof, for a person.
#ifndef NBOTA_CLI_PROVE_TOTAL_H
#define NBOTA_CLI_PROVE_TOTAL_H

#include <stdint.h>

#include "cli/prove_report.h"

struct prove_total {
    uint32_t scenarios; // begun
    uint32_t
        played; // of them; the others do not end without a cut either, or have no such operation
    uint64_t operations, cases, second_came, failed;
    uint64_t began_ns; // real time
};

void prove_total_begin(struct prove_total *self);
void prove_total_add(struct prove_total *self, const struct prove_report *report);
// One line: scenarios, operations, cases, failed, time.
void prove_total_print(const struct prove_total *self);

#endif
