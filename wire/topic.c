// SPDX-License-Identifier: Apache-2.0
#include "wire/topic.h"

#include "base/fmt.h"

// Cuts `text` off the front of `topic`.
static bool skip(struct span *topic, const char *text)
{
    struct span prefix = span_of_text(text);

    if (!span_starts_with(*topic, prefix)) {
        return false;
    }
    *topic = span_after(*topic, prefix.size);
    return true;
}

// Cuts a number off the front.
static bool take_number(struct span *topic, uint32_t *number)
{
    size_t digits = 0;

    while (digits < topic->size && topic->data[digits] >= '0' && topic->data[digits] <= '9') {
        digits++;
    }
    if (!fmt_parse_u32(span_of(topic->data, digits), number)) {
        return false;
    }
    *topic = span_after(*topic, digits);
    return true;
}

bool topic_parse_chunk_request(struct span topic, uint32_t *request_id, uint32_t *index)
{
    return skip(&topic, "v2/fw/request/") && take_number(&topic, request_id) &&
           skip(&topic, "/chunk/") && take_number(&topic, index) && topic.size == 0;
}

bool topic_parse_chunk_response(struct span topic, uint32_t *index)
{
    return skip(&topic, "v2/fw/response/1/chunk/") && take_number(&topic, index) && topic.size == 0;
}

bool topic_parse_attributes_request(struct span topic, uint32_t *request_id)
{
    return skip(&topic, "v1/devices/me/attributes/request/") && take_number(&topic, request_id) &&
           topic.size == 0;
}
