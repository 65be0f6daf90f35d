// SPDX-License-Identifier: Apache-2.0
// Finds the attempts in the lines of a log. Fed line by line, it keeps the last few attempts and counts the others, so a
// log may have any length.
#ifndef NBOTA_CLI_FLOW_H
#define NBOTA_CLI_FLOW_H

#include "cli/attempt.h"

enum { FLOW_KEPT = 16 }; // attempts, and reports, that are remembered

// A message of a node at the data server (vendor 8.2) that stands in the log.
struct flow_report {
    enum ota_code code;
    unsigned long line;
};

struct flow {
    struct attempt attempts[FLOW_KEPT]; // number n is attempts[(n - 1) % FLOW_KEPT]
    unsigned long count;                // of attempts
    unsigned long updated, failed;      // of them
    bool is_open;                       // the last one goes on
    struct flow_report reports[FLOW_KEPT];
    unsigned long report_count;
    char running[ATTEMPT_TEXT_SIZE]; // the last Image Version; "" when not in the log
    unsigned signal;                 // the last Signal Strength, as in an attempt
};

void flow_begin(struct flow *self);

// Takes the line number `line`, without its time. False when it is none of a node's.
bool flow_take(struct flow *self, const char *text, struct log_time time, unsigned long line);

// A report message on line number `line`.
void flow_take_report(struct flow *self, enum ota_code code, unsigned long line);

// The log ends.
void flow_end(struct flow *self);

// The attempt with that number, 1..count; NULL when it is not kept any more.
const struct attempt *flow_attempt(const struct flow *self, unsigned long number);

#endif
