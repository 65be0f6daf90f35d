// SPDX-License-Identifier: Apache-2.0
// Sockets between the host's commands, the radio and the real network. docs/modems.md.
#include "vnode/chip/module.h"

#include <string.h>

#include "link/air.h"
#include "vnode/net/tcp.h"

enum {
    OPEN_BOUND_S = 75,   // assumed: TCP gives up; the BG95's manual allows 150 s
    STUCK_S = 120,       // the same of an uplink without progress
    ORPHAN_S = 2 * 3600, // a peer without keep-alive believes in a dead connection so long
};

void sockets_init(struct modem *self)
{
    for (unsigned i = 0; i < SOCKETS_MAX; i++) {
        flow_init(&self->sockets.socket[i].flow);
        self->sockets.socket[i].bound_ns = UINT64_MAX;
    }
}

// ---- bounds ----

static void set_timer(struct modem *self)
{
    uint64_t first_ns = UINT64_MAX;

    for (unsigned i = 0; i < SOCKETS_MAX; i++) {
        uint64_t bound_ns = self->sockets.socket[i].bound_ns;
        first_ns = bound_ns < first_ns ? bound_ns : first_ns;
    }
    module_set_timer(self, TIMER_SOCKETS, first_ns);
}

static void set_bound(struct modem *self, struct module_socket *socket, uint64_t bound_ns)
{
    socket->bound_ns = bound_ns;
    set_timer(self);
}

static void release(struct modem *self, struct module_socket *socket)
{
    socket->state = SOCKET_FREE;
    socket->buffered = 0;
    socket->is_announced = false;
    set_bound(self, socket, UINT64_MAX);
}

static void fail_open(struct modem *self, unsigned index, enum socket_result result)
{
    flow_close(&self->sockets.socket[index].flow);
    air_drop_channel(self, AIR_SOCKET + index);
    release(self, &self->sockets.socket[index]);
    self->sockets.last_result = result;
    self->variant->socket_words->opened(self, index, result);
}

static void end_by_peer(struct modem *self, unsigned index)
{
    struct module_socket *socket = &self->sockets.socket[index];

    flow_close(&socket->flow);
    if (socket->state == SOCKET_LEAVING) {
        release(self, socket);
        return;
    }
    socket->state = SOCKET_ENDED;
    set_bound(self, socket, UINT64_MAX);
    self->variant->socket_words->closed(self, index);
}

static void open_udp(struct modem *self, unsigned index)
{
    struct module_socket *socket = &self->sockets.socket[index];

    if (flow_open(&socket->flow) != STATUS_OK) {
        fail_open(self, index, SOCKET_REFUSED);
        return;
    }
    memcpy(socket->peer.address, socket->host, sizeof socket->peer.address - 1);
    socket->peer.port = socket->port;
    socket->state = SOCKET_OPEN;
    set_bound(self, socket, UINT64_MAX);
    self->variant->socket_words->opened(self, index, SOCKET_DONE);
}

void sockets_on_timer(struct modem *self)
{
    for (unsigned i = 0; i < SOCKETS_MAX; i++) {
        struct module_socket *socket = &self->sockets.socket[i];
        if (socket->bound_ns > self->now_ns) {
            continue;
        }
        if (socket->state == SOCKET_OPENING && !socket->is_tcp && tcp_is_address(socket->host)) {
            open_udp(self, i);
        } else if (socket->state == SOCKET_OPENING) {
            fail_open(self, i, SOCKET_TIMEOUT);
        } else {
            end_by_peer(self, i);
        }
    }
    set_timer(self);
}

// ---- up ----

static enum status send_up(struct modem *self, unsigned index, enum uplink_kind kind,
                           struct span bytes, const struct udp_peer *peer)
{
    bool is_tcp = self->sockets.socket[index].is_tcp;
    uint32_t size = kind == UPLINK_DNS ? (uint32_t)strlen(self->sockets.socket[index].host)
                                       : (uint32_t)bytes.size;
    struct air_message message = {
        .channel = AIR_SOCKET + index,
        .kind = (uint8_t)kind,
        .bytes = bytes,
        .ip_bytes = air_uplink_bytes(kind, size, is_tcp),
        .is_datagram = kind == UPLINK_PACKET && !is_tcp,
    };

    if (peer != NULL) {
        message.peer = *peer;
    }
    return air_send(self, &message, session_command_ns(self));
}

// A name is asked for first; then TCP connects, while UDP opens by itself after the command's time.
static void begin_open(struct modem *self, unsigned index, bool has_address)
{
    struct module_socket *socket = &self->sockets.socket[index];

    if (has_address && !socket->is_tcp) {
        set_bound(self, socket, self->now_ns + session_command_ns(self));
        return;
    }
    set_bound(self, socket, self->now_ns + OPEN_BOUND_S * MODULE_S);
    if (send_up(self, index, has_address ? UPLINK_SYN : UPLINK_DNS, span_of(NULL, 0), NULL) !=
        STATUS_OK) {
        fail_open(self, index, SOCKET_BLOCKED);
    }
}

void sockets_open(struct modem *self, unsigned index, const struct socket_request *request)
{
    struct module_socket *socket = &self->sockets.socket[index];

    flow_close(&socket->flow);
    air_drop_channel(self, AIR_SOCKET + index);
    *socket = (struct module_socket){
        .state = SOCKET_OPENING,
        .is_tcp = request->is_tcp,
        .is_service = request->is_service,
        .access = request->access,
        .port = request->port,
        .flow = {.socket = -1},
    };
    memcpy(socket->host, request->host.data, request->host.size);
    begin_open(self, index, tcp_is_address(socket->host));
}

