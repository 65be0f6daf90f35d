// SPDX-License-Identifier: Apache-2.0
// The port to the broker, on mosquitto 2.0.
#include "server/gateway/broker.h"

#include <stdarg.h>
#include <stdio.h>

#include <mosquitto.h>
#include <mosquitto_broker.h>

void broker_send(const char *client_id, const char *topic, struct span payload, int qos)
{
    // Only lack of memory fails; the device asks again.
    (void)mosquitto_broker_publish_copy(client_id, topic, (int)payload.size, payload.data, qos,
                                        false, NULL);
}

void broker_close(const char *client_id)
{
    (void)mosquitto_kick_client_by_clientid(client_id, false);
}

void broker_log(enum broker_log level, const char *format, ...)
{
    static const int levels[] = {[BROKER_LOG_INFO] = MOSQ_LOG_NOTICE,
                                 [BROKER_LOG_WARNING] = MOSQ_LOG_WARNING,
                                 [BROKER_LOG_ERROR] = MOSQ_LOG_ERR};
    char text[600];
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    mosquitto_log_printf(levels[level], "nbota: %s", text);
}
