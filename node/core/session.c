// SPDX-License-Identifier: Apache-2.0
// The order of the steps, the retries and the end. What the server's answer means and how chunks are
// taken stands in session_answer.c and session_chunk.c.
#include "node/core/session.h"

#include "base/backoff.h"
#include "base/contract.h"
#include "node/core/session_steps.h"
#include "wire/telemetry.h"
#include "wire/topic.h"

static const char *const filters[] = {
    TOPIC_ATTRIBUTES_RESPONSE_ALL,
    TOPIC_CHUNK_RESPONSE_ALL,
    TOPIC_FIRMWARE_ERROR,
};

enum { FILTER_COUNT = sizeof filters / sizeof filters[0] };

void session_init(struct session *self, const struct session_config *config,
                  const struct session_target *open)
{
    *self = (struct session){.state = STATE_IDLE, .config = *config, .open = *open};
}

bool session_has_piece(const struct session *self, uint32_t index)
{
    return (self->stored[index / 8] >> (index % 8) & 1) != 0;
}

void session_note_piece(struct session *self, uint32_t index)
{
    self->stored[index / 8] |= (uint8_t)(1U << (index % 8));
}

struct session_action session_go(struct session *self, enum session_state state,
                                 enum session_action_kind kind)
{
    self->state = state;
    return (struct session_action){.kind = kind};
}

struct session_action session_wait(struct session *self, enum session_state state, uint32_t now_ms,
                                   uint32_t duration_ms)
{
    self->state = state;
    self->deadline_ms = now_ms + duration_ms;
    return (struct session_action){.kind = SESSION_WAIT, .deadline_ms = self->deadline_ms};
}

struct session_action session_keep_waiting(const struct session *self)
{
    return (struct session_action){.kind = SESSION_WAIT, .deadline_ms = self->deadline_ms};
}

bool session_expired(const struct session *self, uint32_t now_ms)
{
    return (int32_t)(now_ms - self->deadline_ms) >= 0;
}

struct session_action session_publish(struct session *self, enum session_state state,
                                      const char *topic)
{
    struct fmt out;

    fmt_init(&out, self->topic, sizeof self->topic);
    fmt_add(&out, "%s", topic);
    return session_go(self, state, SESSION_PUBLISH);
}

struct session_action session_tell(struct session *self, enum session_state state,
                                   const char *fw_state, const char *error)
{
    struct fmt out;

    fmt_init(&out, self->text, sizeof self->text);
    telemetry_build(&out, self->config.title, self->config.version, fw_state, error);
    return session_publish(self, state, TOPIC_TELEMETRY);
}

// ---- ends and retries ----

struct session_action session_fail(struct session *self, enum ota_code code, struct fmt *log)
{
    self->cause = code;
    fmt_add(log, "ota error %d:%s\n", (int)code, code_text(code));
    if (self->connected && !self->telling_done && self->info.title[0] != '\0') {
        self->telling_done = true;
        return session_tell(self, STATE_TELL_FAILURE, "FAILED", code_text(code));
    }
    return session_go(self, STATE_CLOSE, SESSION_DISCONNECT);
}

struct session_action session_retry(struct session *self, uint32_t now_ms, enum ota_code code,
                                    struct fmt *log)
{
    if (self->retries == SESSION_RETRIES) {
        return session_fail(self, code, log);
    }
    self->cause = OTA_NONE;
    self->connected = false;
    fmt_add(log, "OTA retry %d/%d\n", (int)self->retries + 1, SESSION_RETRIES);
    (void)now_ms;
    return session_go(self, STATE_BACKOFF, SESSION_DISCONNECT);
}

// ---- one handler for each state: what its events mean ----

typedef struct session_action handler(struct session *, uint32_t, const struct session_event *,
                                      struct fmt *);

static struct session_action on_idle(struct session *self, uint32_t now_ms,
                                     const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    (void)event;
    fmt_add(log, "FW check\n");
    return session_go(self, STATE_STORAGE, SESSION_CHECK_STORAGE);
}

