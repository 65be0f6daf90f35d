// SPDX-License-Identifier: Apache-2.0
#include "vnode/net/flow.h"

#include <string.h>

void flow_init(struct flow *self)
{
    self->state = FLOW_CLOSED;
    self->is_tcp = false;
    self->socket = -1;
    self->out_size = 0;
    self->quiet = (struct quiet){.phase = QUIET_CLOSED};
}

enum status flow_connect(struct flow *self, const char *host, uint16_t port, uint64_t now_ns)
{
    flow_init(self);
    enum status status = tcp_open(host, port, &self->socket);
    if (status != STATUS_OK) {
        return status;
    }
    self->is_tcp = true;
    self->state = FLOW_CONNECTING;
    quiet_enter(&self->quiet, QUIET_CONNECTING, now_ns, tcp_patience_ms());
    return STATUS_OK;
}

enum status flow_connected(struct flow *self, uint64_t now_ns)
{
    enum status status = tcp_connected(self->socket);

    if (status == STATUS_OK) {
        self->state = FLOW_OPEN;
        quiet_enter(&self->quiet, QUIET_STREAM, now_ns, tcp_patience_ms()); // a server may greet
    } else if (status == STATUS_IO) {
        flow_close(self);
    }
    return status;
}

enum status flow_open(struct flow *self)
{
    flow_init(self);
    enum status status = udp_open(&self->socket);
    if (status == STATUS_OK) {
        self->state = FLOW_OPEN;
    }
    return status;
}

static void flush(struct flow *self)
{
    self->out_size = tcp_drain(self->socket, self->out, self->out_size);
}

static enum status put(struct flow *self, struct span bytes)
{
    if (bytes.size > FLOW_OUT_MAX - self->out_size) {
        return STATUS_BUSY;
    }
    memcpy(self->out + self->out_size, bytes.data, bytes.size);
    self->out_size += bytes.size;
    flush(self);
    return STATUS_OK;
}

enum status flow_write(struct flow *self, const struct udp_peer *to, struct span bytes,
                       uint64_t now_ns)
{
    if (self->quiet.phase == QUIET_CLOSED) {
        quiet_enter(&self->quiet, QUIET_STREAM, now_ns, tcp_patience_ms());
    }
    quiet_on_sent(&self->quiet, QUIET_PLAIN, now_ns, tcp_patience_ms());
    return self->is_tcp ? put(self, bytes) : udp_send(self->socket, to, bytes);
}

size_t flow_read(struct flow *self, uint8_t *to, size_t capacity, struct udp_peer *from,
                 uint64_t now_ns, enum status *status)
{
    long count;

    *from = (struct udp_peer){.port = 0};
    if (self->is_tcp) {
        flush(self);
        count = tcp_receive(self->socket, to, capacity);
        *status = count > 0 ? STATUS_OK : count == 0 ? STATUS_AGAIN : STATUS_IO;
    } else {
        count = udp_receive(self->socket, to, capacity, from);
        *status = count >= 0 ? STATUS_OK : STATUS_AGAIN;
    }
    if (*status != STATUS_OK) {
        return 0;
    }
    quiet_on_received(&self->quiet, false, now_ns, tcp_patience_ms());
    quiet_on_owed(&self->quiet, false);
    return (size_t)count;
}

void flow_stir(struct flow *self)
{
    quiet_on_stir(&self->quiet, tcp_patience_ms());
}

void flow_owe(struct flow *self)
{
    quiet_on_owed(&self->quiet, true);
}

bool flow_is_quiet(struct flow *self, uint64_t now_ns)
{
    return self->quiet.phase == QUIET_CLOSED || // asked often: without a look at the clock
           quiet_ask(&self->quiet, now_ns, tcp_patience_ms()) == QUIET_YES;
}

struct tcp_watch flow_watch(const struct flow *self)
{
    return (struct tcp_watch){
        .socket = self->socket,
        .for_writing = self->state == FLOW_CONNECTING || self->out_size > 0,
    };
}

int flow_abandon(struct flow *self)
{
    int socket = self->socket;
    bool was_tcp = self->is_tcp && self->state == FLOW_OPEN;

    if (self->state != FLOW_CLOSED && !was_tcp) {
        tcp_close(socket);
    }
    flow_init(self);
    return was_tcp ? socket : -1;
}

void flow_close(struct flow *self)
{
    if (self->state == FLOW_OPEN && self->is_tcp) {
        flush(self);
    }
    int socket = flow_abandon(self);
    if (socket >= 0) {
        tcp_close(socket);
    }
}
