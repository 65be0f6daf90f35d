// SPDX-License-Identifier: Apache-2.0
// The gateway notes its chunks in the device's events as "chunk <done>/<total>"; the newest since the pin counts.
#include "cli/download.h"

#include <stdio.h>

#include "wire/image.h"

enum { EVENTS_LOOKED_AT = 50 };

struct search {
    int64_t since_ms;
    unsigned done, total;
    bool found;
};

static bool look(void *context, const struct db_event *event)
{
    struct search *search = context;

    if (event->time_ms < search->since_ms) {
        return false;
    }
    search->found = sscanf(event->what, "chunk %u/%u", &search->done, &search->total) == 2 &&
                    search->total != 0;
    return !search->found;
}

enum status download_read(struct download *self, struct database *database,
                          const struct db_device *device)
{
    struct db_pin pin;
    struct db_image image;
    struct search search = {0};
    enum status status = db_pin_get(database->db, device->id, &pin);

    if (status == STATUS_OK) {
        status = db_image_by_id(database->db, pin.image_id, &image);
    }
    if (status != STATUS_OK) {
        return status;
    }
    search.since_ms = pin.since_ms;
    status = db_event_each(database->db, device->id, EVENTS_LOOKED_AT, look, &search);
    *self = (struct download){.image_id = pin.image_id,
                              .done = search.found ? search.done : 0,
                              .total = search.found ? search.total
                                                    : image_piece_count((uint32_t)image.size)};
    return status;
}
