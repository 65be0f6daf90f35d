// SPDX-License-Identifier: Apache-2.0
#include "cli/explain.h"

#include <string.h>

#include "cli/diagnosis.h"

static const char *const marks[] = {
    [MARK_NOT_REACHED] = "not reached", [MARK_IMPLIED] = "passed, not in the log",
    [MARK_BEGUN] = "begun, no end",     [MARK_DONE] = "done",
    [MARK_SKIPPED] = "not needed",      [MARK_FAILED] = "FAILED",
};

const char *explain_mark(enum mark mark)
{
    return marks[mark];
}

static const char *const outcomes[] = {
    [OUTCOME_OPEN] = "unfinished", [OUTCOME_INTERRUPTED] = "interrupted",
    [OUTCOME_FAILED] = "failed",   [OUTCOME_DOWNLOADED] = "downloaded",
    [OUTCOME_UPDATED] = "updated",
};

const char *explain_outcome(const struct attempt *attempt)
{
    return outcomes[attempt->outcome];
}

// ---- one attempt ----

static const char *colour(enum mark mark, bool colours)
{
    if (!colours) {
        return "";
    }
    switch (mark) {
    case MARK_DONE:
    case MARK_SKIPPED:
    case MARK_IMPLIED:
        return "\033[32m";
    case MARK_FAILED:
        return "\033[31m";
    case MARK_NOT_REACHED:
    case MARK_BEGUN:
    default:
        return "";
    }
}

static void print_head(FILE *out, const struct attempt *attempt)
{
    fprintf(out, "attempt %lu, lines %lu..%lu: %s", attempt->number, attempt->first_line,
            attempt->last_line, explain_outcome(attempt));
    if (attempt->outcome == OUTCOME_FAILED) {
        fprintf(out, " in step %u, %s: code %d, %s", (unsigned)attempt->failed + 1,
                steps[attempt->failed].title, (int)attempt->code, code_description(attempt->code));
    }
    fputc('\n', out);
}

static void print_step(FILE *out, const struct attempt *attempt, unsigned step, bool colours)
{
    enum mark mark = attempt->marks[step];
    char time[LOG_TIME_SIZE];

    log_time_format(attempt->times[step], time);
    fprintf(out, "  %2u  %-22s %s%s%s", step + 1, steps[step].title, colour(mark, colours),
            explain_mark(mark), colours ? "\033[0m" : "");
    if (time[0] != '\0') {
        fprintf(out, "%*s", (int)(36 - strlen(explain_mark(mark))), time);
    }
    if (step == STEP_DOWNLOAD && mark != MARK_NOT_REACHED && attempt->requests > 0) {
        fprintf(out, "  %u %%", attempt->percent);
    }
    fputc('\n', out);
}

static void print_steps(FILE *out, const struct attempt *attempt, bool colours)
{
    bool is_uptime = false;

    for (unsigned i = 0; i < STEP_COUNT; i++) {
        print_step(out, attempt, i, colours);
        is_uptime = is_uptime || attempt->times[i].clock == CLOCK_UPTIME;
    }
    if (is_uptime) {
        fprintf(out, "      (the node's time, from its last reset on)\n");
    }
}

static void print_pair(FILE *out, const char *name, const char *text)
{
    if (text[0] != '\0') {
        fprintf(out, "  %-9s %s\n", name, text);
    }
}

static void print_firmware(FILE *out, const struct attempt *attempt)
{
    if (attempt->title[0] == '\0' && attempt->version[0] == '\0') {
        return;
    }
    fprintf(out, "  %-9s %s %s", "offered", attempt->title, attempt->version);
    if (attempt->size_bytes > 0) {
        fprintf(out, ", %lu bytes in %lu chunks", (unsigned long)attempt->size_bytes,
                attempt_chunks(attempt));
    }
    fputc('\n', out);
}

static const char *const deliveries[] = {
    [DELIVERY_UNSEEN] = "",
    [DELIVERY_SENT] = "sent to the data server",
    [DELIVERY_FAILED] = "not sent yet: the data session after it failed",
};

static void print_code(FILE *out, enum ota_code code, bool is_printed)
{
    fprintf(out, "  %-9s %d, %s%s\n", "code", (int)code, code_description(code),
            is_printed ? "" : " (by its traces; the log does not print one)");
    print_pair(out, "action", code_action(code));
}

static void print_attempt(FILE *out, const struct attempt *attempt, bool colours)
{
    const struct diagnosis *diagnosis = diagnosis_of(attempt);
    char facts[400];
    struct fmt facts_out;

    fmt_init(&facts_out, facts, sizeof facts);
    diagnosis_add_facts(&facts_out, attempt);
    fputc('\n', out);
    print_head(out, attempt);
    print_steps(out, attempt, colours);
    fputc('\n', out);
    print_firmware(out, attempt);
    print_pair(out, "cause", diagnosis->cause);
    print_pair(out, "seen", facts);
    if (attempt->code != OTA_NONE) {
        print_code(out, attempt->code, attempt->is_code_printed);
    }
    print_pair(out, "report", deliveries[attempt->report]);
    print_pair(out, "next", diagnosis->next);
}

