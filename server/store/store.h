// SPDX-License-Identifier: Apache-2.0
// Image files by content: the name is the SHA-256 of the bytes, so a file never changes and a copy is a no-op.
// A file appears by rename after its bytes are on the disk: a power cut leaves the whole file or none.
// `error` gets one line without a newline, saying which file and what to do.
#ifndef NBOTA_SERVER_STORE_STORE_H
#define NBOTA_SERVER_STORE_STORE_H

#include "base/attr.h"
#include "base/fmt.h"
#include "base/sha256.h"
#include "base/span.h"
#include "base/status.h"

enum {
    STORE_NAME_SIZE = 2 * SHA256_SIZE + 1, // hex and NUL
    STORE_FILE_MAX = 16 * 1024 * 1024,     // bytes; docs/server.md, "Limits"
};

// Writes the name `bytes` have in a store.
void store_name(struct span bytes, char name[STORE_NAME_SIZE]);

// Puts `bytes` into <data>/images, which folder_create() made. The same bytes again: STATUS_OK, nothing written.
// STATUS_TOO_BIG: more than STORE_FILE_MAX. STATUS_IO: the system refused.
MUST_USE enum status store_put(const char *data, struct span bytes, char name[STORE_NAME_SIZE],
                               struct fmt *error);

// Reads the file `name` into memory from malloc, which becomes the caller's (free(*bytes)), and checks its hash.
// STATUS_NOT_FOUND, STATUS_TOO_BIG, STATUS_IO; STATUS_CORRUPT: the bytes are not what the name says.
MUST_USE enum status store_load(const char *data, const char *name, uint8_t **bytes, size_t *size,
                                struct fmt *error);

#endif
