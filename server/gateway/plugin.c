// SPDX-License-Identifier: Apache-2.0
// The mosquitto plugin (API version 5, mosquitto 2.0): options and callbacks, each a few lines around gateway.h.
//
//   plugin /…/nbota_gateway.so
//   plugin_opt_data /var/lib/nbota      the data folder (server/store/folder.h); needed
//   plugin_opt_nbota_defer true         leave names that are no device of ours to the broker's own rules
//   plugin_opt_nbota_unlimited true     no bound on a device's output, for benchmarks
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <mosquitto.h>
#include <mosquitto_broker.h>
#include <mosquitto_plugin.h>

#include "base/contract.h"
#include "server/gateway/broker.h"
#include "server/gateway/gateway.h"
#include "server/gateway/wake.h"

#define EXPORTED __attribute__((visibility("default")))

// mosquitto_plugin.h declares these without a visibility.
EXPORTED int mosquitto_plugin_version(int count, const int *versions);
EXPORTED int mosquitto_plugin_init(mosquitto_plugin_id_t *identifier, void **user_data,
                                   struct mosquitto_opt *options, int option_count);
EXPORTED int mosquitto_plugin_cleanup(void *user_data, struct mosquitto_opt *options,
                                      int option_count);

void contract_failed(const char *condition, const char *file, int line)
{
    broker_log(BROKER_LOG_ERROR, "%s:%d: contract broken: %s; please report this", file, line,
               condition);
    abort();
}

static int64_t clock_ms(clockid_t clock)
{
    struct timespec now;

    (void)clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

static struct gateway_time time_now(void)
{
    return (struct gateway_time){clock_ms(CLOCK_MONOTONIC), clock_ms(CLOCK_REALTIME)};
}

static uint64_t number_of(const struct mosquitto *client)
{
    return (uint64_t)(uintptr_t)client;
}

static int code_of(enum gateway_verdict verdict, int refused)
{
    switch (verdict) {
    case GATEWAY_GRANTED:
        return MOSQ_ERR_SUCCESS;
    case GATEWAY_FOREIGN:
        return MOSQ_ERR_PLUGIN_DEFER;
    case GATEWAY_REFUSED:
        break;
    }
    return refused;
}

static int on_auth(int event, void *data, void *user_data)
{
    const struct mosquitto_evt_basic_auth *auth = data;
    const char *client_id = mosquitto_client_id(auth->client);
    struct gateway_client client = {
        .client = number_of(auth->client),
        .client_id = client_id == NULL ? "" : client_id,
        .username = auth->username,
        .address = mosquitto_client_address(auth->client),
        .protocol = mosquitto_client_protocol_version(auth->client),
        .clean = mosquitto_client_clean_session(auth->client),
    };

    (void)event;
    return code_of(gateway_connect(user_data, &client, time_now()), MOSQ_ERR_AUTH);
}

static int on_reload(int event, void *data, void *user_data)
{
    (void)event;
    (void)data;
    gateway_reload(user_data);
    return MOSQ_ERR_SUCCESS;
}

static int on_disconnect(int event, void *data, void *user_data)
{
    const struct mosquitto_evt_disconnect *end = data;

    (void)event;
    gateway_disconnect(user_data, number_of(end->client), time_now());
    return MOSQ_ERR_SUCCESS;
}

static enum gateway_verdict check_access(struct gateway *gateway,
                                         const struct mosquitto_evt_acl_check *check)
{
    uint64_t client = number_of(check->client);

    switch (check->access) {
    case MOSQ_ACL_READ:
        return gateway_may_read(gateway, client, check->topic);
    case MOSQ_ACL_WRITE:
        return gateway_may_write(gateway, client, check->topic, time_now());
    case MOSQ_ACL_SUBSCRIBE:
        return gateway_may_subscribe(gateway, client, check->topic, check->qos);
    case MOSQ_ACL_UNSUBSCRIBE:
        return gateway_may_unsubscribe(gateway, client, check->topic);
    default:
        return GATEWAY_REFUSED;
    }
}

static int on_access(int event, void *data, void *user_data)
{
    (void)event;
    return code_of(check_access(user_data, data), MOSQ_ERR_ACL_DENIED);
}

// Refusing a message keeps it from everybody else and costs least. An MQTT 5 sender with QoS 1 would see the refusal
// in its PUBACK; there the message goes on to subscribers, of whom none may read it.
static int on_message(int event, void *data, void *user_data)
{
    const struct mosquitto_evt_message *message = data;
    struct span payload = span_of(message->payload, message->payloadlen);
    enum gateway_verdict verdict = gateway_message(
        user_data, number_of(message->client), message->topic, payload, message->qos, time_now());
    bool sees_reason = mosquitto_client_protocol_version(message->client) >= 5 && message->qos > 0;

    (void)event;
    if (verdict == GATEWAY_FOREIGN || (verdict == GATEWAY_GRANTED && sees_reason)) {
        return MOSQ_ERR_SUCCESS;
    }
    return MOSQ_ERR_ACL_DENIED;
}

static int on_tick(int event, void *data, void *user_data)
{
    (void)event;
    (void)data;
    gateway_tick(user_data, time_now());
    return MOSQ_ERR_SUCCESS;
}

static const struct {
    int event;
    MOSQ_FUNC_generic_callback function;
} callbacks[] = {
    {MOSQ_EVT_BASIC_AUTH, on_auth},  {MOSQ_EVT_DISCONNECT, on_disconnect},
    {MOSQ_EVT_ACL_CHECK, on_access}, {MOSQ_EVT_MESSAGE, on_message},
    {MOSQ_EVT_TICK, on_tick},        {MOSQ_EVT_RELOAD, on_reload},
};

static int register_all(mosquitto_plugin_id_t *identifier, struct gateway *gateway)
{
    for (size_t i = 0; i < sizeof callbacks / sizeof callbacks[0]; i++) {
        int code = mosquitto_callback_register(identifier, callbacks[i].event,
                                               callbacks[i].function, NULL, gateway);
        if (code != MOSQ_ERR_SUCCESS) {
            broker_log(BROKER_LOG_ERROR, "the broker has no event %d: mosquitto 2.0 is needed",
                       callbacks[i].event);
            return code;
        }
    }
    return MOSQ_ERR_SUCCESS;
}

static bool is_true(const char *value)
{
    return value != NULL && strcmp(value, "true") == 0;
}

static bool read_options(const struct mosquitto_opt *from, int count, struct gateway_options *to)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(from[i].key, "data") == 0) {
            to->data = from[i].value;
        } else if (strcmp(from[i].key, "nbota_defer") == 0) {
            to->leaves_foreign = is_true(from[i].value);
        } else if (strcmp(from[i].key, "nbota_unlimited") == 0) {
            to->is_unlimited = is_true(from[i].value);
        } else {
            broker_log(BROKER_LOG_ERROR,
                       "unknown option plugin_opt_%s: data, nbota_defer and "
                       "nbota_unlimited are known",
                       from[i].key);
            return false;
        }
    }
    if (to->data == NULL) {
        broker_log(BROKER_LOG_ERROR, "no data folder: add `plugin_opt_data <folder>`");
    }
    return to->data != NULL;
}

