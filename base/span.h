// SPDX-License-Identifier: Apache-2.0
// A borrowed run of bytes. Whoever made it says how long the bytes live; a span never owns them.
#ifndef NBOTA_BASE_SPAN_H
#define NBOTA_BASE_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct span {
    const uint8_t *data; // may be NULL only when size is 0
    size_t size;         // bytes
};

static inline struct span span_of(const void *data, size_t size)
{
    return (struct span){.data = data, .size = size};
}

// The bytes of a NUL-terminated text, without the NUL.
static inline struct span span_of_text(const char *text)
{
    return span_of(text, strlen(text));
}

static inline bool span_equals(struct span a, struct span b)
{
    return a.size == b.size && (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static inline bool span_starts_with(struct span whole, struct span prefix)
{
    return whole.size >= prefix.size && span_equals(span_of(whole.data, prefix.size), prefix);
}

// The part of `whole` from `offset` to its end; empty when offset lies behind the end.
static inline struct span span_after(struct span whole, size_t offset)
{
    if (offset >= whole.size) {
        return span_of(NULL, 0);
    }
    return span_of(whole.data + offset, whole.size - offset);
}

#endif
