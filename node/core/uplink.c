// SPDX-License-Identifier: Apache-2.0
#include "node/core/uplink.h"

#include "base/backoff.h"

enum {
    UPLINK_RETRIES = 3,   // of the whole session, and of an answer or the report inside it
    WINDOW_MIN_MS = 5000, // AT+RXDL=0 still listens: the answer to an uplink takes its time
    GAP_MS = 2000,        // between two answers, as shipped nodes between two pieces of their log
    ATTEMPT_MS = 120 * 1000, // of one attempt, as shipped nodes: 12 ticks of 10 s
};

// A step and what the console says of its outcome.
struct row {
    enum uplink_action_kind kind;
    const char *ok;
    const char *failed;
};

#define WAKE                                                                                       \
    {                                                                                              \
        UPLINK_WAKE, "NBIOT has responded.\n", "NBIOT did not respond.\n"                          \
    }
#define TALK                                                                                       \
    {UPLINK_SEND_DATA, "Upload data successfully\n", "Failed to upload data\n"},                   \
        {UPLINK_LISTEN, "", ""},                                                                   \
    {                                                                                              \
        UPLINK_SEND_REPORT, "", ""                                                                 \
    }
#define CLOSE                                                                                      \
    {                                                                                              \
        UPLINK_CLOSE, "Close the port successfully\n", "Failed to close the port\n"                \
    }
#define SLEEP                                                                                      \
    {                                                                                              \
        UPLINK_SLEEP, "", ""                                                                       \
    }

static const struct row mqtt[] = {
    WAKE,
    {UPLINK_OPEN, "Opened the MQTT client network successfully\n",
     "Failed to open the MQTT client network\n"},
    {UPLINK_CONNECT, "Successfully connected to the server\n", "Failed to connect to server\n"},
    {UPLINK_SUBSCRIBE, "Subscribe to topic successfully\n", "Failed to subscribe to topic\n"},
    TALK,
    CLOSE,
    SLEEP,
};

static const struct row coap[] = {
    WAKE,
    {UPLINK_OPEN, "Create a CoAP context successfully\n", "Failed to Create a CoAP context\n"},
    TALK,
    {UPLINK_CLOSE, "Successfully deleted CoAP context\n", "Failed to delete CoAP context\n"},
    SLEEP,
};

static const struct row sockets[] = {
    WAKE,
    {UPLINK_OPEN, "Open a Socket Service successfully\n", "Failed to open a Socket Service\n"},
    TALK,
    CLOSE,
    SLEEP,
};

static const struct {
    const struct row *rows;
    const char *incomplete;
} channels[] = {
    [UPLINK_MQTT] = {mqtt, "MQTT parameter configuration error\n"},
    [UPLINK_COAP] = {coap, "COAP parameter configuration error\n"},
    [UPLINK_UDP] = {sockets, "UDP parameter configuration error\n"},
    [UPLINK_TCP] = {sockets, "TCP parameter configuration error\n"},
};

void uplink_init(struct uplink *self, const struct uplink_config *config)
{
    *self = (struct uplink){.config = *config};
}

// Every channel has a row for each action it is asked to do.
static const struct row *row_of(const struct uplink *self, enum uplink_action_kind kind)
{
    const struct row *row = channels[self->config.channel].rows;

    while (row->kind != kind) {
        row++;
    }
    return row;
}

static bool is_limited(enum uplink_action_kind kind)
{
    return kind >= UPLINK_OPEN && kind <= UPLINK_GAP;
}

static bool is_wait(enum uplink_action_kind kind)
{
    return kind == UPLINK_LISTEN || kind == UPLINK_GAP || kind == UPLINK_PAUSE;
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
        fmt_add(log, "%s", channels[self->config.channel].incomplete);
        self->attempt = UPLINK_RETRIES;
        self->failed = true;
        return go(self, self->config.modem_sleeps ? UPLINK_GAVE_UP : UPLINK_SLEEP);
    }
    self->failed = false;
    self->repeats = 0;
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
    fmt_add(log, "%s", row_of(self, self->doing)->failed);
    if (self->doing == UPLINK_CLOSE) {
        return go(self, UPLINK_SLEEP);
    }
    if (self->doing == UPLINK_SUBSCRIBE) { // a platform may refuse it; the data still counts
        return enter(self, UPLINK_SEND_DATA, now_ms);
    }
    if (self->doing == UPLINK_SEND_REPORT && self->repeats++ < UPLINK_RETRIES) {
        return go(self, self->doing);
    }
    return abandon(self);
}

static struct uplink_action on_ok(struct uplink *self, uint32_t now_ms, struct fmt *log)
{
    if (self->doing == UPLINK_SLEEP) {
        return end_attempt(self, now_ms, log);
    }
    if (self->doing == UPLINK_SEND_REPORT) {
        self->repeats = 0;
        return wait(self, UPLINK_GAP, now_ms, GAP_MS);
    }
    const struct row *row = row_of(self, self->doing);
    fmt_add(log, "%s", row->ok);
    return enter(self, row[1].kind, now_ms);
}

// A module drops what it has not sent yet when its socket is closed, and says OK before it has. MQTT is a stream that ends
// in order; on the others the close keeps away as long as the shortest window.
static struct uplink_action on_last(struct uplink *self, uint32_t now_ms)
{
    self->repeats = 0;
    if (self->config.channel == UPLINK_MQTT) {
        return go(self, UPLINK_CLOSE);
    }
    return wait(self, UPLINK_LISTEN, now_ms, WINDOW_MIN_MS);
}

static struct uplink_action on_tick(struct uplink *self, uint32_t now_ms, struct fmt *log)
{
    if (self->doing == UPLINK_PAUSE && has_passed(self->deadline_ms, now_ms)) {
        return begin(self, log);
    }
    if (is_limited(self->doing) && has_passed(self->limit_ms, now_ms)) {
        return abandon(self);
    }
    if (is_wait(self->doing) && has_passed(self->deadline_ms, now_ms)) {
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
    case UPLINK_LAST:
        return on_last(self, now_ms);
    case UPLINK_NOTHING:
        return enter(self, row_of(self, self->doing)[1].kind, now_ms);
    case UPLINK_OK:
    default:
        return on_ok(self, now_ms, log);
    }
}
