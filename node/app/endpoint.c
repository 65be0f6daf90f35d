// SPDX-License-Identifier: Apache-2.0
#include "node/app/endpoint.h"

#include "node/app/address.h"
#include "node/app/app.h"
#include "node/core/settings.h"
#include "node/port/modem.h"

enum {
    NAME_SIZE = 129,  // longest client id, user name, topic and option, with its NUL
    TOPIC_SIZE = 176, // …with what a platform puts around a topic
    OPTIONS = 5,
};

static struct {
    enum modem_channel channel;
    union {
        struct {
            char client[NAME_SIZE];
            char user[NAME_SIZE];
            char password[VALUE_SIZE];
            char publish_topic[TOPIC_SIZE];
            char subscribe_topic[TOPIC_SIZE];
            unsigned qos;
        } mqtt;
        struct {
            char texts[OPTIONS][NAME_SIZE];
            const char *list[OPTIONS + 1];
        } coap;
    };
} endpoint;

static void copy(enum setting setting, char *to, size_t capacity)
{
    char value[VALUE_SIZE];
    struct fmt out;

    fmt_init(&out, to, capacity);
    fmt_add(&out, "%s", value_get((uint8_t)setting, value));
}

static bool is_null(const char *value)
{
    return strcmp(value, "NULL") == 0;
}

static const char *unless_null(const char *value)
{
    return is_null(value) ? NULL : value;
}

// ---- the OTA server ----

bool endpoint_take_ota(void)
{
    char server[VALUE_SIZE];

    endpoint.channel = MODEM_MQTT;
    copy(SETTING_OTACLT, endpoint.mqtt.client, sizeof endpoint.mqtt.client);
    copy(SETTING_OTAUNAME, endpoint.mqtt.user, sizeof endpoint.mqtt.user);
    copy(SETTING_OTAPWD, endpoint.mqtt.password, sizeof endpoint.mqtt.password);
    return address_take(value_get(SETTING_OTASER, server));
}

// ---- the data server ----

struct protocol endpoint_protocol(void)
{
    char value[VALUE_SIZE];

    return protocol_read(span_of_text(value_get(SETTING_PRO, value)));
}

bool endpoint_has_data_server(void)
{
    struct protocol protocol = endpoint_protocol();

    if (value_is_null(SETTING_SERVADDR) && protocol_platform(protocol.form)->server == NULL) {
        return false;
    }
    switch (protocol.channel) {
    case UPLINK_MQTT:
        return !value_is_null(SETTING_PUBTOPIC);
    case UPLINK_COAP:
        return !value_is_null(SETTING_URI1);
    case UPLINK_UDP:
    case UPLINK_TCP:
    default:
        return true;
    }
}

// A topic that is not set stays so.
static void take_topic(enum setting setting, const char *before, const char *behind,
                       char to[TOPIC_SIZE])
{
    char value[VALUE_SIZE];
    struct fmt out;
    bool is_set = !is_null(value_get((uint8_t)setting, value));

    fmt_init(&out, to, TOPIC_SIZE);
    fmt_add(&out, "%s%s%s", is_set ? before : "", value, is_set ? behind : "");
}

static void take_mqtt(const struct platform *platform)
{
    copy(SETTING_CLIENT, endpoint.mqtt.client, sizeof endpoint.mqtt.client);
    copy(SETTING_UNAME, endpoint.mqtt.user, sizeof endpoint.mqtt.user);
    copy(SETTING_PWD, endpoint.mqtt.password, sizeof endpoint.mqtt.password);
    take_topic(SETTING_PUBTOPIC, platform->publish_before, platform->publish_behind,
               endpoint.mqtt.publish_topic);
    take_topic(SETTING_SUBTOPIC, platform->subscribe_before, platform->subscribe_behind,
               endpoint.mqtt.subscribe_topic);
    endpoint.mqtt.qos = value_number(SETTING_MQOS);
}

static void take_coap(void)
{
    static const uint8_t options[OPTIONS] = {SETTING_URI1, SETTING_URI2, SETTING_URI3, SETTING_URI4,
                                             SETTING_URI5};
    unsigned count = 0;

    for (unsigned i = 0; i < OPTIONS; i++) {
        if (!value_is_null(options[i])) {
            copy((enum setting)options[i], endpoint.coap.texts[count], NAME_SIZE);
            endpoint.coap.list[count] = endpoint.coap.texts[count];
            count++;
        }
    }
    endpoint.coap.list[count] = NULL;
}

bool endpoint_take_data(void)
{
    static const enum modem_channel channels[] = {
        [UPLINK_MQTT] = MODEM_MQTT,
        [UPLINK_COAP] = MODEM_COAP,
        [UPLINK_UDP] = MODEM_UDP,
        [UPLINK_TCP] = MODEM_TCP,
    };
    struct protocol protocol = endpoint_protocol();

    endpoint.channel = channels[protocol.channel];
    if (protocol.channel == UPLINK_MQTT) {
        take_mqtt(protocol_platform(protocol.form));
    } else if (protocol.channel == UPLINK_COAP) {
        take_coap();
    }
    return endpoint_has_data_server() && address_take_data_server();
}

bool endpoint_subscribes(void)
{
    return endpoint.channel == MODEM_MQTT && !is_null(endpoint.mqtt.subscribe_topic);
}

// ---- requests ----

void endpoint_open(void)
{
    modem_open(endpoint.channel, address_host(), address_port());
}

// Two clients of one name throw each other out, so without a client id the IMEI stands for it; it is known by now.
void endpoint_connect(void)
{
    if (is_null(endpoint.mqtt.client)) {
        copy(SETTING_DEUI, endpoint.mqtt.client, sizeof endpoint.mqtt.client);
    }
    modem_connect(endpoint.mqtt.client, unless_null(endpoint.mqtt.user),
                  unless_null(endpoint.mqtt.password));
}

void endpoint_subscribe(void)
{
    modem_subscribe(endpoint.mqtt.subscribe_topic, endpoint.mqtt.qos);
}

void endpoint_send(struct span payload)
{
    if (endpoint.channel == MODEM_MQTT) {
        modem_publish(endpoint.mqtt.publish_topic, payload, endpoint.mqtt.qos);
    } else {
        modem_send(payload, endpoint.channel == MODEM_COAP ? endpoint.coap.list : NULL);
    }
}
