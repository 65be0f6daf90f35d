// SPDX-License-Identifier: Apache-2.0
// The table of states and what all of them use. What each state does stands in session_connect.c, session_answer.c,
// session_chunk.c and session_end.c, in the order of the steps.
#include "node/core/session.h"

#include "base/contract.h"
#include "node/core/session_steps.h"
#include "wire/telemetry.h"
#include "wire/topic.h"

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
    return session_keep_waiting(self);
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

static session_handler *const handlers[STATE_COUNT] = {
    [STATE_IDLE] = session_on_idle,           [STATE_STORAGE] = session_on_storage,
    [STATE_WAKE] = session_on_wake,           [STATE_OPEN] = session_on_open,
    [STATE_CONNECT] = session_on_connect,     [STATE_HELLO] = session_on_hello,
    [STATE_SUBSCRIBE] = session_on_subscribe, [STATE_ASK] = session_on_ask,
    [STATE_ANSWER] = session_on_answer,       [STATE_ERASE] = session_on_erase,
    [STATE_RESUME] = session_on_resume,       [STATE_START] = session_on_start,
    [STATE_REQUEST] = session_on_request,     [STATE_CHUNK] = session_on_chunk,
    [STATE_COMPARE] = session_on_compare,     [STATE_STORE] = session_on_store,
    [STATE_VERIFY] = session_on_verify,       [STATE_ORDER] = session_on_order,
    [STATE_DONE] = session_on_done,           [STATE_ANNOUNCE] = session_on_announce,
    [STATE_TELL_FAILURE] = session_on_told,   [STATE_CLOSE] = session_on_close,
    [STATE_SLEEP] = session_on_sleep,         [STATE_HANG_UP] = session_on_hang_up,
    [STATE_BACKOFF] = session_on_backoff,
};

struct session_action session_step(struct session *self, uint32_t now_ms,
                                   const struct session_event *event, struct fmt *log)
{
    CONTRACT(self->state < STATE_COUNT);
    if (event->kind == SESSION_LOST && self->state != STATE_BACKOFF) {
        return session_retry_lost(self, log);
    }
    return handlers[self->state](self, now_ms, event, log);
}
