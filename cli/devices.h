// SPDX-License-Identifier: Apache-2.0
// All devices at once: the database must not be asked while it visits them.
#ifndef NBOTA_CLI_DEVICES_H
#define NBOTA_CLI_DEVICES_H

#include "cli/database.h"

struct devices {
    struct db_device *rows; // on the heap, in the order of names
    size_t count;
    size_t capacity;    // private
    bool out_of_memory; // private
};

// On failure stderr has said why and there is nothing to free.
enum status devices_read(struct devices *self, struct database *database);
void devices_free(struct devices *self);

#endif
