// SPDX-License-Identifier: Apache-2.0
#include "wire/topic.h"

#include "base/fmt.h"

bool topic_skip(struct span *topic, const char *text)
{
    struct span prefix = span_of_text(text);

    if (!span_starts_with(*topic, prefix)) {
        return false;
    }
    *topic = span_after(*topic, prefix.size);
    return true;
}

bool topic_take_number(struct span *topic, uint32_t *number)
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

bool topic_parse_chunk_response(struct span topic, uint32_t *index)
{
    return topic_skip(&topic, "v2/fw/response/1/chunk/") && topic_take_number(&topic, index) &&
           topic.size == 0;
}
