// SPDX-License-Identifier: Apache-2.0
// Inside of this folder only: the handle, and SQL statements with their values in one line.
#ifndef NBOTA_SERVER_DB_STATEMENT_H
#define NBOTA_SERVER_DB_STATEMENT_H

#include <sqlite3.h>
#include <sys/types.h>

#include "server/db/db.h"

enum { DB_ERROR_SIZE = 512 };

struct db {
    sqlite3 *sqlite;
    ino_t file; // number of the database's file, 0: not open
    char error[DB_ERROR_SIZE];
};

// Sets the error text and returns `status`.
enum status db_fail(struct db *self, enum status status, const char *format, ...)
    FORMAT_LIKE_PRINTF(3, 4);
// Takes status and text from SQLite's last error.
enum status db_fail_sqlite(struct db *self);

// Prepares `sql` with values bound by `types`: 'i' int64_t, 't' text (NULL gives NULL), which stay valid until
// db_finish(). On failure *statement is NULL.
MUST_USE enum status db_query(struct db *self, sqlite3_stmt **statement, const char *sql,
                              const char *types, ...);
// STATUS_AGAIN: a row is there. STATUS_DONE: no more rows.
MUST_USE enum status db_step(struct db *self, sqlite3_stmt *statement);
void db_finish(sqlite3_stmt *statement);
// A statement without rows. STATUS_REFUSED: a constraint of the tables.
MUST_USE enum status db_run(struct db *self, const char *sql, const char *types, ...);

// The one number that a statement without values yields.
MUST_USE enum status db_number(struct db *self, const char *sql, int64_t *number);

// Copies a column, cut to the capacity; "" for NULL.
void db_column_text(sqlite3_stmt *statement, int column, char *to, size_t capacity);

// Whether the last STATUS_REFUSED came from `column`, such as "devices.name".
bool db_refused_by(const struct db *self, const char *column);

// Brings the tables to DB_SCHEMA_VERSION, or refuses as db_open() says.
MUST_USE enum status schema_prepare(struct db *self, enum db_role role);

// Printable ASCII, 1..max bytes, none of `forbidden`; else STATUS_INVALID naming `what`.
MUST_USE enum status text_check(struct db *self, const char *what, const char *text, size_t max,
                                const char *forbidden);

#endif
