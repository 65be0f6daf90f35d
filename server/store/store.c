// SPDX-License-Identifier: Apache-2.0
#include "server/store/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store/folder.h"

void store_name(struct span bytes, char name[STORE_NAME_SIZE])
{
    uint8_t digest[SHA256_SIZE];
    struct sha256 hash;
    struct fmt out;

    sha256_init(&hash);
    sha256_update(&hash, bytes.data, bytes.size);
    sha256_final(&hash, digest);
    fmt_init(&out, name, STORE_NAME_SIZE);
    for (size_t i = 0; i < sizeof digest; i++) {
        fmt_add(&out, "%02x", digest[i]);
    }
}

static enum status fail(struct fmt *error, const char *what, const char *path)
{
    fmt_add(error, "cannot %s %s: %s", what, path, strerror(errno));
    return STATUS_IO;
}

static enum status image_path(const char *data, const char *name, const char *suffix,
                              char path[FOLDER_PATH_SIZE], struct fmt *error)
{
    int size = snprintf(path, FOLDER_PATH_SIZE, "%s/images/%s%s", data, name, suffix);

    if (size < 0 || size >= FOLDER_PATH_SIZE) {
        fmt_add(error, "the path of the data folder is too long");
        return STATUS_TOO_BIG;
    }
    return STATUS_OK;
}

static bool write_all(int file, struct span bytes)
{
    while (bytes.size > 0) {
        ssize_t written = write(file, bytes.data, bytes.size);
        if (written < 0 && errno != EINTR) {
            return false;
        }
        bytes = span_after(bytes, written < 0 ? 0 : (size_t)written);
    }
    return true;
}

// A new name is on the disk only when its folder is.
static bool sync_folder(const char *data)
{
    char path[FOLDER_PATH_SIZE];
    int folder = folder_path(data, "images", path) == STATUS_OK
                     ? open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                     : -1;
    bool synced = folder >= 0 && fsync(folder) == 0;

    if (folder >= 0) {
        (void)close(folder);
    }
    return synced;
}

static enum status write_draft(const char *data, const char *path, int file, struct span bytes,
                               struct fmt *error)
{
    enum status status = STATUS_OK;

    if (!write_all(file, bytes) || fsync(file) != 0) {
        status = fail(error, "write", path);
    }
    if (status == STATUS_OK) {
        status = folder_hand_over(data, file, error);
    }
    if (close(file) != 0 && status == STATUS_OK) {
        status = fail(error, "write", path);
    }
    return status;
}

static enum status put(const char *data, struct span bytes, const char *path, char *draft,
                       struct fmt *error)
{
    int file = mkstemp(draft);

    if (file < 0) {
        return fail(error, "create", draft);
    }
    enum status status = write_draft(data, draft, file, bytes, error);
    if (status == STATUS_OK && rename(draft, path) != 0) {
        status = fail(error, "rename to", path);
    }
    if (status != STATUS_OK) {
        (void)unlink(draft);
        return status;
    }
    return sync_folder(data) ? STATUS_OK : fail(error, "write the folder of", path);
}

// Whether the file is there with its right bytes; a damaged one is written again.
static bool have(const char *data, const char *name)
{
    char text[256];
    struct fmt unused;
    uint8_t *bytes = NULL;
    size_t size;

    fmt_init(&unused, text, sizeof text);
    bool good = store_load(data, name, &bytes, &size, &unused) == STATUS_OK;
    free(bytes);
    return good;
}

enum status store_put(const char *data, struct span bytes, char name[STORE_NAME_SIZE],
                      struct fmt *error)
{
    char path[FOLDER_PATH_SIZE];
    char draft[FOLDER_PATH_SIZE];

    if (bytes.size > STORE_FILE_MAX) {
        fmt_add(error, "the file has %lu bytes; %d are the most", (unsigned long)bytes.size,
                STORE_FILE_MAX);
        return STATUS_TOO_BIG;
    }
    store_name(bytes, name);
    enum status status = image_path(data, name, "", path, error);
    if (status == STATUS_OK) {
        status = image_path(data, name, ".XXXXXX", draft, error);
    }
    if (status != STATUS_OK || have(data, name)) {
        return status;
    }
    return put(data, bytes, path, draft, error);
}

static bool read_all(int file, uint8_t *bytes, size_t size)
{
    size_t done = 0;

    while (done < size) {
        ssize_t got = read(file, bytes + done, size - done);
        if (got == 0 || (got < 0 && errno != EINTR)) {
            return false;
        }
        done += got < 0 ? 0 : (size_t)got;
    }
    return true;
}

static enum status load(int file, const char *path, uint8_t **bytes, size_t *size,
                        struct fmt *error)
{
    struct stat found;

    if (fstat(file, &found) != 0) {
        return fail(error, "read", path);
    }
    if (found.st_size < 1 || found.st_size > STORE_FILE_MAX) {
        fmt_add(error, "%s has an impossible size", path);
        return STATUS_TOO_BIG;
    }
    *size = (size_t)found.st_size;
    *bytes = malloc(*size);
    if (*bytes == NULL || !read_all(file, *bytes, *size)) {
        return fail(error, "read", path);
    }
    return STATUS_OK;
}

static enum status check(const char *name, const char *path, struct span bytes, struct fmt *error)
{
    char actual[STORE_NAME_SIZE];

    store_name(bytes, actual);
    if (strcmp(actual, name) != 0) {
        fmt_add(error, "%s is damaged (its SHA-256 is %s): add the image's file again", path,
                actual);
        return STATUS_CORRUPT;
    }
    return STATUS_OK;
}

enum status store_load(const char *data, const char *name, uint8_t **bytes, size_t *size,
                       struct fmt *error)
{
    char path[FOLDER_PATH_SIZE];
    enum status status = image_path(data, name, "", path, error);

    *bytes = NULL;
    *size = 0;
    if (status != STATUS_OK) {
        return status;
    }
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        bool missing = errno == ENOENT;
        (void)fail(error, "open", path);
        return missing ? STATUS_NOT_FOUND : STATUS_IO;
    }
    status = load(file, path, bytes, size, error);
    (void)close(file);
    if (status == STATUS_OK) {
        status = check(name, path, span_of(*bytes, *size), error);
    }
    if (status != STATUS_OK) {
        free(*bytes);
        *bytes = NULL;
    }
    return status;
}
