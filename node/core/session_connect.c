// SPDX-License-Identifier: Apache-2.0
// Steps ① to ⑤: hardware and settings, modem, connection, and the node's own title and version.
#include "node/core/session_steps.h"
#include "wire/topic.h"

static const char *const filters[] = {
    TOPIC_ATTRIBUTES_RESPONSE_ALL,
    TOPIC_CHUNK_RESPONSE_ALL,
    TOPIC_FIRMWARE_ERROR,
};

enum { FILTER_COUNT = sizeof filters / sizeof filters[0] };

static struct session_action wake(struct session *self)
{
    self->awake = true;
    return session_go(self, STATE_WAKE, SESSION_WAKE);
}

struct session_action session_on_idle(struct session *self, uint32_t now_ms,
                                      const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    (void)event;
    if (self->config.announce != OTA_NONE) {
        return self->config.settings_complete ? wake(self) : session_fail(self, OTA_TIMEOUT, log);
    }
    fmt_add(log, "FW check\n");
    return session_go(self, STATE_STORAGE, SESSION_CHECK_STORAGE);
}

struct session_action session_on_storage(struct session *self, uint32_t now_ms,
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
    return wake(self);
}

struct session_action session_on_wake(struct session *self, uint32_t now_ms,
                                      const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind != SESSION_OK) {
        return session_retry(self, OTA_TIMEOUT, log);
    }
    fmt_add(log, "Successfully awakened module\n");
    return session_go(self, STATE_OPEN, SESSION_OPEN);
}

struct session_action session_on_open(struct session *self, uint32_t now_ms,
                                      const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind != SESSION_OK) {
        fmt_add(log, "Failed to open the OTA client network\n");
        return session_retry(self, OTA_TIMEOUT, log);
    }
    fmt_add(log, "MQTT open success\n");
    return session_go(self, STATE_CONNECT, SESSION_CONNECT);
}

static struct session_action announce(struct session *self)
{
    enum ota_code code = self->config.announce;

    return code == OTA_SUCCESS ? session_tell(self, STATE_ANNOUNCE, "UPDATED", NULL)
                               : session_tell(self, STATE_ANNOUNCE, "FAILED", code_text(code));
}

struct session_action session_on_connect(struct session *self, uint32_t now_ms,
                                         const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind != SESSION_OK) {
        fmt_add(log, "Failed to connect to ota server\n");
        return event->kind == SESSION_REFUSED ? session_fail(self, OTA_TIMEOUT, log)
                                              : session_retry(self, OTA_TIMEOUT, log);
    }
    fmt_add(log, "MQTT connect success\n");
    self->connected = true;
    return self->config.announce == OTA_NONE ? session_tell(self, STATE_HELLO, NULL, NULL)
                                             : announce(self);
}

static struct session_action subscribe_next(struct session *self)
{
    struct fmt out;

    fmt_init(&out, self->topic, sizeof self->topic);
    fmt_add(&out, "%s", filters[self->filters]);
    return session_go(self, STATE_SUBSCRIBE, SESSION_SUBSCRIBE);
}

struct session_action session_on_hello(struct session *self, uint32_t now_ms,
                                       const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind != SESSION_OK) {
        fmt_add(log, "Failed to Set firmware information\n");
        return session_retry_lost(self, log);
    }
    fmt_add(log, "Upload firmware information successfully\n");
    self->filters = 0;
    return subscribe_next(self);
}

// A refused filter is no error: a server of this kind answers without any subscription.
struct session_action session_on_subscribe(struct session *self, uint32_t now_ms,
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
