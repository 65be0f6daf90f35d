// SPDX-License-Identifier: Apache-2.0
#include "cli/attempt.h"

#include <stddef.h>
#include <string.h>

void attempt_begin(struct attempt *self, unsigned long number, unsigned long line)
{
    memset(self, 0, sizeof *self);
    self->number = number;
    self->first_line = line;
    self->last_line = line;
    self->failed = STEP_NONE;
    self->signal = ATTEMPT_SIGNAL_UNKNOWN;
}

static void pass(enum mark *mark)
{
    if (*mark == MARK_NOT_REACHED) {
        *mark = MARK_IMPLIED;
    } else if (*mark == MARK_BEGUN) {
        *mark = MARK_DONE;
    }
}

static bool is_behind(const struct attempt *self, enum step step)
{
    return self->marks[step] == MARK_DONE || self->marks[step] == MARK_SKIPPED;
}

void attempt_reach(struct attempt *self, enum step step, enum mark mark, struct log_time time)
{
    for (unsigned i = 0; i < (unsigned)step; i++) {
        // Chunks are written while others are still being fetched.
        if (i != STEP_DOWNLOAD || step != STEP_WRITING) {
            pass(&self->marks[i]);
        }
    }
    if (self->times[step].clock == CLOCK_NONE) {
        self->times[step] = time;
    }
    // A later session passes the same steps once more.
    if (!is_behind(self, step) || mark == MARK_DONE) {
        self->marks[step] = mark;
    }
    self->expected = mark == MARK_DONE && step + 1 < STEP_COUNT ? (enum step)(step + 1) : step;
    self->trouble = TROUBLE_NONE;
}

// ---- which step has failed ----

static bool was_begun(const struct attempt *self, enum step step)
{
    return self->marks[step] != MARK_NOT_REACHED;
}

static enum step flash_step(const struct attempt *self)
{
    if (self->trouble == TROUBLE_NO_BACKUP) {
        return STEP_ACTIVATION;
    }
    if (self->trouble == TROUBLE_NO_FLASH || !was_begun(self, STEP_STORAGE)) {
        return STEP_HARDWARE;
    }
    if (was_begun(self, STEP_COMPLETION)) {
        return STEP_ACTIVATION;
    }
    return was_begun(self, STEP_DOWNLOAD) ? STEP_WRITING : STEP_STORAGE;
}

static enum step checksum_step(const struct attempt *self)
{
    bool is_whole = self->percent == 100 && !was_begun(self, STEP_COMPLETION);

    if (self->trouble == TROUBLE_REFUSED && is_whole) { // refused before it was ordered
        return STEP_COMPLETION;
    }
    if (self->trouble == TROUBLE_REFUSED || was_begun(self, STEP_COMPLETION)) {
        return STEP_ACTIVATION;
    }
    return self->trouble != TROUBLE_CRC && self->percent == 100 ? STEP_COMPLETION : STEP_DOWNLOAD;
}

// Where the session that gave up stood.
static enum step session_step(const struct attempt *self)
{
    if (self->trouble == TROUBLE_SETTINGS || !was_begun(self, STEP_HARDWARE)) {
        return STEP_CONNECT;
    }
    if (self->expected >= STEP_WAKE && self->expected <= STEP_WRITING) {
        return self->expected >= STEP_STORAGE ? STEP_DOWNLOAD : self->expected;
    }
    return was_begun(self, STEP_WAKE) ? STEP_DOWNLOAD : STEP_WAKE;
}

static enum step failed_step(const struct attempt *self, enum ota_code code)
{
    switch (code) {
    case OTA_HARDWARE:
        return flash_step(self);
    case OTA_CHECKSUM:
        return checksum_step(self);
    case OTA_TIMEOUT:
        return session_step(self);
    case OTA_NO_TITLE: // an answer without title, or NOT_FOUND instead of a chunk
        return was_begun(self, STEP_DOWNLOAD) ? STEP_DOWNLOAD : STEP_VERSION;
    case OTA_NONE:
    case OTA_TITLE:
    case OTA_FORMAT:
    case OTA_VERSION:
    case OTA_ROLLED_BACK:
    case OTA_SUCCESS:
    default:
        return (enum step)(code_step(code) - 1);
    }
}

void attempt_fail(struct attempt *self, enum ota_code code, struct log_time time)
{
    enum step step = failed_step(self, code);

    self->outcome = OUTCOME_FAILED;
    self->code = code;
    self->failed = step;
    // The link may break in a step that had gone well before: what came later has stopped half-way then.
    for (unsigned i = 0; i < (unsigned)step; i++) {
        bool is_beside = i == STEP_DOWNLOAD && step == STEP_WRITING;
        bool is_before = i == STEP_WAKE && self->trouble == TROUBLE_SETTINGS; // nbota looks first
        if (!is_beside && !is_before) {
            pass(&self->marks[i]);
        }
    }
    self->marks[step] = MARK_FAILED;
    self->times[step] = time;
}

static const struct {
    enum trouble trouble;
    enum ota_code code;
} inferences[] = {
    {TROUBLE_NO_FLASH, OTA_HARDWARE}, {TROUBLE_SETTINGS, OTA_TIMEOUT},
    {TROUBLE_OPEN, OTA_TIMEOUT},      {TROUBLE_CONNECT, OTA_TIMEOUT},
    {TROUBLE_LINK, OTA_TIMEOUT},      {TROUBLE_REQUEST, OTA_NO_TITLE},
    {TROUBLE_OTHER_TITLE, OTA_TITLE}, {TROUBLE_SAME_VERSION, OTA_VERSION},
    {TROUBLE_CRC, OTA_CHECKSUM},      {TROUBLE_REFUSED, OTA_CHECKSUM},
    {TROUBLE_MALFORMED, OTA_FORMAT},
};

enum ota_code attempt_infer_code(const struct attempt *self)
{
    for (size_t i = 0; i < sizeof inferences / sizeof inferences[0]; i++) {
        if (inferences[i].trouble == self->trouble) {
            return inferences[i].code;
        }
    }
    // A session that closes in silence has waited for an answer.
    bool waited = self->has_check && self->expected >= STEP_WAKE && self->expected <= STEP_WRITING;
    return waited ? OTA_TIMEOUT : OTA_NONE;
}

// ---- chunks ----

unsigned long attempt_chunks(const struct attempt *self)
{
    return (self->size_bytes + ATTEMPT_CHUNK_SIZE - 1UL) / ATTEMPT_CHUNK_SIZE;
}

bool attempt_chunk(const struct attempt *self, unsigned long *index)
{
    if (!self->is_chunk_known || self->requests == 0) {
        return false;
    }
    *index = self->first_chunk + self->requests - 1;
    return true;
}
