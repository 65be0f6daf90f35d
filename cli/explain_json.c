// SPDX-License-Identifier: Apache-2.0
// The JSON form: what is not known is absent, never null.
#include "cli/diagnosis.h"
#include "cli/explain.h"

static void set(json_t *object, const char *key, const char *text)
{
    if (text[0] != '\0') {
        json_object_set_new(object, key, json_string(text));
    }
}

static void set_number(json_t *object, const char *key, unsigned long number)
{
    json_object_set_new(object, key, json_integer((json_int_t)number));
}

static const char *const mark_names[] = {
    [MARK_NOT_REACHED] = "not_reached",
    [MARK_IMPLIED] = "passed",
    [MARK_BEGUN] = "begun",
    [MARK_DONE] = "done",
    [MARK_SKIPPED] = "skipped",
    [MARK_FAILED] = "failed",
};

static const char *const clock_names[] = {
    [CLOCK_NONE] = "",
    [CLOCK_UPTIME] = "uptime",
    [CLOCK_SECONDS] = "log",
    [CLOCK_DAY] = "day",
};

static json_t *step_object(const struct attempt *attempt, unsigned step)
{
    struct log_time time = attempt->times[step];
    json_t *object = json_pack("{s:i, s:s, s:s}", "step", (int)step + 1, "title", steps[step].title,
                               "mark", mark_names[attempt->marks[step]]);

    if (time.clock != CLOCK_NONE) {
        json_object_set_new(object, "time_ms", json_integer((json_int_t)time.ms));
        set(object, "clock", clock_names[time.clock]);
    }
    return object;
}

static json_t *steps_array(const struct attempt *attempt)
{
    json_t *array = json_array();

    for (unsigned i = 0; i < STEP_COUNT; i++) {
        json_array_append_new(array, step_object(attempt, i));
    }
    return array;
}

static void set_download(json_t *object, const struct attempt *attempt)
{
    unsigned long chunk;

    if (attempt->size_bytes > 0) {
        set_number(object, "fw_size", attempt->size_bytes);
        set_number(object, "chunks", attempt_chunks(attempt));
    }
    if (attempt->requests > 0) {
        set_number(object, "percent", attempt->percent);
    }
    if (attempt->percent < 100 && attempt_chunk(attempt, &chunk)) {
        set_number(object, "chunk", chunk);
    }
    set_number(object, "retries", attempt->retries);
    set_number(object, "resets", attempt->resets);
    set_number(object, "resumes", attempt->resumes);
    if (attempt->resumes > 0) {
        set_number(object, "resume_chunk", attempt->resume_chunk);
    }
}

static void set_crc(json_t *object, const struct attempt *attempt)
{
    set_number(object, "crc_errors", attempt->crc_errors);
    if (attempt->crc_errors == 0) {
        return;
    }
    set_number(object, "crc_received", attempt->crc_received);
    set_number(object, "crc_computed", attempt->crc_computed);
    if (attempt->is_bad_chunk_known) {
        set_number(object, "bad_chunk", attempt->bad_chunk);
    }
}

static void set_code(json_t *object, enum ota_code code)
{
    set_number(object, "code", (unsigned long)code);
    set(object, "description", code_description(code));
    set(object, "action", code_action(code));
}

static const char *const triggers[] = {
    [TRIGGER_UNSEEN] = "",
    [TRIGGER_DOWNLINK] = "downlink",
    [TRIGGER_CONFIG] = "config",
    [TRIGGER_CONSOLE] = "console",
};

static const char *const deliveries[] = {
    [DELIVERY_UNSEEN] = "",
    [DELIVERY_SENT] = "sent",
    [DELIVERY_FAILED] = "failed",
};

