// SPDX-License-Identifier: Apache-2.0
// The server's memory: devices, images, assignments, pins and events in one SQLite file (WAL), so that the
// command line, the service and a running gateway may use it at the same time. All SQL of nbota lives in this folder.
//
// Every function blocks on the disk, and up to 5 s while another process writes: none may be called from a
// broker's callback. A handle belongs to one thread at a time. On any failure nothing was changed and
// db_error_text() says what is wrong and what to do about it.
#ifndef NBOTA_SERVER_DB_DB_H
#define NBOTA_SERVER_DB_DB_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/fmt.h"
#include "base/sha256.h"
#include "base/status.h"

// Version of the tables this program writes (PRAGMA user_version). A change of the tables raises it and adds
// one step to schema.c; it is independent of nbota's own version.
enum { DB_SCHEMA_VERSION = 3 };

// Longest texts in bytes, without the NUL. Title and version: what shipped nodes' buffers hold
// (docs/server.md, "Limits of shipped nodes"); reported ones are cut at WIRE_TEXT_MAX.
enum {
    DB_NAME_MAX = 64,
    DB_TOKEN_MAX = 64,
    DB_IMEI_MAX = 15,
    DB_TITLE_MAX = 19,
    DB_VERSION_MAX = 14,
    DB_VERSION_BY_HAND_MAX = 8, // AT+OTAVER of shipped nodes takes no more: longer gives a warning
    DB_REPORTED_MAX = 64,
    DB_STATE_MAX = 16,
    DB_WHAT_MAX = 160,
    DB_SHA256_TEXT = 2 * SHA256_SIZE, // lower-case hex
    DB_ALGORITHM_MAX = 15,
    DB_CHECKSUM_MAX = 128,
    DB_GRIDS_MAX = 8, // chunk sizes remembered with a pin
};

// An id is positive and is never given twice; 0 stands for none. Times are milliseconds since 1970, UTC; 0: never.
#define DB_NONE 0

struct db; // opaque

enum db_role {
    DB_OWNER, // command line and service: creates the folder and the file, brings old tables up to date
    DB_GUEST, // gateway: takes the tables as they are or refuses
};

// Opens <data_folder>/nbota.db (layout: server/store/folder.h).
// STATUS_NOT_FOUND: a guest found no database. STATUS_REFUSED: the tables are newer, or older and the caller is a
// guest. STATUS_CORRUPT: the file is no nbota database. STATUS_IO: the system refused.
// *db is set in every case and must be closed, so that db_error_text() can be asked; NULL means out of memory.
// Run as root, it gives what it creates to the owner of the folder.
MUST_USE enum status db_open(struct db **db, const char *data_folder, enum db_role role);
// NULL is allowed.
void db_close(struct db *self);
// Whether another file, or none, has the name of the one that was opened.
bool db_is_replaced(const struct db *self);
// The last failure, one line without a newline, valid until the next call on the handle. Never NULL.
const char *db_error_text(const struct db *self);

// Groups several calls into one commit. Between begin and commit the caller holds the only right to write.
MUST_USE enum status db_begin(struct db *self);
MUST_USE enum status db_commit(struct db *self);
void db_rollback(struct db *self);
// A number that changes when another handle has committed something.
MUST_USE enum status db_change_number(struct db *self, int64_t *number);

// --- devices

struct db_counters {
    int64_t connections;        // CONNECTs accepted
    int64_t attribute_requests; // answered
    int64_t chunks;             // chunks answered with bytes
    int64_t retries;            // of these, asked before under the same pin
    int64_t bytes;              // payload bytes of these
    int64_t malformed;          // topics and payloads that break the device API
    int64_t dropped;            // requests dropped by the bound on output
};

struct db_device {
    int64_t id;
    char name[DB_NAME_MAX + 1];        // unique, what people call it
    char token[DB_TOKEN_MAX + 1];      // unique, the access token: what the device shows at CONNECT
    char imei[DB_IMEI_MAX + 1];        // "" when unknown
    char title[DB_REPORTED_MAX + 1];   // as last reported, "" before that
    char version[DB_REPORTED_MAX + 1]; // likewise
    char state[DB_STATE_MAX + 1];      // fw_state as last reported
    char error[DB_REPORTED_MAX + 1];   // fw_error as last reported
    int64_t last_seen_ms;
    int64_t image_id;  // assigned image, DB_NONE without
    int64_t pinned_id; // image its download is bound to, DB_NONE without
    struct db_counters counters;
};

// Name and token: 1..max printable ASCII characters, no blank, none of # + / (they would not survive MQTT tools).
// imei: NULL, or 14 or 15 digits. STATUS_INVALID: one of these is broken. STATUS_REFUSED: name or token is taken.
MUST_USE enum status db_device_add(struct db *self, const char *name, const char *token,
                                   const char *imei, int64_t *id);
// STATUS_NOT_FOUND: no such device.
MUST_USE enum status db_device_by_name(struct db *self, const char *name, struct db_device *device);
MUST_USE enum status db_device_by_id(struct db *self, int64_t id, struct db_device *device);
// Also removes its assignment, pin and events.
MUST_USE enum status db_device_remove(struct db *self, int64_t id);

// Called once a row, in the order of names; returns false to stop. It must not use the handle.
typedef bool (*db_device_visitor)(void *context, const struct db_device *device);
MUST_USE enum status db_device_each(struct db *self, db_device_visitor visit, void *context);

