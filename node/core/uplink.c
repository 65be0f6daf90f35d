// SPDX-License-Identifier: Apache-2.0
#include "node/core/uplink.h"

#include "base/backoff.h"

enum {
    UPLINK_RETRIES = 3,      // of the whole session, and of the report inside it
    WINDOW_MIN_MS = 5000,    // AT+RXDL=0 still listens: the answer to an uplink takes its time
    ATTEMPT_MS = 120 * 1000, // of one attempt, as shipped nodes: 12 ticks of 10 s
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

static bool is_limited(enum uplink_action_kind kind)
{
    return kind >= UPLINK_OPEN && kind <= UPLINK_SEND_REPORT;
}

static bool is_wait(enum uplink_action_kind kind)
{
    return kind == UPLINK_LISTEN || kind == UPLINK_PAUSE;
}

static bool has_passed(uint32_t deadline_ms, uint32_t now_ms)
{
    return (int32_t)(now_ms - deadline_ms) >= 0;
}

static struct uplink_action go(struct uplink *self, enum uplink_action_kind kind)
{
    self->doing = kind;
    return (struct uplink_action){
        .kind = kind,
        .has_deadline = is_wait(kind) || is_limited(kind),
        .deadline_ms = is_wait(kind) ? self->deadline_ms : self->limit_ms,
    };
}

static struct uplink_action wait(struct uplink *self, enum uplink_action_kind kind, uint32_t now_ms,
                                 uint32_t duration_ms)
{
    self->deadline_ms = now_ms + duration_ms;
    if (is_limited(kind) && has_passed(self->limit_ms, self->deadline_ms)) {
        self->deadline_ms = self->limit_ms;
    }
    return go(self, kind);
}

static struct uplink_action begin(struct uplink *self, struct fmt *log)
{
    if (!self->config.complete) {
        fmt_add(log, "MQTT parameter configuration error\n");
        self->attempt = UPLINK_RETRIES;
        self->failed = true;
        return go(self, self->config.modem_sleeps ? UPLINK_GAVE_UP : UPLINK_SLEEP);
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
    if (kind == UPLINK_OPEN) {
        self->limit_ms = now_ms + ATTEMPT_MS;
    }
    if (kind == UPLINK_LISTEN) {
        return wait(self, kind, now_ms, window_ms < WINDOW_MIN_MS ? WINDOW_MIN_MS : window_ms);
    }
    return go(self, kind);
}

// Once the data has left, sending all of it again would only double it: the report waits for the next session.
static struct uplink_action abandon(struct uplink *self)
{
    self->failed = self->doing < UPLINK_LISTEN;
    return go(self, UPLINK_CLOSE);
}

// After the modem sleeps: done, once more after a pause, or given up.
static struct uplink_action end_attempt(struct uplink *self, uint32_t now_ms, struct fmt *log)
{
    if (!self->config.complete) {
        return go(self, UPLINK_GAVE_UP);
    }
    fmt_add(log, "%s\nEnter sleep mode\n*****End of upload*****\n",
            self->failed ? "Failed to send" : "Send complete");
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
    if (self->doing == UPLINK_SLEEP) {
        return end_attempt(self, now_ms, log);
    }
    fmt_add(log, "%s", rows[self->doing].failed);
    if (self->doing == UPLINK_CLOSE) {
        return go(self, UPLINK_SLEEP);
    }
    if (self->doing == UPLINK_SUBSCRIBE) { // a platform may refuse it; the data still counts
        return enter(self, UPLINK_SEND_DATA, now_ms);
    }
    if (self->doing == UPLINK_SEND_REPORT && self->report_attempt++ < UPLINK_RETRIES) {
        return go(self, UPLINK_SEND_REPORT);
    }
    return abandon(self);
}

static struct uplink_action on_ok(struct uplink *self, uint32_t now_ms, struct fmt *log)
{
    if (self->doing == UPLINK_SLEEP) {
        return end_attempt(self, now_ms, log);
    }
    fmt_add(log, "%s", rows[self->doing].ok);
    return enter(self, rows[self->doing].next, now_ms);
}

static struct uplink_action on_tick(struct uplink *self, uint32_t now_ms, struct fmt *log)
{
    if (self->doing == UPLINK_PAUSE && has_passed(self->deadline_ms, now_ms)) {
        return begin(self, log);
    }
    if (is_limited(self->doing) && has_passed(self->limit_ms, now_ms)) {
        return abandon(self);
    }
    if (self->doing == UPLINK_LISTEN && has_passed(self->deadline_ms, now_ms)) {
        return go(self, UPLINK_SEND_REPORT);
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
        return is_limited(self->doing) ? abandon(self) : go(self, self->doing);
    case UPLINK_FAILED:
        return on_failed(self, now_ms, log);
    case UPLINK_OK:
    default:
        return on_ok(self, now_ms, log);
    }
}
