// SPDX-License-Identifier: Apache-2.0
#include "server/db/statement.h"

#include <stdarg.h>
#include <stdio.h>

enum status db_fail(struct db *self, enum status status, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    (void)vsnprintf(self->error, sizeof self->error, format, arguments);
    va_end(arguments);
    return status;
}

enum status db_fail_sqlite(struct db *self)
{
    const char *text = sqlite3_errmsg(self->sqlite);

    switch (sqlite3_errcode(self->sqlite) & 0xFF) {
    case SQLITE_CONSTRAINT:
        return db_fail(self, STATUS_REFUSED, "%s", text);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return db_fail(self, STATUS_BUSY, "another process keeps the database: %s; try again",
                       text);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
        return db_fail(self, STATUS_CORRUPT,
                       "the database is damaged: %s; restore it from a backup", text);
    default:
        return db_fail(self, STATUS_IO, "database: %s", text);
    }
}

static bool bind(sqlite3_stmt *statement, int index, char type, va_list *values)
{
    if (type == 'i') {
        return sqlite3_bind_int64(statement, index, va_arg(*values, int64_t)) == SQLITE_OK;
    }
    const char *text = va_arg(*values, const char *);
    return sqlite3_bind_text(statement, index, text, -1, SQLITE_STATIC) == SQLITE_OK;
}

static enum status query(struct db *self, sqlite3_stmt **statement, const char *sql,
                         const char *types, va_list *values)
{
    bool good = sqlite3_prepare_v2(self->sqlite, sql, -1, statement, NULL) == SQLITE_OK;

    for (int i = 0; good && types[i] != '\0'; i++) {
        good = bind(*statement, i + 1, types[i], values);
    }
    if (good) {
        return STATUS_OK;
    }
    enum status status = db_fail_sqlite(self);
    db_finish(*statement);
    *statement = NULL;
    return status;
}

enum status db_query(struct db *self, sqlite3_stmt **statement, const char *sql, const char *types,
                     ...)
{
    va_list values;

    va_start(values, types);
    enum status status = query(self, statement, sql, types, &values);
    va_end(values);
    return status;
}

enum status db_step(struct db *self, sqlite3_stmt *statement)
{
    switch (sqlite3_step(statement)) {
    case SQLITE_ROW:
        return STATUS_AGAIN;
    case SQLITE_DONE:
        return STATUS_DONE;
    default:
        return db_fail_sqlite(self);
    }
}

void db_finish(sqlite3_stmt *statement)
{
    (void)sqlite3_finalize(statement); // repeats the last step's error, which is reported already
}

enum status db_run(struct db *self, const char *sql, const char *types, ...)
{
    sqlite3_stmt *statement;
    va_list values;

    va_start(values, types);
    enum status status = query(self, &statement, sql, types, &values);
    va_end(values);
    if (status != STATUS_OK) {
        return status;
    }
    do {
        status = db_step(self, statement);
    } while (status == STATUS_AGAIN);
    db_finish(statement);
    return status == STATUS_DONE ? STATUS_OK : status;
}

enum status db_number(struct db *self, const char *sql, int64_t *number)
{
    sqlite3_stmt *statement;
    enum status status = db_query(self, &statement, sql, "");

    if (status != STATUS_OK) {
        return status;
    }
    status = db_step(self, statement);
    *number = sqlite3_column_int64(statement, 0);
    db_finish(statement);
    return status == STATUS_AGAIN ? STATUS_OK : STATUS_IO;
}

void db_column_text(sqlite3_stmt *statement, int column, char *to, size_t capacity)
{
    const unsigned char *text = sqlite3_column_text(statement, column);

    (void)snprintf(to, capacity, "%s", text == NULL ? "" : (const char *)text);
}

bool db_refused_by(const struct db *self, const char *column)
{
    return strstr(self->error, column) != NULL;
}

enum status text_check(struct db *self, const char *what, const char *text, size_t max,
                       const char *forbidden)
{
    size_t size = strlen(text);

    if (size < 1 || size > max) {
        return db_fail(self, STATUS_INVALID, "%s '%s' has %zu characters; 1 to %zu are allowed",
                       what, text, size, max);
    }
    for (size_t i = 0; i < size; i++) {
        if (text[i] < ' ' || text[i] > '~' || strchr(forbidden, text[i]) != NULL) {
            return db_fail(self, STATUS_INVALID,
                           "%s '%s' has a character at position %zu that is not allowed: take "
                           "printable ASCII without %s%s",
                           what, text, i + 1, forbidden[0] == ' ' ? "blanks and " : "",
                           forbidden + (forbidden[0] == ' '));
        }
    }
    return STATUS_OK;
}
