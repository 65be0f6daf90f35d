// SPDX-License-Identifier: Apache-2.0
// Fills a command template of a dialogue with the values of one request.
#ifndef NBOTA_NODE_DRIVER_MODEM_TEMPLATE_H
#define NBOTA_NODE_DRIVER_MODEM_TEMPLATE_H

#include "base/fmt.h"
#include "base/span.h"

// Values of one request; the texts are the caller's and stay until its outcome.
struct modem_values {
    // $1 $2 $3; for a connect: client, user, password, the last two may be NULL.
    const char *text[3];
    struct span payload; // $m, its length $n
    unsigned qos;        // $q; $i is 0 with QoS 0 and 1 otherwise
};

// Appends `format` (see struct dialogue_step) to `out`.
void template_fill(struct fmt *out, const char *format, const struct modem_values *values);

#endif
