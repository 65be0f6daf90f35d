// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/gdb_packet.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { BETWEEN, IN_PAYLOAD, FIRST_DIGIT, SECOND_DIGIT };
enum { INTERRUPT = 0x03, NO_DIGIT = 16 };

static unsigned digit_of(char character)
{
    static const char digits[] = "0123456789abcdef";
    char lower = character >= 'A' && character <= 'F' ? (char)(character | 0x20) : character;
    const char *at = lower == '\0' ? NULL : strchr(digits, lower);

    return at == NULL ? NO_DIGIT : (unsigned)(at - digits);
}

// ---- in ----

static enum gdb_event take_between(struct gdb_input *self, char character)
{
    if (character == '$') {
        self->state = IN_PAYLOAD;
        self->size = 0;
        self->sum = 0;
    }
    return character == INTERRUPT ? GDB_INTERRUPT : character == '-' ? GDB_AGAIN : GDB_NOTHING;
}

// One that is too long keeps its last place busy, so that it is known as such at its end.
static void take_payload(struct gdb_input *self, char character)
{
    if (character == '#') {
        self->state = FIRST_DIGIT;
        return;
    }
    self->sum = (uint8_t)(self->sum + (uint8_t)character);
    self->payload[self->size] = character;
    self->size += self->size < GDB_PAYLOAD_MAX;
}

static enum gdb_event end_frame(struct gdb_input *self, char character)
{
    unsigned sum = self->expected << 4 | digit_of(character);
    bool is_whole = self->size < GDB_PAYLOAD_MAX;

    self->state = BETWEEN;
    self->payload[self->size] = '\0';
    return is_whole && sum == self->sum ? GDB_PACKET : GDB_SPOILED;
}

enum gdb_event gdb_input_take(struct gdb_input *self, char character)
{
    switch (self->state) {
    case BETWEEN:
        return take_between(self, character);
    case IN_PAYLOAD:
        take_payload(self, character);
        return GDB_NOTHING;
    case FIRST_DIGIT:
        self->expected = digit_of(character);
        self->state = SECOND_DIGIT;
        return GDB_NOTHING;
    default:
        return end_frame(self, character);
    }
}

// ---- out ----

void gdb_reply_add(struct gdb_reply *self, const char *text)
{
    size_t room = GDB_PAYLOAD_MAX - self->size;
    size_t size = strlen(text);

    size = size < room ? size : room;
    memcpy(self->text + self->size, text, size);
    self->size += size;
    self->text[self->size] = '\0';
}

void gdb_reply_add_hex(struct gdb_reply *self, const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;
    char digits[3];

    for (size_t i = 0; i < size; i++) {
        snprintf(digits, sizeof digits, "%02x", byte[i]);
        gdb_reply_add(self, digits);
    }
}

size_t gdb_frame(const struct gdb_reply *reply, char frame[GDB_PAYLOAD_MAX + 5])
{
    uint8_t sum = 0;

    for (size_t i = 0; i < reply->size; i++) {
        sum = (uint8_t)(sum + (uint8_t)reply->text[i]);
    }
    return (size_t)snprintf(frame, GDB_PAYLOAD_MAX + 5, "$%s#%02x", reply->text, sum);
}

// ---- hexadecimal ----

const char *gdb_read_hex(const char *text, void *bytes, size_t size)
{
    uint8_t *byte = bytes;

    for (size_t i = 0; i < size; i++, text += 2) {
        unsigned high = digit_of(text[0]);
        unsigned low = high == NO_DIGIT ? NO_DIGIT : digit_of(text[1]);
        if (low == NO_DIGIT) {
            return NULL;
        }
        byte[i] = (uint8_t)(high << 4 | low);
    }
    return text;
}

const char *gdb_read_number(const char *text, uint32_t *number)
{
    unsigned count = 0;

    *number = 0;
    while (count < 8 && digit_of(text[count]) != NO_DIGIT) {
        *number = *number << 4 | digit_of(text[count++]);
    }
    return count == 0 || digit_of(text[count]) != NO_DIGIT ? NULL : text + count;
}
