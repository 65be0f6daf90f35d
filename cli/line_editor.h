// SPDX-License-Identifier: Apache-2.0
// One line that is being typed on a terminal while somebody else prints there too. It decides what a key does and what
// has to be shown; it reads and writes nothing.
#ifndef NBOTA_CLI_LINE_EDITOR_H
#define NBOTA_CLI_LINE_EDITOR_H

#include <stdbool.h>
#include <stddef.h>

enum {
    LINE_EDITOR_MAX =
        301, // one more than a node takes (docs/protocol.md, "line"), which says so itself
    LINE_EDITOR_SHOWN = 16, // bytes beside the line itself that one key can make
};

enum line_editor_event {
    LINE_EDITOR_GOES_ON,
    LINE_EDITOR_ENTERED, // `line` is complete and terminated
    LINE_EDITOR_LEFT,    // Ctrl-C, or Ctrl-D
};

struct line_editor {
    char line[LINE_EDITOR_MAX + 1];
    size_t size;
    unsigned escape; // inside a key's escape sequence: 0 no, 1 behind ESC, 2 behind ESC [
    bool is_shown;   // the line stands at the end of the screen
    char shown[LINE_EDITOR_MAX + LINE_EDITOR_SHOWN + 1]; // what the last call wants to be printed
};

void line_editor_init(struct line_editor *self);
// A key was pressed. After LINE_EDITOR_ENTERED the next key begins a new line. `shown` is set.
enum line_editor_event line_editor_key(struct line_editor *self, char key);
// The other side is about to print: `shown` wipes the line.
void line_editor_make_room(struct line_editor *self);
// It has printed up to `last`: behind the end of a line, `shown` is what was being typed.
void line_editor_come_back(struct line_editor *self, char last);

#endif
