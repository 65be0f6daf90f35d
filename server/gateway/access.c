// SPDX-License-Identifier: Apache-2.0
// What a device may read, write and subscribe to. All devices share the names of the topics: so a device may write
// requests and read answers, never the other way round, and answers are addressed to one client.
#include "server/gateway/inside.h"

// NULL: the client is no device of ours.
static struct session *session_of(const struct gateway *self, uint64_t client)
{
    return map_get(&self->sessions, client);
}

enum gateway_verdict access_of_stranger(const struct gateway *self, uint64_t client)
{
    bool is_foreign = self->options.leaves_foreign && map_get(&self->ended, client) == NULL;

    return is_foreign ? GATEWAY_FOREIGN : GATEWAY_REFUSED;
}

static enum gateway_verdict granted_if(bool granted)
{
    return granted ? GATEWAY_GRANTED : GATEWAY_REFUSED;
}

enum gateway_verdict gateway_may_read(struct gateway *self, uint64_t client, const char *topic)
{
    return session_of(self, client) == NULL ? access_of_stranger(self, client)
                                            : granted_if(api_may_read(span_of_text(topic)));
}

enum gateway_verdict gateway_may_write(struct gateway *self, uint64_t client, const char *topic,
                                       struct gateway_time now)
{
    struct session *session = session_of(self, client);

    if (session == NULL) {
        return access_of_stranger(self, client);
    }
    if (api_parse(span_of_text(topic)).kind != API_UNKNOWN) {
        return GATEWAY_GRANTED;
    }
    // One event between two savings, not one a message.
    if (session->device->unsaved.malformed++ == 0) {
        record_event(self, session->device, now, "refused topic %.100s", topic);
    }
    record_counters(self, session->device);
    return GATEWAY_REFUSED;
}

enum gateway_verdict gateway_may_subscribe(struct gateway *self, uint64_t client,
                                           const char *filter, int qos)
{
    struct session *session = session_of(self, client);

    if (session == NULL) {
        return access_of_stranger(self, client);
    }
    if (!api_may_subscribe(span_of_text(filter))) {
        return GATEWAY_REFUSED;
    }
    bool took = session->takes_pushes;
    session_subscribe(session, filter, qos);
    if (session->takes_pushes && !took && session->device->session == session) {
        session->device->wants_push = true;
        list_add(&self->queued, session->device);
    }
    return GATEWAY_GRANTED;
}

enum gateway_verdict gateway_may_unsubscribe(struct gateway *self, uint64_t client,
                                             const char *filter)
{
    struct session *session = session_of(self, client);

    if (session == NULL) {
        return access_of_stranger(self, client);
    }
    session_unsubscribe(session, filter);
    return GATEWAY_GRANTED;
}
