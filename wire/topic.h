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

// Each cuts something off the front of `topic` and is false, with nothing cut, when it is not there. A number has 1 to
// 10 digits and is at most 2^32-1.
bool topic_skip(struct span *topic, const char *text);
bool topic_take_number(struct span *topic, uint32_t *number);

// v2/fw/response/1/chunk/<n>, with nothing before or behind: an answer to a node. What nodes publish is read by
// wire/device_api.h.
bool topic_parse_chunk_response(struct span topic, uint32_t *index);

#endif
