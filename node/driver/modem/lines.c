// SPDX-License-Identifier: Apache-2.0
// What a line of the module means for the step under way. A line counts by its prefix at the line's start only. The
// echo of a command begins with AT and a late outcome of an earlier wait with another prefix: neither is taken for
// anything.
#include "node/driver/modem/engine.h"

#include "base/fmt.h"
#include "node/driver/modem/network_time.h"

enum {
    PREFIX_MAX = 24,
    BUSY_REPEATS = 3,
    BUSY_PAUSE_MS = 1000,
};

static bool starts_with(const char *line, const char *prefix)
{
    return strncmp(line, prefix, strlen(prefix)) == 0;
}

// ---- answer lines ----

static void take_digits(char *to, size_t capacity, const char *from)
{
    size_t length = 0;

    while (from[length] >= '0' && from[length] <= '9' && length + 1 < capacity) {
        to[length] = from[length];
        length++;
    }
    to[length] = '\0';
}

static void take_value(struct modem_identity *identity, unsigned flags, const char *text,
                       uint32_t now_ms)
{
    const char *comma = strchr(text, ',');
    uint32_t number = 0;

    if ((flags & STEP_TAKE_IMEI) != 0) {
        take_digits(identity->imei, sizeof identity->imei, text);
    }
    if ((flags & STEP_TAKE_IMSI) != 0) {
        take_digits(identity->imsi, sizeof identity->imsi, text);
    }
    if ((flags & STEP_TAKE_SIGNAL) != 0 && comma != NULL &&
        fmt_parse_u32(span_of(text, (size_t)(comma - text)), &number) && number <= 31) {
        identity->signal = (int)number;
    }
    if ((flags & STEP_TAKE_TIME) != 0) {
        identity->unix_s = network_time_read(text);
        identity->read_ms = now_ms;
    }
}

static bool is_good(const struct dialogue_step *step, const char *text)
{
    return step->good == NULL || starts_with(text, step->good);
}

static void on_answer_line(struct engine *self, const struct dialogue_step *step, const char *line,
                           uint32_t now_ms)
{
    // A bare answer (no prefix) must not be an URC or the echo of the command.
    bool bare = step->answer != NULL && step->answer[0] == '\0';

    if (step->answer == NULL || !starts_with(line, step->answer) ||
        (bare && (line[0] < '0' || line[0] > '9'))) {
        return;
    }
    const char *text = line + strlen(step->answer);
    if (is_good(step, text)) {
        self->answered = true;
        take_value(&self->identity, step->flags, text, now_ms);
    }
}

// ---- final results ----

enum cme_action { CME_REPEAT, CME_BUSY, CME_NEVER, CME_RESET };

// docs/modems.md, "Errors"; what is not here may pass and is repeated as the step allows.
static const struct {
    uint16_t number;
    uint8_t action;
} cme_rules[] = {
    {14, CME_BUSY},   {302, CME_BUSY},  {3, CME_NEVER},   {4, CME_NEVER},   {10, CME_NEVER},
    {11, CME_NEVER},  {12, CME_NEVER},  {13, CME_NEVER},  {50, CME_NEVER},  {51, CME_NEVER},
    {59, CME_NEVER},  {305, CME_NEVER}, {306, CME_NEVER}, {307, CME_NEVER}, {60, CME_RESET},
    {100, CME_RESET}, {301, CME_RESET}, {303, CME_RESET}, {308, CME_RESET},
};

static enum cme_action cme_action(const char *line)
{
    static const char prefix[] = "+CME ERROR: ";
    uint32_t number;

    if (!starts_with(line, prefix) ||
        !fmt_parse_u32(span_of_text(line + sizeof prefix - 1), &number)) {
        return CME_REPEAT;
    }
    for (size_t i = 0; i < sizeof cme_rules / sizeof cme_rules[0]; i++) {
        if (cme_rules[i].number == number) {
            return (enum cme_action)cme_rules[i].action;
        }
    }
    return CME_REPEAT;
}

static struct modem_event on_error(struct engine *self, const char *line, uint32_t now_ms)
{
    bool may_reset = self->request == DIALOGUE_WAKE && !self->was_reset;

