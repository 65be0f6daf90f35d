// SPDX-License-Identifier: Apache-2.0
#include "node/driver/modem/mailbox.h"

#include "base/endian.h"

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

bool mailbox_begin(struct mailbox *self, struct span topic, size_t payload_size)
{
    uint8_t *at = self->bytes + self->complete;

    mailbox_abandon(self);
    if (topic.size > UINT8_MAX ||
        self->complete + HEAD_SIZE + topic.size + payload_size > MAILBOX_SIZE) {
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
