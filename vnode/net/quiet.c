// SPDX-License-Identifier: Apache-2.0
#include "vnode/net/quiet.h"

void quiet_enter(struct quiet *self, enum quiet_phase phase, uint64_t now_ns, uint64_t real_ms)
{
    *self = (struct quiet){
        .phase = phase,
        .traffic_ms = real_ms,
        .traffic_ns = now_ns,
    };
}

static void note_traffic(struct quiet *self, uint64_t now_ns, uint64_t real_ms)
{
    self->traffic_ms = real_ms;
    if (now_ns > self->traffic_ns) {
        self->traffic_ns = now_ns;
    }
    self->dirty = true;
    self->waited = false;
    self->is_windowed = false;
}

void quiet_on_sent(struct quiet *self, enum quiet_packet packet, uint64_t now_ns, uint64_t real_ms)
{
    note_traffic(self, now_ns, real_ms);
    self->requests += packet == QUIET_REQUEST;
    self->publishes += packet == QUIET_PUBLISH;
}

void quiet_on_received(struct quiet *self, bool is_publish, uint64_t now_ns, uint64_t real_ms)
{
    note_traffic(self, now_ns, real_ms);
    if (is_publish && self->requests > 0) {
        self->requests--;
    } else if (is_publish && self->publishes > 0) {
        self->publishes--;
    }
}

void quiet_on_owed(struct quiet *self, bool is_owed)
{
    self->requests = is_owed ? 1 : 0;
}

void quiet_on_keep_alive(struct quiet *self)
{
    self->dirty = true;
}

void quiet_on_probe_sent(struct quiet *self, uint64_t real_ms)
{
    self->probing = true;
    self->probe_ms = real_ms;
    self->dirty = false;
}

void quiet_on_probe_answered(struct quiet *self)
{
    self->probing = false;
}

void quiet_on_stir(struct quiet *self, uint64_t real_ms)
{
    self->traffic_ms = real_ms;
    self->dirty = true;
    self->is_windowed = false;
}

// Rules 3 and 6.
static enum quiet_verdict ask_broker(const struct quiet *self, uint64_t real_ms)
{
    if (self->probing) {
        return real_ms - self->probe_ms >= QUIET_PROBE_LIMIT_MS ? QUIET_YES : QUIET_WAIT;
    }
    return self->dirty ? QUIET_PROBE : QUIET_YES;
}

// Rule 4, once the broker itself is quiet.
static enum quiet_verdict ask_owed(struct quiet *self, uint64_t real_ms)
{
    uint64_t patience_ms = self->requests > 0 ? QUIET_REQUEST_MS : QUIET_PUBLISH_MS;

    if (self->requests == 0 && self->publishes == 0) {
        return QUIET_YES;
    }
    if (real_ms - self->traffic_ms < patience_ms) {
        return QUIET_WAIT;
    }
    if (!self->waited) {
        self->waited = true;
        return QUIET_PROBE;
    }
    self->requests = 0;
    self->publishes = 0;
    return QUIET_YES;
}

// Rule 7.
static enum quiet_verdict ask_stream(const struct quiet *self, uint64_t real_ms)
{
    uint64_t patience_ms = self->requests > 0 ? QUIET_ANSWER_MS : QUIET_STREAM_MS;

    return real_ms - self->traffic_ms >= patience_ms ? QUIET_YES : QUIET_WAIT;
}

// Rule 5.
static enum quiet_verdict ask_window(struct quiet *self, uint64_t now_ns, uint64_t real_ms)
{
    if (self->is_windowed || now_ns < self->traffic_ns + QUIET_STRIDE_NS) {
        return QUIET_YES;
    }
    if (real_ms - self->traffic_ms < QUIET_WINDOW_MS) {
        return QUIET_WAIT;
    }
    self->is_windowed = true;
    return QUIET_YES;
}

enum quiet_verdict quiet_ask(struct quiet *self, uint64_t now_ns, uint64_t real_ms)
{
    if (self->phase == QUIET_CLOSED) {
        return QUIET_YES;
    }
    if (self->phase == QUIET_CONNECTING) {
        return real_ms - self->traffic_ms >= QUIET_CONNECTING_MS ? QUIET_YES : QUIET_WAIT;
    }
    if (self->phase == QUIET_STREAM) {
        return ask_stream(self, real_ms);
    }
    enum quiet_verdict verdict = ask_broker(self, real_ms);
    if (verdict == QUIET_YES) {
        verdict = ask_owed(self, real_ms);
    }
    return verdict == QUIET_YES ? ask_window(self, now_ns, real_ms) : verdict;
}

uint64_t quiet_limit_ns(const struct quiet *self, uint64_t now_ns)
{
    uint64_t limit_ns = self->traffic_ns + QUIET_STRIDE_NS;

    if (self->phase != QUIET_CONNECTED || self->is_windowed || limit_ns <= now_ns) {
        return UINT64_MAX;
    }
    return limit_ns;
}

bool quiet_is_answering(const struct quiet *self)
{
    return self->phase == QUIET_CONNECTING || self->dirty || self->probing || self->requests > 0 ||
           self->publishes > 0;
}
