// SPDX-License-Identifier: Apache-2.0
// What one data session sends, in one buffer: its measurement, taken once for all tries, then message by message what
// waits in the outbox. What could not be sent goes into the data log.
#ifndef NBOTA_NODE_APP_CONTENT_H
#define NBOTA_NODE_APP_CONTENT_H

#include <stdbool.h>

#include "base/fmt.h"
#include "node/core/protocol.h"

// A session begins; `protocol` is that of the session.
void content_begin(struct protocol protocol);
// The bytes of the data, borrowed until the next call. Measures at the first.
struct span content_data(void);
// The bytes of the message whose turn it is, borrowed likewise; false when none waits.
bool content_waiting(struct span *message);
// The module took that message; true when another waits.
bool content_sent(void);
// The session ends; with `delivered` the data left. Without it the measurement is kept, made if none was.
void content_end(bool delivered);

// Where these bytes lie, at least DOWNLINK_MAX of them: for any use while no request is under way.
char *content_buffer(void);

// Appends the last data that was given out, as text and without rows of the data log; false when there was none since
// the reset.
bool content_add_last(struct fmt *out);

#endif
