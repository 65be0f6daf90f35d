// SPDX-License-Identifier: Apache-2.0
// Data mode: bytes behind a '>' prompt, as many as were announced or up to Ctrl-Z. docs/modems.md.
#include "vnode/chip/module.h"

enum {
    PROMPT_LOW_MS = 20, // within 500
    PROMPT_HIGH_MS = 60,
    DATA_IDLE_S = 60,
    CTRL_Z = 0x1A,
    ESCAPE = 0x1B,
};

void data_prompt(struct modem *self, const struct data_request *request)
{
    self->data.mode = DATA_PROMPT;
    self->data.request = *request;
    self->data.size = 0;
    self->after_reply = AFTER_PROMPT;
    self->reply_ns =
        self->now_ns + module_random(self, PROMPT_LOW_MS * MODULE_MS, PROMPT_HIGH_MS * MODULE_MS);
}

void data_begin(struct modem *self)
{
    line_put(self, span_of_text("\r\n> "));
    self->data.mode = DATA_INPUT;
    module_set_timer(self, TIMER_DATA, self->now_ns + DATA_IDLE_S * MODULE_S);
}

void data_leave(struct modem *self)
{
    self->data.mode = DATA_NONE;
    module_stop_timer(self, TIMER_DATA);
}

void data_on_timer(struct modem *self)
{
    data_leave(self);
    line_say(self, "ERROR");
}

static void finish(struct modem *self)
{
    data_leave(self);
    self->data.request.finish(self, span_of(self->data.bytes, self->data.size));
}

void data_take(struct modem *self, uint8_t byte)
{
    struct module_data *data = &self->data;
    bool is_fixed = data->request.is_fixed;

    if (data->mode == DATA_PROMPT) {
        return; // before the prompt: lost
    }
    module_set_timer(self, TIMER_DATA, self->now_ns + DATA_IDLE_S * MODULE_S);
    if (!is_fixed && byte == CTRL_Z) {
        finish(self);
        return;
    }
    if (!is_fixed && byte == ESCAPE) {
        data_leave(self);
        line_say(self, "OK");
        return;
    }
    if (data->size < data->request.limit) {
        data->bytes[data->size++] = byte;
    }
    if (is_fixed && data->size == data->request.wanted) {
        finish(self);
    }
}
