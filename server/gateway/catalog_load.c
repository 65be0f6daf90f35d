// SPDX-License-Identifier: Apache-2.0
// Building a catalog from database and store, and taking it down.
#include <stdlib.h>
#include <string.h>

#include "server/gateway/catalog.h"
#include "server/store/store.h"

struct loading {
    struct catalog *catalog;
    int64_t *wanted; // image ids, with repetitions
    size_t wanted_count;
    bool out_of_memory;
};

// `rows` with room for one more behind `count`, moved if need be; capacities are powers of two, so no second number
// is kept. NULL: out of memory, `rows` is as before.
static void *with_room(void *rows, size_t count, size_t size)
{
    bool is_full = count == 0 ? rows == NULL : (count & (count - 1)) == 0;

    return is_full ? realloc(rows, (count == 0 ? 1 : 2 * count) * size) : rows;
}

static void want(struct loading *loading, int64_t image_id)
{
    if (image_id == DB_NONE) {
        return;
    }
    int64_t *wanted = with_room(loading->wanted, loading->wanted_count, sizeof *wanted);
    if (wanted == NULL) {
        loading->out_of_memory = true;
        return;
    }
    loading->wanted = wanted;
    loading->wanted[loading->wanted_count++] = image_id;
}

static bool take_device(void *context, const struct db_device *row)
{
    struct loading *loading = context;
    struct catalog *catalog = loading->catalog;

    struct catalog_device *devices =
        with_room(catalog->devices, catalog->device_count, sizeof *devices);

    if (devices == NULL) {
        loading->out_of_memory = true;
        return false;
    }
    catalog->devices = devices;
    struct catalog_device *device = &devices[catalog->device_count++];
    device->id = row->id;
    device->image_id = row->image_id;
    memcpy(device->name, row->name, sizeof device->name);
    memcpy(device->token, row->token, sizeof device->token);
    want(loading, row->image_id);
    return true;
}

static bool take_pin(void *context, const struct db_pin *row)
{
    struct loading *loading = context;
    struct catalog *catalog = loading->catalog;

    struct db_pin *pins = with_room(catalog->pins, catalog->pin_count, sizeof *pins);

    if (pins == NULL) {
        loading->out_of_memory = true;
        return false;
    }
    catalog->pins = pins;
    pins[catalog->pin_count++] = *row;
    want(loading, row->image_id);
    want(loading, row->next_id);
    return true;
}

