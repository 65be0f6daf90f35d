// SPDX-License-Identifier: Apache-2.0
// Typing and waiting: while one waits, bytes of the console and messages of the data server move.
#include <stdio.h>
#include <string.h>

#include "cli/accept.h"
#include "cli/interrupt.h"
#include "cli/serial_line.h"
#include "vnode/run/pace.h"

enum {
    NAP_MS = 20,
    PASSWORD_MS = 20000, // the console needs half a second; it may just be starting
    NS_PER_MS = 1000000,
};

static void observe(struct accept *self)
{
    for (; self->observed < self->dialogue.count; self->observed++) {
        const struct dialogue_line *line = dialogue_line(&self->dialogue, self->observed);
        if (line != NULL && line->kind == SAID_BY_NODE) {
            accept_node_observe(self, line->text);
        }
    }
}

static void receive(struct accept *self, int wait_ms)
{
    uint8_t bytes[512];
    size_t size;

    if (serial_line_receive(self->line, wait_ms, bytes, sizeof bytes, &size) != STATUS_OK) {
        self->end = ACCEPT_GONE;
        return;
    }
    dialogue_add_bytes(&self->dialogue, span_of(bytes, size));
    observe(self);
}

static bool goes_on(struct accept *self)
{
    if (self->end == ACCEPT_GOES_ON && interrupt_came()) {
        self->end = ACCEPT_INTERRUPTED;
    }
    // Who leaves sets the node's settings back, even when that is because of Ctrl-C.
    return self->end == ACCEPT_GOES_ON || (self->is_leaving && self->end != ACCEPT_GONE);
}

static uint64_t end_of_wait(const struct accept *self, uint32_t timeout_ms)
{
    uint64_t end_ns = pace_real_ns() + (uint64_t)timeout_ms * NS_PER_MS;

    return self->now != NULL && self->case_end_ns < end_ns ? self->case_end_ns : end_ns;
}

bool accept_until(struct accept *self, bool (*done)(struct accept *self, const char *text),
                  const char *text, uint32_t timeout_ms)
{
    uint64_t end_ns = end_of_wait(self, timeout_ms);

    do {
        receive(self, NAP_MS);
        if (self->server != NULL) {
            data_server_poll(self->server, 0);
        }
        if (done(self, text)) {
            return true;
        }
        accept_print_waiting(self);
    } while (goes_on(self) && pace_real_ns() < end_ns);
    return false;
}

static bool is_printed(struct accept *self, const char *text)
{
    return dialogue_find(&self->dialogue, text);
}

bool accept_see(struct accept *self, const char *text, uint32_t timeout_ms)
{
    return accept_until(self, is_printed, text, timeout_ms);
}

// What is typed is shown to others later: passwords are not.
static void keep(struct accept *self, const char *text)
{
    static const char *const secrets[] = {"AT+PIN=", "AT+OTAPWD=", "AT+PWD=", "AT+PWORD="};
    char shown[32];

    for (unsigned i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        size_t size = strlen(secrets[i]);
        if (strncmp(text, secrets[i], size) == 0 && strcmp(text + size, "?") != 0) {
            snprintf(shown, sizeof shown, "%s****", secrets[i]);
            text = shown;
            break;
        }
    }
    dialogue_add(&self->dialogue, TYPED, span_of_text(text));
}

static bool type(struct accept *self, const char *text)
{
    receive(self, 0);
    dialogue_skip(&self->dialogue);
    keep(self, text);
    if (serial_line_send(self->line, span_of_text(text)) != STATUS_OK ||
        serial_line_send(self->line, span_of_text("\r")) != STATUS_OK) {
        self->end = ACCEPT_GONE;
    }
    return goes_on(self);
}

// Yes or no; both are said within a second.
static bool is_judged(struct accept *self, const char *text)
{
    size_t seen = self->dialogue.seen;

    if (dialogue_find(&self->dialogue, text)) {
        self->is_locked = false;
        return true;
    }
    self->dialogue.seen = seen;
    return dialogue_find(&self->dialogue, "Password Incorrect");
}

bool accept_unlock(struct accept *self)
{
    char line[32];

    snprintf(line, sizeof line, "AT+PIN=%s", self->password);
    self->is_locked = true;
    return type(self, line) && accept_until(self, is_judged, "Password Correct", PASSWORD_MS) &&
           !self->is_locked;
}

bool accept_type(struct accept *self, const char *text)
{
    return (!self->is_locked || accept_unlock(self)) && type(self, text);
}
