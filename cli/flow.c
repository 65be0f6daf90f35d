// SPDX-License-Identifier: Apache-2.0
#include "cli/flow_parts.h"

#include <stddef.h>
#include <string.h>

void flow_begin(struct flow *self)
{
    memset(self, 0, sizeof *self);
    self->signal = ATTEMPT_SIGNAL_UNKNOWN;
}

struct attempt *flow_last_attempt(struct flow *self)
{
    return self->count > 0 ? &self->attempts[(self->count - 1) % FLOW_KEPT] : NULL;
}

struct attempt *flow_open_attempt(struct flow *self)
{
    return self->is_open ? flow_last_attempt(self) : NULL;
}

// What an attempt has come to when nothing more of it will be read.
static void settle(struct flow *self, struct attempt *attempt)
{
    self->is_open = false;
    self->updated += attempt->outcome == OUTCOME_UPDATED;
    self->failed += attempt->outcome == OUTCOME_FAILED;
}

struct attempt *flow_begin_attempt(struct flow *self, const struct flow_line *line)
{
    struct attempt *before = flow_open_attempt(self);

    if (before != NULL) {
        settle(self, before);
    }
    self->count++;
    self->is_open = true;
    struct attempt *attempt = flow_last_attempt(self);
    attempt_begin(attempt, self->count, line->number);
    memcpy(attempt->before, self->running, sizeof attempt->before);
    attempt->signal = self->signal;
    return attempt;
}

void flow_close_attempt(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = flow_open_attempt(self);

    if (attempt != NULL) {
        attempt->last_line = line->number;
        settle(self, attempt);
    }
}

void flow_fail_attempt(struct flow *self, enum ota_code code, const struct flow_line *line)
{
    attempt_fail(flow_open_attempt(self), code, line->time);
}

bool flow_take(struct flow *self, const char *text, struct log_time time, unsigned long line)
{
    struct flow_line taken = {.time = time, .number = line};

    taken.row = console_line_find(text, &taken.rest);
    if (taken.row == NULL) {
        return false;
    }
    flow_take_row(self, &taken);
    return true;
}

void flow_take_report(struct flow *self, enum ota_code code, unsigned long line)
{
    self->reports[self->report_count % FLOW_KEPT] = (struct flow_report){code, line};
    self->report_count++;
}

void flow_end(struct flow *self)
{
    struct attempt *attempt = flow_open_attempt(self);

    if (attempt != NULL) {
        settle(self, attempt);
    }
}

const struct attempt *flow_attempt(const struct flow *self, unsigned long number)
{
    bool kept = number > 0 && number <= self->count && self->count - number < FLOW_KEPT;

    return kept ? &self->attempts[(number - 1) % FLOW_KEPT] : NULL;
}
