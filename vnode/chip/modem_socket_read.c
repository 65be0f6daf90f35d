// SPDX-License-Identifier: Apache-2.0
// From the real network to the radio: what sockets receive, and whether they are quiet.
#include "vnode/chip/module.h"

#include "link/air.h"

static void read_connecting(struct modem *self, unsigned index)
{
    enum status status = flow_connected(&self->sockets.socket[index].flow, self->now_ns);

    if (status != STATUS_AGAIN) {
        air_answer(self, AIR_SOCKET + index,
                   status == STATUS_OK ? DOWNLINK_SYN_ACK : DOWNLINK_RESET);
    }
}

static bool read_one(struct modem *self, unsigned index)
{
    struct module_socket *socket = &self->sockets.socket[index];
    uint8_t bytes[SOCKET_READ_MAX];
    struct air_message message = {.channel = AIR_SOCKET + index, .kind = DOWNLINK_PACKET};
    enum status status;
    size_t capacity = socket->is_tcp ? LINK_SEGMENT_BYTES : sizeof bytes;
    size_t size = flow_read(&socket->flow, bytes, capacity, &message.peer, self->now_ns, &status);

    if (status == STATUS_OK) {
        message.bytes = span_of(bytes, size);
        message.is_datagram = !socket->is_tcp;
        message.ip_bytes = air_ip_bytes((uint32_t)size, socket->is_tcp);
        air_arrive(self, &message, self->now_ns);
    } else if (status == STATUS_IO) {
        flow_close(&socket->flow);
        air_answer(self, AIR_SOCKET + index, DOWNLINK_CLOSED);
    }
    return status == STATUS_OK;
}

// A stream is not read while the host leaves the buffer full: its peer has to wait.
static bool takes_more(const struct modem *self, unsigned index)
{
    const struct module_socket *socket = &self->sockets.socket[index];
    unsigned kept = socket->buffered + air_downlinks(self, AIR_SOCKET + index);

    return socket->flow.state == FLOW_OPEN && !air_is_full(self) &&
           (!socket->is_tcp || socket->access == ACCESS_PUSH || kept < SOCKET_BUFFER_MAX);
}

void sockets_read(struct modem *self)
{
    if (self->faults.hold) {
        return;
    }
    for (unsigned i = 0; i < SOCKETS_MAX; i++) {
        struct module_socket *socket = &self->sockets.socket[i];
        if (socket->flow.state == FLOW_CONNECTING) {
            read_connecting(self, i);
        }
        while (takes_more(self, i) && read_one(self, i)) {
        }
    }
}

bool sockets_are_quiet(struct modem *self)
{
    bool are_quiet = true;

    for (unsigned i = 0; i < SOCKETS_MAX; i++) {
        are_quiet &= flow_is_quiet(&self->sockets.socket[i].flow, self->now_ns);
    }
    return are_quiet;
}

bool sockets_are_closed(const struct modem *self)
{
    for (unsigned i = 0; i < SOCKETS_MAX; i++) {
        if (self->sockets.socket[i].flow.state != FLOW_CLOSED) {
            return false;
        }
    }
    return true;
}
