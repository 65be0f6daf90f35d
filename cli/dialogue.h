// SPDX-License-Identifier: Apache-2.0
// What passed between a test and a node, line by line and in order: printed, typed, heard at the data server, sent from
// there. It remembers how far it was looked at, so that a text can be waited for that may have come already.
#ifndef NBOTA_CLI_DIALOGUE_H
#define NBOTA_CLI_DIALOGUE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/span.h"

enum { DIALOGUE_KEPT = 8192, DIALOGUE_TEXT_SIZE = 640 };

enum dialogue_kind {
    SAID_BY_NODE, // a line of its console
    TYPED,        // a line typed there
    UPLINK,       // a message of the node at the data server
    DOWNLINK,     // a message to it
};

struct dialogue_line {
    enum dialogue_kind kind;
    bool is_taken;                 // an uplink that somebody waited for
    char text[DIALOGUE_TEXT_SIZE]; // printable ASCII; cut when it was longer
};

struct dialogue {
    struct dialogue_line *lines;      // number n is lines[n % DIALOGUE_KEPT]
    size_t count;                     // lines so far
    size_t seen;                      // lines below are not looked at any more
    char partial[DIALOGUE_TEXT_SIZE]; // of the console, its end has not come yet
    size_t length;
};

// False: out of memory.
bool dialogue_open(struct dialogue *self);
void dialogue_close(struct dialogue *self);

// Bytes of the console, in any pieces. An end of line is CR or LF; empty lines do not count.
void dialogue_add_bytes(struct dialogue *self, struct span bytes);
void dialogue_add(struct dialogue *self, enum dialogue_kind kind, struct span text);

// NULL: not kept any more, or not there yet.
const struct dialogue_line *dialogue_line(const struct dialogue *self, size_t number);

// Whether the node has said a line that holds `text`, behind what was seen; all up to it is seen then.
bool dialogue_find(struct dialogue *self, const char *text);
// What is there now is seen.
void dialogue_skip(struct dialogue *self);
// Takes the first uplink from line `first` on that `fits`, each once. NULL: none.
const struct dialogue_line *
dialogue_take_uplink(struct dialogue *self, size_t first,
                     bool (*fits)(const char *message, const char *text), const char *text);

#endif
