// SPDX-License-Identifier: Apache-2.0
#include "cli/devices.h"

#include <stdlib.h>

#include "cli/message.h"

enum { FIRST_CAPACITY = 64 };

static bool gather(void *context, const struct db_device *device)
{
    struct devices *self = context;

    if (self->count == self->capacity) {
        size_t capacity = self->capacity == 0 ? FIRST_CAPACITY : 2 * self->capacity;
        struct db_device *rows = realloc(self->rows, capacity * sizeof *rows);
        if (rows == NULL) {
            self->out_of_memory = true;
            return false;
        }
        self->rows = rows;
        self->capacity = capacity;
    }
    self->rows[self->count++] = *device;
    return true;
}

enum status devices_read(struct devices *self, struct database *database)
{
    *self = (struct devices){0};
    enum status status = db_device_each(database->db, gather, self);
    if (status != STATUS_OK) {
        database_complain(database);
    } else if (self->out_of_memory) {
        message_error("out of memory");
        status = STATUS_IO;
    }
    if (status != STATUS_OK) {
        devices_free(self);
    }
    return status;
}

void devices_free(struct devices *self)
{
    free(self->rows);
    *self = (struct devices){0};
}
