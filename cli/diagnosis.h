// SPDX-License-Identifier: Apache-2.0
// From the traces of an attempt to its cause in words, and the next thing to try.
#ifndef NBOTA_CLI_DIAGNOSIS_H
#define NBOTA_CLI_DIAGNOSIS_H

#include "base/fmt.h"
#include "cli/attempt.h"

struct diagnosis {
    const char *cause;
    const char *next; // a command or a console line, with what it is for
};

// Never NULL; an attempt that went well has a cause too: that it went well.
const struct diagnosis *diagnosis_of(const struct attempt *attempt);

// The same for an attempt that goes on, as if its present trouble were its end.
const struct diagnosis *diagnosis_of_trouble(const struct attempt *attempt);

// What is to be tried for a code alone.
const struct diagnosis *diagnosis_of_code(enum ota_code code);

// What the log shows beside the cause: chunks, checksums, retries, resets. Several phrases with "; " between, or "".
void diagnosis_add_facts(struct fmt *out, const struct attempt *attempt);

#endif
