// SPDX-License-Identifier: Apache-2.0
// Reading what a socket with a buffer has received. BG95 TCP/IP Application Note V1.2.
#include "vnode/chip/module.h"

enum { READ_MAX = 1500 };

static void drop_first(struct module_socket *socket)
{
    socket->buffered--;
    memmove(socket->buffer, socket->buffer + 1, socket->buffered * sizeof socket->buffer[0]);
    socket->is_announced = socket->buffered > 0;
}

// Bytes of a stream, as many as asked for, over the borders of what arrived; or the first datagram.
static size_t take_bytes(struct module_socket *socket, uint8_t *to, size_t limit)
{
    size_t size = 0;

    while (socket->buffered > 0 && size < limit) {
        struct socket_message *first = &socket->buffer[0];
        size_t part = (size_t)(first->size - first->used);
        part = part > limit - size ? limit - size : part;
        memcpy(to + size, first->bytes + first->used, part);
        first->used = (uint16_t)(first->used + part);
        size += part;
        if (first->used == first->size || !socket->is_tcp) {
            drop_first(socket); // what is left of a datagram is lost
        }
        if (!socket->is_tcp) {
            break;
        }
    }
    return size;
}

// AT+QIRD=<index>[,<length>]
enum cme bg95_ip_read(struct modem *self, const struct command_line *line)
{
    uint8_t bytes[READ_MAX];
    uint32_t index, limit = READ_MAX;

    if (!bg95_read_index(line, &index) ||
        (command_has(line, 1) && !command_number(line, 1, 1, READ_MAX, &limit))) {
        return CME_PARAMETER;
    }
    struct module_socket *socket = &self->sockets.socket[index];
    if (socket->state == SOCKET_FREE || socket->access != ACCESS_BUFFER) {
        return CME_NOT_ALLOWED;
    }
    if (socket->buffered == 0) {
        command_add(self, "+QIRD: 0");
        return CME_NONE;
    }
    struct udp_peer from = socket->buffer[0].from;
    size_t size = take_bytes(socket, bytes, limit);
    fmt_add(&self->reply, "\r\n+QIRD: %u", (unsigned)size);
    if (socket->is_service) {
        fmt_add(&self->reply, ",\"%s\",%u", from.address, (unsigned)from.port);
    }
    fmt_add(&self->reply, "\r\n");
    fmt_add_bytes(&self->reply, span_of(bytes, size));
    fmt_add(&self->reply, "\r\n");
    return CME_NONE;
}
