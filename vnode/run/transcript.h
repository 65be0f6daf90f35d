// SPDX-License-Identifier: Apache-2.0
// Everything a node printed on its console, with the virtual time at which each line began.
#ifndef NBOTA_VNODE_RUN_TRANSCRIPT_H
#define NBOTA_VNODE_RUN_TRANSCRIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    TRANSCRIPT_LINE_MAX = 512,     // a longer line goes on in the next one
    TRANSCRIPT_SIZE_MAX = 4 << 20, // bytes kept; what comes later is not searched
};

// A complete line without its end, valid during the call; `began_ns` is when its first character came.
typedef void transcript_line(void *context, const char *line, uint64_t began_ns);

struct transcript {
    char *text; // heap, everything so far, terminated
    size_t size, capacity;
    size_t searched; // where the next search begins
    char line[TRANSCRIPT_LINE_MAX + 1];
    size_t line_size;
    uint64_t line_began_ns;
    uint64_t hash;            // FNV-1a over all bytes
    transcript_line *on_line; // may be NULL
    void *context;
};

void transcript_init(struct transcript *self, transcript_line *on_line, void *context);
void transcript_release(struct transcript *self);
void transcript_add(struct transcript *self, uint8_t byte, uint64_t now_ns);

// True when `text` was printed behind what the last successful search found; that place is passed then.
bool transcript_find(struct transcript *self, const char *text);
// How often `text` was printed in all.
size_t transcript_count(const struct transcript *self, const char *text);

#endif
