// SPDX-License-Identifier: Apache-2.0
// Whole files: read with a bound, written so that a reader never sees half of one.
#ifndef NBOTA_CLI_FILE_H
#define NBOTA_CLI_FILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

struct file {
    uint8_t *data; // on the heap; file_free()
    size_t size;   // bytes
};

// Reads `path` completely. On failure stderr has said why: STATUS_NOT_FOUND, STATUS_IO, STATUS_TOO_BIG (more than
// `size_max` bytes), and nothing is to be freed.
enum status file_read(const char *path, size_t size_max, struct file *file);
void file_free(struct file *file);

// Writes `path` by way of a neighbour that is renamed; what is no file (/dev/stdout, a pipe) is written into.
// STATUS_NOT_FOUND, STATUS_IO: stderr has said why, a file is as it was.
enum status file_write(const char *path, struct span bytes);

// Whether both paths lead to one file.
bool file_is_same(const char *one, const char *other);

#endif