    switch (cme_action(line)) {
    case CME_BUSY:
        if (self->busy_repeats < BUSY_REPEATS) {
            self->busy_repeats++;
            engine_pause(self, BUSY_PAUSE_MS, now_ms);
            return engine_nothing();
        }
        return engine_give_up(self, now_ms);
    case CME_NEVER:
        return engine_give_up(self, now_ms);
    case CME_RESET: // a reset ends every connection, so only the wake does it; the session comes back to that
        return may_reset ? engine_reset_module(self, now_ms) : engine_give_up(self, now_ms);
    case CME_REPEAT:
    default:
        return engine_fail(self, now_ms);
    }
}

static struct modem_event on_ok(struct engine *self, const struct dialogue_step *step,
                                uint32_t now_ms)
{
    if (!self->answered) {
        return engine_fail(self, now_ms);
    }
    if (step->outcome == NULL) {
        return engine_succeed(self, now_ms);
    }
    engine_enter(self, PHASE_OUTCOME, now_ms);
    return engine_nothing();
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

static const struct dialogue_step *find_remedy(const struct dialogue_step *step, const char *text)
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
    const struct dialogue_step *remedy = self->was_remedied ? NULL : find_remedy(step, text);

    if (remedy == NULL) {
        return engine_fail(self, now_ms);
    }
    self->was_remedied = true;
    self->remedy = remedy;
    engine_begin_command(self, now_ms);
    return engine_nothing();
}

static struct modem_event on_outcome(struct engine *self, const struct dialogue_step *step,
                                     const char *line, uint32_t now_ms)
{
    char prefix[PREFIX_MAX];
    struct fmt out;

    fmt_init(&out, prefix, sizeof prefix);
    template_fill(&out, step->outcome, &self->values);
    if (!starts_with(line, prefix)) {
        return engine_nothing();
    }
    const char *text = line + out.length;
    if (is_result(text, step->interim)) {
        return engine_nothing();
    }
    self->refused = ends_with_any(text, step->refused);
    return is_good(step, text) && !self->refused ? engine_succeed(self, now_ms)
                                                 : on_bad_outcome(self, step, text, now_ms);
}

// ---- the connection is gone ----

static bool needs_connection(const struct engine *self)
{
    return self->request == DIALOGUE_CONNECT || self->request == DIALOGUE_SUBSCRIBE ||
           self->request == DIALOGUE_PUBLISH;
}

// The command's own final result is still owed: the next command may not go out before it.
static struct modem_event doom(struct engine *self, uint32_t now_ms)
{
    if (self->phase == PHASE_SENDING || self->phase == PHASE_ANSWER) {
        self->doomed = true;
        self->since_ms = now_ms;
        return engine_nothing();
    }
    return engine_finish(self, MODEM_FAILED);
}

static struct modem_event on_lost(struct engine *self, uint32_t now_ms)
{
    self->online = false;
    if (self->phase == PHASE_IDLE) {
        self->lost = true;
        return engine_nothing();
    }
    // While a connection is being opened only the wait for it can be meant; before that it is an earlier one.
    bool is_opening = self->request == DIALOGUE_OPEN && self->phase == PHASE_OUTCOME;
    return needs_connection(self) || is_opening ? doom(self, now_ms) : engine_nothing();
}

// The module has started anew out of nowhere: nothing it was asked will be answered.
static struct modem_event on_restart(struct engine *self)
{
    if (self->phase == PHASE_IDLE) {
        self->lost = self->lost || self->online;
        self->online = false;
        return engine_nothing();
    }
    bool expects_it = self->request == DIALOGUE_WAKE || self->request == DIALOGUE_SLEEP;
    self->online = false;
    return expects_it ? engine_nothing() : engine_finish(self, MODEM_FAILED);
}

// ---- all of it ----

static bool is_error(const char *line)
{
    return strcmp(line, "ERROR") == 0 || starts_with(line, "+CME ERROR");
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
    return ok ? on_ok(self, step, now_ms) : on_error(self, line, now_ms);
}

struct modem_event engine_on_line(struct engine *self, const char *line, uint32_t now_ms)
{
    if (starts_with(line, modem_dialogue->lost_prefix)) {
        return on_lost(self, now_ms);
    }
    if (strcmp(line, modem_dialogue->restart_line) == 0) {
        return on_restart(self);
    }
    if (self->phase == PHASE_ANSWER || self->phase == PHASE_SENDING) {
        return on_result_line(self, line, now_ms);
    }
    if (self->phase == PHASE_OUTCOME) {
        return on_outcome(self, engine_step(self), line, now_ms);
    }
    return engine_nothing();
}
