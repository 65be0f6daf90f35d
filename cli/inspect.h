// SPDX-License-Identifier: Apache-2.0
// The explanation of an image file in words and as JSON.
#ifndef NBOTA_CLI_INSPECT_H
#define NBOTA_CLI_INSPECT_H

#include <stdbool.h>
#include <stdio.h>

#include "cli/anatomy.h"

// Writes the explanation of `path`; `list_pieces` adds one line a piece. STATUS_IO: `out` refused.
enum status inspect_print(FILE *out, const char *path, const struct anatomy *anatomy,
                          bool list_pieces);

// The same as one JSON object and a newline; keys in docs/cli.md. STATUS_IO: `out` refused, or no memory.
enum status inspect_print_json(FILE *out, const char *path, const struct anatomy *anatomy,
                               bool list_pieces);

// fw_size and fw_checksum of what a node would be served: `file` itself when packed, else the packed form of
// `image`. False when nothing can be served. `served` points into `buffer` or the file.
bool inspect_served(const struct anatomy *anatomy, uint8_t buffer[WIRE_PACKED_MAX],
                    struct span *served);

#endif
