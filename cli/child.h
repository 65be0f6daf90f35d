// SPDX-License-Identifier: Apache-2.0
// Programs started beside this one, each ended by its process id.
#ifndef NBOTA_CLI_CHILD_H
#define NBOTA_CLI_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/status.h"

struct child {
    pid_t pid;  // 0 = none
    int output; // read end of its standard output, not blocking; -1 without
};

enum child_output {
    CHILD_SILENT,    // output and errors go to `log`
    CHILD_PIPED,     // output can be read, errors go to `log`
    CHILD_INHERITED, // both go where this program's go
};

// Starts argv[0] (found as a shell finds it) with arguments that end with NULL; no input. `log` is a file that is
// appended to, NULL = nowhere. It dies with this program. STATUS_NOT_FOUND, STATUS_IO: stderr has said why.
enum status child_start(struct child *self, const char *const *argv, enum child_output output,
                        const char *log);
// Waits for its end; true when it ended with status 0.
bool child_wait(struct child *self);
bool child_is_running(struct child *self);
// Asks it to end, and makes it after 3 s. Nothing happens when there is none.
void child_end(struct child *self);
// What it printed since the last call, at most `capacity` bytes; never blocks.
size_t child_read(struct child *self, char *bytes, size_t capacity);

#endif
