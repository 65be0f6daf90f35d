// SPDX-License-Identifier: Apache-2.0
// What AT+PRO stands for: the channel of the data session and the form of what is sent on it.
#ifndef NBOTA_NODE_CORE_PROTOCOL_H
#define NBOTA_NODE_CORE_PROTOCOL_H

#include "base/span.h"
#include "node/core/uplink.h"

// The numbers of AT+PRO's second field. All but HEX and JSON are forms of MQTT alone.
enum payload_form {
    PAYLOAD_HEX = 0,
    PAYLOAD_THINGSPEAK = 1,
    PAYLOAD_DATACAKE = 2,
    PAYLOAD_TUTORIAL = 3, // ThingsBoard's, by way of HiveMQ
    PAYLOAD_JSON = 5,
};

struct protocol {
    enum uplink_channel channel;
    enum payload_form form;
};

// Reads a value that the settings' table lets pass; any other is MQTT with General JSON.
struct protocol protocol_read(struct span value);
// As the banner says it.
const char *protocol_text(enum uplink_channel channel);

// What a form adds to the settings: texts around a topic, and the server that stands for AT+SERVADDR=NULL.
struct platform {
    const char *server; // "<host>,<port>", NULL = none
    const char *publish_before;
    const char *publish_behind;
    const char *subscribe_before;
    const char *subscribe_behind;
};
const struct platform *protocol_platform(enum payload_form form);

#endif
