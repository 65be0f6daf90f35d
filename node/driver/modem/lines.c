// SPDX-License-Identifier: Apache-2.0
// What a line of the module means for the step under way. A line counts by its prefix at the line's start only. The
// echo of a command begins with AT and a late outcome of an earlier wait with another prefix: neither is taken for
// anything.
#include "node/driver/modem/engine.h"

enum { PREFIX_MAX = 32 };

bool engine_starts_with(const char *line, const char *prefix)
{
    return strncmp(line, prefix, strlen(prefix)) == 0;
}

static bool is_good(const struct dialogue_step *step, const char *text)
{
    return step->good == NULL || engine_starts_with(text, step->good);
}

// ---- answers and final results ----

static void on_answer_line(struct engine *self, const struct dialogue_step *step, const char *line,
                           uint32_t now_ms)
{
    // A bare answer (no prefix) must not be an URC or the echo of the command.
    bool bare = step->answer != NULL && step->answer[0] == '\0';

    if (step->answer == NULL || !engine_starts_with(line, step->answer) ||
        (bare && (line[0] < '0' || line[0] > '9'))) {
        return;
    }
    const char *text = line + strlen(step->answer);
    if (is_good(step, text) && engine_take_value(self, step, text, now_ms)) {
        self->answered = true;
    }
}

static struct modem_event on_ok(struct engine *self, const struct dialogue_step *step,
                                uint32_t now_ms)
{
    if (!self->answered || self->phase == PHASE_PROMPT) {
        return engine_fail(self, now_ms);
    }
    if (step->outcome == NULL) {
        return engine_succeed(self, now_ms);
    }
    engine_enter(self, PHASE_OUTCOME, now_ms);
    return engine_nothing();
}

static bool is_error(const char *line)
{
    return strcmp(line, "ERROR") == 0 || engine_starts_with(line, "+CME ERROR");
}

static struct modem_event on_result_line(struct engine *self, const char *line, uint32_t now_ms)
{
    const struct dialogue_step *step = engine_step(self);
    bool ok = strcmp(line, "OK") == 0;

    if (!ok && !is_error(line)) {
        on_answer_line(self, step, line, now_ms);
        return engine_nothing();
    }
    if (self->doomed) {
        return engine_finish(self, MODEM_FAILED);
    }
    return ok ? on_ok(self, step, now_ms) : engine_on_error(self, line, now_ms);
}

// ---- outcomes ----

// Whether `text` ends with one of the blank-separated `ends`.
static bool ends_with_any(const char *text, const char *ends)
{
    size_t size = strlen(text);

    while (ends != NULL && *ends != '\0') {
        const char *blank = strchr(ends, ' ');
        size_t length = blank == NULL ? strlen(ends) : (size_t)(blank - ends);
        if (size >= length && memcmp(text + size - length, ends, length) == 0) {
            return true;
        }
        ends = blank == NULL ? NULL : blank + 1;
    }
    return false;
}

static bool is_result(const char *text, char result)
{
    return result != '\0' && text[0] == result && (text[1] == '\0' || text[1] == ',');
}

const struct dialogue_step *engine_find_remedy(const struct dialogue_step *step, const char *text)
{
    const struct dialogue_remedy *remedy = step->remedies;

    while (remedy != NULL && remedy->result != '\0') {
        if (is_result(text, remedy->result)) {
            return &remedy->step;
        }
        remedy++;
    }
    return NULL;
}

static struct modem_event on_bad_outcome(struct engine *self, const struct dialogue_step *step,
                                         const char *text, uint32_t now_ms)
{
    const struct dialogue_step *remedy =
        self->was_remedied || self->remedy != NULL ? NULL : engine_find_remedy(step, text);

    if (remedy == NULL) {
        return engine_fail(self, now_ms);
    }
    self->was_remedied = true;
    engine_use_remedy(self, remedy, now_ms);
    return engine_nothing();
}

// What follows the step's prefix; NULL when the line does not begin with it.
static const char *outcome_text(const struct engine *self, const struct dialogue_step *step,
                                const char *line)
{
    char prefix[PREFIX_MAX];
    struct spelling spelling;

    spelling_begin(&spelling, step->outcome);
    size_t size = spelling_read(&spelling, &self->values, prefix, sizeof prefix);
    return strncmp(line, prefix, size) == 0 ? line + size : NULL;
}

static struct modem_event on_outcome(struct engine *self, const struct dialogue_step *step,
                                     const char *line, uint32_t now_ms)
{
    const char *text = step->outcome == NULL ? NULL : outcome_text(self, step, line);

    if (text == NULL) {
        return is_error(line) ? engine_on_error(self, line, now_ms) : engine_nothing();
    }
    if (is_result(text, step->interim)) {
        return engine_nothing();
    }
    self->refused = ends_with_any(text, step->refused);
    if (self->refused || !is_good(step, text)) {
        return on_bad_outcome(self, step, text, now_ms);
    }
    return engine_take_value(self, step, text, now_ms) ? engine_succeed(self, now_ms)
                                                       : engine_nothing();
}

