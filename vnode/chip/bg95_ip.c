// SPDX-License-Identifier: Apache-2.0
// The BG95-M2's AT+QIOPEN, QISEND, QISENDEX, QIRD, QICLOSE, QIGETERROR. BG95 TCP/IP Application Note V1.2.
#include "vnode/chip/module.h"

enum { HEX_MAX = 512 }; // characters of AT+QISENDEX

// ---- what happens by itself ----

static void say_opened(struct modem *self, unsigned index, enum socket_result result)
{
    line_say(self, "+QIOPEN: %u,%d", index, (int)result);
}

static void announce(struct modem *self, unsigned index)
{
    struct module_socket *socket = &self->sockets.socket[index];

    if (!socket->is_announced) {
        socket->is_announced = true;
        line_say(self, "+QIURC: \"recv\",%u", index);
    }
}

static void keep(struct modem *self, unsigned index, const struct udp_peer *from, struct span bytes)
{
    struct module_socket *socket = &self->sockets.socket[index];

    if (socket->buffered == SOCKET_BUFFER_MAX) {
        self->counters.dropped_messages++;
        return;
    }
    struct socket_message *message = &socket->buffer[socket->buffered++];
    message->from = *from;
    message->size = (uint16_t)bytes.size;
    message->used = 0;
    memcpy(message->bytes, bytes.data, bytes.size);
    announce(self, index);
}

static void push(struct modem *self, unsigned index, const struct udp_peer *from, struct span bytes)
{
    char head[96];
    struct fmt out;

    if (!line_takes_message(self, sizeof head + bytes.size)) {
        return;
    }
    fmt_init(&out, head, sizeof head);
    fmt_add(&out, "\r\n+QIURC: \"recv\",%u,%u", index, (unsigned)bytes.size);
    if (self->sockets.socket[index].is_service) {
        fmt_add(&out, ",\"%s\",%u", from->address, (unsigned)from->port);
    }
    fmt_add(&out, "\r\n");
    line_put(self, fmt_span(&out));
    line_put(self, bytes);
    line_put(self, span_of_text("\r\n"));
}

static void say_received(struct modem *self, unsigned index, const struct udp_peer *from,
                         struct span bytes)
{
    if (self->sockets.socket[index].access == ACCESS_BUFFER) {
        keep(self, index, from, bytes);
    } else {
        push(self, index, from, bytes);
    }
}

static void say_closed(struct modem *self, unsigned index)
{
    line_say(self, "+QIURC: \"closed\",%u", index);
}

const struct socket_words bg95_socket_words = {say_opened, say_received, say_closed};

// ---- AT+QIOPEN=1,<index>,"<service>","<host>",<remote port>[,<local port>[,<access>]] ----

static const struct {
    const char *name;
    bool is_tcp, is_service;
} services[] = {{"TCP", true, false}, {"UDP", false, false}, {"UDP SERVICE", false, true}};

static bool read_service(struct span name, struct socket_request *request)
{
    for (unsigned i = 0; i < sizeof services / sizeof services[0]; i++) {
        if (span_equals(name, span_of_text(services[i].name))) {
            request->is_tcp = services[i].is_tcp;
            request->is_service = services[i].is_service;
            return true;
        }
    }
    return false; // TCP LISTENER: nobody reaches a device behind a mobile network's address translation
}

static bool read_open(const struct command_line *line, uint32_t *index,
                      struct socket_request *request)
{
    uint32_t context, port, local = 0, access = ACCESS_BUFFER;

    if (line->fields < 5 || !command_number(line, 0, 1, 1, &context) ||
        !command_number(line, 1, 0, SOCKETS_MAX - 1, index) ||
        !read_service(line->field[2].text, request) || !command_has(line, 3) ||
        line->field[3].text.size > SOCKET_HOST_MAX ||
        !command_number(line, 4, request->is_service ? 0 : 1, 65535, &port) ||
        (line->fields > 5 && !command_number(line, 5, 0, 65535, &local)) ||
        (line->fields > 6 && !command_number(line, 6, ACCESS_BUFFER, ACCESS_PUSH, &access))) {
        return false;
    }
    request->host = line->field[3].text;
    request->port = (uint16_t)port;
    request->access = (enum socket_access)access;
    return true;
}

enum cme bg95_ip_open(struct modem *self, const struct command_line *line)
{
    struct socket_request request;
    uint32_t index;

    if (!read_open(line, &index, &request)) {
        self->sockets.last_result = SOCKET_PARAMETER;
        return CME_PARAMETER;
    }
    enum socket_state state = self->sockets.socket[index].state;
    enum socket_result result = SOCKET_DONE;
    if (!network_has_context(self)) {
        result = SOCKET_NO_CONTEXT;
    } else if (state != SOCKET_FREE && state != SOCKET_LEAVING) {
        result = SOCKET_IN_USE;
    }
    if (result != SOCKET_DONE) {
        self->sockets.last_result = result;
        line_say_later(self, session_command_ns(self), "+QIOPEN: %lu,%d", (unsigned long)index,
                       (int)result);
    } else {
        sockets_open(self, index, &request);
    }
    return CME_NONE;
}