int mosquitto_plugin_version(int count, const int *versions)
{
    for (int i = 0; i < count; i++) {
        if (versions[i] == MOSQ_PLUGIN_VERSION) {
            return MOSQ_PLUGIN_VERSION;
        }
    }
    return -1;
}

int mosquitto_plugin_init(mosquitto_plugin_id_t *identifier, void **user_data,
                          struct mosquitto_opt *options, int option_count)
{
    char text[512];
    struct fmt error;
    struct gateway_options wanted = {.data = NULL};

    fmt_init(&error, text, sizeof text);
    if (!read_options(options, option_count, &wanted)) {
        return MOSQ_ERR_INVAL;
    }
    wake_prepare();
    struct gateway *gateway = gateway_open(&wanted, time_now(), &error);
    if (gateway == NULL) {
        broker_log(BROKER_LOG_ERROR, "cannot use the data folder %s: %s", wanted.data, text);
        wake_end();
        return MOSQ_ERR_UNKNOWN;
    }
    if (error.length > 0) {
        broker_log(BROKER_LOG_WARNING, "%s", text);
    }
    *user_data = gateway;
    return register_all(identifier, gateway);
}

int mosquitto_plugin_cleanup(void *user_data, struct mosquitto_opt *options, int option_count)
{
    (void)options;
    (void)option_count;
    if (user_data != NULL) {
        gateway_close(user_data, time_now());
        wake_end();
    }
    return MOSQ_ERR_SUCCESS;
}
