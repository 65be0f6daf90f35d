// SPDX-License-Identifier: Apache-2.0
// Looking things up in a catalog.
#include "server/gateway/catalog.h"

#include <stdlib.h>
#include <string.h>

static int token_order(const void *token, const void *device)
{
    return strcmp(token, ((const struct catalog_device *)device)->token);
}

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int id_order(const void *id, const void *slot)
{
    return order(*(const int64_t *)id, (*(const struct catalog_device *const *)slot)->id);
}

static int pin_order(const void *device_id, const void *pin)
{
    return order(*(const int64_t *)device_id, ((const struct db_pin *)pin)->device_id);
}

static int image_order(const void *id, const void *image)
{
    return order(*(const int64_t *)id, ((const struct catalog_image *)image)->file->record.id);
}

// bsearch wants a pointer even for nothing.
static const void *find(const void *key, const void *rows, size_t count, size_t size,
                        int (*compare)(const void *, const void *))
{
    return count == 0 ? NULL : bsearch(key, rows, count, size, compare);
}

const struct catalog_device *catalog_by_token(const struct catalog *self, const char *token)
{
    return find(token, self->devices, self->device_count, sizeof *self->devices, token_order);
}

const struct catalog_device *catalog_by_id(const struct catalog *self, int64_t id)
{
    const struct catalog_device *const *slot =
        find(&id, self->by_id, self->device_count, sizeof(const struct catalog_device *), id_order);

    return slot == NULL ? NULL : *slot;
}

const struct db_pin *catalog_pin(const struct catalog *self, int64_t device_id)
{
    return find(&device_id, self->pins, self->pin_count, sizeof *self->pins, pin_order);
}

const struct image_file *catalog_image(const struct catalog *self, int64_t image_id)
{
    const struct catalog_image *image =
        find(&image_id, self->images, self->image_count, sizeof *self->images, image_order);

    return image == NULL ? NULL : image->file;
}
