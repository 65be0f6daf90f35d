// SPDX-License-Identifier: Apache-2.0
#include "cli/dialogue.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/printable.h"

bool dialogue_open(struct dialogue *self)
{
    *self = (struct dialogue){.lines = calloc(DIALOGUE_KEPT, sizeof *self->lines)};
    return self->lines != NULL;
}

void dialogue_close(struct dialogue *self)
{
    free(self->lines);
    *self = (struct dialogue){0};
}

static struct dialogue_line *slot_of(const struct dialogue *self, size_t number)
{
    bool is_kept = number < self->count && self->count - number <= DIALOGUE_KEPT;

    return is_kept ? &self->lines[number % DIALOGUE_KEPT] : NULL;
}

// NUL cannot be in a text, and would hide what follows.
static void copy(char *to, struct span text)
{
    size_t size = text.size < DIALOGUE_TEXT_SIZE ? text.size : DIALOGUE_TEXT_SIZE - 1;

    for (size_t i = 0; i < size; i++) {
        to[i] = text.data[i] == '\0' ? '?' : (char)text.data[i];
    }
    to[size] = '\0';
    printable_make(to);
}

void dialogue_add(struct dialogue *self, enum dialogue_kind kind, struct span text)
{
    struct dialogue_line *line = &self->lines[self->count++ % DIALOGUE_KEPT];

    line->kind = kind;
    line->is_taken = false;
    copy(line->text, text);
}

void dialogue_add_bytes(struct dialogue *self, struct span bytes)
{
    for (size_t i = 0; i < bytes.size; i++) {
        char byte = (char)bytes.data[i];
        if (byte != '\r' && byte != '\n') {
            self->partial[self->length] = byte;
            self->length += self->length < DIALOGUE_TEXT_SIZE - 1;
        } else if (self->length > 0) {
            dialogue_add(self, SAID_BY_NODE, span_of(self->partial, self->length));
            self->length = 0;
        }
    }
}

const struct dialogue_line *dialogue_line(const struct dialogue *self, size_t number)
{
    return slot_of(self, number);
}

bool dialogue_find(struct dialogue *self, const char *text)
{
    while (self->seen < self->count) {
        const struct dialogue_line *line = slot_of(self, self->seen++);
        if (line != NULL && line->kind == SAID_BY_NODE && strstr(line->text, text) != NULL) {
            return true;
        }
    }
    return false;
}

void dialogue_skip(struct dialogue *self)
{
    self->seen = self->count;
}

const struct dialogue_line *
dialogue_take_uplink(struct dialogue *self, size_t first,
                     bool (*fits)(const char *message, const char *text), const char *text)
{
    for (size_t i = first; i < self->count; i++) {
        struct dialogue_line *line = slot_of(self, i);
        if (line != NULL && line->kind == UPLINK && !line->is_taken && fits(line->text, text)) {
            line->is_taken = true;
            return line;
        }
    }
    return NULL;
}
