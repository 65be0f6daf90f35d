// SPDX-License-Identifier: Apache-2.0
// What a person sees meanwhile: a line for each case, a sign that it waits, the sum.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/accept.h"
#include "vnode/run/pace.h"

enum { SIGN_AFTER_MS = 1000, SIGN_EVERY_MS = 500, SIGN_TEXT = 50, NS_PER_MS = 1000000 };
#define WIPE_LINE "\r\033[K"

static const struct {
    const char *mark;
    const char *word;
} verdicts[VERDICTS] = {
    [VERDICT_PASSED] = {"ok", "passed"},
    [VERDICT_FAILED] = {"FAILED", "failed"},
    [VERDICT_LEFT_OUT] = {"-", "left out"},
    [VERDICT_BY_EYE] = {"by eye", "by eye"},
};

const char *accept_verdict_word(enum accept_verdict verdict)
{
    return verdicts[verdict].word;
}

// ---- the table ----

void accept_print_head(const struct accept *self)
{
    if (!self->is_quiet) {
        printf("%s %s, IMEI %s\n", self->title, self->version, self->imei);
        fflush(stdout);
    }
}

static void wipe_sign(struct accept *self)
{
    if (self->sign_ns != 0) {
        printf(WIPE_LINE);
        self->sign_ns = 0;
    }
}

void accept_print_result(struct accept *self, const struct accept_result *result)
{
    char title[ACCEPT_TEXT_SIZE];

    if (self->is_quiet) {
        return;
    }
    wipe_sign(self);
    accept_expand(self, result->step->title, title);
    printf("%-11s %-7s %s\n", result->step->text, verdicts[result->verdict].mark, title);
    if (result->reason[0] != '\0') {
        printf("%20s%s\n", "", result->reason);
    }
    fflush(stdout);
}

// ---- while it waits ----

// The node's last word.
static const char *last_words(const struct accept *self)
{
    for (size_t i = self->dialogue.count; i > 0; i--) {
        const struct dialogue_line *line = dialogue_line(&self->dialogue, i - 1);
        if (line == NULL || line->kind == SAID_BY_NODE) {
            return line != NULL ? line->text : "";
        }
    }
    return "";
}

void accept_print_waiting(struct accept *self)
{
    uint64_t now_ns = pace_real_ns();
    uint64_t waited_ms = (now_ns - self->case_began_ns) / NS_PER_MS;

    if (self->is_quiet || self->now == NULL || waited_ms < SIGN_AFTER_MS ||
        now_ns - self->sign_ns < (uint64_t)SIGN_EVERY_MS * NS_PER_MS ||
        isatty(STDOUT_FILENO) == 0) {
        return;
    }
    printf(WIPE_LINE "%-11s %4u s  %.*s", self->now->text, (unsigned)(waited_ms / 1000), SIGN_TEXT,
           last_words(self));
    fflush(stdout);
    self->sign_ns = now_ns;
}

// ---- the sum ----

unsigned accept_count(const struct accept *self, enum accept_verdict verdict)
{
    unsigned sum = 0;

    for (unsigned i = 0; i < self->result_count; i++) {
        sum += self->results[i].verdict == verdict;
    }
    return sum;
}

bool accept_is_good(const struct accept *self)
{
    return self->end == ACCEPT_GOES_ON && accept_count(self, VERDICT_FAILED) == 0;
}

void accept_print_sum(const struct accept *self)
{
    if (!self->is_quiet) {
        printf("%s %s: %u passed, %u failed, %u left out, %u by eye\n", self->title, self->version,
               accept_count(self, VERDICT_PASSED), accept_count(self, VERDICT_FAILED),
               accept_count(self, VERDICT_LEFT_OUT), accept_count(self, VERDICT_BY_EYE));
    }
}
