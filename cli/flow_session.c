// SPDX-License-Identifier: Apache-2.0
// What an attempt does between its start and its reset, and how it ends there.
#include <stdlib.h>
#include <string.h>

#include "cli/flow_parts.h"

// Once an image was ordered a node tells the OTA server, after the reset, what came of it. That short session is no
// attempt, although it begins like one; it ends before the version's check.
static bool may_be_announcement(struct flow *self)
{
    const struct attempt *last = flow_last_attempt(self);

    return last != NULL && (last->outcome == OUTCOME_UPDATED || last->failed == STEP_ACTIVATION);
}

// The attempt that a line of the session belongs to. A log may begin in the middle of one.
static struct attempt *attempt_of(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = flow_open_attempt(self);
    bool is_proof = line->row->step >= STEP_STORAGE || line->row->kind == LINE_ACCEPTED ||
                    line->row->kind == LINE_CHECK;

    if (attempt != NULL && attempt->outcome == OUTCOME_DOWNLOADED && is_proof &&
        line->row->kind != LINE_COMPLETED) {
        attempt = NULL; // the log has lost its end
    }
    if (attempt == NULL && (is_proof || !may_be_announcement(self))) {
        attempt = flow_begin_attempt(self, line);
    }
    return attempt;
}

void take_begun(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = attempt_of(self, line);

    if (attempt != NULL) {
        flow_reach(attempt, MARK_BEGUN, line);
    }
}

void take_done(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = attempt_of(self, line);

    if (attempt != NULL) {
        flow_reach(attempt, MARK_DONE, line);
    }
}

void take_trouble(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = attempt_of(self, line);

    if (attempt != NULL) {
        attempt->trouble = line->row->trouble;
        attempt->last_line = line->number;
        if (attempt->expected < line->row->step && attempt->trouble != TROUBLE_SETTINGS) {
            attempt->expected = line->row->step;
        }
    }
}

void take_title(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = flow_open_attempt(self);

    if (attempt != NULL) {
        flow_copy_text(attempt->title, line->rest);
    }
}

void take_version(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = flow_open_attempt(self);

    if (attempt != NULL) {
        flow_copy_text(attempt->version, line->rest);
    }
}

void take_size(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = flow_open_attempt(self);

    if (attempt != NULL) {
        attempt->size_bytes = (uint32_t)strtoul(line->rest, NULL, 10);
    }
}

void take_erase(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = attempt_of(self, line);

    flow_reach(attempt, MARK_BEGUN, line);
    attempt->is_chunk_known = true; // the first percentage behind it is chunk 0
    attempt->first_chunk = 0;
    attempt->requests = 0;
}

void take_resume(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = attempt_of(self, line);

    flow_reach(attempt, MARK_BEGUN, line);
    if (attempt->marks[STEP_STORAGE] == MARK_IMPLIED) {
        attempt->marks[STEP_STORAGE] = MARK_SKIPPED;
    }
    attempt->resumes++;
    attempt->resume_chunk = strtoul(line->rest, NULL, 10);
    attempt->is_chunk_known = true;
    attempt->first_chunk = attempt->resume_chunk;
    attempt->requests = 0;
}

void take_percent(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = attempt_of(self, line);
    unsigned long percent = strtoul(line->rest, NULL, 10);
    bool is_second = attempt->marks[STEP_DOWNLOAD] == MARK_BEGUN && attempt->requests > 0;

    attempt->percent = percent <= 100 ? (unsigned)percent : 100;
    attempt->requests++;
    flow_reach(attempt, MARK_BEGUN, line);
    if (is_second ||
        percent > 0) { // it is printed when a chunk is asked for, so the one before is written
        attempt_reach(attempt, STEP_WRITING, MARK_BEGUN, line->time);
    }
    if (percent >= 100) {
        attempt->marks[STEP_DOWNLOAD] = MARK_DONE;
        attempt->marks[STEP_WRITING] = MARK_DONE;
        attempt->expected = STEP_COMPLETION;
    }
}

void take_crc(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = attempt_of(self, line);
    unsigned long chunk = 0;
    bool known = attempt_chunk(attempt, &chunk);
    bool same = known && attempt->is_bad_chunk_known && attempt->bad_chunk == chunk;
    char *end;

    flow_reach(attempt, MARK_BEGUN, line);
    attempt->trouble = TROUBLE_CRC;
    attempt->crc_errors++;
    attempt->bad_chunk_tries = same ? attempt->bad_chunk_tries + 1 : 1;
    attempt->is_bad_chunk_known = known;
    attempt->bad_chunk = chunk;
    attempt->crc_received = (uint32_t)strtoul(line->rest, &end, 16);
    attempt->crc_computed = (uint32_t)strtoul(end, NULL, 16);
}

void take_retry(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = flow_open_attempt(self);

    if (attempt != NULL) {
        attempt->retries++;
        attempt->expected = STEP_WAKE;
        attempt->last_line = line->number;
    }
}

void take_completed(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = attempt_of(self, line);

    flow_reach(attempt, MARK_DONE, line);
    attempt->percent = 100;
    attempt->outcome = OUTCOME_DOWNLOADED;
}

// ---- the end ----

void take_code(struct flow *self, const struct flow_line *line)
{
    unsigned long number = strtoul(line->rest, NULL, 10);
    struct attempt *attempt = flow_open_attempt(self);
    struct attempt *last = flow_last_attempt(self);

    if (!code_is_known(number)) {
        return;
    }
    if (attempt == NULL && number == OTA_FORMAT && last != NULL && last->code == OTA_FORMAT &&
        !last->is_code_printed) {
        last->is_code_printed = true; // of the downlink in the line before
        last->last_line = line->number;
        return;
    }
    if (attempt == NULL || number == OTA_FORMAT) {
        attempt = flow_begin_attempt(self, line);
    }
    flow_fail_attempt(self, (enum ota_code)number, line);
    attempt->is_code_printed = true;
    attempt->last_line = line->number;
    if (number == OTA_FORMAT || attempt->failed == STEP_ACTIVATION) {
        flow_close_attempt(self, line);
    }
}

void take_closed(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = flow_open_attempt(self);

    if (attempt == NULL || attempt->outcome == OUTCOME_DOWNLOADED) {
        return; // the reset follows
    }
    enum ota_code code = attempt_infer_code(attempt);
    if (attempt->outcome == OUTCOME_OPEN && code != OTA_NONE) {
        flow_fail_attempt(self, code, line);
    }
    flow_close_attempt(self, line);
}
