// SPDX-License-Identifier: Apache-2.0
// Opening the server's database for a command, with its errors already said.
#ifndef NBOTA_CLI_DATABASE_H
#define NBOTA_CLI_DATABASE_H

#include <limits.h>
#include <stdint.h>

#include "server/db/db.h"

struct database {
    struct db *db;
    char folder[PATH_MAX]; // the data folder, absolute
};

// Opens the database in the data folder that `given` (--data-dir, may be NULL) means, making both when they are not
// there. On failure stderr has said why and there is nothing to close.
enum status database_open(struct database *self, const char *given);
void database_close(struct database *self);

// Says the last failure of the database on stderr. Returns EXIT_FAILED.
int database_complain(const struct database *self);

// Finds a device by name. On failure stderr has said why, and which name is near.
enum status database_find_device(struct database *self, const char *name, struct db_device *device);

// Milliseconds since 1970, UTC: the clock of the database.
int64_t database_now_ms(void);

#endif
