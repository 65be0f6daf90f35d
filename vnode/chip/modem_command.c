// SPDX-License-Identifier: Apache-2.0
// From a command line to its final result. The work of a command is done when its line is complete; its answer
// leaves when the module's usual time has passed, so an URC may come in between.
#include "vnode/chip/module.h"

#include <stdarg.h>
#include <string.h>

enum {
    USUAL_LOW_MS = 21, // measured on a module
    USUAL_HIGH_MS = 42,
    RESET_AFTER_MS = 50, // behind the OK of AT+QRST
};

void command_add(struct modem *self, const char *format, ...)
{
    va_list arguments;

    fmt_add(&self->reply, "\r\n");
    va_start(arguments, format);
    fmt_add_list(&self->reply, format, arguments);
    va_end(arguments);
    fmt_add(&self->reply, "\r\n");
}

// ---- a line ----

static bool is_letter_equal(uint8_t a, char b)
{
    return (a >= 'a' && a <= 'z' ? a - 'a' + 'A' : a) == b;
}

static bool is_named(struct span name, const char *text)
{
    size_t size = strlen(text);

    if (name.size != size) {
        return false;
    }
    for (size_t i = 0; i < size; i++) {
        if (!is_letter_equal(name.data[i], text[i])) {
            return false;
        }
    }
    return true;
}

static const struct command *find(const struct modem *self, struct span name)
{
    const struct command *commands = self->variant->commands;

    for (unsigned i = 0; i < self->variant->command_count; i++) {
        if (is_named(name, commands[i].name)) {
            return &commands[i];
        }
    }
    return NULL;
}

// Cuts "+NAME=rest", "+NAME?", "+NAME=?" or "+NAME".
static struct span parse(struct span text, struct command_line *line)
{
    size_t size = 0;

    while (size < text.size && text.data[size] != '=' && text.data[size] != '?') {
        size++;
    }
    line->form = FORM_EXECUTE;
    line->rest = span_after(text, size + 1);
    if (size < text.size && text.data[size] == '?') {
        line->form = FORM_READ;
    } else if (size < text.size) {
        line->form = span_equals(line->rest, span_of_text("?")) ? FORM_TEST : FORM_SET;
    }
    return span_of(text.data, size);
}

static enum cme dispatch(struct modem *self, const struct command *command,
                         struct command_line *line)
{
    if (command == NULL) {
        self->counters.unknown_commands++;
        return CME_NOT_SUPPORTED;
    }
    if (line->form == FORM_TEST) {
        return CME_NONE;
    }
    if ((command->forms & line->form) == 0) {
        return CME_NOT_SUPPORTED;
    }
    // A message behind the fields is no list of them; its handler cuts it.
    line->fields = 0;
    if (line->form == FORM_SET && !command_split(line) && (command->forms & FORM_RAW) == 0) {
        return CME_PARAMETER;
    }
    return command->run(self, line);
}

static void set_reply_time(struct modem *self, const struct command *command)
{
    bool has_own = command != NULL && command->high_ms > 0;
    uint64_t low_ms = has_own ? command->low_ms : USUAL_LOW_MS;
    uint64_t high_ms = has_own ? command->high_ms : USUAL_HIGH_MS;

    self->reply_ns = self->now_ns + module_random(self, low_ms * MODULE_MS, high_ms * MODULE_MS);
}

// ---- ordered answers ----

bool modem_answer_instead(struct modem *self, const struct modem_answer *answer)
{
    if (self->instead_count == MODULE_INSTEAD_MAX) {
        return false;
    }
    self->instead[self->instead_count++] = *answer;
    return true;
}

// True when an ordered answer took the command's place.
static bool answer_instead(struct modem *self, struct span text)
{
    for (uint32_t i = 0; i < self->instead_count; i++) {
        struct modem_answer answer = self->instead[i];
        if (!span_starts_with(text, span_of_text(answer.command))) {
            continue;
        }
        self->instead_count--;
        memmove(&self->instead[i], &self->instead[i + 1],
                (self->instead_count - i) * sizeof self->instead[0]);
        if (answer.result != NULL) {
            line_say_later(self, USUAL_HIGH_MS * MODULE_MS, "%s", answer.result);
        }
        if (answer.outcome != NULL) {
            line_say_later(self, answer.outcome_ms * MODULE_MS, "%s", answer.outcome);
        }
        return true;
    }
    return false;
}

static void strike_reply(struct modem *self)
{
    if (fault_strikes(self, FAULT_LATE_RESULT)) {
        self->reply_ns += fault_late_ns(self);
    }
    if (fault_strikes(self, FAULT_URC_IN_REPLY)) {
        fault_say_something(self, (self->reply_ns - self->now_ns) / 2);
    }
}

void command_run(struct modem *self, struct span text)
{
    struct command_line line;

    if (self->is_busy) {
        self->counters.commands_while_busy++;
        return;
    }
    if (self->nvram.echo) {
        line_put(self, text);
        line_put(self, span_of_text("\r"));
    }
    if (text.size < 2 || !is_letter_equal(text.data[0], 'A') ||
        !is_letter_equal(text.data[1], 'T')) {
        return; // noise
    }
    self->counters.commands++;
    if (answer_instead(self, text) || fault_strikes(self, FAULT_NO_RESULT)) {
        return;
    }
    fault_draw_whole(self);
    const struct command *command = find(self, parse(span_of(text.data + 2, text.size - 2), &line));
    self->is_busy = true;
    self->after_reply = AFTER_NOTHING;
    self->ok_text = "OK";
    fmt_init(&self->reply, self->reply_text, sizeof self->reply_text);
    set_reply_time(self, command);
    strike_reply(self);
    self->result = fault_of_command(self, span_of(text.data + 2, text.size - 2));
    if (self->result == CME_NONE) {
        self->result = dispatch(self, command, &line);
    }
    module_set_timer(self, TIMER_REPLY, self->reply_ns);
}

// ---- the final result ----

static const struct {
    enum cme number;
    const char *text;
} cme_texts[] = {
    {CME_NOT_ALLOWED, "operation not allowed"},
    {CME_NOT_SUPPORTED, "operation not supported"},
    {CME_NO_SIM, "SIM not inserted"},
    {CME_PARAMETER, "incorrect parameters"},
};

static const char *cme_text(enum cme number)
{
    for (unsigned i = 0; i < sizeof cme_texts / sizeof cme_texts[0]; i++) {
        if (cme_texts[i].number == number) {
            return cme_texts[i].text;
        }
    }
    return "unknown";
}

static void say_result(struct modem *self)
{
    if (self->result == CME_NONE) {
        line_put(self, fmt_span(&self->reply));
        line_say(self, "%s", self->ok_text);
    } else if (self->nvram.cmee == 0) {
        line_say(self, "ERROR");
    } else if (self->nvram.cmee == 1) {
        line_say(self, "+CME ERROR: %u", (unsigned)self->result);
    } else {
        line_say(self, "+CME ERROR: %s", cme_text(self->result));
    }
}

void command_on_reply(struct modem *self)
{
    self->is_busy = false;
    if (self->is_detaching) {
        network_detach(self);
    }
    if (self->after_reply == AFTER_PROMPT && self->result == CME_NONE) {
        data_begin(self);
        return;
    }
    if (self->after_reply == AFTER_PROMPT) {
        data_leave(self);
    }
    say_result(self);
    bool goes_down = self->after_reply == AFTER_RESET || self->after_reply == AFTER_POWER_DOWN;
    if (goes_down && self->result == CME_NONE) {
        module_set_timer(self, TIMER_POWER, self->now_ns + RESET_AFTER_MS * MODULE_MS);
    }
}
