// SPDX-License-Identifier: Apache-2.0
// Lines of a stream of any size and content, in bounded memory.
#ifndef NBOTA_CLI_LINES_H
#define NBOTA_CLI_LINES_H

#include <stdbool.h>
#include <stdio.h>

enum { LINES_MAX = 1023 }; // characters of a line; a longer one comes in pieces

struct lines {
    FILE *in;                 // borrowed
    unsigned long number;     // of the line that `text` belongs to, from 1
    bool is_rest;             // `text` goes on where the piece before ended
    bool is_open;             // private: the last piece had no end yet
    char text[LINES_MAX + 1]; // without its end; a NUL of the stream is '\1' here
};

// Begins with `in` at its present place.
void lines_begin(struct lines *self, FILE *in);
// The next line or piece; false at the end, and when reading fails (ferror() says so then).
bool lines_next(struct lines *self);

#endif
