// SPDX-License-Identifier: Apache-2.0
// The serial line. A line or message goes into the queue as a whole, so nothing ever falls into the middle of
// another; the echo of a command follows its CR for the same reason. Ten bits a character.
#include "vnode/chip/module.h"

#include <stdarg.h>
#include <string.h>

enum {
    BITS = 10,
    GAP_TEXT_MIN = 8, // shorter texts have no middle worth a pause
    GAP_MS = 200,
    DATA_MODE_DELAY_MS = 200,
};

// Outcomes that follow an OK: these may fail to come, or come late.
static const char *const outcomes[] = {
    "+QMTOPEN:",  "+QMTCONN:", "+QMTSUB:",    "+QMTUNS:", "+QMTPUB:",   "+QMTDISC:",
    "+QMTCLOSE:", "+QIOPEN:",  "+QCOAPOPEN:", "+QNTP:",   "+QIDNSGIP:", "SEND OK",
};

static uint64_t character_ns(const struct modem *self)
{
    return BITS * MODULE_S / self->nvram.baud;
}

void line_put(struct modem *self, struct span bytes)
{
    if (bytes.size > MODULE_OUT_MAX - self->out_count) {
        self->counters.dropped_messages++;
        return;
    }
    if (self->is_mute) {
        return;
    }
    if (bytes.size >= GAP_TEXT_MIN && self->gap_after == 0 && fault_strikes(self, FAULT_GAP)) {
        self->gap_after = self->out_count + (uint32_t)bytes.size / 2;
    }
    if (self->out_count == 0 && self->out_ns < self->now_ns) {
        self->out_ns = self->now_ns;
    }
    for (size_t i = 0; i < bytes.size; i++) {
        self->out[(self->out_head + self->out_count) % MODULE_OUT_MAX] = bytes.data[i];
        self->out_count++;
    }
}

void line_put_hex(struct modem *self, struct span bytes)
{
    static const char digits[] = "0123456789ABCDEF";

    for (size_t i = 0; i < bytes.size; i++) {
        char pair[2] = {digits[bytes.data[i] >> 4], digits[bytes.data[i] & 15]};
        line_put(self, span_of(pair, sizeof pair));
    }
}

static bool is_silent(struct modem *self)
{
    if (self->data.mode == DATA_INPUT) {
        self->counters.lost_urcs++;
        return true;
    }
    if (self->power == POWER_LIGHT_SLEEP) {
        self->power = POWER_AWAKE;
    }
    return self->power != POWER_AWAKE;
}

bool line_takes_message(struct modem *self, size_t size)
{
    if (is_silent(self)) {
        return false;
    }
    if (size > MODULE_OUT_MAX - self->out_count) {
        self->counters.dropped_messages++;
        return false;
    }
    return true;
}

// CR LF text CR LF
static void put_text(struct modem *self, struct span text)
{
    char framed[1024 + 4];
    struct fmt out;

    fmt_init(&out, framed, sizeof framed);
    fmt_add(&out, "\r\n");
    fmt_add_bytes(&out, text);
    fmt_add(&out, "\r\n");
    line_put(self, fmt_span(&out));
}

static void add_later(struct modem *self, uint64_t delay_ns, bool is_decided, struct span text)
{
    uint64_t at_ns = self->now_ns + delay_ns;
    uint32_t place = self->later_count;

    if (self->later_count == MODULE_LATER_MAX || text.size >= MODULE_URC_MAX) {
        self->counters.lost_urcs++;
        return;
    }
    while (place > 0 && self->later[place - 1].at_ns > at_ns) {
        self->later[place] = self->later[place - 1];
        place--;
    }
    self->later[place].at_ns = at_ns;
    self->later[place].is_decided = is_decided;
    memcpy(self->later[place].text, text.data, text.size);
    self->later[place].text[text.size] = '\0';
    self->later_count++;
    module_set_timer(self, TIMER_LATER, self->later[0].at_ns);
}

static bool is_outcome(struct span text)
{
    for (unsigned i = 0; i < sizeof outcomes / sizeof outcomes[0]; i++) {
        if (span_starts_with(text, span_of_text(outcomes[i]))) {
            return true;
        }
    }
    return false;
}

