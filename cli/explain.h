// SPDX-License-Identifier: Apache-2.0
// How `nbota explain` writes its answers: as text, or as JSON (docs/cli.md).
#ifndef NBOTA_CLI_EXPLAIN_H
#define NBOTA_CLI_EXPLAIN_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#include "cli/flow.h"
#include "cli/log_reader.h"

struct explain_options {
    bool json, all;
};

// Both return enum exit_code; stderr says what is wrong. `words` is changed.
int explain_log(FILE *in, const char *name, const struct explain_options *options);
int explain_words(char *words, const struct explain_options *options);

// Prints and releases `object`; returns enum exit_code.
int explain_put_json(json_t *object);

// A log that was read.
struct explanation {
    const char *name; // for people
    const struct flow *flow;
    const struct log_count *count;
};

// The last attempt is drawn, the others get a line each; all of them are drawn with `all`.
void explain_print_log(FILE *out, const struct explanation *explanation, bool all, bool colours);
json_t *explain_log_object(const struct explanation *explanation); // a new reference

// `imei` is "" when it is not known.
void explain_print_code(FILE *out, enum ota_code code, const char *imei);
json_t *explain_code_object(enum ota_code code, const char *imei); // a new reference

// One line of a console, without its time. `attempt` is what flow.h makes of it alone; NULL when it begins none.
void explain_print_line(FILE *out, const char *text, const struct console_row *row,
                        const struct attempt *attempt);
json_t *explain_line_object(const char *text, const struct console_row *row,
                            const struct attempt *attempt); // a new reference

// "failed", "updated", …
const char *explain_outcome(const struct attempt *attempt);
// "done", "not reached", …
const char *explain_mark(enum mark mark);

#endif