static struct session_action on_storage(struct session *self, uint32_t now_ms,
                                        const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind != SESSION_OK) {
        fmt_add(log, "Hardware Not Support\n");
        return session_fail(self, OTA_HARDWARE, log);
    }
    if (!self->config.settings_complete) {
        fmt_add(log, "OTA parameter configuration error\n");
        return session_fail(self, OTA_TIMEOUT, log);
    }
    return session_go(self, STATE_WAKE, SESSION_WAKE);
}

static struct session_action on_wake(struct session *self, uint32_t now_ms,
                                     const struct session_event *event, struct fmt *log)
{
    if (event->kind != SESSION_OK) {
        return session_retry(self, now_ms, OTA_TIMEOUT, log);
    }
    fmt_add(log, "Successfully awakened module\n");
    return session_go(self, STATE_OPEN, SESSION_OPEN);
}

static struct session_action on_open(struct session *self, uint32_t now_ms,
                                     const struct session_event *event, struct fmt *log)
{
    if (event->kind != SESSION_OK) {
        fmt_add(log, "Failed to open the OTA client network\n");
        return session_retry(self, now_ms, OTA_TIMEOUT, log);
    }
    fmt_add(log, "MQTT open success\n");
    return session_go(self, STATE_CONNECT, SESSION_CONNECT);
}

static struct session_action on_connect(struct session *self, uint32_t now_ms,
                                        const struct session_event *event, struct fmt *log)
{
    if (event->kind != SESSION_OK) {
        fmt_add(log, "Failed to connect to ota server\n");
        return event->kind == SESSION_REFUSED ? session_fail(self, OTA_TIMEOUT, log)
                                              : session_retry(self, now_ms, OTA_TIMEOUT, log);
    }
    fmt_add(log, "MQTT connect success\n");
    self->connected = true;
    return session_tell(self, STATE_HELLO, NULL, NULL);
}

static struct session_action subscribe_next(struct session *self)
{
    struct fmt out;

    fmt_init(&out, self->topic, sizeof self->topic);
    fmt_add(&out, "%s", filters[self->filters]);
    return session_go(self, STATE_SUBSCRIBE, SESSION_SUBSCRIBE);
}

static struct session_action on_hello(struct session *self, uint32_t now_ms,
                                      const struct session_event *event, struct fmt *log)
{
    if (event->kind != SESSION_OK) {
        fmt_add(log, "Failed to Set firmware information\n");
        return session_retry(self, now_ms, OTA_TIMEOUT, log);
    }
    fmt_add(log, "Upload firmware information successfully\n");
    self->filters = 0;
    return subscribe_next(self);
}

// A refused filter is no error: a server of this kind answers without any subscription.
static struct session_action on_subscribe(struct session *self, uint32_t now_ms,
                                          const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind != SESSION_OK) {
        fmt_add(log, "Subscribe refused:%s\n", self->topic);
    }
    if (++self->filters < FILTER_COUNT) {
        return subscribe_next(self);
    }
    self->attempts = 0;
    return session_ask(self);
}

static struct session_action on_erase(struct session *self, uint32_t now_ms,
                                      const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind != SESSION_OK) {
        return session_fail(self, OTA_HARDWARE, log);
    }
    self->open = self->target;
    memset(self->stored, 0, sizeof self->stored);
    return session_tell(self, STATE_START, "DOWNLOADING", NULL);
}

static struct session_action on_resume(struct session *self, uint32_t now_ms,
                                       const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind != SESSION_OK) {
        return session_fail(self, OTA_HARDWARE, log);
    }
    return session_tell(self, STATE_START, "DOWNLOADING", NULL);
}

static struct session_action on_start(struct session *self, uint32_t now_ms,
                                      const struct session_event *event, struct fmt *log)
{
    if (event->kind != SESSION_OK) {
        fmt_add(log, "Failed to Set request download\n");
        return session_retry(self, now_ms, OTA_TIMEOUT, log);
    }
    fmt_add(log, "Request download successfully\n");
    return session_first_piece(self, log);
}

