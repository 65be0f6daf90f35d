// SPDX-License-Identifier: Apache-2.0
#include "cli/data_server.h"

#include <errno.h>
#include <mosquitto.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "cli/message.h"

enum {
    KEEP_ALIVE_S = 60,
    CONNECT_WAIT_MS = 10000,
    STEP_MS = 100,
    RETRY_MS = 500,
};

struct data_server {
    const struct data_server_config *config;
    struct mosquitto *client;
    int refused; // CONNACK code, 0 = none yet
    bool is_subscribed;
};

static void on_connect(struct mosquitto *client, void *context, int code)
{
    struct data_server *self = context;

    self->refused = code;
    if (code == 0) {
        mosquitto_subscribe(client, NULL, self->config->topic, 1);
    }
}

static void on_subscribe(struct mosquitto *client, void *context, int id, int count,
                         const int *granted)
{
    struct data_server *self = context;

    (void)client;
    (void)id;
    self->is_subscribed = count == 1 && granted[0] <= 2; // 128: refused
}

static void on_message(struct mosquitto *client, void *context,
                       const struct mosquitto_message *message)
{
    struct data_server *self = context;

    (void)client;
    if (!message->retain) {
        self->config->uplink(self->config->context, message->topic,
                             span_of(message->payload, (size_t)message->payloadlen));
    }
}

static struct data_server *create(const struct data_server_config *config)
{
    struct data_server *self = calloc(1, sizeof *self);

    mosquitto_lib_init();
    if (self == NULL || (self->client = mosquitto_new(NULL, true, self)) == NULL) {
        message_error("out of memory");
        free(self);
        return NULL;
    }
    self->config = config;
    mosquitto_connect_callback_set(self->client, on_connect);
    mosquitto_subscribe_callback_set(self->client, on_subscribe);
    mosquitto_message_callback_set(self->client, on_message);
    mosquitto_username_pw_set(self->client, config->user, config->password);
    return self;
}

static const char *reason(int result)
{
    return result == MOSQ_ERR_ERRNO ? strerror(errno) : mosquitto_strerror(result);
}

static enum status complain(const struct data_server *self, const char *why)
{
    message_error("cannot use the data server '%s:%u': %s", self->config->address.host,
                  (unsigned)self->config->address.port, why);
    message_hint("it is the broker of the node's AT+SERVADDR; name it with --data HOST:PORT");
    return STATUS_IO;
}

static enum status wait_for_subscription(struct data_server *self)
{
    for (int waited_ms = 0; waited_ms < CONNECT_WAIT_MS; waited_ms += STEP_MS) {
        int result = mosquitto_loop(self->client, STEP_MS, 1);
        if (self->is_subscribed) {
            return STATUS_OK;
        }
        if (self->refused != 0) {
            return complain(self, mosquitto_connack_string(self->refused));
        }
        if (result != MOSQ_ERR_SUCCESS) {
            return complain(self, reason(result));
        }
    }
    return complain(self, "no answer, or the subscription is not allowed");
}

static enum status begin(struct data_server *self)
{
    int result = mosquitto_connect(self->client, self->config->address.host,
                                   self->config->address.port, KEEP_ALIVE_S);

    return result != MOSQ_ERR_SUCCESS ? complain(self, reason(result))
                                      : wait_for_subscription(self);
}

enum status data_server_open(struct data_server **self, const struct data_server_config *config)
{
    *self = create(config);
    enum status status = *self == NULL ? STATUS_IO : begin(*self);
    if (status != STATUS_OK) {
        data_server_close(*self);
        *self = NULL;
    }
    return status;
}

void data_server_close(struct data_server *self)
{
    if (self != NULL) {
        mosquitto_disconnect(self->client);
        mosquitto_destroy(self->client);
        free(self);
    }
    mosquitto_lib_cleanup();
}

void data_server_poll(struct data_server *self, int timeout_ms)
{
    if (mosquitto_loop(self->client, timeout_ms, 1) != MOSQ_ERR_SUCCESS) {
        struct timespec pause = {.tv_nsec = RETRY_MS * 1000000L};
        nanosleep(&pause, NULL);
        (void)mosquitto_reconnect(self->client);
    }
}

enum status data_server_send(struct data_server *self, const char *topic, struct span payload)
{
    int result =
        mosquitto_publish(self->client, NULL, topic, (int)payload.size, payload.data, 1, false);

    return result == MOSQ_ERR_SUCCESS ? STATUS_OK : STATUS_IO;
}
