// SPDX-License-Identifier: Apache-2.0
// What begins an attempt: a downlink, a typed command, and the node's own start of the work.
#include <string.h>

#include "cli/flow_parts.h"

// Whether a trigger finds an update that runs, or one that waits to be started: it changes nothing then.
static bool is_merged(const struct attempt *attempt)
{
    if (attempt == NULL || attempt->outcome != OUTCOME_OPEN) {
        return false;
    }
    return attempt->has_check ? attempt->resets == 0 : attempt->marks[STEP_TRIGGER] == MARK_DONE;
}

static void trigger(struct flow *self, const struct flow_line *line, enum trigger kind)
{
    struct attempt *attempt = flow_open_attempt(self);

    if (!is_merged(attempt)) {
        attempt = flow_begin_attempt(self, line);
        attempt->trigger = kind;
        flow_reach(attempt, MARK_DONE, line);
    }
}

static void refuse_downlink(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = flow_begin_attempt(self, line);

    attempt->trigger = TRIGGER_DOWNLINK;
    attempt->trouble = TROUBLE_MALFORMED;
    flow_fail_attempt(self, OTA_FORMAT, line);
    flow_close_attempt(self, line);
}

void take_downlink(struct flow *self, const struct flow_line *line)
{
    const char *payload = line->rest + strspn(line->rest, " ");
    bool is_f9 = (payload[0] == 'F' || payload[0] == 'f') && payload[1] == '9';

    if (strstr(payload, "AT+UPGRADE") != NULL) {
        trigger(self, line, TRIGGER_CONFIG);
    } else if (is_f9 && strcmp(payload + 2, "01") == 0) {
        trigger(self, line, TRIGGER_DOWNLINK);
    } else if (is_f9) {
        refuse_downlink(self, line);
    }
}

void take_upgrade(struct flow *self, const struct flow_line *line)
{
    trigger(self, line, TRIGGER_CONSOLE);
}

// It follows AT+UPGRADE, which the console itself does not echo.
void take_busy(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = flow_open_attempt(self);

    if (attempt == NULL || attempt->outcome != OUTCOME_OPEN) {
        trigger(self, line, TRIGGER_CONSOLE);
        attempt = flow_open_attempt(self);
    }
    attempt->was_busy = attempt->was_busy || !attempt->has_check;
}

void take_check(struct flow *self, const struct flow_line *line)
{
    struct attempt *attempt = flow_open_attempt(self);
    bool resumes = attempt != NULL && attempt->resets > 0 &&
                   attempt->marks[STEP_STORAGE] != MARK_NOT_REACHED &&
                   attempt->outcome == OUTCOME_INTERRUPTED;

    if (attempt == NULL || (attempt->has_check && !resumes)) {
        attempt = flow_begin_attempt(self, line);
    }
    attempt->has_check = true;
    attempt->outcome = OUTCOME_OPEN;
    flow_reach(attempt, MARK_BEGUN, line);
}