// ---- a log ----

static const char *plural(unsigned long count)
{
    return count == 1 ? "" : "s";
}

static void print_summary(FILE *out, const struct explanation *self)
{
    const struct flow *flow = self->flow;

    fprintf(out, "%s: %lu line%s, %lu attempt%s", self->name, self->count->lines,
            plural(self->count->lines), flow->count, plural(flow->count));
    if (flow->count > 0) {
        fprintf(out, " (%lu updated, %lu failed)", flow->updated, flow->failed);
    }
    if (flow->report_count > 0) {
        fprintf(out, ", %lu report%s", flow->report_count, plural(flow->report_count));
    }
    fputc('\n', out);
}

static void print_unread(FILE *out, const struct log_count *count)
{
    if (count->damaged > 0) {
        fprintf(out, "not read: %lu damaged line%s, the first is line %lu\n", count->damaged,
                plural(count->damaged), count->first_damaged);
    }
    if (count->foreign > 0) {
        fprintf(out, "not read: %lu line%s of something else, the first is line %lu: '%s'\n",
                count->foreign, plural(count->foreign), count->first_foreign, count->foreign_text);
    }
}

static unsigned long first_kept(unsigned long count)
{
    return count > FLOW_KEPT ? count - FLOW_KEPT + 1 : 1;
}

static void print_attempts(FILE *out, const struct flow *flow, bool all, bool colours)
{
    unsigned long first = first_kept(flow->count);

    if (first > 1) {
        fprintf(out, "the first %lu attempts are only counted\n", first - 1);
    }
    for (unsigned long number = first; number <= flow->count; number++) {
        const struct attempt *attempt = flow_attempt(flow, number);
        if (all || number == flow->count) {
            print_attempt(out, attempt, colours);
        } else {
            print_head(out, attempt);
        }
    }
}

static void print_reports(FILE *out, const struct flow *flow)
{
    for (unsigned long i = first_kept(flow->report_count); i <= flow->report_count; i++) {
        const struct flow_report *report = &flow->reports[(i - 1) % FLOW_KEPT];
        fprintf(out, "line %lu: message of code %d, %s\n", report->line, (int)report->code,
                code_description(report->code));
    }
    if (flow->report_count > 0 && flow->count == 0) {
        fputc('\n', out);
        explain_print_code(out, flow->reports[(flow->report_count - 1) % FLOW_KEPT].code, "");
    }
}

void explain_print_log(FILE *out, const struct explanation *explanation, bool all, bool colours)
{
    print_summary(out, explanation);
    print_attempts(out, explanation->flow, all, colours);
    if (explanation->flow->report_count > 0) {
        fputc('\n', out);
        print_reports(out, explanation->flow);
    }
    if (explanation->count->damaged + explanation->count->foreign > 0) {
        fputc('\n', out);
        print_unread(out, explanation->count);
    }
}

// ---- a code ----

void explain_print_code(FILE *out, enum ota_code code, const char *imei)
{
    const struct diagnosis *diagnosis = diagnosis_of_code(code);
    const char *shipped = code_shipped_text(code);

    fprintf(out, "code %d: %s\n", (int)code, code_description(code));
    print_pair(out, "from", imei);
    fprintf(out, "  %-9s %u, %s\n", "step", code_step(code), steps[code_step(code) - 1].title);
    fprintf(out, "  %-9s '%s' (nbota nodes), '%s' (shipped nodes)\n", "message", code_text(code),
            shipped);
    print_pair(out, "cause", diagnosis->cause);
    print_pair(out, "action", code_action(code));
    print_pair(out, "next", diagnosis->next);
}

// ---- a line ----

void explain_print_line(FILE *out, const char *text, const struct console_row *row,
                        const struct attempt *attempt)
{
    enum ota_code code = attempt != NULL ? attempt_infer_code(attempt) : OTA_NONE;

    fprintf(out, "'%s'\n", text);
    if (row->step == STEP_NONE) {
        print_pair(out, "step", "none: it is printed outside of an update");
        return;
    }
    fprintf(out, "  %-9s %u, %s\n", "step", (unsigned)row->step + 1, steps[row->step].title);
    if (row->trouble == TROUBLE_NONE || attempt == NULL) {
        return;
    }
    print_pair(out, "cause", diagnosis_of_trouble(attempt)->cause);
    if (code != OTA_NONE) {
        fprintf(out, "  %-9s %d, %s: if trying again does not help\n", "code", (int)code,
                code_description(code));
        print_pair(out, "action", code_action(code));
    }
    print_pair(out, "next", diagnosis_of_trouble(attempt)->next);
}
