// SPDX-License-Identifier: Apache-2.0
// Topics of the OTA session (ThingsBoard MQTT device API).
#ifndef NBOTA_WIRE_TOPIC_H
#define NBOTA_WIRE_TOPIC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

#define TOPIC_TELEMETRY               "v1/devices/me/telemetry"
#define TOPIC_ATTRIBUTES_REQUEST      "v1/devices/me/attributes/request/1"
#define TOPIC_ATTRIBUTES_RESPONSE     "v1/devices/me/attributes/response/1"
#define TOPIC_ATTRIBUTES_RESPONSE_ALL "v1/devices/me/attributes/response/+"
#define TOPIC_CHUNK_REQUEST_PREFIX    "v2/fw/request/1/chunk/"
#define TOPIC_CHUNK_RESPONSE_ALL      "v2/fw/response/+/chunk/+"
#define TOPIC_FIRMWARE_ERROR          "v2/fw/error"
// What a node asks for; blanks as shipped nodes send them.
#define ATTRIBUTES_REQUEST_PAYLOAD                                                                 \
    "{\"sharedKeys\": \"fw_checksum,fw_checksum_algorithm,fw_size,fw_title,fw_version\"}"

// v2/fw/request/<request id>/chunk/<n>; ids of 1 to 10 digits up to 2^32-1, nothing before or behind.
bool topic_parse_chunk_request(struct span topic, uint32_t *request_id, uint32_t *index);
// v2/fw/response/1/chunk/<n>
bool topic_parse_chunk_response(struct span topic, uint32_t *index);
// v1/devices/me/attributes/request/<id>
bool topic_parse_attributes_request(struct span topic, uint32_t *request_id);

#endif
