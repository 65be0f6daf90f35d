// SPDX-License-Identifier: Apache-2.0
// The data folder: everything the server keeps lies in it, and nothing outside.
//
//   <data>/nbota.db              devices, images, assignments, pins, events (and SQLite's -wal and -shm beside it)
//   <data>/serving               empty; locked by the gateway that serves this folder
//   <data>/images/<sha256>       packed image files, named by the lower-case hex of their hash, never changed
//
// The broker gives up root before it loads the gateway and goes on as the owner of this folder; so whoever creates
// something in it as root gives it to that owner.
#ifndef NBOTA_SERVER_STORE_FOLDER_H
#define NBOTA_SERVER_STORE_FOLDER_H

#include "base/attr.h"
#include "base/fmt.h"
#include "base/status.h"

enum { FOLDER_PATH_SIZE = 4096 }; // bytes of a path with its NUL (PATH_MAX)

// Creates <data> (its parents must exist) and <data>/images, mode 0700; existing ones are left as they are.
// STATUS_IO: `error` says which path and why.
MUST_USE enum status folder_create(const char *data, struct fmt *error);

// Writes "<data>/<name>" into `path`. STATUS_TOO_BIG when it does not fit.
MUST_USE enum status folder_path(const char *data, const char *name, char path[FOLDER_PATH_SIZE]);

// Gives the open file to the owner of <data> when the caller is root. STATUS_IO otherwise says errno in `error`.
MUST_USE enum status folder_hand_over(const char *data, int file, struct fmt *error);

// Makes the caller the one who serves <data>: two gateways would each hold pins the other does not know. Blocks for up
// to 2 s. Closing *lock gives it up. STATUS_BUSY: another does; STATUS_IO; `error` says so and what to do.
MUST_USE enum status folder_lock(const char *data, int *lock, struct fmt *error);

// Name of the user who owns <data>, for the broker's configuration. STATUS_NOT_FOUND: no folder or no such user.
MUST_USE enum status folder_owner(const char *data, char *user, size_t capacity);

#endif
