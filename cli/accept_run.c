// SPDX-License-Identifier: Apache-2.0
// All cases from top to bottom. A case ends at its first step that fails; the next one begins with a restart and fresh
// settings then, so that one fault is counted once.
#include <stdio.h>

#include "cli/accept.h"
#include "vnode/run/pace.h"

enum { NS_PER_MS = 1000000 };

// ---- which are run ----

// NULL, or what is missing for a case.
static const char *missing(const struct accept *self, enum accept_need need)
{
    if (need == NEED_LABEL) {
        return self->serial != NULL ? NULL : "the serial number was not given: --serial";
    }
    if (need == NEED_NO_FLASH) {
        return self->has_flash ? "this board has the flash" : NULL;
    }
    if (need == NEED_ANY) {
        return NULL;
    }
    if (!self->has_flash) {
        return "this board has no flash";
    }
    if (self->images[0] == NULL) {
        return "needs an image to update to: --image";
    }
    if (need == NEED_FLASH_SAME && self->images[1] == NULL) {
        return "needs a second image, of the version that runs: --back";
    }
    return NULL;
}

static size_t end_of_case(size_t first)
{
    size_t end = first + 1;

    while (end < accept_step_count && accept_steps[end].kind != ACCEPT_CASE) {
        end++;
    }
    return end;
}

static void leave_out(struct accept_result *result, const char *why)
{
    result->verdict = VERDICT_LEFT_OUT;
    snprintf(result->reason, sizeof result->reason, "%s", why);
}

// ---- one ----

static void begin(struct accept *self, const struct accept_step *step)
{
    self->now = step;
    self->case_began_ns = pace_real_ns();
    self->case_end_ns = self->case_began_ns + (uint64_t)self->patience_ms * NS_PER_MS;
}

static void carry_out(struct accept *self, size_t first, struct accept_result *result)
{
    begin(self, &accept_steps[first]);
    for (size_t i = first + 1; i < end_of_case(first); i++) {
        if (!accept_act(self, &accept_steps[i], result)) {
            result->verdict = VERDICT_FAILED;
            break;
        }
    }
    result->took_ms = (uint32_t)((pace_real_ns() - self->case_began_ns) / NS_PER_MS);
    self->now = NULL;
}

// An end from outside is no fault of the node.
static void run_case(struct accept *self, size_t first, struct accept_result *result)
{
    const char *lack = missing(self, (enum accept_need)accept_steps[first].what);

    *result = (struct accept_result){
        .step = &accept_steps[first],
        .first_line = self->dialogue.count,
        .end_line = self->dialogue.count,
    };
    if (self->end != ACCEPT_GOES_ON) {
        leave_out(result, "the test had ended");
    } else if (lack != NULL) {
        leave_out(result, lack);
    } else {
        carry_out(self, first, result);
        result->end_line = self->dialogue.count;
    }
    if (result->verdict == VERDICT_FAILED && self->end == ACCEPT_INTERRUPTED) {
        leave_out(result, "interrupted");
    } else if (result->verdict == VERDICT_FAILED && self->end == ACCEPT_GONE) {
        snprintf(result->reason, sizeof result->reason, "the console is gone");
    }
}

// ---- all ----

static bool recover(struct accept *self)
{
    begin(self, NULL);
    self->answer_size = 0;
    return accept_node_restart(self) && accept_node_set_up(self) &&
           accept_see(self, "End of upload", self->patience_ms);
}

void accept_run(struct accept *self)
{
    for (size_t i = 0; i < accept_step_count && self->result_count < ACCEPT_CASES_MAX;
         i = end_of_case(i)) {
        struct accept_result *result = &self->results[self->result_count++];
        bool had_ended = self->end != ACCEPT_GOES_ON;
        run_case(self, i, result);
        if (!had_ended) {
            accept_print_result(self, result);
        }
        if (result->verdict == VERDICT_FAILED && self->end == ACCEPT_GOES_ON && !recover(self) &&
            self->end == ACCEPT_GOES_ON) {
            self->end = ACCEPT_SILENT;
        }
    }
}
