// SPDX-License-Identifier: Apache-2.0
// The topics of the ThingsBoard MQTT device API as a server sees them: what a publish means, where its answer goes,
// and what a device may read, write and subscribe to. Long and short forms; exact matches only.
#ifndef NBOTA_WIRE_DEVICE_API_H
#define NBOTA_WIRE_DEVICE_API_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fmt.h"
#include "base/span.h"

#define API_PUSH_TOPIC       "v1/devices/me/attributes"
#define API_PUSH_SHORT_TOPIC "v2/a"
#define API_ERROR_TOPIC      "v2/fw/error" // of software packages too

enum api_kind {
    API_UNKNOWN, // nothing a device publishes, or an id or index that is no number up to 2^32-1
    API_TELEMETRY,
    API_ATTRIBUTES, // the device's own
    API_ATTRIBUTE_REQUEST,
    API_RPC_REQUEST,
    API_RPC_RESPONSE,
    API_FIRMWARE_REQUEST, // a chunk of it
    API_SOFTWARE_REQUEST,
};

struct api_publish {
    enum api_kind kind;
    bool is_protobuf;    // a form nbota acknowledges and drops
    uint32_t request_id; // of the kinds that have one
    uint32_t index;      // of chunk requests
};

enum { API_TOPIC_SIZE = 64 }; // bytes of any answer's topic with its NUL

// Understands the topic of a publish.
struct api_publish api_parse(struct span topic);
// The topic of the answer to a request, with the id as it was written. Only for kinds that are answered.
void api_answer_topic(struct span topic, char answer[API_TOPIC_SIZE]);

// Whether a device may be shown a message with this topic when it comes from somebody else. False for every topic
// that devices publish: all devices share these names, so one would see another's.
bool api_may_read(struct span topic);
// Whether a filter is granted: below one of the API's prefixes and not asking for requests alone.
bool api_may_subscribe(struct span filter);
// Whether `filter` (with + and #) matches `topic`, as the MQTT standard says.
bool api_filter_matches(struct span filter, struct span topic);

#endif
