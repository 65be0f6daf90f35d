// SPDX-License-Identifier: Apache-2.0
#include "cli/diagnosis.h"

static void part(struct fmt *out)
{
    if (out->length > 0) {
        fmt_add(out, "; ");
    }
}

static void add_crc(struct fmt *out, const struct attempt *attempt)
{
    if (attempt->crc_errors == 0) {
        return;
    }
    part(out);
    fmt_add(out, "%lu CRC error%s", attempt->crc_errors, attempt->crc_errors == 1 ? "" : "s");
    if (attempt->is_bad_chunk_known) {
        fmt_add(out, ", the last at chunk %lu", attempt->bad_chunk);
    } else {
        fmt_add(out, ", the last at %u%%", attempt->percent);
    }
    fmt_add(out, " (received %08lX, computed %08lX)", (unsigned long)attempt->crc_received,
            (unsigned long)attempt->crc_computed);
    if (attempt->bad_chunk_tries > 1) {
        fmt_add(out, ", %lu times there", attempt->bad_chunk_tries);
    }
}

static void add_stop(struct fmt *out, const struct attempt *attempt)
{
    unsigned long chunk;
    bool is_stopped = attempt->outcome != OUTCOME_UPDATED && attempt->percent < 100 &&
                      attempt->marks[STEP_DOWNLOAD] != MARK_NOT_REACHED;

    if (!is_stopped || !attempt_chunk(attempt, &chunk)) {
        return;
    }
    part(out);
    fmt_add(out, "stopped at chunk %lu", chunk);
    if (attempt->size_bytes > 0) {
        fmt_add(out, " of %lu", attempt_chunks(attempt));
    }
}

static void add_count(struct fmt *out, unsigned long count, const char *one, const char *many)
{
    if (count > 0) {
        part(out);
        fmt_add(out, "%lu %s", count, count == 1 ? one : many);
    }
}

void diagnosis_add_facts(struct fmt *out, const struct attempt *attempt)
{
    add_crc(out, attempt);
    add_stop(out, attempt);
    add_count(out, attempt->retries, "retry of the session", "retries of the session");
    add_count(out, attempt->resets, "reset in between", "resets in between");
    if (attempt->resets > 0 && attempt->reset_cause[0] != '\0') {
        fmt_add(out, " (%s)", attempt->reset_cause);
    }
    add_count(out, attempt->resumes, "resume", "resumes");
    if (attempt->resumes > 0) {
        fmt_add(out, ", the last at chunk %lu", attempt->resume_chunk);
    }
    if (attempt->signal != ATTEMPT_SIGNAL_UNKNOWN && attempt->outcome != OUTCOME_UPDATED) {
        part(out);
        fmt_add(out, "signal strength %u of 31", attempt->signal);
    }
    add_count(out, attempt->faults, "fault of the firmware", "faults of the firmware");
}
