// SPDX-License-Identifier: Apache-2.0
#include "vnode/net/broker.h"

#include <string.h>

enum { MQTT_TYPE_SHIFT = 4 };

void broker_init(struct broker *self)
{
    self->state = BROKER_CLOSED;
    self->socket = -1;
    self->out_size = 0;
    self->in_size = 0;
    self->in_used = 0;
    self->pings = 0;
    self->is_session = false;
    self->quiet = (struct quiet){.phase = QUIET_CLOSED};
}

enum status broker_open(struct broker *self, const char *host, uint16_t port, uint64_t now_ns)
{
    broker_init(self);
    enum status status = peer_open(self->peer, host, port, &self->socket);
    if (status != STATUS_OK) {
        return status;
    }
    self->state = BROKER_CONNECTING;
    self->written_ns = now_ns;
    self->sent_ms = tcp_real_ms();
    quiet_enter(&self->quiet, QUIET_CONNECTING, now_ns, tcp_patience_ms());
    return STATUS_OK;
}

enum status broker_connected(struct broker *self)
{
    enum status status = peer_connected(self->peer, self->socket);

    if (status == STATUS_OK) {
        self->state = BROKER_OPEN;
        // A broker says nothing before it is spoken to.
        quiet_enter(&self->quiet, QUIET_CLOSED, self->written_ns, tcp_patience_ms());
    } else if (status == STATUS_IO) {
        broker_close(self);
    }
    return status;
}

// ---- out ----

static void flush(struct broker *self)
{
    size_t left = peer_drain(self->peer, self->socket, self->out, self->out_size);

    if (left < self->out_size) {
        self->sent_ms = tcp_real_ms();
    }
    self->out_size = left;
}

static enum status put(struct broker *self, struct span packet)
{
    if (packet.size > BROKER_OUT_MAX - self->out_size) {
        return STATUS_BUSY;
    }
    memcpy(self->out + self->out_size, packet.data, packet.size);
    self->out_size += packet.size;
    flush(self);
    return STATUS_OK;
}

static void note_ping(struct broker *self, bool own)
{
    if (self->pings < BROKER_PINGS_MAX) {
        self->ping_is_own[self->pings++] = own;
    }
}

static bool has_request_level(struct span topic)
{
    static const char level[] = "/request/";
    struct span wanted = span_of_text(level);

    for (size_t at = 0; at < topic.size; at++) {
        if (span_starts_with(span_after(topic, at), wanted)) {
            return true;
        }
    }
    return false;
}

static enum quiet_packet kind_of(struct span packet)
{
    struct mqtt_packet publish;

    if (packet.data[0] >> MQTT_TYPE_SHIFT != MQTT_PUBLISH ||
        mqtt_decode(packet, &publish) != STATUS_OK) {
        return QUIET_PLAIN;
    }
    return has_request_level(publish.topic) ? QUIET_REQUEST : QUIET_PUBLISH;
}

enum status broker_write(struct broker *self, struct span packet, uint64_t now_ns)
{
    enum mqtt_type type = (enum mqtt_type)(packet.data[0] >> MQTT_TYPE_SHIFT);

    self->written_ns = now_ns;
    if (type == MQTT_PINGREQ) {
        note_ping(self, false);
        quiet_on_keep_alive(&self->quiet);
    } else if (type == MQTT_CONNECT) {
        quiet_enter(&self->quiet, QUIET_CONNECTING, now_ns, tcp_patience_ms());
    } else {
        quiet_on_sent(&self->quiet, kind_of(packet), now_ns, tcp_patience_ms());
    }
    return put(self, packet);
}

static void send_own_ping(struct broker *self)
{
    uint8_t packet[2];
    size_t size = mqtt_put_empty(MQTT_PINGREQ, packet, sizeof packet);

    if (self->pings < BROKER_PINGS_MAX && put(self, span_of(packet, size)) == STATUS_OK) {
        note_ping(self, true);
    }
}

// ---- in ----

static bool take_ping(struct broker *self)
{
    bool own = self->pings > 0 && self->ping_is_own[0];

    if (self->pings > 0) {
        self->pings--;
        memmove(self->ping_is_own, self->ping_is_own + 1, self->pings * sizeof(bool));
    }
    return own;
}

