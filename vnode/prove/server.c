// SPDX-License-Identifier: Apache-2.0
#include "vnode/prove/server.h"

#include <stdio.h>
#include <string.h>

#include "base/fmt.h"
#include "wire/device_api.h"

enum { ANSWER_SIZE = 512 };

// ---- the OTA server ----

static void answer(struct prove_server *self, struct span request, struct span payload)
{
    char topic[API_TOPIC_SIZE];

    api_answer_topic(request, topic);
    prove_broker_say(&self->broker, span_of_text(topic), payload);
}

static void give_attributes(struct prove_server *self, struct span topic)
{
    char text[ANSWER_SIZE];
    struct fmt out;

    fmt_init(&out, text, sizeof text);
    fwinfo_encode(&self->offer, &out);
    answer(self, topic, fmt_span(&out));
}

static void give_chunk(struct prove_server *self, struct span topic, uint32_t index,
                       struct span payload)
{
    uint32_t size = 0;

    self->chunks++;
    if (!fmt_parse_u32(payload, &size) || size == 0) {
        return;
    }
    struct span rest = span_after(self->packed, (size_t)index * size);
    answer(self, topic, span_of(rest.data, rest.size < size ? rest.size : size));
}

static void on_ota(struct prove_server *self, struct span topic, struct span payload)
{
    struct api_publish publish = api_parse(topic);

    if (publish.kind == API_ATTRIBUTE_REQUEST) {
        give_attributes(self, topic);
    } else if (publish.kind == API_FIRMWARE_REQUEST) {
        give_chunk(self, topic, publish.index, payload);
    }
}

// ---- the data server ----

// The text behind "Message": "…", without what stands behind it.
static bool read_message(struct span payload, char text[PROVE_REPORT_SIZE])
{
    static const char key[] = "\"Message\": \"";
    char copy[PROVE_REPORT_SIZE];

    snprintf(copy, sizeof copy, "%.*s", (int)payload.size, (const char *)payload.data);
    const char *begin = strstr(copy, key);
    const char *end = begin == NULL ? NULL : strchr(begin + sizeof key - 1, '"');
    if (end == NULL) {
        return false;
    }
    begin += sizeof key - 1;
    snprintf(text, PROVE_REPORT_SIZE, "%.*s", (int)(end - begin), begin);
    return true;
}

static void on_data(struct prove_server *self, struct span payload)
{
    char text[PROVE_REPORT_SIZE];

    if (!read_message(payload, text)) {
        self->uplinks++;
        return;
    }
    if (self->report_count < PROVE_REPORTS) {
        memcpy(self->reports[self->report_count], text, sizeof text);
    }
    self->report_count++;
}

static void on_publish(void *context, uint16_t port, struct span topic, struct span payload)
{
    struct prove_server *self = context;

    if (port == PROVE_OTA_PORT) {
        on_ota(self, topic, payload);
    } else {
        on_data(self, payload);
    }
}

void prove_server_init(struct prove_server *self, const struct fwinfo *offer, struct span packed)
{
    memset(self, 0, sizeof *self);
    prove_broker_init(&self->broker, on_publish, self);
    prove_server_assign(self, offer, packed);
}

void prove_server_assign(struct prove_server *self, const struct fwinfo *offer, struct span packed)
{
    self->offer = *offer;
    self->packed = packed;
}