// True when a fault keeps the outcome back.
static bool is_kept_back(struct modem *self, struct span text)
{
    if (!is_outcome(text)) {
        return false;
    }
    if (fault_strikes(self, FAULT_NO_OUTCOME)) {
        return true;
    }
    if (fault_strikes(self, FAULT_LATE_OUTCOME)) {
        add_later(self, fault_late_outcome_ns(self), true, text);
        return true;
    }
    if (fault_strikes(self, FAULT_BACK_TO_BACK)) {
        put_text(self, span_of_text("+CSCON: 1"));
    }
    return false;
}

static void say(struct modem *self, struct span text, bool is_decided)
{
    if (self->data.mode == DATA_INPUT && fault_strikes(self, FAULT_DELAY_IN_DATA)) {
        add_later(self, DATA_MODE_DELAY_MS * MODULE_MS, is_decided, text);
        return;
    }
    if (is_silent(self) || (!is_decided && is_kept_back(self, text))) {
        return;
    }
    put_text(self, text);
}

void line_say(struct modem *self, const char *format, ...)
{
    char text[1024];
    struct fmt out;
    va_list arguments;

    fmt_init(&out, text, sizeof text);
    va_start(arguments, format);
    fmt_add_list(&out, format, arguments);
    va_end(arguments);
    say(self, fmt_span(&out), false);
}

void line_say_later(struct modem *self, uint64_t delay_ns, const char *format, ...)
{
    char text[MODULE_URC_MAX];
    struct fmt out;
    va_list arguments;

    fmt_init(&out, text, sizeof text);
    va_start(arguments, format);
    fmt_add_list(&out, format, arguments);
    va_end(arguments);
    add_later(self, delay_ns, false, fmt_span(&out));
}

void line_on_later(struct modem *self)
{
    char text[MODULE_URC_MAX];
    bool is_decided = self->later[0].is_decided;

    memcpy(text, self->later[0].text, sizeof text);
    self->later_count--;
    memmove(self->later, self->later + 1, self->later_count * sizeof self->later[0]);
    if (self->later_count > 0) {
        module_set_timer(self, TIMER_LATER, self->later[0].at_ns);
    }
    say(self, span_of_text(text), is_decided);
}

void line_clear(struct modem *self)
{
    self->out_count = 0;
    self->gap_after = 0;
    self->in_size = 0;
    self->in_spoiled = false;
    self->in_overflow = false;
    self->later_count = 0;
    module_stop_timer(self, TIMER_LATER);
}

uint64_t line_next_ns(const struct modem *self)
{
    return self->out_count == 0 ? UINT64_MAX : self->out_ns + character_ns(self);
}

bool modem_output(struct modem *self, uint64_t now_ns, uint8_t *byte)
{
    if (line_next_ns(self) > now_ns) {
        return false;
    }
    self->out_ns = line_next_ns(self);
    self->activity_ns = self->out_ns;
    *byte = self->out[self->out_head];
    self->out_head = (self->out_head + 1) % MODULE_OUT_MAX;
    self->out_count--;
    if (self->gap_after > 0 && --self->gap_after == 0) {
        self->out_ns += GAP_MS * MODULE_MS;
    }
    if (self->out_count == 0 && self->new_baud != 0 && !self->is_busy) {
        self->nvram.baud = self->new_baud; // AT+IPR: the OK still goes out at the old rate
        self->new_baud = 0;
    }
    return true;
}

static void end_line(struct modem *self)
{
    struct span line = span_of(self->in, self->in_size);
    bool is_lost = self->in_spoiled;
    bool is_long = self->in_overflow;

    self->in_size = 0;
    self->in_spoiled = false;
    self->in_overflow = false;
    if (is_lost) {
        self->counters.lost_lines++;
    } else if (is_long) {
        line_say(self, "ERROR");
    } else if (line.size > 0) {
        command_run(self, line);
    }
}

void line_take(struct modem *self, uint8_t byte)
{
    if (byte == '\r') {
        end_line(self);
    } else if (byte == '\n') {
        return; // behind the CR
    } else if (self->in_size == MODULE_LINE_MAX) {
        self->in_overflow = true;
    } else {
        self->in[self->in_size++] = byte;
    }
}

uint32_t modem_output_baud(const struct modem *self)
{
    return self->power == POWER_OFF ? 0 : self->nvram.baud;
}

bool modem_rate_fits(const struct modem *self, uint32_t baud)
{
    uint32_t own = modem_output_baud(self);
    uint32_t apart = own > baud ? own - baud : baud - own;

    return own != 0 && apart <= own / 50;
}
