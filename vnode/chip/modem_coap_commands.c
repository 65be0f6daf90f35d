// SPDX-License-Identifier: Apache-2.0
// The BC660K-GL's AT+QCOAP… in the forms that shipped nodes use. docs/modems.md says what is assumed.
#include "vnode/chip/module.h"

#include "vnode/net/tcp.h"

void bc660k_say_coap(struct modem *self, const struct coap_message *message)
{
    char head[96];
    struct fmt out;

    if (!line_takes_message(self, sizeof head + 2 * message->payload.size)) {
        return;
    }
    // +QCOAPURC: 0,1,<type>,<code>,<message id>,<length>,"<data>"
    fmt_init(&out, head, sizeof head);
    fmt_add(&out, "\r\n+QCOAPURC: 0,1,%d,%d.%02d,%u,%u,\"", (int)message->type, message->code >> 5,
            message->code & 31, (unsigned)message->id, (unsigned)message->payload.size);
    line_put(self, fmt_span(&out));
    line_put(self, message->payload);
    line_put(self, span_of_text("\"\r\n"));
}

bool coap_is_client_0(const struct command_line *line)
{
    uint32_t zero;

    return command_number(line, 0, 0, 0, &zero);
}

// AT+QCOAPCFG="dtls",0,0: DTLS ends in the module; this one has none.
enum cme bc660k_coap_configure(struct modem *self, const struct command_line *line)
{
    uint32_t on = 0;

    (void)self;
    if (!span_equals(line->field[0].text, span_of_text("dtls"))) {
        return CME_NONE;
    }
    if (line->fields > 2 && !command_number(line, 2, 0, 1, &on)) {
        return CME_PARAMETER;
    }
    return on == 1 ? CME_NOT_SUPPORTED : CME_NONE;
}

enum cme module_coap_open(struct modem *self, const struct command_line *line)
{
    char host[128], address[UDP_ADDRESS_TEXT];
    uint32_t port;

    if (!coap_is_client_0(line) || !command_has(line, 1) ||
        !command_text(line, 1, host, sizeof host) || !command_number(line, 2, 1, 65535, &port)) {
        return CME_PARAMETER;
    }
    if (!network_has_context(self) || self->coap.is_open) {
        return CME_NOT_ALLOWED;
    }
    bool is_good = tcp_address(host, address, sizeof address) == STATUS_OK &&
                   coap_open(self, address, (uint16_t)port);
    line_say_later(self, session_command_ns(self), "+QCOAPOPEN: 0,%d", is_good ? 0 : -1);
    return CME_NONE;
}

void coap_draw_token(struct modem *self, uint8_t size)
{
    self->coap.token_size = size;
    for (unsigned i = 0; i < size; i++) {
        self->coap.token[i] = (uint8_t)module_random(self, 0, UINT8_MAX);
    }
}

// AT+QCOAPHEAD=0,<mode>: 0 = message id and token at random; the other modes set them and are not known exactly.
enum cme bc660k_coap_head(struct modem *self, const struct command_line *line)
{
    uint32_t mode;

    if (!coap_is_client_0(line) || !command_number(line, 1, 0, 5, &mode)) {
        return CME_PARAMETER;
    }
    coap_draw_token(self, COAP_DRAWN_TOKEN);
    return mode == 0 ? CME_NONE : CME_NOT_SUPPORTED;
}

// One option, its value a text in quotes or a number. False when it is neither or there are too many.
static bool add_option(struct modem *self, const struct command_line *line, unsigned at)
{
    struct module_coap *coap = &self->coap;
    struct coap_option *option = &coap->options[coap->option_count];
    uint32_t number, value;

    if (coap->option_count == COAP_OPTIONS_MAX || !command_number(line, at, 1, 65000, &number) ||
        at + 1 >= line->fields || line->field[at + 1].text.size > COAP_VALUE_MAX) {
        return false;
    }
    option->number = (uint16_t)number;
    const struct command_field *field = &line->field[at + 1];
    if (!field->is_quoted && fmt_parse_u32(field->text, &value)) {
        option->size = (uint16_t)coap_put_number(value, option->value);
    } else {
        option->size = (uint16_t)field->text.size;
        memcpy(option->value, field->text.data, field->text.size);
    }
    coap->option_count++;
    return true;
}

enum cme coap_add_options(struct modem *self, const struct command_line *line, unsigned first)
{
    uint32_t zero;

    if (!coap_is_client_0(line) || !command_number(line, 1, 0, 0, &zero) ||
        line->fields < first + 2 || (line->fields - first) % 2 != 0) {
        return CME_PARAMETER;
    }
    for (unsigned at = first; at < line->fields; at += 2) {
        if (!add_option(self, line, at)) {
            return CME_PARAMETER;
        }
    }
    return CME_NONE;
}

// AT+QCOAPOPTION=0,0,<number>,<value>[,<number>,<value>…]
enum cme bc660k_coap_option(struct modem *self, const struct command_line *line)
{
    return coap_add_options(self, line, 2);
}

// ---- sending ----

static void finish_data(struct modem *self, struct span bytes)
{
    enum status status = coap_send(self, &self->coap_pending, bytes);

    line_say(self, "%s", status == STATUS_OK ? "OK" : "ERROR");
}

static enum cme send_inline(struct modem *self, const struct command_line *line, uint32_t length)
{
    uint8_t bytes[COAP_SEND_MAX];

    if (line->fields < 6 || line->field[5].text.size < 2 * (size_t)length ||
        !command_payload(line->field[5].text, length, true, bytes)) {
        return CME_PARAMETER;
    }
    enum status status = coap_send(self, &self->coap_pending, span_of(bytes, length));
    return status == STATUS_OK ? CME_NONE : CME_NOT_ALLOWED;
}

// AT+QCOAPSEND=0,<type>,<method>,<n>[,<length>[,<hex>]]: without data behind it a prompt, which the length or Ctrl-Z
// ends.
enum cme module_coap_send(struct modem *self, const struct command_line *line)
{
    uint32_t type, method, option, length = 0;

    if (!coap_is_client_0(line) || !command_number(line, 1, 0, 1, &type) ||
        !command_number(line, 2, 1, 4, &method) || !command_number(line, 3, 0, 255, &option) ||
        (command_has(line, 4) && !command_number(line, 4, 0, COAP_SEND_MAX, &length))) {
        return CME_PARAMETER;
    }
    if (!self->coap.is_open) {
        return CME_NOT_ALLOWED;
    }
    self->coap_pending =
        (struct coap_request){.type = (enum coap_type)type, .method = (uint8_t)method};
    if (line->fields > 5) {
        return send_inline(self, line, length);
    }
    data_prompt(self, &(struct data_request){.is_fixed = length > 0,
                                             .wanted = length,
                                             .limit = COAP_SEND_MAX,
                                             .finish = finish_data});
    return CME_NONE;
}

enum cme module_coap_close(struct modem *self, const struct command_line *line)
{
    if (!coap_is_client_0(line)) {
        return CME_PARAMETER;
    }
    if (!self->coap.is_open) {
        return CME_NOT_ALLOWED;
    }
    coap_close(self);
    return CME_NONE;
}
