// SPDX-License-Identifier: Apache-2.0
#include "node/core/uplink.h"

#include "base/backoff.h"

enum {
    UPLINK_RETRIES = 3,   // of the whole session, and of the report inside it
    WINDOW_MIN_MS = 5000, // AT+RXDL=0 still listens: the answer to an uplink takes its time
};

// Each row: what a step is followed by, and what the console says of its outcome.
struct row {
    enum uplink_action_kind next;
    const char *ok;
    const char *failed;
};

static const struct row rows[] = {
    [UPLINK_WAKE] = {UPLINK_OPEN, "NBIOT has responded.\n", "NBIOT did not respond.\n"},
    [UPLINK_OPEN] = {UPLINK_CONNECT, "Opened the MQTT client network successfully\n",
                     "Failed to open the MQTT client network\n"},
    [UPLINK_CONNECT] = {UPLINK_SUBSCRIBE, "Successfully connected to the server\n",
                        "Failed to connect to the server\n"},
    [UPLINK_SUBSCRIBE] = {UPLINK_SEND_DATA, "Subscribe to topic successfully\n", ""},
    [UPLINK_SEND_DATA] = {UPLINK_LISTEN, "Upload data successfully\n", ""},
    [UPLINK_LISTEN] = {UPLINK_SEND_REPORT, "", ""},
    [UPLINK_SEND_REPORT] = {UPLINK_CLOSE, "", ""},
    [UPLINK_CLOSE] = {UPLINK_SLEEP, "Close the port successfully\n", ""},
};

void uplink_init(struct uplink *self, const struct uplink_config *config)
{
    *self = (struct uplink){.config = *config};
}

static struct uplink_action go(struct uplink *self, enum uplink_action_kind kind)
{
    self->doing = kind;
    return (struct uplink_action){.kind = kind, .deadline_ms = self->deadline_ms};
}

static struct uplink_action wait(struct uplink *self, enum uplink_action_kind kind, uint32_t now_ms,
                                 uint32_t duration_ms)
{
    self->deadline_ms = now_ms + duration_ms;
    return go(self, kind);
}

static struct uplink_action begin(struct uplink *self, struct fmt *log)
{
    if (!self->config.complete) {
        fmt_add(log, "MQTT parameter configuration error\n");
        return go(self, UPLINK_GAVE_UP);
    }
    self->failed = false;
    self->report_attempt = 0;
    fmt_add(log, "*****Upload start:%u*****\n", self->attempt);
    return go(self, UPLINK_WAKE);
}

static struct uplink_action enter(struct uplink *self, enum uplink_action_kind kind,
                                  uint32_t now_ms)
{
    uint32_t window_ms = self->config.window_ms;

    if (kind == UPLINK_SUBSCRIBE && !self->config.subscribes) {
        kind = UPLINK_SEND_DATA;
    }
    if (kind == UPLINK_LISTEN) {
        return wait(self, kind, now_ms, window_ms < WINDOW_MIN_MS ? WINDOW_MIN_MS : window_ms);
    }
    return go(self, kind);
}

static struct uplink_action abandon(struct uplink *self)
{
    self->failed = true;
    return go(self, UPLINK_CLOSE);
}

// After the modem sleeps: done, once more after a pause, or given up.
static struct uplink_action end_attempt(struct uplink *self, uint32_t now_ms, struct fmt *log)
{
    fmt_add(log, "%s*****End of upload*****\n", self->failed ? "Failed to send\n" : "");
    if (!self->failed) {
        return go(self, UPLINK_DELIVERED);
    }
    if (self->attempt == UPLINK_RETRIES) {
        return go(self, UPLINK_GAVE_UP);
    }
    return wait(self, UPLINK_PAUSE, now_ms, backoff_ms(self->attempt++, self->config.seed));
}

static struct uplink_action on_failed(struct uplink *self, uint32_t now_ms, struct fmt *log)
{
    fmt_add(log, "%s", rows[self->doing].failed);
    if (self->doing == UPLINK_CLOSE) {
        return go(self, UPLINK_SLEEP);
    }
    if (self->doing == UPLINK_SUBSCRIBE) {
        return enter(self, UPLINK_SEND_DATA,
                     now_ms); // a platform may refuse it; the data still counts
    }
    if (self->doing == UPLINK_SEND_REPORT && self->report_attempt++ < UPLINK_RETRIES) {
        return go(self, UPLINK_SEND_REPORT);
    }
    return abandon(self);
}

static struct uplink_action on_tick(struct uplink *self, uint32_t now_ms, struct fmt *log)
{
    bool expired = (int32_t)(now_ms - self->deadline_ms) >= 0;

    if (self->doing == UPLINK_LISTEN && expired) {
        return go(self, UPLINK_SEND_REPORT);
    }
    if (self->doing == UPLINK_PAUSE && expired) {
        return begin(self, log);
    }
    return go(self, self->doing);
}

struct uplink_action uplink_step(struct uplink *self, uint32_t now_ms, enum uplink_event_kind event,
                                 struct fmt *log)
{
    switch (event) {
    case UPLINK_START:
        return begin(self, log);
    case UPLINK_TICK:
        return on_tick(self, now_ms, log);
    case UPLINK_LOST:
        return self->doing == UPLINK_LISTEN ? abandon(self) : go(self, self->doing);
    case UPLINK_FAILED:
        if (self->doing != UPLINK_SLEEP) {
            return on_failed(self, now_ms, log);
        }
        return end_attempt(self, now_ms, log);
    case UPLINK_OK:
    default:
        if (self->doing == UPLINK_SLEEP) {
            return end_attempt(self, now_ms, log);
        }
        fmt_add(log, "%s", rows[self->doing].ok);
        return enter(self, rows[self->doing].next, now_ms);
    }
}
