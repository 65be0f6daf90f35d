// SPDX-License-Identifier: Apache-2.0
// Steps ⑨ and ⑩ and every other way a session ends: retries, the failure the server is told, the close.
#include "base/backoff.h"
#include "node/core/session_steps.h"

// A version that matches is no failure: the server would show FAILED for a node that runs what it should.
static bool is_told(const struct session *self, enum ota_code code)
{
    return self->connected && self->answered && code != OTA_VERSION;
}

static struct session_action end(struct session *self)
{
    self->state = STATE_IDLE;
    return (struct session_action){.kind = SESSION_END, .code = self->cause};
}

struct session_action session_fail(struct session *self, enum ota_code code, struct fmt *log)
{
    if (self->config.announce != OTA_NONE) { // best effort: nobody is told
        return self->awake ? session_go(self, STATE_CLOSE, SESSION_DISCONNECT) : end(self);
    }
    self->cause = code;
    fmt_add(log, "ota error %d:%s\n", (int)code, code_text(code));
    if (is_told(self, code)) {
        self->answered = false;
        return session_tell(self, STATE_TELL_FAILURE, "FAILED", code_text(code));
    }
    if (self->awake) {
        return session_go(self, STATE_CLOSE, SESSION_DISCONNECT);
    }
    fmt_add(log, "Close OTA upgrade\n"); // the modem is woken for the report only
    return end(self);
}

struct session_action session_retry(struct session *self, enum ota_code code, struct fmt *log)
{
    if (self->retries == SESSION_RETRIES) {
        return session_fail(self, code, log);
    }
    self->connected = false;
    self->answered = false;
    fmt_add(log, "OTA retry %u/%d\n", self->retries + 1, SESSION_RETRIES);
    return session_go(self, STATE_HANG_UP, SESSION_DISCONNECT);
}

struct session_action session_retry_lost(struct session *self, struct fmt *log)
{
    self->connected = false;
    return session_retry(self, OTA_TIMEOUT, log);
}

// The pause, then once more from the wake on.
struct session_action session_on_hang_up(struct session *self, uint32_t now_ms,
                                         const struct session_event *event, struct fmt *log)
{
    (void)event;
    (void)log;
    uint32_t pause_ms = backoff_ms(self->retries, self->config.seed);
    self->retries++;
    return session_wait(self, STATE_BACKOFF, now_ms, pause_ms);
}

// Whatever still arrives belongs to the connection that was given up.
struct session_action session_on_backoff(struct session *self, uint32_t now_ms,
                                         const struct session_event *event, struct fmt *log)
{
    (void)log;
    if (event->kind != SESSION_TICK || !session_expired(self, now_ms)) {
        return session_keep_waiting(self);
    }
    return session_go(self, STATE_WAKE, SESSION_WAKE);
}

// ---- after the last piece ----

struct session_action session_on_verify(struct session *self, uint32_t now_ms,
                                        const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind == SESSION_REFUSED) {
        self->open.size_bytes = 0; // every piece was as the server has it: nothing of it is of use
        return session_fail(self, OTA_CHECKSUM, log);
    }
    if (event->kind != SESSION_OK) {
        return session_fail(self, OTA_HARDWARE, log);
    }
    fmt_add(log, "ota 100:Firmware download completed, waiting for device reboot\n");
    return session_go(self, STATE_ORDER, SESSION_ORDER_INSTALL);
}

struct session_action session_on_order(struct session *self, uint32_t now_ms,
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
struct session_action session_on_done(struct session *self, uint32_t now_ms,
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

struct session_action session_on_announce(struct session *self, uint32_t now_ms,
                                          const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind != SESSION_OK) {
        fmt_add(log, "Failed to Set firmware information\n");
        return session_retry_lost(self, log);
    }
    fmt_add(log, "Upload firmware information successfully\n");
    return session_go(self, STATE_CLOSE, SESSION_DISCONNECT);
}

// ---- the close ----

struct session_action session_on_told(struct session *self, uint32_t now_ms,
                                      const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    (void)event;
    (void)log;
    return session_go(self, STATE_CLOSE, SESSION_DISCONNECT);
}

struct session_action session_on_close(struct session *self, uint32_t now_ms,
                                       const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    (void)event;
    (void)log;
    return session_go(self, STATE_SLEEP, SESSION_SLEEP);
}

struct session_action session_on_sleep(struct session *self, uint32_t now_ms,
                                       const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    (void)event;
    if (self->config.announce == OTA_NONE) {
        fmt_add(log, "Close OTA upgrade\n");
    }
    return end(self);
}
