// SPDX-License-Identifier: Apache-2.0
// Where things lie: the data folder, the gateway beside this binary, the firmware. The one place that knows.
//
//   build/<preset>/bin/nbota            this binary
//   build/<preset>/lib/nbota_gateway.so the broker's plugin
//   build/arm/firmware/*.bin            the node's binaries; NBOTA_FIRMWARE names another folder
#ifndef NBOTA_CLI_PLACES_H
#define NBOTA_CLI_PLACES_H

#include <stddef.h>

#include "base/status.h"

// Buffers of PATH_MAX bytes are always large enough.

// Writes the data folder as an absolute path: `given` (--data-dir) or, when that is NULL, NBOTA_DATA,
// $XDG_DATA_HOME/nbota, ~/.local/share/nbota. It need not exist. On failure stderr has said why.
enum status places_data_dir(const char *given, char *path, size_t capacity);

// Creates the folders above `path`, not itself: its owner decides who may look into it. STATUS_IO: stderr has said why.
enum status places_make_parents(const char *path);

// Writes the path of the gateway. It need not exist.
void places_gateway(char *path, size_t capacity);

// Writes the path of firmware file `name`, such as "s31-nb-v1.0.0.bin". It need not exist.
void places_firmware(const char *name, char *path, size_t capacity);

// The same path, shorter when it lies below the current folder: for messages. Points into `path`.
const char *places_seen_from_here(const char *path);

#endif
