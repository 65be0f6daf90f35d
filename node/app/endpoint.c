// SPDX-License-Identifier: Apache-2.0
#include "node/app/endpoint.h"

#include "node/app/app.h"
#include "node/core/settings.h"
#include "node/port/modem.h"

enum {
    NAME_SIZE = 129,    // longest client id, user name and topic of a setting, with its NUL
    SEARCH_MS = 120000, // docs/protocol.md
};

static struct {
    char host[VALUE_SIZE];
    char port[6];
    char client[NAME_SIZE];
    char user[NAME_SIZE];
    char password[VALUE_SIZE];
    char publish_topic[NAME_SIZE];
    char subscribe_topic[NAME_SIZE];
    unsigned qos;
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

static bool take_address(enum setting setting)
{
    char value[VALUE_SIZE];

    return setting_split_address(span_of_text(value_get((uint8_t)setting, value)), endpoint.host,
                                 endpoint.port);
}

bool endpoint_take_ota(void)
{
    copy(SETTING_OTACLT, endpoint.client, sizeof endpoint.client);
    copy(SETTING_OTAUNAME, endpoint.user, sizeof endpoint.user);
    copy(SETTING_OTAPWD, endpoint.password, sizeof endpoint.password);
    return take_address(SETTING_OTASER);
}

bool endpoint_take_data(void)
{
    copy(SETTING_CLIENT, endpoint.client, sizeof endpoint.client);
    copy(SETTING_UNAME, endpoint.user, sizeof endpoint.user);
    copy(SETTING_PWD, endpoint.password, sizeof endpoint.password);
    copy(SETTING_PUBTOPIC, endpoint.publish_topic, sizeof endpoint.publish_topic);
    copy(SETTING_SUBTOPIC, endpoint.subscribe_topic, sizeof endpoint.subscribe_topic);
    endpoint.qos = value_number(SETTING_MQOS);
    return take_address(SETTING_SERVADDR) && !is_null(endpoint.publish_topic);
}

bool endpoint_subscribes(void)
{
    return !is_null(endpoint.subscribe_topic);
}

void endpoint_wake(void)
{
    static const struct modem_network network = {.search_ms = SEARCH_MS};

    modem_wake(&network);
}

void endpoint_open(void)
{
    modem_open(MODEM_MQTT, endpoint.host, endpoint.port);
}

// Two clients of one name throw each other out, so without a client id the IMEI stands for it; it is known by now.
void endpoint_connect(void)
{
    if (is_null(endpoint.client)) {
        copy(SETTING_DEUI, endpoint.client, sizeof endpoint.client);
    }
    modem_connect(endpoint.client, unless_null(endpoint.user), unless_null(endpoint.password));
}

void endpoint_subscribe(void)
{
    modem_subscribe(endpoint.subscribe_topic, endpoint.qos);
}

void endpoint_publish(struct span payload)
{
    modem_publish(endpoint.publish_topic, payload, endpoint.qos);
}