static struct session_action on_verify(struct session *self, uint32_t now_ms,
                                       const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind != SESSION_OK) {
        return session_fail(self, OTA_CHECKSUM, log);
    }
    fmt_add(log, "ota 100:Firmware download completed, waiting for device reboot\n");
    return session_go(self, STATE_ORDER, SESSION_ORDER_INSTALL);
}

static struct session_action on_order(struct session *self, uint32_t now_ms,
                                      const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind != SESSION_OK) {
        return session_fail(self, OTA_HARDWARE, log);
    }
    self->cause = OTA_SUCCESS;
    return session_tell(self, STATE_DONE, "UPDATING", NULL);
}

// The image is ordered already: whether the server hears of it changes nothing.
static struct session_action on_done(struct session *self, uint32_t now_ms,
                                     const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind == SESSION_OK) {
        fmt_add(log, "uploading 100%%,the device will disconnect MQTT server and power off NB "
                     "module\n");
    } else {
        fmt_add(log, "Failed to Set ota update information\n");
    }
    return session_go(self, STATE_CLOSE, SESSION_DISCONNECT);
}

static struct session_action on_told(struct session *self, uint32_t now_ms,
                                     const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    (void)event;
    (void)log;
    return session_go(self, STATE_CLOSE, SESSION_DISCONNECT);
}

static struct session_action on_close(struct session *self, uint32_t now_ms,
                                      const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    (void)event;
    fmt_add(log, "Close OTA upgrade\n");
    self->state = STATE_IDLE;
    return (struct session_action){.kind = SESSION_END, .code = self->cause};
}

// First the outcome of the disconnect, then the pause, then once more from the wake on.
static struct session_action on_backoff(struct session *self, uint32_t now_ms,
                                        const struct session_event *event, struct fmt *log)
{
    (void)log;
    if (event->kind != SESSION_TICK) {
        uint32_t pause_ms = backoff_ms(self->retries, self->config.seed);
        self->retries++;
        return session_wait(self, STATE_BACKOFF, now_ms, pause_ms);
    }
    if (!session_expired(self, now_ms)) {
        return session_keep_waiting(self);
    }
    return session_go(self, STATE_WAKE, SESSION_WAKE);
}

static handler *const handlers[STATE_COUNT] = {
    [STATE_IDLE] = on_idle,
    [STATE_STORAGE] = on_storage,
    [STATE_WAKE] = on_wake,
    [STATE_OPEN] = on_open,
    [STATE_CONNECT] = on_connect,
    [STATE_HELLO] = on_hello,
    [STATE_SUBSCRIBE] = on_subscribe,
    [STATE_ASK] = session_on_ask,
    [STATE_ANSWER] = session_on_answer,
    [STATE_ERASE] = on_erase,
    [STATE_RESUME] = on_resume,
    [STATE_START] = on_start,
    [STATE_REQUEST] = session_on_request,
    [STATE_CHUNK] = session_on_chunk,
    [STATE_STORE] = session_on_store,
    [STATE_VERIFY] = on_verify,
    [STATE_ORDER] = on_order,
    [STATE_DONE] = on_done,
    [STATE_TELL_FAILURE] = on_told,
    [STATE_CLOSE] = on_close,
    [STATE_BACKOFF] = on_backoff,
};

struct session_action session_step(struct session *self, uint32_t now_ms,
                                   const struct session_event *event, struct fmt *log)
{
    CONTRACT(self->state < STATE_COUNT);
    if (event->kind == SESSION_LOST) {
        self->connected = false;
        return self->state == STATE_BACKOFF ? session_keep_waiting(self)
                                            : session_retry(self, now_ms, OTA_TIMEOUT, log);
    }
    return handlers[self->state](self, now_ms, event, log);
}
