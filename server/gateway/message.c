// SPDX-License-Identifier: Apache-2.0
// What a device publishes: understood here, answered in serve.c.
#include <jansson.h>

#include "server/gateway/attributes.h"
#include "server/gateway/inside.h"

static void count_malformed(struct gateway *self, struct device *device)
{
    device->unsaved.malformed++;
    record_counters(self, device);
}

static void read_telemetry(struct gateway *self, struct device *device, struct span payload,
                           struct gateway_time now)
{
    struct telemetry said;

    if (!telemetry_read(payload, &said)) {
        count_malformed(self, device);
        return;
    }
    if (!said.has_title && !said.has_version && !said.has_state && !said.has_error) {
        return; // data, which is the data server's business
    }
    record_telemetry(self, device, now, &said);
    if (said.has_state) {
        record_event(self, device, now, "state %s %s%s%s", said.state, said.version,
                     said.has_error ? " " : "", said.error);
    } else {
        record_event(self, device, now, "hello %s%s%s", said.has_title ? said.title : "",
                     said.has_title ? " " : "", said.version);
    }
}

// The answers to what clients of ThingsBoard ask; anything else gets an empty object, so that a waiting one goes on.
static const char *rpc_answer(struct span payload)
{
    static const char limits[] =
        "{\"maxPayloadSize\":65536,\"maxInflightMessages\":100,\"rateLimits\":{\"messages\":"
        "\"0:0\",\"telemetryMessages\":\"0:0\",\"telemetryDataPoints\":\"0:0\"}}"; // no limits
    json_t *call =
        json_loadb((const char *)payload.data, payload.size, JSON_DISABLE_EOF_CHECK, NULL);
    const char *method = json_string_value(json_object_get(call, "method"));
    bool asks_limits = method != NULL && strcmp(method, "getSessionLimits") == 0;

    json_decref(call);
    return asks_limits ? limits : "{}";
}

static void wait_for_turn(struct gateway *self, struct device *device,
                          const struct request *request, struct gateway_time now)
{
    if (device_wait(device, request)) {
        device->unsaved.dropped++;
        record_counters(self, device);
    }
    serve(self, device, now);
}

static void take_request(struct gateway *self, struct device *device,
                         const struct api_publish *publish, const char *topic, struct span payload,
                         int qos, struct gateway_time now)
{
    bool malformed = false;
    struct request request = {
        .kind = publish->kind, .id = publish->request_id, .index = publish->index, .qos = qos};

    api_answer_topic(span_of_text(topic), request.topic);
    if (publish->kind == API_ATTRIBUTE_REQUEST) {
        request.wanted = attributes_wanted(payload, &malformed);
    } else if (publish->kind == API_RPC_REQUEST) {
        request.text = rpc_answer(payload);
    } else {
        request.size = size_parse(payload);
    }
    if (malformed) {
        count_malformed(self, device);
    }
    wait_for_turn(self, device, &request, now);
}

static void take(struct gateway *self, struct device *device, const char *topic,
                 struct span payload, int qos, struct gateway_time now)
{
    struct api_publish publish = api_parse(span_of_text(topic));

    if (publish.is_protobuf) {
        count_malformed(self, device); // acknowledged and dropped
        return;
    }
    switch (publish.kind) {
    case API_TELEMETRY:
        read_telemetry(self, device, payload, now);
        break;
    case API_ATTRIBUTE_REQUEST:
    case API_RPC_REQUEST:
    case API_FIRMWARE_REQUEST:
    case API_SOFTWARE_REQUEST:
        take_request(self, device, &publish, topic, payload, qos, now);
        break;
    case API_UNKNOWN: // refused before
    case API_ATTRIBUTES:
    case API_RPC_RESPONSE:
        break; // nobody here listens to them
    }
}

enum gateway_verdict gateway_message(struct gateway *self, uint64_t client, const char *topic,
                                     struct span payload, int qos, struct gateway_time now)
{
    struct session *session = map_get(&self->sessions, client);

    if (session == NULL) {
        return access_of_stranger(self, client);
    }
    if (session->device->session == session) { // else superseded: closed at the next tick
        take(self, session->device, topic, payload, qos, now);
    }
    return GATEWAY_GRANTED;
}
