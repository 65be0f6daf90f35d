// SPDX-License-Identifier: Apache-2.0
// A talk over a serial line: what is said, and what was heard last, as text to look for words in and as bytes to be taken
// one after the other. The first failure of the line is kept; nothing works behind it.
#ifndef NBOTA_CLI_TALK_H
#define NBOTA_CLI_TALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

enum { TALK_HEARD_MAX = 4096 }; // bytes

// Begin: {.line = an open serial line}.
struct talk {
    int line;
    char heard[TALK_HEARD_MAX + 1]; // the newest, terminated; a zero byte is a `?` in it
    size_t size;
    size_t taken;       // …of it by talk_take()
    enum status status; // of the line
};

void talk_send(struct talk *self,
               struct span bytes); // waits while the line is full (cli/serial_line.h)
void talk_say(struct talk *self, const char *text);
// Keeps what comes; waits up to `wait_ms` for it.
void talk_hear(struct talk *self, int wait_ms);
// The next byte that was not taken yet; false when there is none.
bool talk_take(struct talk *self, uint8_t *byte);
void talk_forget(struct talk *self);
// The line that begins with `word`, without it, once its end has come; NULL before. The line's end is written over.
const char *talk_find_line(struct talk *self, const char *word);

#endif
