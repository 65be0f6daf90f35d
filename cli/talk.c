// SPDX-License-Identifier: Apache-2.0
#include "cli/talk.h"

#include <string.h>

#include "cli/serial_line.h"

// The older half goes when it is full.
static void keep(struct talk *self, uint8_t byte)
{
    if (self->size == TALK_HEARD_MAX) {
        memmove(self->heard, self->heard + TALK_HEARD_MAX / 2, TALK_HEARD_MAX / 2);
        self->size = TALK_HEARD_MAX / 2;
        self->taken -= self->taken < self->size ? self->taken : self->size;
    }
    self->heard[self->size++] = byte == 0 ? '?' : (char)byte;
    self->heard[self->size] = '\0';
}

static void note(struct talk *self, enum status status)
{
    self->status = self->status == STATUS_OK ? status : self->status;
}

void talk_send(struct talk *self, struct span bytes)
{
    note(self, serial_line_send(self->line, bytes));
}

void talk_say(struct talk *self, const char *text)
{
    talk_send(self, span_of_text(text));
}

void talk_hear(struct talk *self, int wait_ms)
{
    uint8_t bytes[256];
    size_t size;

    note(self, serial_line_receive(self->line, wait_ms, bytes, sizeof bytes, &size));
    for (size_t i = 0; i < size; i++) {
        keep(self, bytes[i]);
    }
}

bool talk_take(struct talk *self, uint8_t *byte)
{
    bool any = self->taken < self->size;

    if (any) {
        *byte = (uint8_t)self->heard[self->taken++];
    }
    return any;
}

void talk_forget(struct talk *self)
{
    self->size = self->taken = 0;
    self->heard[0] = '\0';
}

const char *talk_find_line(struct talk *self, const char *word)
{
    char *begin = strstr(self->heard, word);
    char *end = begin == NULL ? NULL : strpbrk(begin, "\r\n");

    if (end == NULL) {
        return NULL;
    }
    *end = '\0';
    return begin + strlen(word);
}
