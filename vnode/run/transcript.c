// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/transcript.h"

#include <stdlib.h>
#include <string.h>

#define FNV_BEGIN 0xcbf29ce484222325U
#define FNV_PRIME 0x100000001b3U

void transcript_init(struct transcript *self, transcript_line *on_line, void *context)
{
    *self = (struct transcript){.hash = FNV_BEGIN, .on_line = on_line, .context = context};
}

void transcript_release(struct transcript *self)
{
    free(self->text);
    self->text = NULL;
    self->size = self->capacity = self->searched = 0;
}

static void keep(struct transcript *self, char character)
{
    if (self->size + 2 > self->capacity) {
        size_t capacity = self->capacity == 0 ? 4096 : 2 * self->capacity;
        char *text = capacity > TRANSCRIPT_SIZE_MAX ? NULL : realloc(self->text, capacity);
        if (text == NULL) {
            return;
        }
        self->text = text;
        self->capacity = capacity;
    }
    self->text[self->size++] = character;
    self->text[self->size] = '\0';
}

static void end_line(struct transcript *self)
{
    self->line[self->line_size] = '\0';
    if (self->line_size > 0 && self->on_line != NULL) {
        self->on_line(self->context, self->line, self->line_began_ns);
    }
    self->line_size = 0;
}

void transcript_add(struct transcript *self, uint8_t byte, uint64_t now_ns)
{
    self->hash = (self->hash ^ byte) * FNV_PRIME;
    keep(self, byte == 0 ? '?' : (char)byte); // a NUL would hide the rest from searches
    if (byte == '\r' || byte == '\n') {
        end_line(self);
        return;
    }
    if (self->line_size == 0) {
        self->line_began_ns = now_ns;
    }
    self->line[self->line_size++] = (char)byte;
    if (self->line_size == TRANSCRIPT_LINE_MAX) {
        end_line(self);
    }
}

bool transcript_find(struct transcript *self, const char *text)
{
    const char *found = self->text == NULL ? NULL : strstr(self->text + self->searched, text);

    if (found == NULL) {
        return false;
    }
    self->searched = (size_t)(found - self->text) + strlen(text);
    return true;
}

size_t transcript_count(const struct transcript *self, const char *text)
{
    size_t count = 0;
    const char *at = self->text;

    while (at != NULL && (at = strstr(at, text)) != NULL) {
        count++;
        at += strlen(text);
    }
    return count;
}
