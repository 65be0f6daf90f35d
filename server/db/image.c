// SPDX-License-Identifier: Apache-2.0
// Images: the records of the files in the store, and what shipped nodes cannot digest:
// docs/server.md, "Limits of shipped nodes".
#include "server/db/statement.h"

#define IMAGE_COLUMNS                                                                              \
    "SELECT id, title, version, sha256, size, algorithm, checksum, product_id, hardware_id, added" \
    " FROM images "
#define RESERVED "{},\":\\" // where the nodes cut an answer, and what JSON would escape

static void read_image(sqlite3_stmt *row, struct db_image *image)
{
    image->id = sqlite3_column_int64(row, 0);
    db_column_text(row, 1, image->title, sizeof image->title);
    db_column_text(row, 2, image->version, sizeof image->version);
    db_column_text(row, 3, image->sha256, sizeof image->sha256);
    image->size = sqlite3_column_int64(row, 4);
    db_column_text(row, 5, image->algorithm, sizeof image->algorithm);
    db_column_text(row, 6, image->checksum, sizeof image->checksum);
    image->has_info = sqlite3_column_type(row, 7) != SQLITE_NULL;
    image->product_id = (uint8_t)sqlite3_column_int(row, 7);
    image->hardware_id = (uint8_t)sqlite3_column_int(row, 8);
    image->added_ms = sqlite3_column_int64(row, 9);
}

static enum status warn_of_title(struct db *self, const struct db_image *image,
                                 struct fmt *warnings)
{
    char other[DB_TITLE_MAX + 1];
    sqlite3_stmt *statement;
    enum status status =
        db_query(self, &statement,
                 "SELECT DISTINCT title FROM images WHERE title <> ?1 AND"
                 " (substr(title, 1, length(?1)) = ?1 OR substr(?1, 1, length(title)) = title)",
                 "t", image->title);

    if (status != STATUS_OK) {
        return status;
    }
    while ((status = db_step(self, statement)) == STATUS_AGAIN) {
        db_column_text(statement, 0, other, sizeof other);
        fmt_add(warnings,
                "title '%s' and title '%s' begin alike: shipped nodes compare only the length they "
                "know and take one for the other\n",
                image->title, other);
    }
    db_finish(statement);
    return status == STATUS_DONE ? STATUS_OK : status;
}

static enum status warn(struct db *self, const struct db_image *image, struct fmt *warnings)
{
    if (strlen(image->version) > DB_VERSION_BY_HAND_MAX) {
        fmt_add(warnings,
                "version '%s' is longer than %d characters: AT+OTAVER of shipped nodes cannot take "
                "it\n",
                image->version, DB_VERSION_BY_HAND_MAX);
    }
    // CRC32 text is the little-endian bytes: the big-endian number begins with the last two digits.
    if (strcmp(image->algorithm, "CRC32") == 0 && strlen(image->checksum) == 8 &&
        image->checksum[6] == '0') {
        fmt_add(warnings, "the CRC32, as a number, begins with 0: some nodes compare it wrongly; "
                          "--checksum SHA256 is safe\n");
    }
    return warn_of_title(self, image, warnings);
}

static enum status check_texts(struct db *self, const struct db_image *image)
{
    enum status status = text_check(self, "title", image->title, DB_TITLE_MAX, RESERVED);

    return status == STATUS_OK
               ? text_check(self, "version", image->version, DB_VERSION_MAX, RESERVED)
               : status;
}

static enum status insert(struct db *self, const struct db_image *image)
{
    enum status status =
        db_run(self,
               "INSERT INTO images(title, version, sha256, size, algorithm, checksum, added,"
               " product_id, hardware_id) VALUES(?1,?2,?3,?4,?5,?6,?7,"
               " iif(?8, ?9, NULL), iif(?8, ?10, NULL))",
               "tttittiiii", image->title, image->version, image->sha256, image->size,
               image->algorithm, image->checksum, image->added_ms, (int64_t)image->has_info,
               (int64_t)image->product_id, (int64_t)image->hardware_id);

    if (status == STATUS_REFUSED) {
        return db_fail(
            self, status,
            "there is an image '%s' '%s' already; a version is never replaced, use a new "
            "one",
            image->title, image->version);
    }
    return status;
}

enum status db_image_add(struct db *self, const struct db_image *image, int64_t *id,
                         struct fmt *warnings)
{
    enum status status = check_texts(self, image);

    *id = DB_NONE;
    if (status == STATUS_OK) {
        status = insert(self, image);
    }
    if (status != STATUS_OK) {
        return status;
    }
    *id = sqlite3_last_insert_rowid(self->sqlite);
    return warnings == NULL ? STATUS_OK : warn(self, image, warnings);
}

static enum status read_one(struct db *self, sqlite3_stmt *statement, struct db_image *image)
{
    enum status status = db_step(self, statement);

    if (status == STATUS_AGAIN) {
        read_image(statement, image);
        status = STATUS_OK;
    }
    db_finish(statement);
    return status;
}

enum status db_image_find(struct db *self, const char *title, const char *version,
                          struct db_image *image)
{
    sqlite3_stmt *statement;
    enum status status = db_query(self, &statement, IMAGE_COLUMNS "WHERE title = ? AND version = ?",
                                  "tt", title, version);

    status = status == STATUS_OK ? read_one(self, statement, image) : status;
    if (status == STATUS_DONE) {
        return db_fail(self, STATUS_NOT_FOUND,
                       "there is no image '%s' '%s'; `nbota image list` shows all", title, version);
    }
    return status;
}

enum status db_image_by_id(struct db *self, int64_t id, struct db_image *image)
{
    sqlite3_stmt *statement;
    enum status status = db_query(self, &statement, IMAGE_COLUMNS "WHERE id = ?", "i", id);

    status = status == STATUS_OK ? read_one(self, statement, image) : status;
    if (status == STATUS_DONE) {
        return db_fail(self, STATUS_NOT_FOUND, "there is no image with id %lld", (long long)id);
    }
    return status;
}

enum status db_image_remove(struct db *self, int64_t id)
{
    enum status status = db_run(self, "DELETE FROM images WHERE id = ?", "i", id);

    if (status == STATUS_REFUSED) {
        return db_fail(self, STATUS_BUSY, "the image is assigned or a download of it is open");
    }
    if (status == STATUS_OK && sqlite3_changes(self->sqlite) == 0) {
        return db_fail(self, STATUS_NOT_FOUND, "there is no image with id %lld", (long long)id);
    }
    return status;
}

enum status db_image_each(struct db *self, db_image_visitor visit, void *context)
{
    struct db_image image;
    sqlite3_stmt *statement;
    enum status status = db_query(self, &statement, IMAGE_COLUMNS "ORDER BY title, id", "");

    if (status != STATUS_OK) {
        return status;
    }
    while ((status = db_step(self, statement)) == STATUS_AGAIN) {
        read_image(statement, &image);
        if (!visit(context, &image)) {
            break;
        }
    }
    db_finish(statement);
    return status < STATUS_OK ? status : STATUS_OK;
}
