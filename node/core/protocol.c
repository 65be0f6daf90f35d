// SPDX-License-Identifier: Apache-2.0
#include "node/core/protocol.h"

struct protocol protocol_read(struct span value)
{
    static const enum uplink_channel channels[] = {UPLINK_COAP, UPLINK_UDP, UPLINK_MQTT,
                                                   UPLINK_TCP};

    if (value.size != 3 || value.data[0] < '1' || value.data[0] > '4') {
        return (struct protocol){UPLINK_MQTT, PAYLOAD_JSON};
    }
    return (struct protocol){channels[value.data[0] - '1'],
                             (enum payload_form)(value.data[2] - '0')};
}

const char *protocol_text(enum uplink_channel channel)
{
    static const char *const texts[] = {
        [UPLINK_MQTT] = "MQTT",
        [UPLINK_COAP] = "COAP",
        [UPLINK_UDP] = "UDP",
        [UPLINK_TCP] = "TCP",
    };

    return texts[channel];
}

const struct platform *protocol_platform(enum payload_form form)
{
    static const struct platform plain = {NULL, "", "", "", ""};
    static const struct platform thingspeak = {"mqtt3.thingspeak.com,1883", "channels/", "/publish",
                                               "channels/", "/subscribe"};
    static const struct platform datacake = {"mqtt.datacake.co,1883", "", "", "", ""};
    static const struct platform tutorial = {"broker.hivemq.com,1883", "", "",
                                             "tb/mqtt-integration-tutorial/sensors/", "/rx"};

    switch (form) {
    case PAYLOAD_THINGSPEAK:
        return &thingspeak;
    case PAYLOAD_DATACAKE:
        return &datacake;
    case PAYLOAD_TUTORIAL:
        return &tutorial;
    case PAYLOAD_HEX:
    case PAYLOAD_JSON:
    default:
        return &plain;
    }
}
