// SPDX-License-Identifier: Apache-2.0
// Which function takes which kind of line; and what the data session after an attempt tells of its report.
#include <stdlib.h>
#include <string.h>

#include "cli/flow_parts.h"
#include "cli/printable.h"

void flow_copy_text(char out[ATTEMPT_TEXT_SIZE], const char *text)
{
    size_t size = strnlen(text, ATTEMPT_TEXT_SIZE - 1);

    while (size > 0 && text[size - 1] == ' ') {
        size--;
    }
    memcpy(out, text, size);
    out[size] = '\0';
    printable_make(out);
}

void flow_reach(struct attempt *attempt, enum mark mark, const struct flow_line *line)
{
    attempt_reach(attempt, line->row->step, mark, line->time);
    attempt->last_line = line->number;
}

static void deliver(struct flow *self, enum delivery report)
{
    struct attempt *attempt = flow_last_attempt(self);
    bool is_due = attempt != NULL && !self->is_open &&
                  (attempt->outcome == OUTCOME_FAILED || attempt->outcome == OUTCOME_UPDATED);

    if (is_due && attempt->report != DELIVERY_SENT) {
        attempt->report = report;
    }
}

static void take_sent(struct flow *self, const struct flow_line *line)
{
    (void)line;
    deliver(self, DELIVERY_SENT);
}

static void take_not_sent(struct flow *self, const struct flow_line *line)
{
    (void)line;
    deliver(self, DELIVERY_FAILED);
}

static void take_signal(struct flow *self, const struct flow_line *line)
{
    unsigned long signal = strtoul(line->rest, NULL, 10);

    struct attempt *attempt = flow_open_attempt(self);

    self->signal = signal <= 31 ? (unsigned)signal : ATTEMPT_SIGNAL_UNKNOWN;
    if (attempt != NULL) {
        attempt->signal = self->signal;
    }
}

static void take_other(struct flow *self, const struct flow_line *line)
{
    (void)self;
    (void)line;
}

static flow_taker *const takers[] = {
    [LINE_DOWNLINK] = take_downlink,   [LINE_UPGRADE] = take_upgrade,
    [LINE_BUSY] = take_busy,           [LINE_CHECK] = take_check,
    [LINE_BEGUN] = take_begun,         [LINE_DONE] = take_done,
    [LINE_ACCEPTED] = take_done,       [LINE_TITLE] = take_title,
    [LINE_VERSION] = take_version,     [LINE_SIZE] = take_size,
    [LINE_ERASE] = take_erase,         [LINE_RESUME] = take_resume,
    [LINE_PERCENT] = take_percent,     [LINE_CRC] = take_crc,
    [LINE_TROUBLE] = take_trouble,     [LINE_RETRY] = take_retry,
    [LINE_COMPLETED] = take_completed, [LINE_CODE] = take_code,
    [LINE_CLOSED] = take_closed,       [LINE_BOOT] = take_boot,
    [LINE_INSTALL] = take_install,     [LINE_BANNER] = take_banner,
    [LINE_IMAGE] = take_image,         [LINE_RESET] = take_reset,
    [LINE_UPDATED] = take_updated,     [LINE_ROLLED_BACK] = take_rolled_back,
    [LINE_FAULT] = take_fault,         [LINE_SENT] = take_sent,
    [LINE_NOT_SENT] = take_not_sent,   [LINE_SIGNAL] = take_signal,
    [LINE_OTHER] = take_other,
};

void flow_take_row(struct flow *self, const struct flow_line *line)
{
    takers[line->row->kind](self, line);
}
