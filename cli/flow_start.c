// SPDX-License-Identifier: Apache-2.0
// What a start of the node tells of the attempt before it: interrupted, installed, refused, updated.
#include <string.h>

#include "cli/flow_parts.h"

void take_boot(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = flow_open_attempt(self);

    if (attempt == NULL) {
        return;
    }
    if (attempt->outcome == OUTCOME_DOWNLOADED) {
        flow_reach(attempt, MARK_BEGUN, line);
    } else if (attempt->outcome == OUTCOME_FAILED) {
        flow_close_attempt(self, line);
    } else if (attempt->has_check || attempt->marks[STEP_VERSION] != MARK_NOT_REACHED) {
        attempt->resets += attempt->outcome != OUTCOME_INTERRUPTED;
        attempt->outcome = OUTCOME_INTERRUPTED;
    }
}

// A boot loader's line comes before it, if the log has it.
void take_banner(struct flow *self, const struct flow_line *line)
{
    const struct attempt *attempt = flow_open_attempt(self);

    if (attempt != NULL && attempt->marks[STEP_ACTIVATION] == MARK_NOT_REACHED) {
        take_boot(self, line);
    }
}

void take_install(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = flow_open_attempt(self);

    if (attempt == NULL) {
        attempt = flow_begin_attempt(self, line);
        attempt->outcome = OUTCOME_DOWNLOADED;
    }
    flow_reach(attempt, MARK_BEGUN, line);
    attempt->trouble = line->row->trouble;
    attempt->was_installed = line->row->trouble == TROUBLE_NONE;
}

static void succeed(struct flow *self, struct attempt *attempt, const struct flow_line *line)
{
    flow_reach(attempt, MARK_DONE, line);
    attempt->outcome = OUTCOME_UPDATED;
    attempt->code = OTA_SUCCESS;
    flow_close_attempt(self, line);
}

void take_image(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = flow_open_attempt(self);
    char before[ATTEMPT_TEXT_SIZE];

    memcpy(before, self->running, sizeof before);
    flow_copy_text(self->running, line->rest);
    if (attempt == NULL || attempt->outcome != OUTCOME_DOWNLOADED) {
        return;
    }
    memcpy(attempt->running, self->running, sizeof attempt->running);
    bool is_new = attempt->version[0] != '\0' && strcmp(attempt->version, self->running) == 0;
    bool is_old = before[0] != '\0' && strcmp(before, self->running) == 0;
    if (is_new || (before[0] != '\0' && !is_old)) {
        succeed(self, attempt, line);
    } else if (is_old && attempt->trouble == TROUBLE_NONE) {
        attempt->trouble = TROUBLE_OLD_VERSION;
    }
}

void take_reset(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = flow_open_attempt(self);

    if (attempt != NULL && attempt->outcome == OUTCOME_INTERRUPTED) {
        flow_copy_text(attempt->reset_cause, line->rest);
    }
}

// ", Firmware Title: s31-nb Ver: v1.1.0"
static void copy_target(struct attempt *attempt, const char *rest)
{
    static const char title_mark[] = "Firmware Title: ";
    static const char version_mark[] = " Ver: ";
    const char *title = strstr(rest, title_mark);
    const char *version = title != NULL ? strstr(title, version_mark) : NULL;

    if (version == NULL || attempt->title[0] != '\0') {
        return;
    }
    title += sizeof title_mark - 1;
    flow_copy_text(attempt->title, title);
    size_t size = (size_t)(version - title);
    attempt->title[size < ATTEMPT_TEXT_SIZE ? size : ATTEMPT_TEXT_SIZE - 1] = '\0';
    flow_copy_text(attempt->version, version + sizeof version_mark - 1);
}

void take_updated(struct flow *self, const struct flow_line *line)
{
    struct attempt *last = flow_last_attempt(self);

    if (last != NULL && last->outcome == OUTCOME_UPDATED && !last->is_code_printed) {
        last->is_code_printed = true;
        last->last_line = line->number;
        return;
    }
    struct attempt *attempt = flow_open_attempt(self);
    if (attempt == NULL) {
        attempt = flow_begin_attempt(self, line);
    }
    copy_target(attempt, line->rest);
    attempt->is_code_printed = true;
    succeed(self, attempt, line);
}

void take_rolled_back(struct flow *self, const struct flow_line *line)
{
    if (flow_open_attempt(self) == NULL) {
        flow_begin_attempt(self, line);
    }
    struct attempt *attempt = flow_open_attempt(self);
    copy_target(attempt, line->rest);
    attempt->is_code_printed = true;
    flow_fail_attempt(self, OTA_ROLLED_BACK, line);
    flow_close_attempt(self, line);
}

void take_fault(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = flow_last_attempt(self);

    (void)line;
    if (attempt != NULL) {
        attempt->faults++;
    }
}