static int order(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_number(const void *a, const void *b)
{
    return order(*(const int64_t *)a, *(const int64_t *)b);
}

static int by_token(const void *a, const void *b)
{
    return strcmp(((const struct catalog_device *)a)->token,
                  ((const struct catalog_device *)b)->token);
}

static int by_id(const void *a, const void *b)
{
    return order((*(const struct catalog_device *const *)a)->id,
                 (*(const struct catalog_device *const *)b)->id);
}

static int by_device(const void *a, const void *b)
{
    return order(((const struct db_pin *)a)->device_id, ((const struct db_pin *)b)->device_id);
}

static void sort(void *rows, size_t count, size_t size, int (*compare)(const void *, const void *))
{
    if (count > 0) {
        qsort(rows, count, size, compare);
    }
}

static bool sort_devices(struct catalog *catalog)
{
    sort(catalog->devices, catalog->device_count, sizeof *catalog->devices, by_token);
    catalog->by_id = calloc(catalog->device_count + 1, sizeof(const struct catalog_device *));
    if (catalog->by_id == NULL) {
        return false;
    }
    for (size_t i = 0; i < catalog->device_count; i++) {
        catalog->by_id[i] = &catalog->devices[i];
    }
    qsort(catalog->by_id, catalog->device_count, sizeof(const struct catalog_device *), by_id);
    sort(catalog->pins, catalog->pin_count, sizeof *catalog->pins, by_device);
    return true;
}

static struct image_file *load_file(struct db *db, const char *data, int64_t id,
                                    struct fmt *problems)
{
    size_t size;
    struct image_file *file = calloc(1, sizeof *file);

    if (file == NULL) {
        return NULL;
    }
    if (db_image_by_id(db, id, &file->record) != STATUS_OK) {
        fmt_add(problems, "%s\n", db_error_text(db));
        file->record.id = id;
    } else if (store_load(data, file->record.sha256, &file->bytes, &size, problems) != STATUS_OK) {
        fmt_add(problems, "\n");
    }
    return file;
}

// Shares what the previous catalog has loaded, else loads.
static struct image_file *get_file(struct db *db, const char *data, const struct catalog *previous,
                                   int64_t id, struct fmt *problems)
{
    for (size_t i = 0; previous != NULL && i < previous->image_count; i++) {
        struct image_file *file = previous->images[i].file;
        if (file->record.id == id && file->bytes != NULL) {
            return file;
        }
    }
    return load_file(db, data, id, problems);
}

static void want_previous(struct loading *loading, const struct catalog *previous)
{
    for (size_t i = 0; previous != NULL && i < previous->image_count; i++) {
        if (previous->images[i].is_needed && previous->images[i].file->bytes != NULL) {
            want(loading, previous->images[i].file->record.id);
        }
    }
}

// A sorted copy, the caller's.
static int64_t *sorted_copy(const int64_t *ids, size_t count)
{
    int64_t *copy = calloc(count + 1, sizeof *copy);

    if (copy != NULL && count > 0) {
        memcpy(copy, ids, count * sizeof *copy);
        qsort(copy, count, sizeof *copy, by_number);
    }
    return copy;
}

static void add_image(struct catalog *catalog, struct image_file *file, bool is_needed)
{
    file->users++;
    catalog->is_incomplete |= file->bytes == NULL;
    catalog->images[catalog->image_count++] = (struct catalog_image){file, is_needed};
}

static bool contains(const int64_t *sorted, size_t count, int64_t id)
{
    return count > 0 && bsearch(&id, sorted, count, sizeof *sorted, by_number) != NULL;
}

static bool take_images(struct loading *loading, struct db *db, const char *data,
                        const struct catalog *previous, struct fmt *problems)
{
    struct catalog *catalog = loading->catalog;
    size_t needed_count = loading->wanted_count;
    int64_t *needed = sorted_copy(loading->wanted, needed_count);

    want_previous(loading, previous);
    sort(loading->wanted, loading->wanted_count, sizeof *loading->wanted, by_number);
    catalog->images = calloc(loading->wanted_count + 1, sizeof *catalog->images);
    bool good = needed != NULL && catalog->images != NULL && !loading->out_of_memory;
    for (size_t i = 0; good && i < loading->wanted_count; i++) {
        int64_t id = loading->wanted[i];
        if (i > 0 && id == loading->wanted[i - 1]) {
            continue;
        }
        struct image_file *file = get_file(db, data, previous, id, problems);
        good = file != NULL;
        if (good) {
            add_image(catalog, file, contains(needed, needed_count, id));
        }
    }
    free(needed);
    return good;
}

struct catalog *catalog_load(struct db *db, const char *data, const struct catalog *previous,
                             struct fmt *problems)
{
    struct loading loading = {.catalog = calloc(1, sizeof *loading.catalog)};

    if (loading.catalog == NULL) {
        fmt_add(problems, "out of memory\n");
        return NULL;
    }
    bool read = db_device_each(db, take_device, &loading) == STATUS_OK &&
                db_pin_each(db, take_pin, &loading) == STATUS_OK;
    if (!read) {
        fmt_add(problems, "%s\n", db_error_text(db));
    }
    bool good = read && !loading.out_of_memory && sort_devices(loading.catalog) &&
                take_images(&loading, db, data, previous, problems);
    free(loading.wanted);
    if (read && !good) {
        fmt_add(problems, "out of memory\n");
    }
    if (!good) {
        catalog_free(loading.catalog);
        return NULL;
    }
    return loading.catalog;
}

void catalog_free(struct catalog *self)
{
    if (self == NULL) {
        return;
    }
    for (size_t i = 0; i < self->image_count; i++) {
        struct image_file *file = self->images[i].file;
        if (--file->users == 0) {
            free(file->bytes);
            free(file);
        }
    }
    free(self->images);
    free(self->pins);
    free(self->by_id);
    free(self->devices);
    free(self);
}