enum status sockets_send(struct modem *self, unsigned index, const struct udp_peer *to,
                         struct span bytes)
{
    struct module_socket *socket = &self->sockets.socket[index];
    enum status status;

    if (socket->state != SOCKET_OPEN) {
        return STATUS_IO;
    }
    if (fault_strikes(self, FAULT_BLOCKED)) {
        return STATUS_BUSY;
    }
    status = send_up(self, index, UPLINK_PACKET, bytes, to != NULL ? to : &socket->peer);
    if (status == STATUS_OK) {
        socket->sent += (uint32_t)bytes.size;
    }
    if (status == STATUS_OK && socket->is_tcp && socket->bound_ns == UINT64_MAX) {
        set_bound(self, socket, self->now_ns + STUCK_S * MODULE_S);
    }
    return status;
}

void sockets_close(struct modem *self, unsigned index)
{
    struct module_socket *socket = &self->sockets.socket[index];
    bool was_open = socket->state == SOCKET_OPEN;

    if (was_open && socket->is_tcp) {
        (void)!send_up(self, index, UPLINK_FIN, span_of(NULL, 0), NULL);
    }
    if (was_open && air_has_uplink(self, AIR_SOCKET + index)) {
        socket->state = SOCKET_LEAVING;
        set_bound(self, socket, self->now_ns + STUCK_S * MODULE_S);
        return;
    }
    flow_close(&socket->flow);
    air_drop_channel(self, AIR_SOCKET + index);
    release(self, socket);
}

// ---- between radio and socket ----

static void connect_tcp(struct modem *self, unsigned index)
{
    struct module_socket *socket = &self->sockets.socket[index];
    enum status status = flow_connect(&socket->flow, socket->host, socket->port, self->now_ns);

    if (status != STATUS_OK) {
        air_answer(self, AIR_SOCKET + index,
                   status == STATUS_NOT_FOUND ? DOWNLINK_NO_NAME : DOWNLINK_RESET);
    }
}

static void write_out(struct modem *self, unsigned index, struct module_slot *slot)
{
    struct module_socket *socket = &self->sockets.socket[index];
    struct span bytes = span_of(slot->bytes, slot->size);

    if (socket->is_tcp) {
        socket->bound_ns = UINT64_MAX;
        set_timer(self);
    }
    if (!slot->is_lost && socket->flow.state == FLOW_OPEN &&
        flow_write(&socket->flow, &slot->peer, bytes, self->now_ns) == STATUS_OK) {
        socket->acknowledged += (uint32_t)bytes.size;
    }
}

void sockets_on_sent(struct modem *self, unsigned index, struct module_slot *slot)
{
    struct module_socket *socket = &self->sockets.socket[index];

    if (slot->kind == UPLINK_PACKET) {
        write_out(self, index, slot);
    } else if (slot->kind == UPLINK_DNS) {
        air_answer(self, AIR_SOCKET + index, DOWNLINK_DNS);
    } else if (slot->kind == UPLINK_SYN) {
        connect_tcp(self, index);
    }
    if (socket->state == SOCKET_LEAVING && !air_has_uplink(self, AIR_SOCKET + index)) {
        flow_close(&socket->flow);
        air_drop_channel(self, AIR_SOCKET + index);
        release(self, socket);
    }
}

static void on_name(struct modem *self, unsigned index)
{
    struct module_socket *socket = &self->sockets.socket[index];
    char address[UDP_ADDRESS_TEXT];

    if (tcp_address(socket->host, address, sizeof address) != STATUS_OK) {
        fail_open(self, index, SOCKET_NO_NAME);
        return;
    }
    memcpy(socket->host, address, sizeof address);
    begin_open(self, index, true);
}

void sockets_on_received(struct modem *self, unsigned index, struct module_slot *slot)
{
    struct module_socket *socket = &self->sockets.socket[index];

    switch ((enum downlink_kind)slot->kind) {
    case DOWNLINK_DNS:
        on_name(self, index);
        break;
    case DOWNLINK_SYN_ACK:
        socket->state = SOCKET_OPEN;
        set_bound(self, socket, UINT64_MAX);
        self->variant->socket_words->opened(self, index, SOCKET_DONE);
        break;
    case DOWNLINK_RESET:
        fail_open(self, index, SOCKET_REFUSED);
        break;
    case DOWNLINK_NO_NAME:
        fail_open(self, index, SOCKET_NO_NAME);
        break;
    case DOWNLINK_PACKET:
        self->variant->socket_words->received(self, index, &slot->peer,
                                              span_of(slot->bytes, slot->size));
        break;
    case DOWNLINK_CLOSED:
        end_by_peer(self, index);
        break;
    case DOWNLINK_NOTHING:
    default:
        break;
    }
}

void sockets_forget(struct modem *self)
{
    for (unsigned i = 0; i < SOCKETS_MAX; i++) {
        struct module_socket *socket = &self->sockets.socket[i];
        int orphan = flow_abandon(&socket->flow);
        if (orphan >= 0) {
            orphans_add(&self->orphans, orphan, self->now_ns + ORPHAN_S * MODULE_S);
        }
        release(self, socket);
    }
}
