// SPDX-License-Identifier: Apache-2.0
// What the files of the session share among themselves; nobody else includes it.
#ifndef NBOTA_NODE_CORE_SESSION_STEPS_H
#define NBOTA_NODE_CORE_SESSION_STEPS_H

#include "node/core/session.h"

// docs/protocol.md, "Client algorithm".
enum {
    SESSION_RETRIES = 3,           // sessions in a row that stored nothing new
    SESSION_REQUEST_RETRIES = 3,   // of one chunk, and of the attribute request
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
struct session_action session_retry(struct session *self, enum ota_code code, struct fmt *log);
// The same after a publish that did not leave: this connection is of no more use.
struct session_action session_retry_lost(struct session *self, struct fmt *log);

struct session_action session_ask(struct session *self);
// Erases for what the server offers, whatever NOR held.
struct session_action session_start_over(struct session *self, struct fmt *log);
struct session_action session_first_piece(struct session *self, struct fmt *log);

// One handler for each state: what its events mean.
typedef struct session_action session_handler(struct session *self, uint32_t now_ms,
                                              const struct session_event *event, struct fmt *log);

// session_connect.c
session_handler session_on_idle;
session_handler session_on_storage;
session_handler session_on_wake;
session_handler session_on_open;
session_handler session_on_connect;
session_handler session_on_hello;
session_handler session_on_subscribe;
// session_answer.c
session_handler session_on_ask;
session_handler session_on_answer;
session_handler session_on_erase;
session_handler session_on_resume;
session_handler session_on_start;
// session_chunk.c
session_handler session_on_request;
session_handler session_on_chunk;
session_handler session_on_compare;
session_handler session_on_store;
// session_end.c
session_handler session_on_verify;
session_handler session_on_order;
session_handler session_on_done;
session_handler session_on_announce;
session_handler session_on_told;
session_handler session_on_close;
session_handler session_on_sleep;
session_handler session_on_hang_up;
session_handler session_on_backoff;

#endif
