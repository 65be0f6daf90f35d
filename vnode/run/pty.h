// SPDX-License-Identifier: Apache-2.0
// The console line as a pseudo-terminal, so that picocom, tmux or a script can sit at it.
#ifndef NBOTA_VNODE_RUN_PTY_H
#define NBOTA_VNODE_RUN_PTY_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

struct pty {
    int master;
    int slave; // held open, so that the line survives a terminal program that leaves
    char name[64];
    const char *link; // symbolic link to it, borrowed; NULL without
};

// Opens a raw line at 9600 8N1 and, when `link` is given, makes it reachable under that name (an old link is replaced).
// STATUS_IO with errno set.
enum status pty_open(struct pty *self, const char *link);
void pty_close(struct pty *self);
// Never block. Output that nobody reads is dropped once the line's buffer is full.
void pty_write(struct pty *self, const void *bytes, size_t size);
size_t pty_read(struct pty *self, void *buffer, size_t capacity);

#endif