static json_t *attempt_object(const struct attempt *attempt)
{
    const struct diagnosis *diagnosis = diagnosis_of(attempt);
    json_t *object = json_pack("{s:s}", "outcome", explain_outcome(attempt));

    set_number(object, "number", attempt->number);
    set_number(object, "first_line", attempt->first_line);
    set_number(object, "last_line", attempt->last_line);
    if (attempt->code != OTA_NONE) {
        set_code(object, attempt->code);
        json_object_set_new(object, "code_printed", json_boolean(attempt->is_code_printed));
    }
    if (attempt->failed != STEP_NONE) {
        set_number(object, "failed_step", (unsigned long)attempt->failed + 1);
    }
    json_object_set_new(object, "steps", steps_array(attempt));
    set(object, "trigger", triggers[attempt->trigger]);
    set(object, "title", attempt->title);
    set(object, "version", attempt->version);
    set(object, "version_before", attempt->before);
    set_download(object, attempt);
    set_crc(object, attempt);
    if (attempt->signal != ATTEMPT_SIGNAL_UNKNOWN) {
        set_number(object, "signal", attempt->signal);
    }
    set(object, "report", deliveries[attempt->report]);
    set(object, "cause", diagnosis->cause);
    set(object, "next", diagnosis->next);
    return object;
}

static json_t *attempts_array(const struct flow *flow)
{
    json_t *array = json_array();

    for (unsigned long number = 1; number <= flow->count; number++) {
        const struct attempt *attempt = flow_attempt(flow, number);
        if (attempt != NULL) {
            json_array_append_new(array, attempt_object(attempt));
        }
    }
    return array;
}

static json_t *reports_array(const struct flow *flow)
{
    json_t *array = json_array();
    unsigned long kept = flow->report_count < FLOW_KEPT ? flow->report_count : FLOW_KEPT;

    for (unsigned long i = flow->report_count - kept; i < flow->report_count; i++) {
        const struct flow_report *report = &flow->reports[i % FLOW_KEPT];
        json_t *object = json_object();
        set_number(object, "line", report->line);
        set_code(object, report->code);
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *lines_object(const struct log_count *count)
{
    json_t *object = json_object();

    set_number(object, "total", count->lines);
    set_number(object, "read", count->read);
    set_number(object, "damaged", count->damaged);
    set_number(object, "foreign", count->foreign);
    if (count->first_damaged > 0) {
        set_number(object, "first_damaged", count->first_damaged);
    }
    if (count->first_foreign > 0) {
        set_number(object, "first_foreign", count->first_foreign);
    }
    return object;
}

json_t *explain_log_object(const struct explanation *explanation)
{
    const struct flow *flow = explanation->flow;
    json_t *object = json_object();

    set_number(object, "attempt_count", flow->count);
    set_number(object, "updated", flow->updated);
    set_number(object, "failed", flow->failed);
    json_object_set_new(object, "attempts", attempts_array(flow));
    set_number(object, "report_count", flow->report_count);
    json_object_set_new(object, "reports", reports_array(flow));
    json_object_set_new(object, "lines", lines_object(explanation->count));
    return object;
}

json_t *explain_line_object(const char *text, const struct console_row *row,
                            const struct attempt *attempt)
{
    enum ota_code code = attempt != NULL ? attempt_infer_code(attempt) : OTA_NONE;
    json_t *object = json_object();

    set(object, "line", text);
    if (row->step == STEP_NONE) {
        return object;
    }
    set_number(object, "step", (unsigned long)row->step + 1);
    set(object, "title", steps[row->step].title);
    if (row->trouble != TROUBLE_NONE && attempt != NULL) {
        set(object, "cause", diagnosis_of_trouble(attempt)->cause);
        set(object, "next", diagnosis_of_trouble(attempt)->next);
        if (code != OTA_NONE) {
            set_code(object, code);
        }
    }
    return object;
}

json_t *explain_code_object(enum ota_code code, const char *imei)
{
    const struct diagnosis *diagnosis = diagnosis_of_code(code);
    json_t *object = json_object();

    set_code(object, code);
    set_number(object, "step", code_step(code));
    set(object, "title", steps[code_step(code) - 1].title);
    set(object, "message", code_text(code));
    set(object, "shipped_message", code_shipped_text(code));
    set(object, "cause", diagnosis->cause);
    set(object, "next", diagnosis->next);
    set(object, "imei", imei);
    return object;
}
