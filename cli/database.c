// SPDX-License-Identifier: Apache-2.0
#include "cli/database.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cli/command.h"
#include "cli/message.h"
#include "cli/places.h"
#include "cli/suggest.h"

int database_complain(const struct database *self)
{
    message_error("%s", db_error_text(self->db));
    return EXIT_FAILED;
}

enum status database_open(struct database *self, const char *given)
{
    enum status status = places_data_dir(given, self->folder, sizeof self->folder);

    if (status == STATUS_OK) {
        status = places_make_parents(self->folder);
    }
    if (status != STATUS_OK) {
        return status;
    }
    status = db_open(&self->db, self->folder, DB_OWNER);
    if (self->db == NULL) {
        message_error("cannot open the database in '%s': out of memory", self->folder);
        return STATUS_IO;
    }
    if (status != STATUS_OK) {
        database_complain(self);
        database_close(self);
    }
    return status;
}

void database_close(struct database *self)
{
    db_close(self->db);
    self->db = NULL;
}

// Names live only during the visit: the nearest is copied.
struct nearest_name {
    const char *word;
    char best[DB_NAME_MAX + 1];
};

static bool weigh(void *context, const struct db_device *device)
{
    struct nearest_name *nearest = context;
    struct suggestion suggestion = {.word = nearest->word};

    if (nearest->best[0] != '\0') {
        suggestion_offer(&suggestion, nearest->best);
    }
    suggestion_offer(&suggestion, device->name);
    if (suggestion_get(&suggestion) == device->name) {
        snprintf(nearest->best, sizeof nearest->best, "%s", device->name);
    }
    return true;
}

static void complain_about_name(struct database *self, const char *name)
{
    struct nearest_name nearest = {.word = name};

    message_error("there is no device '%s'", name);
    if (db_device_each(self->db, weigh, &nearest) == STATUS_OK && nearest.best[0] != '\0') {
        message_hint("did you mean '%s'?", nearest.best);
    } else {
        message_hint("'nbota device list' shows all, 'nbota device add %s' adds it", name);
    }
}

enum status database_find_device(struct database *self, const char *name, struct db_device *device)
{
    enum status status = db_device_by_name(self->db, name, device);

    if (status == STATUS_NOT_FOUND) {
        complain_about_name(self, name);
    } else if (status != STATUS_OK) {
        database_complain(self);
    }
    return status;
}

int64_t database_now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
