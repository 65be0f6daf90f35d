// SPDX-License-Identifier: Apache-2.0
#include "cli/line_editor.h"

#include <stdio.h>
#include <string.h>

enum {
    CTRL_C = 3,
    CTRL_D = 4,
    BACKSPACE = 8,
    CTRL_U = 21,
    ESCAPE = 27,
    DELETE = 127,
};

#define WIPE_LINE "\r\033[K"

void line_editor_init(struct line_editor *self)
{
    *self = (struct line_editor){.is_shown = true};
}

static void show(struct line_editor *self, const char *text)
{
    if (self->is_shown) {
        snprintf(self->shown, sizeof self->shown, "%s", text);
    }
}

// Where the last character begins: terminals send others than ASCII as several bytes of UTF-8, in one column.
static size_t last_character(const struct line_editor *self)
{
    size_t size = self->size;

    while (size > 0 && ((unsigned char)self->line[--size] & 0xC0) == 0x80) {
    }
    return size;
}

static void take_back(struct line_editor *self, size_t size, const char *shown)
{
    if (self->size > size) {
        show(self, shown);
        self->size = size;
    }
}

static void append(struct line_editor *self, char key)
{
    if (self->size < LINE_EDITOR_MAX) {
        self->line[self->size++] = key;
        show(self, (const char[]){key, '\0'});
    }
}

// Arrow and function keys: "ESC [ … letter" and "ESC O letter". They do nothing here. True while inside one.
static bool skip_escape(struct line_editor *self, char key)
{
    switch (self->escape) {
    case 1:
        self->escape = key == '[' || key == 'O' ? 2 : 0;
        return true;
    case 2:
        self->escape = key >= '@' && key <= '~' ? 0 : 2;
        return true;
    default:
        self->escape = key == ESCAPE;
        return key == ESCAPE;
    }
}

static enum line_editor_event enter(struct line_editor *self)
{
    self->line[self->size] = '\0';
    self->size = 0;
    self->is_shown = true;
    show(self, "\r\n");
    return LINE_EDITOR_ENTERED;
}

enum line_editor_event line_editor_key(struct line_editor *self, char key)
{
    self->shown[0] = '\0';
    if (skip_escape(self, key)) {
        return LINE_EDITOR_GOES_ON;
    }
    switch (key) {
    case CTRL_C:
    case CTRL_D:
        return LINE_EDITOR_LEFT;
    case '\r':
    case '\n':
        return enter(self);
    case BACKSPACE:
    case DELETE:
        take_back(self, last_character(self), "\b \b");
        break;
    case CTRL_U:
        take_back(self, 0, WIPE_LINE);
        break;
    default:
        if ((unsigned char)key >= ' ') {
            append(self, key);
        }
        break;
    }
    return LINE_EDITOR_GOES_ON;
}

void line_editor_make_room(struct line_editor *self)
{
    self->shown[0] = '\0';
    if (self->size > 0) {
        show(self, WIPE_LINE);
    }
    self->is_shown = false; // also without a line: what is typed now must not stand among its words
}

void line_editor_come_back(struct line_editor *self, char last)
{
    self->shown[0] = '\0';
    if (last == '\n' && !self->is_shown) {
        self->is_shown = true;
        self->line[self->size] = '\0';
        show(self, self->line);
    }
}