// --- images: what is known of the files in the store

struct db_image {
    int64_t id;
    char title[DB_TITLE_MAX + 1]; // title and version together are unique
    char version[DB_VERSION_MAX + 1];
    char sha256[DB_SHA256_TEXT + 1]; // of the packed bytes, also the name of the file in the store
    int64_t size;                    // bytes of the packed file
    char algorithm[DB_ALGORITHM_MAX + 1]; // of the checksum: "CRC32", "SHA256"
    char checksum[DB_CHECKSUM_MAX + 1];   // its text as devices get it
    bool has_info;                        // the image carries an info block; else both ids are 0
    uint8_t product_id;
    uint8_t hardware_id;
    int64_t added_ms;
};

// Records an image whose file is in the store; id is ignored on the way in. `warnings` (or NULL) gets one line with
// a newline for each thing that works but will bite somebody: a version too long to be set by hand, a title that is
// the beginning of another title, a CRC32 that as a number has a leading zero digit.
// STATUS_INVALID: a text that shipped nodes cannot take: empty, too long, or with one of { } , " : or a character
// that is not printable ASCII. STATUS_REFUSED: title and version exist already.
MUST_USE enum status db_image_add(struct db *self, const struct db_image *image, int64_t *id,
                                  struct fmt *warnings);
MUST_USE enum status db_image_find(struct db *self, const char *title, const char *version,
                                   struct db_image *image);
MUST_USE enum status db_image_by_id(struct db *self, int64_t id, struct db_image *image);
// STATUS_BUSY: it is assigned or pinned. The file stays in the store.
MUST_USE enum status db_image_remove(struct db *self, int64_t id);

// In the order of titles, then of adding.
typedef bool (*db_image_visitor)(void *context, const struct db_image *image);
MUST_USE enum status db_image_each(struct db *self, db_image_visitor visit, void *context);

// --- assignments: which image a device is offered

// DB_NONE takes the offer back. A download under way goes on with the image it is pinned to.
// `warnings` as above: an offered version that begins with the version the device runs (shipped nodes take it for
// the same and stop), a title other than the device's.
MUST_USE enum status db_assign(struct db *self, int64_t device_id, int64_t image_id,
                               struct fmt *warnings);

// --- pins: which image a device's download is bound to, whatever happens to connection, server or assignment

// The chunk size in force for one request id.
struct db_grid {
    uint32_t request_id;
    uint32_t size; // bytes; UINT32_MAX: the whole image went out in one answer
};

struct db_pin {
    int64_t device_id;
    int64_t image_id;
    int64_t since_ms;
    int64_t used_ms; // when its device last asked for something
    // Image whose attributes were answered while the pin was another, DB_NONE without.
    int64_t next_id;
    uint32_t done;  // chunks answered, without a gap from 0
    uint32_t total; // chunks of the image in the size in force; 0: none was asked for yet
    uint32_t grid_count;
    struct db_grid grids[DB_GRIDS_MAX]; // oldest first
};

// STATUS_NOT_FOUND: not pinned.
MUST_USE enum status db_pin_get(struct db *self, int64_t device_id, struct db_pin *pin);
// Replaces the pin of pin->device_id with its grids. image_id DB_NONE removes it. done, total and used_ms are kept
// while the image stays, and begin anew with another one, used_ms with since_ms.
MUST_USE enum status db_pin_put(struct db *self, const struct db_pin *pin);
// The device has used its pin on `image_id`; nothing happens when it is not pinned to that.
MUST_USE enum status db_pin_progress(struct db *self, int64_t device_id, int64_t image_id,
                                     int64_t now_ms, uint32_t done, uint32_t total);
// Removes the pins that were last used before `before_ms`; how many.
MUST_USE enum status db_pin_expire(struct db *self, int64_t before_ms, int *removed);
typedef bool (*db_pin_visitor)(void *context, const struct db_pin *pin);
MUST_USE enum status db_pin_each(struct db *self, db_pin_visitor visit, void *context);

// --- what devices do

// Adds to the counters and moves last_seen.
MUST_USE enum status db_device_count(struct db *self, int64_t device_id, int64_t now_ms,
                                     const struct db_counters *more);

struct db_report {
    const char *title; // NULL: not in this report, keep
    const char *version;
    const char *state;
    const char *error;
};
// Texts longer than their column are cut.
MUST_USE enum status db_device_report(struct db *self, int64_t device_id, int64_t now_ms,
                                      const struct db_report *report);

struct db_event {
    int64_t id; // given by the database; grows with each event of any device
    int64_t time_ms;
    int64_t device_id;
    // One line, first word: connected hello attributes chunk state refused closed …
    char what[DB_WHAT_MAX + 1];
};

// Keeps the newest 1,000 events of a device.
MUST_USE enum status db_event_add(struct db *self, const struct db_event *event);
// Newest first, at most `limit`.
typedef bool (*db_event_visitor)(void *context, const struct db_event *event);
MUST_USE enum status db_event_each(struct db *self, int64_t device_id, unsigned limit,
                                   db_event_visitor visit, void *context);
// Of all devices, oldest first, with ids above `after_id`, at most `limit`.
MUST_USE enum status db_event_since(struct db *self, int64_t after_id, unsigned limit,
                                    db_event_visitor visit, void *context);
// The newest event's id, 0 without any.
MUST_USE enum status db_event_last(struct db *self, int64_t *id);

#endif
