// SPDX-License-Identifier: Apache-2.0
// Opening and closing, and transactions.
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/db/statement.h"
#include "server/store/folder.h"

enum { BUSY_TIMEOUT_MS = 5000 }; // longest wait for another process's commit

// FULL: a pin that was committed survives a power cut of the machine, not only of the process.
static const char connection_settings[] = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                                          "PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF;";

// The file exists before SQLite sees it, so that its mode and owner are ours; SQLite gives -wal and -shm the same.
static enum status create_file(struct db *self, const char *data, const char *path)
{
    struct fmt error;

    fmt_init(&error, self->error, sizeof self->error);
    enum status status = folder_create(data, &error);
    if (status != STATUS_OK) {
        return status;
    }
    int file = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file < 0) {
        return db_fail(self, STATUS_IO, "cannot open %s: %s", path, strerror(errno));
    }
    status = folder_hand_over(data, file, &error);
    (void)close(file);
    return status;
}

static enum status open_file(struct db *self, const char *path, enum db_role role)
{
    if (role == DB_GUEST && access(path, F_OK) != 0) {
        return db_fail(self, STATUS_NOT_FOUND, "there is no %s (%s): `nbota device add` creates it",
                       path, strerror(errno));
    }
    if (sqlite3_open_v2(path, &self->sqlite, SQLITE_OPEN_READWRITE | SQLITE_OPEN_FULLMUTEX, NULL) !=
        SQLITE_OK) {
        return db_fail(self, STATUS_IO, "cannot open %s: %s", path, sqlite3_errmsg(self->sqlite));
    }
    (void)sqlite3_busy_timeout(self->sqlite, BUSY_TIMEOUT_MS);
    if (sqlite3_exec(self->sqlite, connection_settings, NULL, NULL, NULL) != SQLITE_OK) {
        return db_fail_sqlite(self);
    }
    return STATUS_OK;
}

static ino_t file_number(const char *path)
{
    struct stat found;

    return path != NULL && stat(path, &found) == 0 ? found.st_ino : 0;
}

enum status db_open(struct db **db, const char *data_folder, enum db_role role)
{
    char path[FOLDER_PATH_SIZE];
    struct db *self = calloc(1, sizeof *self);

    *db = self;
    if (self == NULL) {
        return STATUS_IO;
    }
    if (folder_path(data_folder, "nbota.db", path) != STATUS_OK) {
        return db_fail(self, STATUS_TOO_BIG, "the path of the data folder is too long");
    }
    enum status status = role == DB_OWNER ? create_file(self, data_folder, path) : STATUS_OK;
    if (status == STATUS_OK) {
        status = open_file(self, path, role);
    }
    self->file = file_number(path);
    return status == STATUS_OK ? schema_prepare(self, role) : status;
}

bool db_is_replaced(const struct db *self)
{
    return self->file != file_number(sqlite3_db_filename(self->sqlite, "main"));
}

void db_close(struct db *self)
{
    if (self != NULL) {
        (void)sqlite3_close(self->sqlite);
        free(self);
    }
}

const char *db_error_text(const struct db *self)
{
    return self == NULL ? "out of memory" : self->error;
}

enum status db_begin(struct db *self)
{
    return db_run(self, "BEGIN IMMEDIATE", "");
}

enum status db_commit(struct db *self)
{
    return db_run(self, "COMMIT", "");
}

void db_rollback(struct db *self)
{
    if (sqlite3_get_autocommit(self->sqlite) == 0) {
        (void)sqlite3_exec(self->sqlite, "ROLLBACK", NULL, NULL, NULL);
    }
}

enum status db_change_number(struct db *self, int64_t *number)
{
    return db_number(self, "PRAGMA data_version", number);
}