// ---- the connection is gone ----

// The command's own final result is still owed: the next command may not go out before it.
static struct modem_event doom(struct engine *self, uint32_t now_ms)
{
    if (self->phase == PHASE_SENDING || self->phase == PHASE_PROMPT || self->phase == PHASE_DATA ||
        self->phase == PHASE_ANSWER) {
        self->doomed = true;
        self->since_ms = now_ms;
        return engine_nothing();
    }
    return engine_finish(self, MODEM_FAILED);
}

// While a connection is being opened only the wait for it can be meant; before that it is an earlier one, and behind
// our own close it is news of what we know.
static bool concerns_us(const struct engine *self)
{
    bool is_opening = self->request >= DIALOGUE_OPEN && self->request < DIALOGUE_CONNECT &&
                      self->phase == PHASE_OUTCOME && self->remedy == NULL;
    bool is_ours = self->phase != PHASE_IDLE && (engine_needs_connection(self) || is_opening);

    return self->is_open || is_ours;
}

static struct modem_event on_lost(struct engine *self, uint32_t now_ms)
{
    self->lost = self->lost || (self->phase == PHASE_IDLE && self->is_open);
    self->is_open = false;
    self->online = false;
    return self->phase == PHASE_IDLE ? engine_nothing() : doom(self, now_ms);
}

static bool is_one_of(const char *line, const char *const prefixes[DIALOGUE_LINES])
{
    for (unsigned i = 0; i < DIALOGUE_LINES && prefixes[i] != NULL; i++) {
        if (engine_starts_with(line, prefixes[i])) {
            return true;
        }
    }
    return false;
}

// ---- the module has started anew out of nowhere: nothing it was asked will be answered ----

static bool is_awaited(const struct engine *self, uint32_t now_ms)
{
    bool is_busy = self->phase != PHASE_IDLE;
    bool foresees_it = self->run == DIALOGUE_RECOVER || self->request == DIALOGUE_SLEEP ||
                       self->request == DIALOGUE_PASS;

    return now_ms - self->started_ms < modem_dialogue->boot_ms || (is_busy && foresees_it);
}

// What the wake has set is lost; once it begins again.
static struct modem_event restart_wake(struct engine *self, uint32_t now_ms)
{
    if (self->step == 0 || self->was_begun_again) {
        return engine_nothing();
    }
    self->was_begun_again = true;
    self->owed = false;
    return engine_first_step(self, now_ms);
}

static struct modem_event on_restart(struct engine *self, uint32_t now_ms)
{
    if (is_awaited(self, now_ms)) {
        return engine_nothing();
    }
    if (self->phase == PHASE_IDLE) {
        self->lost = self->lost || self->is_open;
    } else if (self->request == DIALOGUE_WAKE) {
        return restart_wake(self, now_ms);
    }
    self->is_open = false;
    self->online = false;
    self->owed = false;
    return self->phase == PHASE_IDLE ? engine_nothing() : engine_finish(self, MODEM_FAILED);
}

// ---- a person's line ----

static struct modem_event on_passed_line(struct engine *self, const char *line)
{
    struct span text = span_of_text(line);

    if (span_equals(text, self->values.payload)) {
        return engine_nothing(); // its echo
    }
    self->said = strcmp(line, "OK") == 0 || is_error(line);
    return (struct modem_event){.kind = MODEM_TEXT, .payload = text};
}

// ---- all of it ----

static struct modem_event on_own_line(struct engine *self, const char *line, uint32_t now_ms)
{
    switch (self->phase) {
    case PHASE_SENDING:
    case PHASE_PROMPT:
    case PHASE_DATA:
    case PHASE_ANSWER:
        return on_result_line(self, line, now_ms);
    case PHASE_OUTCOME:
        return on_outcome(self, engine_step(self), line, now_ms);
    default:
        return engine_nothing();
    }
}

struct modem_event engine_on_line(struct engine *self, const char *line, uint32_t now_ms)
{
    bool is_idle = self->phase == PHASE_IDLE;

    if (self->request == DIALOGUE_PASS && !is_idle && self->begun) {
        return on_passed_line(self, line);
    }
    if (is_one_of(line, modem_dialogue->lost) && concerns_us(self)) {
        return on_lost(self, now_ms);
    }
    if (is_one_of(line, modem_dialogue->started)) {
        return on_restart(self, now_ms);
    }
    return on_own_line(self, line, now_ms);
}
