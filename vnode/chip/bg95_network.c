// SPDX-License-Identifier: Apache-2.0
// Signal, PDP context, names and time of the BG95-M2. BG95&BG77&BG600L Series AT Commands Manual V2.0, TCP/IP
// Application Note V1.2.
#include "vnode/chip/module.h"

#include "vnode/net/tcp.h"

enum {
    ACTIVATE_LOW_MS = 300,
    ACTIVATE_HIGH_MS = 1500,
    LOOKUP_MS = 600, // assumed: one exchange with a name server
    LOOKUP_GAP_MS = 5,
    TTL_S = 300,
};

static const char *technology_name(const struct modem *self)
{
    return network_technology(self) == 8 ? "eMTC" : "NBIoT";
}

static bool is_covered(const struct modem *self)
{
    return self->is_registered && !self->is_uncovered;
}

enum cme bg95_signal(struct modem *self, const struct command_line *line)
{
    int rssi = -113 + 2 * self->csq;

    (void)line;
    if (is_covered(self)) {
        command_add(self, "+QCSQ: \"%s\",%d,%d,125,-11", technology_name(self), rssi, rssi - 10);
    } else {
        command_add(self, "+QCSQ: \"NOSERVICE\"");
    }
    return CME_NONE;
}

enum cme bg95_network_info(struct modem *self, const struct command_line *line)
{
    (void)line;
    if (is_covered(self)) {
        command_add(self, "+QNWINFO: \"%s\",\"23415\",\"LTE BAND 20\",6300", technology_name(self));
    } else {
        command_add(self, "+QNWINFO: \"No Service\"");
    }
    return CME_NONE;
}

// ---- PDP context 1 ----

static bool is_context(const struct command_line *line)
{
    uint32_t context;

    return command_number(line, 0, 1, 1, &context);
}

// AT+QICSGP=1,<type>,"<apn>"[,"<user>","<password>"[,<authentication>]]: stored.
enum cme bg95_context_settings(struct modem *self, const struct command_line *line)
{
    struct module_nvram *to = &self->nvram;
    uint32_t type, authentication = 0;

    if (!is_context(line)) {
        return CME_PARAMETER;
    }
    if (line->fields == 1) {
        command_add(self, "+QICSGP: %u,\"%s\",\"%s\",\"%s\",%u", (unsigned)to->context_type,
                    to->apn, to->apn_user, to->apn_password, (unsigned)to->apn_authentication);
        return CME_NONE;
    }
    if (!command_number(line, 1, 1, 3, &type) || !command_text(line, 2, to->apn, sizeof to->apn) ||
        (line->fields > 3 && !command_text(line, 3, to->apn_user, sizeof to->apn_user)) ||
        (line->fields > 4 && !command_text(line, 4, to->apn_password, sizeof to->apn_password)) ||
        (line->fields > 5 && !command_number(line, 5, 0, 3, &authentication))) {
        return CME_PARAMETER;
    }
    to->context_type = (uint8_t)type;
    to->apn_authentication = (uint8_t)authentication;
    self->saved = *to;
    return CME_NONE;
}

enum cme bg95_activate(struct modem *self, const struct command_line *line)
{
    if (line->form == FORM_READ) {
        if (network_has_context(self)) {
            command_add(self, "+QIACT: 1,1,1,\"%s\"", network_address);
        }
        return CME_NONE;
    }
    if (!is_context(line)) {
        return CME_PARAMETER;
    }
    self->reply_ns = self->now_ns +
                     module_random(self, ACTIVATE_LOW_MS * MODULE_MS, ACTIVATE_HIGH_MS * MODULE_MS);
    if (!self->is_attached || self->has_context) {
        return CME_NOT_ALLOWED;
    }
    self->has_context = true;
    return CME_NONE;
}

enum cme bg95_deactivate(struct modem *self, const struct command_line *line)
{
    if (!is_context(line)) {
        return CME_PARAMETER;
    }
    network_lose_context(self);
    return CME_NONE;
}

void network_lose_context(struct modem *self)
{
    if (self->session.state != SESSION_CLOSED) {
        session_lose(self, SESSION_LINK_DEAD, true);
    }
    sockets_forget(self);
    coap_close(self);
    self->has_context = false;
}

// ---- names and time ----

enum cme bg95_name_servers(struct modem *self, const struct command_line *line)
{
    if (!is_context(line)) {
        return CME_PARAMETER;
    }
    return network_has_context(self) ? CME_NONE : CME_NOT_ALLOWED;
}

enum cme bg95_name_lookup(struct modem *self, const struct command_line *line)
{
    char name[128], address[64];
    uint64_t after_ns = LOOKUP_MS * MODULE_MS;

    if (!is_context(line) || !command_has(line, 1) || !command_text(line, 1, name, sizeof name)) {
        return CME_PARAMETER;
    }
    if (!network_has_context(self)) {
        return CME_NOT_ALLOWED;
    }
    if (tcp_address(name, address, sizeof address) != STATUS_OK) {
        line_say_later(self, after_ns, "+QIURC: \"dnsgip\",%d", SOCKET_NO_NAME);
        return CME_NONE;
    }
    line_say_later(self, after_ns, "+QIURC: \"dnsgip\",0,1,%d", TTL_S);
    line_say_later(self, after_ns + LOOKUP_GAP_MS * MODULE_MS, "+QIURC: \"dnsgip\",\"%s\"",
                   address);
    return CME_NONE;
}

enum cme bg95_clock_time(struct modem *self, const struct command_line *line)
{
    (void)line;
    fmt_add(&self->reply, "\r\n+CCLK: \"");
    time_add(self, &self->reply);
    fmt_add(&self->reply, "\"\r\n");
    return CME_NONE;
}

// AT+QNTP=1,"<host>"[,<port>]
enum cme bg95_network_time(struct modem *self, const struct command_line *line)
{
    char text[32];
    struct fmt out;

    if (!is_context(line) || !command_has(line, 1)) {
        return CME_PARAMETER;
    }
    if (!network_has_context(self)) {
        return CME_NOT_ALLOWED;
    }
    fmt_init(&out, text, sizeof text);
    time_add(self, &out);
    line_say_later(self, MODULE_S, "+QNTP: 0,\"20%s\"", text);
    return CME_NONE;
}
