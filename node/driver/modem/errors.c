// SPDX-License-Identifier: Apache-2.0
// What an error result asks for. docs/modems.md, "Errors".
#include "node/driver/modem/engine.h"

#include "base/fmt.h"

enum {
    BUSY_REPEATS = 3,
    BUSY_PAUSE_MS = 1000,
};

enum cme_action { CME_REPEAT, CME_BUSY, CME_NEVER, CME_RESET };

// What is not here may pass and is repeated as the step allows.
static const struct {
    uint16_t number;
    uint8_t action;
} cme_rules[] = {
    {14, CME_BUSY},  {302, CME_BUSY},  {568, CME_BUSY},  {3, CME_NEVER},   {4, CME_NEVER},
    {10, CME_NEVER}, {11, CME_NEVER},  {12, CME_NEVER},  {13, CME_NEVER},  {50, CME_NEVER},
    {51, CME_NEVER}, {59, CME_NEVER},  {305, CME_NEVER}, {306, CME_NEVER}, {307, CME_NEVER},
    {60, CME_RESET}, {100, CME_RESET}, {301, CME_RESET}, {303, CME_RESET}, {308, CME_RESET},
};

static enum cme_action cme_action(const char *line)
{
    static const char prefix[] = "+CME ERROR: ";
    uint32_t number;

    if (!engine_starts_with(line, prefix) ||
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

static struct modem_event act(struct engine *self, enum cme_action action, uint32_t now_ms)
{
    bool may_reset = self->request == DIALOGUE_WAKE && !self->was_reset;

    switch (action) {
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
        return may_reset ? engine_recover(self, now_ms) : engine_give_up(self, now_ms);
    case CME_REPEAT:
    default:
        return engine_fail(self, now_ms);
    }
}

struct modem_event engine_on_error(struct engine *self, const char *line, uint32_t now_ms)
{
    enum cme_action action = cme_action(line);
    const struct dialogue_step *remedy =
        self->was_remedied || self->remedy != NULL || action == CME_BUSY
            ? NULL
            : engine_find_remedy(engine_step(self), "!");

    if (remedy == NULL) {
        return act(self, action, now_ms);
    }
    self->was_remedied = true;
    engine_use_remedy(self, remedy, now_ms);
    return engine_nothing();
}
