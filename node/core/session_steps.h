// SPDX-License-Identifier: Apache-2.0
// What the three files of the session share among themselves; nobody else includes it.
#ifndef NBOTA_NODE_CORE_SESSION_STEPS_H
#define NBOTA_NODE_CORE_SESSION_STEPS_H

#include "node/core/session.h"

enum {
    SESSION_RETRIES = 3,           // seed 8.1; sessions in a row that stored nothing new
    SESSION_REQUEST_RETRIES = 3,   // seed 7-7; of one chunk, and of the attribute request
    SESSION_ANSWER_MS = 60 * 1000, // attribute answer and chunk: the shipped nodes' wait
};

// What an action may lead to.
struct session_action session_go(struct session *self, enum session_state state,
                                 enum session_action_kind kind);
struct session_action session_wait(struct session *self, enum session_state state, uint32_t now_ms,
                                   uint32_t duration_ms);
struct session_action session_keep_waiting(const struct session *self);
bool session_expired(const struct session *self, uint32_t now_ms);

// Publishes self->text to `topic`; its outcome is `state`'s event.
struct session_action session_publish(struct session *self, enum session_state state,
                                      const char *topic);
// Publishes telemetry with `fw_state` and `error` (both may be NULL).
struct session_action session_tell(struct session *self, enum session_state state,
                                   const char *fw_state, const char *error);

// Ends with `code`, after telling a connected server.
struct session_action session_fail(struct session *self, enum ota_code code, struct fmt *log);
// Closes and comes back after a pause, or ends with `code` when the retries are used up.
struct session_action session_retry(struct session *self, uint32_t now_ms, enum ota_code code,
                                    struct fmt *log);

struct session_action session_ask(struct session *self);
struct session_action session_first_piece(struct session *self, struct fmt *log);

struct session_action session_on_ask(struct session *self, uint32_t now_ms,
                                     const struct session_event *event, struct fmt *log);
struct session_action session_on_answer(struct session *self, uint32_t now_ms,
                                        const struct session_event *event, struct fmt *log);
struct session_action session_on_request(struct session *self, uint32_t now_ms,
                                         const struct session_event *event, struct fmt *log);
struct session_action session_on_chunk(struct session *self, uint32_t now_ms,
                                       const struct session_event *event, struct fmt *log);
struct session_action session_on_store(struct session *self, uint32_t now_ms,
                                       const struct session_event *event, struct fmt *log);

#endif
