// SPDX-License-Identifier: Apache-2.0
// A serial line at 9600 8N1, raw: a device or a pseudo-terminal.
#ifndef NBOTA_CLI_SERIAL_LINE_H
#define NBOTA_CLI_SERIAL_LINE_H

#include <stddef.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"

// Opens and locks it; what had come in before is dropped. STATUS_NOT_FOUND, STATUS_BUSY, STATUS_INVALID (no serial line),
// STATUS_IO: stderr has said why. `*line` is a descriptor that does not block, to be closed.
enum status serial_line_open(const char *path, int *line);
// Locks an open line named `path`, as other terminal programs do: two readers of one line would take each other's bytes,
// and a transfer would not survive it. STATUS_BUSY: stderr has said so.
enum status serial_line_claim(const char *path, int line);
// Sends all of it, waiting while the line is full, 10 s at most. STATUS_IO, STATUS_TIMEOUT.
enum status serial_line_send(int line, struct span bytes);
// Waits up to `wait_ms` for bytes; `*size` is 0 when none came. STATUS_IO: the line is gone.
enum status serial_line_receive(int line, int wait_ms, uint8_t *bytes, size_t capacity,
                                size_t *size);

#endif
