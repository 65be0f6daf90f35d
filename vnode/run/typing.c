// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/typing.h"

#define BYTE_NS (10ULL * 1000000000 / TYPING_BAUD) // 8N1

void typing_clear(struct typing *self)
{
    self->head = self->size = 0;
    self->next_ns = UINT64_MAX;
}

bool typing_add(struct typing *self, const void *bytes, size_t size, uint64_t now_ns)
{
    const uint8_t *byte = bytes;

    if (size > TYPING_MAX - self->size) {
        return false;
    }
    if (self->size == 0 && size > 0) {
        self->next_ns = now_ns + BYTE_NS;
    }
    for (size_t i = 0; i < size; i++) {
        self->bytes[(self->head + self->size++) % TYPING_MAX] = byte[i];
    }
    return true;
}

bool typing_take(struct typing *self, uint64_t now_ns, uint8_t *byte)
{
    if (self->size == 0 || self->next_ns > now_ns) {
        return false;
    }
    *byte = self->bytes[self->head];
    self->head = (self->head + 1) % TYPING_MAX;
    self->size--;
    self->next_ns = self->size == 0 ? UINT64_MAX : self->next_ns + BYTE_NS;
    return true;
}

bool typing_fits(uint32_t baud)
{
    return baud >= TYPING_BAUD - TYPING_BAUD / 50 && baud <= TYPING_BAUD + TYPING_BAUD / 50;
}
