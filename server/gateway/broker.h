// SPDX-License-Identifier: Apache-2.0
// The port to the broker: what the gateway wants of it. Bound at link time, to mosquitto in the plugin. Only the
// broker's own thread may call these, but for broker_wake(); none blocks.
#ifndef NBOTA_SERVER_GATEWAY_BROKER_H
#define NBOTA_SERVER_GATEWAY_BROKER_H

#include "base/attr.h"
#include "base/span.h"

enum broker_log { BROKER_LOG_INFO, BROKER_LOG_WARNING, BROKER_LOG_ERROR };

// Sends a copy of `payload` to that client alone, whether subscribed or not; dropped when it is gone. Not retained.
void broker_send(const char *client_id, const char *topic, struct span payload, int qos);
// Closes the connection of that client. Not from within a message's callback: queued answers would be lost.
void broker_close(const char *client_id);
// From any thread: lets the broker's loop turn now instead of when its wait of up to 100 ms ends, so that an answer that
// waited for the disk leaves within milliseconds. A call may be lost; the next turn comes all the same.
void broker_wake(void);
void broker_log(enum broker_log level, const char *format, ...) FORMAT_LIKE_PRINTF(2, 3);

#endif
