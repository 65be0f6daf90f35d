// SPDX-License-Identifier: Apache-2.0
// The BG95-M2's AT+QCOAP… where they differ from the BC660K-GL's. docs/modems.md says what is assumed.
#include "vnode/chip/module.h"

// AT+QCOAPHEADER=0,<message id>,<mode>: 0 no token, 1 a random one.
enum cme bg95_coap_header(struct modem *self, const struct command_line *line)
{
    uint32_t id, mode;

    if (!coap_is_client_0(line) || !command_number(line, 1, 0, UINT16_MAX, &id) ||
        !command_number(line, 2, 0, 1, &mode)) {
        return CME_PARAMETER;
    }
    self->coap.next_id = (uint16_t)id;
    coap_draw_token(self, mode == 1 ? COAP_DRAWN_TOKEN : 0);
    return CME_NONE;
}

// AT+QCOAPOPTION=0,0,<index>,<number>,<value>
enum cme bg95_coap_option(struct modem *self, const struct command_line *line)
{
    uint32_t index;

    if (!command_number(line, 2, 0, COAP_OPTIONS_MAX - 1, &index)) {
        return CME_PARAMETER;
    }
    return coap_add_options(self, line, 3);
}

// +QCOAPRECV: 0,<type>,<code>,<message id>,<length> and the payload on a line of its own.
void bg95_say_coap(struct modem *self, const struct coap_message *message)
{
    char head[96];
    struct fmt out;

    if (!line_takes_message(self, sizeof head + message->payload.size)) {
        return;
    }
    fmt_init(&out, head, sizeof head);
    fmt_add(&out, "\r\n+QCOAPRECV: 0,%d,%d.%02d,%u,%u\r\n", (int)message->type, message->code >> 5,
            message->code & 31, (unsigned)message->id, (unsigned)message->payload.size);
    line_put(self, fmt_span(&out));
    line_put(self, message->payload);
    line_put(self, span_of_text("\r\n"));
}

// AT+QCOAPCFG="pdpcid",0,1 and other keys, which are taken and ignored.
enum cme bg95_coap_configure(struct modem *self, const struct command_line *line)
{
    uint32_t context;
    bool is_context = span_equals(line->field[0].text, span_of_text("pdpcid"));

    (void)self;
    if (is_context && line->fields > 2 && !command_number(line, 2, 1, 1, &context)) {
        return CME_PARAMETER;
    }
    return CME_NONE;
}
