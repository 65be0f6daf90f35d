// SPDX-License-Identifier: Apache-2.0
// The BG95-M2's AT+QCOAP… where they differ from the BC660K-GL's. docs/modems.md says what is assumed.
#include "vnode/chip/module.h"

// AT+QCOAPHEADER=0,<message id>,<mode>: 0 no token, 1 a random one.
enum cme bg95_coap_header(struct modem *self, const struct command_line *line)
{
    uint32_t id, mode;

    if (!is_client_0(line) || !command_number(line, 1, 0, UINT16_MAX, &id) ||
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
