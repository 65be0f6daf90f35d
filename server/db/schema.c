// SPDX-License-Identifier: Apache-2.0
// The tables, as steps from one schema version to the next. A step that has been released is never edited: a new
// one is added, so that every database there is walks the same way.
#include "server/db/statement.h"

#define APPLICATION_ID                                                                             \
    0x6E624F54 // "nbOT", PRAGMA application_id: tells our file from another program's

// Times are ms since 1970 UTC.
static const char *const steps[] = {
    // to version 1
    "CREATE TABLE images("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  title TEXT NOT NULL, version TEXT NOT NULL,"
    "  sha256 TEXT NOT NULL, size INTEGER NOT NULL,"
    "  algorithm TEXT NOT NULL, checksum TEXT NOT NULL,"
    "  product_id INTEGER, hardware_id INTEGER," // NULL without an info block
    "  added INTEGER NOT NULL,"
    "  UNIQUE(title, version)) STRICT;"
    "CREATE TABLE devices("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  name TEXT NOT NULL UNIQUE, token TEXT NOT NULL UNIQUE, imei TEXT,"
    "  title TEXT, version TEXT, state TEXT, error TEXT," // as last reported
    "  last_seen INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE TABLE assignments("
    "  device_id INTEGER PRIMARY KEY REFERENCES devices ON DELETE CASCADE,"
    "  image_id INTEGER NOT NULL REFERENCES images ON DELETE RESTRICT) STRICT;"
    "CREATE INDEX assignments_image ON assignments(image_id);",

    // to version 2: downloads
    "CREATE TABLE pins("
    "  device_id INTEGER PRIMARY KEY REFERENCES devices ON DELETE CASCADE,"
    "  image_id INTEGER NOT NULL REFERENCES images ON DELETE RESTRICT,"
    "  since INTEGER NOT NULL,"
    "  next_id INTEGER REFERENCES images ON DELETE RESTRICT,"
    "  grids TEXT NOT NULL DEFAULT '') STRICT;" // "<request id>:<size> …", oldest first
    "CREATE INDEX pins_image ON pins(image_id);"
    "CREATE INDEX pins_next ON pins(next_id);"
    "CREATE TABLE counters("
    "  device_id INTEGER PRIMARY KEY REFERENCES devices ON DELETE CASCADE,"
    "  connections INTEGER NOT NULL DEFAULT 0, attribute_requests INTEGER NOT NULL DEFAULT 0,"
    "  chunks INTEGER NOT NULL DEFAULT 0, retries INTEGER NOT NULL DEFAULT 0,"
    "  bytes INTEGER NOT NULL DEFAULT 0, malformed INTEGER NOT NULL DEFAULT 0,"
    "  dropped INTEGER NOT NULL DEFAULT 0) STRICT;"
    "CREATE TABLE events("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT,"
    "  device_id INTEGER NOT NULL REFERENCES devices ON DELETE CASCADE,"
    "  time INTEGER NOT NULL, what TEXT NOT NULL) STRICT;"
    "CREATE INDEX events_device ON events(device_id, id);",

    // to version 3: how far a download is, and when it last moved
    "ALTER TABLE pins ADD COLUMN done INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE pins ADD COLUMN total INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE pins ADD COLUMN used INTEGER NOT NULL DEFAULT 0;"
    "UPDATE pins SET used = since;",
};
_Static_assert(sizeof steps / sizeof steps[0] == DB_SCHEMA_VERSION, "a step for each version");

static enum status run_script(struct db *self, const char *sql)
{
    return sqlite3_exec(self->sqlite, sql, NULL, NULL, NULL) == SQLITE_OK ? STATUS_OK
                                                                          : db_fail_sqlite(self);
}

static enum status write_version(struct db *self, int version)
{
    char sql[100];

    (void)sqlite3_snprintf(sizeof sql, sql, "PRAGMA user_version=%d; PRAGMA application_id=%d;",
                           version, APPLICATION_ID);
    return run_script(self, sql);
}

// In the transaction that the caller opened.
static enum status take_steps(struct db *self)
{
    int64_t version;
    enum status status = db_number(self, "PRAGMA user_version", &version);

    while (status == STATUS_OK && version < DB_SCHEMA_VERSION) {
        status = run_script(self, steps[version++]);
    }
    return status == STATUS_OK ? write_version(self, DB_SCHEMA_VERSION) : status;
}

static enum status migrate(struct db *self)
{
    enum status status = db_begin(self);

    if (status != STATUS_OK) {
        return status;
    }
    status = take_steps(self); // reads the version again: another process may have been first
    if (status == STATUS_OK) {
        status = db_commit(self);
    }
    if (status != STATUS_OK) {
        db_rollback(self);
    }
    return status;
}

static enum status refuse_foreign(struct db *self, int64_t version)
{
    int64_t application;
    int64_t tables;
    enum status status = db_number(self, "PRAGMA application_id", &application);

    if (status == STATUS_OK) {
        status = db_number(self, "SELECT count(*) FROM sqlite_master", &tables);
    }
    if (status == STATUS_OK && application != APPLICATION_ID && (version != 0 || tables != 0)) {
        return db_fail(self, STATUS_CORRUPT,
                       "nbota.db belongs to another program; give nbota a folder of its own");
    }
    return status;
}

enum status schema_prepare(struct db *self, enum db_role role)
{
    int64_t version;
    enum status status = db_number(self, "PRAGMA user_version", &version);

    if (status == STATUS_OK) {
        status = refuse_foreign(self, version);
    }
    if (status != STATUS_OK || version == DB_SCHEMA_VERSION) {
        return status;
    }
    if (version > DB_SCHEMA_VERSION) {
        return db_fail(self, STATUS_REFUSED,
                       "the database has schema %lld, this program knows %d: update nbota here",
                       (long long)version, DB_SCHEMA_VERSION);
    }
    if (role == DB_GUEST) {
        return db_fail(
            self, STATUS_REFUSED,
            "the database has schema %lld, the gateway needs %d: run `nbota device list` "
            "on this folder, which brings it up to date",
            (long long)version, DB_SCHEMA_VERSION);
    }
    return migrate(self);
}
