// SPDX-License-Identifier: Apache-2.0
#include "vnode/net/coap.h"

#include <stdbool.h>
#include <string.h>

enum {
    VERSION = 1,
    HEADER = 4,
    MARKER = 0xFF,  // before a payload
    EXTEND_8 = 13,  // nibble: one more byte, minus 13
    EXTEND_16 = 14, // nibble: two more bytes, minus 269
    EXTEND_16_BASE = 269,
    RESERVED = 15,
};

// Counts always, writes what fits.
struct writer {
    uint8_t *to;
    size_t capacity, size;
};

static void put_bytes(struct writer *out, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++, out->size++) {
        if (out->size < out->capacity) {
            out->to[out->size] = bytes[i];
        }
    }
}

static void put_byte(struct writer *out, unsigned byte)
{
    uint8_t one = (uint8_t)byte;

    put_bytes(out, &one, 1);
}

static unsigned nibble_of(unsigned value)
{
    return value < EXTEND_8 ? value : value < EXTEND_16_BASE ? EXTEND_8 : EXTEND_16;
}

static void put_extension(struct writer *out, unsigned value)
{
    if (value >= EXTEND_16_BASE) {
        put_byte(out, (value - EXTEND_16_BASE) >> 8);
        put_byte(out, (value - EXTEND_16_BASE) & 0xFF);
    } else if (value >= EXTEND_8) {
        put_byte(out, value - EXTEND_8);
    }
}

static void put_option(struct writer *out, unsigned delta, const struct coap_option *option)
{
    put_byte(out, nibble_of(delta) << 4 | nibble_of(option->size));
    put_extension(out, delta);
    put_extension(out, option->size);
    put_bytes(out, option->value, option->size);
}

// The first option at or above `number` that comes next: lowest number, then order of the array.
static const struct coap_option *next_option(const struct coap_option *options, unsigned count,
                                             const struct coap_option *last)
{
    const struct coap_option *best = NULL;

    for (unsigned i = 0; i < count; i++) {
        const struct coap_option *at = &options[i];
        if (last != NULL &&
            (at->number < last->number || (at->number == last->number && at <= last))) {
            continue;
        }
        if (best == NULL || at->number < best->number) {
            best = at;
        }
    }
    return best;
}

static void put_options(struct writer *out, const struct coap_option *options, unsigned count)
{
    const struct coap_option *last = NULL;
    const struct coap_option *at;

    while ((at = next_option(options, count, last)) != NULL) {
        put_option(out, at->number - (last == NULL ? 0U : last->number), at);
        last = at;
    }
}

size_t coap_put(const struct coap_message *message, const struct coap_option *options,
                unsigned count, uint8_t *to, size_t capacity)
{
    struct writer out = {.to = to, .capacity = capacity};

    put_byte(&out, VERSION << 6 | (unsigned)message->type << 4 | message->token_size);
    put_byte(&out, message->code);
    put_byte(&out, message->id >> 8);
    put_byte(&out, message->id & 0xFF);
    put_bytes(&out, message->token, message->token_size);
    put_options(&out, options, count);
    if (message->payload.size > 0) {
        put_byte(&out, MARKER);
        put_bytes(&out, message->payload.data, message->payload.size);
    }
    return out.size <= capacity ? out.size : 0;
}

size_t coap_put_number(uint32_t number, uint8_t to[4])
{
    size_t size = 0;

    for (int shift = 24; shift >= 0; shift -= 8) {
        uint8_t byte = (uint8_t)(number >> shift);
        if (byte != 0 || size > 0) {
            to[size++] = byte;
        }
    }
    return size;
}

// ---- reading ----

// The value of a nibble at *at; false when it is reserved or its extension is missing.
static bool read_extended(struct span bytes, unsigned nibble, size_t *at, size_t *value)
{
    size_t extra = nibble == EXTEND_16 ? 2 : nibble == EXTEND_8 ? 1 : 0;

    if (nibble == RESERVED || bytes.size - *at < extra) {
        return false;
    }
    *value = nibble;
    if (extra == 1) {
        *value = (size_t)bytes.data[*at] + EXTEND_8;
    } else if (extra == 2) {
        *value = (size_t)(bytes.data[*at] << 8 | bytes.data[*at + 1]) + EXTEND_16_BASE;
    }
    *at += extra;
    return true;
}

static enum status skip_options(struct span bytes, size_t at, struct span *payload)
{
    *payload = span_of(NULL, 0);
    while (at < bytes.size && bytes.data[at] != MARKER) {
        size_t delta, size;
        unsigned head = bytes.data[at++];
        if (!read_extended(bytes, head >> 4, &at, &delta) ||
            !read_extended(bytes, head & 15, &at, &size) || size > bytes.size - at) {
            return STATUS_INVALID;
        }
        at += size;
    }
    if (at == bytes.size) {
        return STATUS_OK;
    }
    *payload = span_after(bytes, at + 1);
    return payload->size > 0 ? STATUS_OK : STATUS_INVALID; // a marker needs a payload
}

enum status coap_decode(struct span bytes, struct coap_message *message)
{
    if (bytes.size < HEADER || bytes.data[0] >> 6 != VERSION) {
        return STATUS_INVALID;
    }
    *message = (struct coap_message){
        .type = (enum coap_type)(bytes.data[0] >> 4 & 3),
        .code = bytes.data[1],
        .id = (uint16_t)(bytes.data[2] << 8 | bytes.data[3]),
        .token_size = bytes.data[0] & 15,
    };
    if (message->token_size > COAP_TOKEN_MAX || bytes.size < HEADER + (size_t)message->token_size) {
        return STATUS_INVALID;
    }
    if (message->code == COAP_EMPTY) {
        return bytes.size == HEADER ? STATUS_OK : STATUS_INVALID;
    }
    memcpy(message->token, bytes.data + HEADER, message->token_size);
    return skip_options(bytes, HEADER + (size_t)message->token_size, &message->payload);
}