// False when the packet is the answer to a PINGREQ of the emulator's own.
static bool is_for_module(struct broker *self, const struct mqtt_packet *packet, uint64_t now_ns)
{
    if (packet->type == MQTT_PINGRESP) {
        bool own = take_ping(self);
        if (own) {
            quiet_on_probe_answered(&self->quiet);
        }
        return !own;
    }
    if (packet->type == MQTT_CONNACK && packet->code == 0) {
        self->is_session = true;
        quiet_enter(&self->quiet, QUIET_CONNECTED, now_ns, tcp_patience_ms());
    }
    quiet_on_received(&self->quiet, packet->type == MQTT_PUBLISH, broker_sent_ns(self, now_ns),
                      tcp_patience_ms());
    return true;
}

// Moves what was not returned yet to the front and reads more behind it.
static long fill(struct broker *self)
{
    self->in_size -= self->in_used;
    memmove(self->in, self->in + self->in_used, self->in_size);
    self->in_used = 0;
    if (self->in_size == sizeof self->in) {
        return 0;
    }
    long count = peer_receive(self->peer, self->socket, self->in + self->in_size,
                              sizeof self->in - self->in_size);
    self->in_size += count > 0 ? (size_t)count : 0;
    return count;
}

static enum status decode(struct broker *self, struct mqtt_packet *packet)
{
    enum status status =
        mqtt_decode(span_of(self->in + self->in_used, self->in_size - self->in_used), packet);

    if (status == STATUS_OK) {
        self->in_used += packet->size;
    }
    return status == STATUS_TOO_BIG ? STATUS_INVALID : status;
}

enum status broker_read(struct broker *self, struct mqtt_packet *packet, uint64_t now_ns)
{
    flush(self);
    for (;;) {
        enum status status = decode(self, packet);
        if (status == STATUS_OK && is_for_module(self, packet, now_ns)) {
            return STATUS_OK;
        }
        if (status == STATUS_OK) {
            continue;
        }
        if (status != STATUS_AGAIN) {
            return status;
        }
        long count = fill(self);
        if (count <= 0) {
            return count == 0 ? STATUS_AGAIN : STATUS_IO;
        }
    }
}

uint64_t broker_sent_ns(const struct broker *self, uint64_t now_ns)
{
    bool is_recent = now_ns < self->written_ns + QUIET_STRIDE_NS;

    return is_recent && quiet_is_answering(&self->quiet) ? self->written_ns : now_ns;
}

// ---- quiet ----

bool broker_is_quiet(struct broker *self, uint64_t now_ns)
{
    if (self->peer != NULL) {
        return true;
    }
    enum quiet_verdict verdict = quiet_ask(&self->quiet, now_ns, tcp_patience_ms());

    if (verdict == QUIET_PROBE) {
        send_own_ping(self);
        quiet_on_probe_sent(&self->quiet, tcp_patience_ms());
    }
    return verdict == QUIET_YES;
}

void broker_keep_alive(struct broker *self)
{
    if (self->peer == NULL && self->is_session &&
        tcp_real_ms() - self->sent_ms >= BROKER_IDLE_PING_MS) {
        send_own_ping(self);
    }
}

struct tcp_watch broker_watch(const struct broker *self)
{
    return (struct tcp_watch){
        .socket = self->socket,
        .for_writing = self->state == BROKER_CONNECTING || self->out_size > 0,
    };
}

void broker_wait(const struct broker *self, int timeout_ms)
{
    struct tcp_watch watch = broker_watch(self); // no socket: just the time

    tcp_wait_any(&watch, 1, timeout_ms);
}

// ---- end ----

int broker_abandon(struct broker *self)
{
    int socket = self->socket;

    broker_init(self);
    if (self->peer != NULL) {
        peer_close(self->peer, socket);
    }
    return socket;
}

void broker_close(struct broker *self)
{
    if (self->state != BROKER_CLOSED) {
        flush(self);
        int socket = broker_abandon(self);
        if (socket >= 0) {
            tcp_close(socket);
        }
    }
}
