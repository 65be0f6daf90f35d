// SPDX-License-Identifier: Apache-2.0
#include "cli/lines.h"

#include <string.h>

void lines_begin(struct lines *self, FILE *in)
{
    self->in = in;
    self->number = 0;
    self->is_rest = false;
    self->is_open = false;
}

// A terminal program may write "\r\n", "\n\r" or "\n".
static size_t trim(const char *text, size_t size)
{
    while (size > 0 && text[size - 1] == '\r') {
        size--;
    }
    return size;
}

bool lines_next(struct lines *self)
{
    size_t size = 0;
    int character = EOF;

    while (size < LINES_MAX && (character = getc(self->in)) != EOF && character != '\n') {
        self->text[size++] = character == 0 ? '\1' : (char)character;
    }
    if (size == 0 && character == EOF) {
        return false;
    }
    self->text[trim(self->text, size)] = '\0';
    self->is_rest = self->is_open;
    self->number += !self->is_rest;
    self->is_open = size == LINES_MAX && character != '\n';
    return true;
}
