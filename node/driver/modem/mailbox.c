// SPDX-License-Identifier: Apache-2.0
#include "node/driver/modem/mailbox.h"

#include "base/endian.h"
#include "node/port/modem.h"

enum { HEAD_SIZE = 3 };

void mailbox_clear(struct mailbox *self)
{
    self->complete = 0;
    self->end = 0;
}

void mailbox_abandon(struct mailbox *self)
{
    self->end = self->complete;
}

size_t mailbox_room(const struct mailbox *self, struct span topic)
{
    size_t taken = self->complete + HEAD_SIZE + topic.size;

    return taken < MAILBOX_SIZE ? MAILBOX_SIZE - taken : 0;
}

bool mailbox_begin(struct mailbox *self, struct span topic, size_t payload_size)
{
    uint8_t *at = self->bytes + self->complete;

    mailbox_abandon(self);
    if (topic.size > UINT8_MAX || self->complete + HEAD_SIZE + topic.size > MAILBOX_SIZE ||
        payload_size > mailbox_room(self, topic)) {
        return false;
    }
    at[0] = (uint8_t)topic.size;
    store_le16(at + 1, 0);
    if (topic.size > 0) {
        memcpy(at + HEAD_SIZE, topic.data, topic.size);
    }
    self->end = (uint16_t)(self->complete + HEAD_SIZE + topic.size);
    return true;
}

void mailbox_put(struct mailbox *self, uint8_t byte)
{
    uint8_t *size = self->bytes + self->complete + 1;

    store_le16(size, (uint16_t)(load_le16(size) + 1));
    self->bytes[self->end++] = byte;
}

void mailbox_end(struct mailbox *self)
{
    self->complete = self->end;
}

// ---- pieces ----

// Braces outside of texts.
static bool is_open_json(struct span payload)
{
    unsigned depth = 0;
    bool in_text = false;

    for (size_t i = 0; i < payload.size; i++) {
        char character = (char)payload.data[i];
        in_text ^= character == '"' && (i == 0 || payload.data[i - 1] != '\\');
        depth += !in_text && character == '{';
        depth -= !in_text && character == '}' && depth > 0;
    }
    return depth > 0;
}

bool mailbox_is_part(struct span payload, size_t expected)
{
    bool is_json = payload.size > 0 && payload.data[0] == '{' && expected == 0;

    return is_json ? is_open_json(payload) : payload.size > 0 && payload.size < expected;
}

static struct span topic_at(const struct mailbox *self, size_t at)
{
    return span_of(self->bytes + at + HEAD_SIZE, self->bytes[at]);
}

static size_t payload_size_at(const struct mailbox *self, size_t at)
{
    return load_le16(self->bytes + at + 1);
}

static size_t behind(const struct mailbox *self, size_t at)
{
    return at + HEAD_SIZE + self->bytes[at] + payload_size_at(self, at);
}

void mailbox_join(struct mailbox *self, size_t expected)
{
    size_t last = 0;
    size_t before = 0;

    while (self->complete > 0 && behind(self, last) < self->complete) {
        before = last;
        last = behind(self, last);
    }
    struct span topic = topic_at(self, before);
    size_t size = payload_size_at(self, before);
    struct span payload = span_of(topic.data + topic.size, size);
    size_t more = payload_size_at(self, last);
    if (last == 0 || !span_equals(topic, topic_at(self, last)) ||
        !mailbox_is_part(payload, expected) || size + more > MODEM_PAYLOAD_MAX) {
        return;
    }
    size_t head = HEAD_SIZE + topic.size;
    memmove(self->bytes + last, self->bytes + last + head, more);
    store_le16(self->bytes + before + 1, (uint16_t)(size + more));
    self->complete = self->end = (uint16_t)(last + more);
}

// ---- reading ----

bool mailbox_first(const struct mailbox *self, struct span *topic, struct span *payload)
{
    if (self->complete == 0) {
        return false;
    }
    *topic = span_of(self->bytes + HEAD_SIZE, self->bytes[0]);
    *payload = span_of(topic->data + topic->size, load_le16(self->bytes + 1));
    return true;
}

void mailbox_drop_first(struct mailbox *self)
{
    struct span topic;
    struct span payload;

    if (!mailbox_first(self, &topic, &payload)) {
        return;
    }
    size_t size = HEAD_SIZE + topic.size + payload.size;
    memmove(self->bytes, self->bytes + size, self->end - size);
    self->complete = (uint16_t)(self->complete - size);
    self->end = (uint16_t)(self->end - size);
}
