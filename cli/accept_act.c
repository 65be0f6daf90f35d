// SPDX-License-Identifier: Apache-2.0
// Carrying out one step of accept_steps.def. A step that fails says what was missing.
#include <stdio.h>
#include <string.h>

#include "base/fmt.h"
#include "cli/accept.h"

enum { SEE_MS = 30 * 1000, NO_END_MS = 24 * 60 * 60 * 1000 }; // the case has its own end

// Texts of a step are expanded.
typedef bool (*act)(struct accept *self, const char *text, int what, struct accept_result *result);

bool accept_fail(struct accept_result *result, const char *what, const char *text)
{
    struct fmt out;

    fmt_init(&out, result->reason, sizeof result->reason); // cut when it is too long
    fmt_add(&out, "%s: %s", what, text);
    return false;
}

// ---- the console ----

static bool type(struct accept *self, const char *text, int what, struct accept_result *result)
{
    (void)what;
    return accept_type(self, text) || accept_fail(result, "cannot be typed", text);
}

static bool see(struct accept *self, const char *text, int what, struct accept_result *result)
{
    (void)what;
    return accept_see(self, text, SEE_MS) || accept_fail(result, "not printed", text);
}

static bool wait(struct accept *self, const char *text, int what, struct accept_result *result)
{
    (void)what;
    return accept_see(self, text, NO_END_MS) || accept_fail(result, "not printed", text);
}

static bool restart(struct accept *self, const char *text, int what, struct accept_result *result)
{
    (void)text;
    (void)what;
    return accept_node_restart(self) ||
           accept_fail(result, "ATZ", "no banner, or the password is refused");
}

static bool is_probed(struct accept *self, const char *text)
{
    size_t seen = self->dialogue.seen;

    (void)text;
    self->has_flash = dialogue_find(&self->dialogue, "OTA parameter configuration error");
    if (self->has_flash) {
        return true;
    }
    self->dialogue.seen = seen;
    return dialogue_find(&self->dialogue, "Hardware Not Support");
}

static bool probe(struct accept *self, const char *text, int what, struct accept_result *result)
{
    (void)text;
    (void)what;
    return (accept_type(self, "AT+UPGRADE") && accept_until(self, is_probed, NULL, NO_END_MS)) ||
           accept_fail(result, "FW check", "says neither yes nor no");
}

// ---- the data server ----

static bool is_same(const char *message, const char *text)
{
    return strcmp(message, text) == 0;
}

static bool is_data_with(const char *message, const char *text)
{
    return strstr(message, "\"battery\":") != NULL && strstr(message, text) != NULL;
}

static bool is_heard(struct accept *self, const char *text)
{
    return dialogue_take_uplink(&self->dialogue, self->heard_from, is_same, text) != NULL;
}

static bool is_data_heard(struct accept *self, const char *text)
{
    return dialogue_take_uplink(&self->dialogue, self->heard_from, is_data_with, text) != NULL;
}

static bool hear(struct accept *self, const char *text, int what, struct accept_result *result)
{
    (void)what;
    return accept_until(self, is_heard, text, NO_END_MS) ||
           accept_fail(result, "not at the data server", text);
}

static bool uplink(struct accept *self, const char *text, int what, struct accept_result *result)
{
    (void)what;
    return accept_until(self, is_data_heard, text, NO_END_MS) ||
           accept_fail(result, "no sensor data at the data server with", text);
}

static bool arm(struct accept *self, size_t size)
{
    self->answer_size = size;
    self->update_begin = self->dialogue.count;
    return true;
}

static bool answer(struct accept *self, const char *text, int what, struct accept_result *result)
{
    size_t size = strlen(text);

    (void)what;
    (void)result;
    memcpy(self->answer, text, size);
    return arm(self, size);
}

static bool answer_hex(struct accept *self, const char *text, int what,
                       struct accept_result *result)
{
    size_t size = 0;
    unsigned byte;

    (void)what;
    (void)result;
    for (; sscanf(text, "%2x", &byte) == 1; text += 2) {
        self->answer[size++] = (uint8_t)byte;
    }
    return arm(self, size);
}

static bool offer(struct accept *self, const char *text, int what, struct accept_result *result)
{
    (void)text;
    return accept_offer_image(self, (enum accept_offer)what) == STATUS_OK ||
           accept_fail(result, "OTA server", "the image cannot be offered");
}

// ---- what needs no node ----

static bool product(struct accept *self, const char *text, int what, struct accept_result *result)
{
    (void)text;
    (void)what;
    return accept_check_product(self, result);
}

static bool label(struct accept *self, const char *text, int what, struct accept_result *result)
{
    (void)text;
    (void)what;
    return accept_check_label(self, result);
}

static bool thresholds(struct accept *self, const char *text, int what,
                       struct accept_result *result)
{
    (void)text;
    (void)what;
    return accept_check_thresholds(self, result);
}

static bool steps(struct accept *self, const char *text, int what, struct accept_result *result)
{
    (void)text;
    (void)what;
    return accept_check_steps(self, result);
}

static bool forms(struct accept *self, const char *text, int what, struct accept_result *result)
{
    (void)text;
    (void)what;
    return accept_check_forms(self, result);
}

static bool eye(struct accept *self, const char *text, int what, struct accept_result *result)
{
    (void)self;
    (void)what;
    snprintf(result->reason, sizeof result->reason, "%s", text);
    result->verdict = VERDICT_BY_EYE;
    return true;
}

bool accept_act(struct accept *self, const struct accept_step *step, struct accept_result *result)
{
    static const act acts[] = {
#define STEP_KIND(name, act) [ACCEPT_##name] = act,
#include "cli/accept_kinds.def"
#undef STEP_KIND
    };
    char text[ACCEPT_TEXT_SIZE];

    accept_expand(self, step->text, text);
    return acts[step->kind](self, text, step->what, result);
}
