// SPDX-License-Identifier: Apache-2.0
// Who comes in and goes out. With mosquitto 2.0.11 a new session's CONNECT is seen before the end of the one it takes
// over, a reload asks again for everybody, and pointers are used again.
#include <stdlib.h>

#include "server/gateway/broker.h"
#include "server/gateway/inside.h"

static bool is_given(const char *text)
{
    return text != NULL && text[0] != '\0';
}

static const struct catalog_device *identify(const struct gateway *self,
                                             const struct gateway_client *client)
{
    if (is_given(client->username)) {
        return catalog_by_token(self->catalog, client->username);
    }
    return is_given(client->client_id) ? catalog_by_token(self->catalog, client->client_id) : NULL;
}

static struct device *new_device(struct gateway *self, const struct catalog_device *entry,
                                 struct gateway_time now)
{
    struct device *device = calloc(1, sizeof *device);
    const struct db_pin *pin = catalog_pin(self->catalog, entry->id);

    if (device == NULL || !map_put(&self->devices, (uint64_t)entry->id, device)) {
        free(device);
        return NULL;
    }
    device->id = entry->id;
    device->entry = entry;
    device->pin = pin != NULL ? *pin : (struct db_pin){.device_id = entry->id};
    device->stored_pin = device->pin;
    progress_begin(&device->progress, device->pin.done, device->pin.total);
    budget_init(&device->budget, BUDGET_ALL, now.steady_ms);
    budget_init(&device->qos_1, BUDGET_QOS_1, now.steady_ms);
    return device;
}

static struct session *new_session(struct gateway *self, const struct gateway_client *client,
                                   struct device *device)
{
    struct session *session = calloc(1, sizeof *session);
    size_t size = strlen(client->client_id) + 1;

    if (session != NULL) {
        session->client_id = malloc(size);
    }
    if (session == NULL || session->client_id == NULL ||
        !owners_claim(&self->owners, client->client_id, device)) {
        goto failed;
    }
    memcpy(session->client_id, client->client_id, size);
    session->client = client->client;
    session->device = device;
    // An MQTT 5 client may ask for a clean start and still have its session kept.
    session->is_persistent = !client->clean || client->protocol >= 5;
    if (map_put(&self->sessions, client->client, session)) {
        return session;
    }
failed:
    if (session != NULL) {
        free(session->client_id);
    }
    free(session);
    return NULL;
}

static void forget(struct gateway *self, struct session *session, struct gateway_time now)
{
    struct device *device = session->device;
    bool taken_over = device->session != NULL && device->session != session &&
                      strcmp(device->session->client_id, session->client_id) == 0;

    (void)map_take(&self->sessions, session->client);
    if (!taken_over) {
        owners_end(&self->owners, session->client_id, device, session->is_persistent,
                   now.steady_ms);
    }
    if (device->session == session) {
        device->session = NULL;
        device->waiting_count = 0; // their answers would go to whoever comes next
    }
    free(session->client_id);
    free(session);
}

void connect_supersede(struct gateway *self, struct session *session)
{
    session->wants_close = true;
    self->has_closing = true;
    if (session->device->session == session) {
        session->device->session = NULL;
        session->device->waiting_count = 0;
    }
}

static void begin(struct gateway *self, struct session *session,
                  const struct gateway_client *client, struct gateway_time now)
{
    static const char *const versions[] = {"?", "?", "?", "3.1", "3.1.1", "5"};
    struct device *device = session->device;

    if (device->session != NULL) {
        connect_supersede(self, device->session);
    }
    device->session = session;
    device->unsaved.connections++;
    record_counters(self, device);
    // Many nodes use their token as client id; a secret has no place in a history.
    bool is_token = strcmp(client->client_id, device->entry->token) == 0;
    record_event(self, device, now, "connected MQTT %s from %s, client id %.40s",
                 versions[client->protocol >= 0 && client->protocol <= 5 ? client->protocol : 0],
                 client->address == NULL ? "?" : client->address,
                 is_token ? "is the token" : client->client_id);
}

// What has no session here is one that the broker keeps without a connection. It is asked when it comes back: refused
// now, mosquitto 2.0.11 would end it a second time and corrupt its list of kept sessions.
static enum gateway_verdict ask_again(const struct gateway *self, const struct session *session,
                                      const struct catalog_device *entry)
{
    if (session == NULL) {
        return entry == NULL && self->options.leaves_foreign ? GATEWAY_FOREIGN : GATEWAY_GRANTED;
    }
    return entry != NULL && entry->id == session->device->id ? GATEWAY_GRANTED : GATEWAY_REFUSED;
}

static enum gateway_verdict admit(struct gateway *self, const struct catalog_device *entry,
                                  const struct gateway_client *client, struct gateway_time now)
{
    struct device *device = map_get(&self->devices, (uint64_t)entry->id);
    struct session *session = map_get(&self->sessions, client->client);

    if (device == NULL) {
        device = new_device(self, entry, now);
    }
    if (device == NULL) {
        return GATEWAY_REFUSED;
    }
    struct device *owner = owners_find(&self->owners, client->client_id);
    if (owner != NULL && owner != device) {
        record_event(
            self, device, now,
            "refused another device has its client id; see nbota serve --shared-client-ids");
        return GATEWAY_REFUSED;
    }
    if (session != NULL) {
        forget(self, session, now); // its pointer is used again
    }
    session = new_session(self, client, device);
    if (session == NULL) {
        return GATEWAY_REFUSED;
    }
    begin(self, session, client, now);
    return GATEWAY_GRANTED;
}

enum gateway_verdict gateway_connect(struct gateway *self, const struct gateway_client *client,
                                     struct gateway_time now)
{
    const struct catalog_device *entry = identify(self, client);
    struct session *session = map_get(&self->sessions, client->client);

    if (self->is_reloading) {
        return ask_again(self, session, entry);
    }
    (void)map_take(&self->ended, client->client);
    if (entry != NULL) {
        return admit(self, entry, client, now);
    }
    if (session != NULL) {
        forget(self, session, now);
    }
    return self->options.leaves_foreign ? GATEWAY_FOREIGN : GATEWAY_REFUSED;
}

void gateway_reload(struct gateway *self)
{
    self->is_reloading = true;
}

void gateway_disconnect(struct gateway *self, uint64_t client, struct gateway_time now)
{
    struct session *session = map_get(&self->sessions, client);

    if (session != NULL) {
        record_event(self, session->device, now, "closed");
        forget(self, session, now);
        if (self->options.leaves_foreign && !map_put(&self->ended, client, self)) {
            broker_log(BROKER_LOG_WARNING, "out of memory: the will of a device may be published");
        }
    }
}