// ---- sending ----

bool bg95_read_index(const struct command_line *line, uint32_t *index)
{
    return command_number(line, 0, 0, SOCKETS_MAX - 1, index);
}

static void send_now(struct modem *self, uint32_t index, struct span bytes)
{
    const struct udp_peer *to = self->send_pending.port != 0 ? &self->send_pending : NULL;
    enum status status = sockets_send(self, index, to, bytes);

    line_say(self, "%s",
             status == STATUS_OK   ? "SEND OK"
             : status == STATUS_IO ? "ERROR"
                                   : "SEND FAIL");
}

static void finish_data(struct modem *self, struct span bytes)
{
    send_now(self, self->send_index, bytes);
}

static enum cme show_sent(struct modem *self, uint32_t index)
{
    const struct module_socket *socket = &self->sockets.socket[index];

    command_add(self, "+QISEND: %lu,%lu,%lu", (unsigned long)socket->sent,
                (unsigned long)socket->acknowledged,
                (unsigned long)(socket->sent - socket->acknowledged));
    return CME_NONE;
}

// A UDP SERVICE names the peer behind the length, which may be left out.
static bool read_peer(struct modem *self, const struct command_line *line)
{
    unsigned at = line->fields == 4 ? 2 : 1;
    uint32_t port;

    if (!command_text(line, at, self->send_pending.address, sizeof self->send_pending.address) ||
        !command_number(line, at + 1, 1, 65535, &port)) {
        return false;
    }
    self->send_pending.port = (uint16_t)port;
    return true;
}

// AT+QISEND=<index>[,<length>[,"<address>",<port>]]; <length> 0 asks how much has arrived.
enum cme bg95_ip_send(struct modem *self, const struct command_line *line)
{
    uint32_t index, length = 0;
    bool is_fixed = line->fields == 2 || line->fields == 4;

    if (!bg95_read_index(line, &index) ||
        (is_fixed && !command_number(line, 1, 0, SOCKET_SEND_MAX, &length))) {
        return CME_PARAMETER;
    }
    const struct module_socket *socket = &self->sockets.socket[index];
    if (socket->state != SOCKET_OPEN) {
        return CME_NOT_ALLOWED;
    }
    if (is_fixed && length == 0) {
        return show_sent(self, index);
    }
    self->send_pending = (struct udp_peer){.port = 0};
    if (socket->is_service != (line->fields > 2) ||
        (socket->is_service && !read_peer(self, line))) {
        return CME_PARAMETER;
    }
    self->send_index = index;
    data_prompt(self, &(struct data_request){.is_fixed = is_fixed,
                                             .wanted = length,
                                             .limit = SOCKET_SEND_MAX,
                                             .finish = finish_data});
    return CME_NONE;
}

// AT+QISENDEX=<index>,"<hex>"[,<release assistance>]: its only answer is SEND OK.
enum cme bg95_ip_send_hex(struct modem *self, const struct command_line *line)
{
    uint8_t bytes[HEX_MAX / 2];
    uint32_t index, release;
    struct span hex = line->fields < 2 ? span_of(NULL, 0) : line->field[1].text;

    if (!bg95_read_index(line, &index) || hex.size == 0 || hex.size > HEX_MAX ||
        hex.size % 2 != 0 || !command_payload(hex, hex.size / 2, true, bytes) ||
        (line->fields > 2 && !command_number(line, 2, 0, 2, &release))) {
        return CME_PARAMETER;
    }
    if (sockets_send(self, index, NULL, span_of(bytes, hex.size / 2)) != STATUS_OK) {
        return CME_NOT_ALLOWED;
    }
    self->ok_text = "SEND OK";
    return CME_NONE;
}

// ---- the end ----

enum cme bg95_ip_close(struct modem *self, const struct command_line *line)
{
    uint32_t index;

    if (!bg95_read_index(line, &index)) {
        return CME_PARAMETER;
    }
    sockets_close(self, index); // OK for a free one too
    return CME_NONE;
}

enum cme bg95_ip_error(struct modem *self, const struct command_line *line)
{
    static const struct {
        enum socket_result number;
        const char *text;
    } texts[] = {
        {SOCKET_DONE, "operate successfully"},
        {SOCKET_BLOCKED, "operation blocked"},
        {SOCKET_PARAMETER, "invalid parameters"},
        {SOCKET_UNSUPPORTED, "operation not supported"},
        {SOCKET_NO_CONTEXT, "pdp activation failed"},
        {SOCKET_IN_USE, "socket identity has been used"},
        {SOCKET_NO_NAME, "dns parse failed"},
        {SOCKET_REFUSED, "socket connect failed"},
        {SOCKET_TIMEOUT, "operation timeout"},
    };

    (void)line;
    for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        if (texts[i].number == self->sockets.last_result) {
            command_add(self, "+QIGETERROR: %d,%s", (int)texts[i].number, texts[i].text);
        }
    }
    return CME_NONE;
}
