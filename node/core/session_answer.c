// SPDX-License-Identifier: Apache-2.0
// Steps ⑤ and ⑥: asks for the firmware information and decides what the answer means: which code, a new
// download, or the rest of the one that NOR already holds.
#include "node/core/session_steps.h"
#include "wire/topic.h"

struct session_action session_ask(struct session *self)
{
    struct fmt out;

    fmt_init(&out, self->text, sizeof self->text);
    fmt_add(&out, "%s", ATTRIBUTES_REQUEST_PAYLOAD);
    return session_publish(self, STATE_ASK, TOPIC_ATTRIBUTES_REQUEST);
}

struct session_action session_on_ask(struct session *self, uint32_t now_ms,
                                     const struct session_event *event, struct fmt *log)
{
    if (event->kind != SESSION_OK) {
        fmt_add(log, "Failed to Set request firmware information\n");
        return session_retry_lost(self, log);
    }
    fmt_add(log, "Upload request firmware information successfully\n");
    return session_wait(self, STATE_ANSWER, now_ms, SESSION_ANSWER_MS);
}

// The version goes into JSON texts and modem commands: what would end them is no version. A title needs no look, it
// equals a setting.
static bool is_printable(const char *text)
{
    for (; *text != '\0'; text++) {
        bool is_control = (uint8_t)*text < ' ' || *text == 0x7f;
        if (is_control || *text == '"' || *text == '\\') {
            return false;
        }
    }
    return true;
}

// Row by row as docs/protocol.md "answer to the attribute request"; the first that fits decides.
static enum ota_code judge(struct session *self, struct span payload)
{
    struct fwinfo *info = &self->info;

    if (fwinfo_decode(payload, info) != STATUS_OK || info->title[0] == '\0') {
        return OTA_NO_TITLE;
    }
    if (strcmp(info->title, self->config.title) != 0) {
        return OTA_TITLE;
    }
    if (info->version[0] == '\0' || !is_printable(info->version)) {
        return OTA_NO_TITLE;
    }
    if (strcmp(info->version, self->config.version) == 0) {
        return OTA_VERSION;
    }
    return image_size_is_packed(info->size) ? OTA_NONE : OTA_NO_TITLE;
}

static void log_refusal(enum ota_code code, struct fmt *log)
{
    if (code == OTA_VERSION) {
        fmt_add(log, "Consistent firmware\n");
    } else if (code == OTA_TITLE) {
        fmt_add(log, "Inconsistent firmware title\n");
    }
}

static void copy_target(struct session *self)
{
    struct session_target *target = &self->target;
    size_t length = strlen(self->info.checksum);

    memset(target, 0, sizeof *target);
    memcpy(target->title, self->info.title, sizeof target->title);
    memcpy(target->version, self->info.version, sizeof target->version);
    memcpy(target->checksum, self->info.checksum, length < 8 ? length : 8);
    target->size_bytes = self->info.size;
}

static bool target_equals(const struct session_target *a, const struct session_target *b)
{
    return a->size_bytes == b->size_bytes && strcmp(a->title, b->title) == 0 &&
           strcmp(a->version, b->version) == 0 && strcmp(a->checksum, b->checksum) == 0;
}

static struct session_action accept(struct session *self, struct fmt *log)
{
    fmt_add(log, "Inconsistent firmware version\nserver_fw_title %s\nserver_fw_version %s\n",
            self->info.title, self->info.version);
    fmt_add(log, "server_fw_size %lu\n", (unsigned long)self->info.size);
    copy_target(self);
    if (target_equals(&self->open, &self->target)) {
        return session_go(self, STATE_RESUME, SESSION_LOAD_MAP);
    }
    return session_start_over(self, log);
}

struct session_action session_start_over(struct session *self, struct fmt *log)
{
    fmt_add(log, "Please wait for the erase to complete\n");
    self->open.size_bytes = 0; // whatever NOR held is gone from here on
    return session_go(self, STATE_ERASE, SESSION_ERASE);
}

static struct session_action on_no_answer(struct session *self, uint32_t now_ms, struct fmt *log)
{
    if (!session_expired(self, now_ms)) {
        return session_keep_waiting(self);
    }
    if (self->attempts++ < SESSION_REQUEST_RETRIES) {
        return session_ask(self);
    }
    return session_fail(self, OTA_TIMEOUT, log);
}

struct session_action session_on_answer(struct session *self, uint32_t now_ms,
                                        const struct session_event *event, struct fmt *log)
{
    if (event->kind == SESSION_TICK) {
        return on_no_answer(self, now_ms, log);
    }
    if (event->kind != SESSION_MESSAGE ||
        !span_equals(event->topic, span_of_text(TOPIC_ATTRIBUTES_RESPONSE))) {
        return session_keep_waiting(self);
    }
    self->answered = true;
    enum ota_code code = judge(self, event->payload);
    if (code != OTA_NONE) {
        log_refusal(code, log);
        return session_fail(self, code, log);
    }
    return accept(self, log);
}

// ---- before the first piece ----

struct session_action session_on_erase(struct session *self, uint32_t now_ms,
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

struct session_action session_on_resume(struct session *self, uint32_t now_ms,
                                        const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind != SESSION_OK) {
        return session_fail(self, OTA_HARDWARE, log);
    }
    return session_tell(self, STATE_START, "DOWNLOADING", NULL);
}

struct session_action session_on_start(struct session *self, uint32_t now_ms,
                                       const struct session_event *event, struct fmt *log)
{
    (void)now_ms;
    if (event->kind != SESSION_OK) {
        fmt_add(log, "Failed to Set request download\n");
        return session_retry_lost(self, log);
    }
    fmt_add(log, "Request download successfully\n");
    return session_first_piece(self, log);
}
