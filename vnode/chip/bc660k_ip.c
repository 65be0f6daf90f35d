// SPDX-License-Identifier: Apache-2.0
// The BC660K-GL's AT+QICFG, QIOPEN, QISEND, QICLOSE, in the forms that shipped nodes use; the module's own TCP/IP note
// was not at hand. docs/modems.md says which fields are assumed.
#include "vnode/chip/module.h"

#include "vnode/net/tcp.h"

enum {
    SEND_MAX = 1024, // assumed
    CLOSE_MS = 100,
    SENT_MS = 10, // from OK to SEND OK (assumed)
};

// ---- what happens by itself ----

static void say_opened(struct modem *self, unsigned index, enum socket_result result)
{
    line_say(self, "+QIOPEN: %u,%d", index, (int)result);
}

static void put_data(struct modem *self, struct span bytes)
{
    if (self->sockets.receive_hex) {
        line_put_hex(self, bytes);
    } else {
        line_put(self, bytes);
    }
}

// +QIURC: "recv",<index>,<length>[,"<address>",<port>],"<data>": pushed at once, the data raw or in hex.
static void say_received(struct modem *self, unsigned index, const struct udp_peer *from,
                         struct span bytes)
{
    char head[128];
    struct fmt out;

    if (!line_takes_message(self, 128 + 2 * bytes.size)) {
        return;
    }
    fmt_init(&out, head, sizeof head);
    fmt_add(&out, "\r\n+QIURC: \"recv\",%u,%u,", index, (unsigned)bytes.size);
    if (self->sockets.socket[index].is_service) {
        fmt_add(&out, "\"%s\",%u,", from->address, (unsigned)from->port);
    }
    fmt_add(&out, "\"");
    line_put(self, fmt_span(&out));
    put_data(self, bytes);
    line_put(self, span_of_text("\"\r\n"));
}

static void say_closed(struct modem *self, unsigned index)
{
    line_say(self, "+QIURC: \"closed\",%u", index);
    sockets_close(self, index);
}

const struct socket_words bc660k_socket_words = {say_opened, say_received, say_closed};

// ---- commands ----

// AT+QICFG=dataformat,<send>,<receive>, its key with or without quotes; other keys are taken and ignored.
enum cme bc660k_ip_configure(struct modem *self, const struct command_line *line)
{
    uint32_t send, receive;

    if (!span_equals(line->field[0].text, span_of_text("dataformat"))) {
        return CME_NONE;
    }
    if (line->fields == 1) {
        command_add(self, "+QICFG: \"dataformat\",%d,%d", self->sockets.send_hex ? 1 : 0,
                    self->sockets.receive_hex ? 1 : 0);
        return CME_NONE;
    }
    if (!command_number(line, 1, 0, 1, &send) || !command_number(line, 2, 0, 1, &receive)) {
        return CME_PARAMETER;
    }
    self->sockets.send_hex = send == 1;
    self->sockets.receive_hex = receive == 1;
    return CME_NONE;
}

struct service {
    const char *name;
    bool is_tcp, is_service;
};
static const struct service services[] = {
    {"TCP", true, false}, {"UDP", false, false}, {"UDP SERVICE", false, true}};

static const struct service *find_service(struct span name)
{
    for (unsigned i = 0; i < sizeof services / sizeof services[0]; i++) {
        if (span_equals(name, span_of_text(services[i].name))) {
            return &services[i];
        }
    }
    return NULL;
}

// AT+QIOPEN=0,0,"<service>","<host>",<port>[,<local port>[,<access>]]; earlier firmware of shipped nodes puts a local
// port before the remote one: "UDP SERVICE","<host>",1,<port>,1.
static bool read_port(const struct command_line *line, bool is_service, uint32_t *port)
{
    unsigned index = is_service && line->fields == 7 ? 5 : 4;

    return command_number(line, index, is_service ? 0 : 1, 65535, port);
}

