// SPDX-License-Identifier: Apache-2.0
// What a proof has found, for a person: counted while it goes on, printed at the end.
#ifndef NBOTA_CLI_PROVE_REPORT_H
#define NBOTA_CLI_PROVE_REPORT_H

#include <stdint.h>

#include "cli/progress.h"
#include "cli/prove_cases.h"
#include "vnode/prove/case.h"

enum { PROVE_FAILURES_SHOWN = 10 };

struct prove_report {
    const struct prove_base *base;
    struct progress progress;
    uint32_t done, failed, joined, triggered_again, second_came;
    uint32_t second_missing; // in order, but its second cut did not come
    uint32_t done_of[NVM_KINDS][PROVE_WAYS];
    uint32_t resets_max;
    uint64_t processor_ns, instructions;  // of all workers
    struct prove_result slowest, longest; // by the processor's and by virtual time
    struct prove_result failures[PROVE_FAILURES_SHOWN];
    uint64_t began_ns;
};

void prove_report_begin(struct prove_report *self, const struct prove_base *base,
                        const struct prove_cases *cases);
void prove_report_add(struct prove_report *self, const struct prove_result *result);
// What the scenario itself is: operations by kind, time.
void prove_report_print_base(const struct prove_base *base);
// `again`: the options that the same scenario needs, for the lines that replay a failure.
void prove_report_print(const struct prove_report *self, const struct prove_cases *cases,
                        const char *again);

#endif
