// SPDX-License-Identifier: Apache-2.0
// What the broker's thread needs to know, as one immutable snapshot in memory: devices by token, assignments, pins
// as stored, and the bytes of every image that is assigned or pinned. The worker builds it; nothing here blocks.
#ifndef NBOTA_SERVER_GATEWAY_CATALOG_H
#define NBOTA_SERVER_GATEWAY_CATALOG_H

#include "base/attr.h"
#include "base/fmt.h"
#include "server/db/db.h"

// One copy in memory for all devices; hash-checked, never a mapped file: one that shrinks would kill the broker.
struct image_file {
    struct db_image record;
    uint8_t *bytes; // NULL: could not be loaded
    unsigned users; // catalogs that hold it; the worker's alone
};

struct catalog_device {
    int64_t id;
    int64_t image_id; // assigned, DB_NONE without
    char name[DB_NAME_MAX + 1];
    char token[DB_TOKEN_MAX + 1];
};

struct catalog_image {
    struct image_file *file;
    // Assigned or pinned when this catalog was built; else kept for one more generation.
    bool is_needed;
};

struct catalog {
    struct catalog_device *devices; // by token
    size_t device_count;
    const struct catalog_device **by_id;
    struct db_pin *pins; // by device
    size_t pin_count;
    struct catalog_image *images; // by id
    size_t image_count;
    bool is_incomplete;   // an image could not be loaded
    struct catalog *next; // of a list, the worker's alone
};

// NULL: none.
const struct catalog_device *catalog_by_token(const struct catalog *self, const char *token);
const struct catalog_device *catalog_by_id(const struct catalog *self, int64_t id);
const struct db_pin *catalog_pin(const struct catalog *self, int64_t device_id);
const struct image_file *catalog_image(const struct catalog *self, int64_t image_id);

// The rest is for the worker's thread.
// Reads everything; bytes that `previous` (may be NULL) holds are taken over, and an image that was needed there
// stays, because a pin on it may be on its way to the database. Images that cannot be loaded leave a line in
// `problems`. NULL: database or memory failed, `problems` says so.
struct catalog *catalog_load(struct db *db, const char *data, const struct catalog *previous,
                             struct fmt *problems);
void catalog_free(struct catalog *self);

#endif