enum cme bc660k_ip_open(struct modem *self, const struct command_line *line)
{
    uint32_t zero, port;
    const struct service *service = line->fields < 5 ? NULL : find_service(line->field[2].text);

    if (service == NULL || !command_number(line, 0, 0, 0, &zero) ||
        !command_number(line, 1, 0, 0, &zero) || !command_has(line, 3) ||
        line->field[3].text.size > SOCKET_HOST_MAX ||
        !read_port(line, service->is_service, &port)) {
        return CME_PARAMETER;
    }
    struct socket_request request = {
        .is_tcp = service->is_tcp,
        .is_service = service->is_service,
        .access = ACCESS_PUSH,
        .host = line->field[3].text,
        .port = (uint16_t)port,
    };
    enum socket_state state = self->sockets.socket[0].state;
    if (!network_has_context(self)) {
        line_say_later(self, session_command_ns(self), "+QIOPEN: 0,%d", SOCKET_NO_CONTEXT);
    } else if (state != SOCKET_FREE && state != SOCKET_LEAVING) {
        line_say_later(self, session_command_ns(self), "+QIOPEN: 0,%d", SOCKET_IN_USE);
    } else {
        sockets_open(self, 0, &request);
    }
    return CME_NONE;
}

// AT+QISEND=0,<length>,"<data>" or AT+QISEND=0,"<address>",<port>,<length>,"<data>".
static bool read_send(const struct command_line *whole, struct command_line *head,
                      struct udp_peer *to, uint32_t *length, struct span *data)
{
    const char *quote = memchr(whole->rest.data, '"', whole->rest.size);
    bool has_peer = quote != NULL && whole->rest.size > 2 && whole->rest.data[2] == '"';
    unsigned length_at = has_peer ? 3 : 1;
    uint32_t zero, port;

    if (!command_split_raw(whole, length_at + 1, head, data) || head->fields != length_at + 1 ||
        !command_number(head, 0, 0, 0, &zero) ||
        !command_number(head, length_at, 0, SEND_MAX, length)) {
        return false;
    }
    *to = (struct udp_peer){.port = 0};
    if (!has_peer) {
        return true;
    }
    if (!command_text(head, 1, to->address, sizeof to->address) || !tcp_is_address(to->address) ||
        !command_number(head, 2, 1, 65535, &port)) {
        return false;
    }
    to->port = (uint16_t)port;
    return true;
}

static void send_now(struct modem *self, const struct udp_peer *to, struct span bytes)
{
    enum status status = sockets_send(self, 0, to->port != 0 ? to : NULL, bytes);

    line_say_later(self, self->reply_ns - self->now_ns + SENT_MS * MODULE_MS, "%s",
                   status == STATUS_OK ? "SEND OK" : "SEND FAIL");
}

enum cme bc660k_ip_send(struct modem *self, const struct command_line *line)
{
    struct command_line head;
    struct udp_peer to;
    struct span data;
    uint32_t length;
    uint8_t bytes[SEND_MAX];

    if (!read_send(line, &head, &to, &length, &data) ||
        !command_payload(data, length, self->sockets.send_hex, bytes)) {
        return CME_PARAMETER;
    }
    if (self->sockets.socket[0].state != SOCKET_OPEN) {
        return CME_NOT_ALLOWED;
    }
    send_now(self, &to, span_of(bytes, length));
    return CME_NONE;
}

enum cme bc660k_ip_close(struct modem *self, const struct command_line *line)
{
    uint32_t zero;

    if (!command_number(line, 0, 0, 0, &zero)) {
        return CME_PARAMETER;
    }
    if (self->sockets.socket[0].state == SOCKET_FREE) {
        return CME_NOT_ALLOWED;
    }
    sockets_close(self, 0);
    if (module_random(self, 0, 1) == 1) { // not every module says it
        line_say_later(self, CLOSE_MS * MODULE_MS, "CLOSE OK");
    }
    return CME_NONE;
}
