// SPDX-License-Identifier: Apache-2.0
#include "cli/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/message.h"

static enum status fail(const char *what, const char *path)
{
    enum status status = errno == ENOENT ? STATUS_NOT_FOUND : STATUS_IO;

    message_error("cannot %s '%s': %s", what, path, strerror(errno));
    return status;
}

static bool read_all(int descriptor, struct file *file)
{
    size_t done = 0;

    while (done < file->size) {
        ssize_t got = read(descriptor, file->data + done, file->size - done);
        if (got < 0) {
            return false;
        }
        if (got == 0) {
            break; // it shrank meanwhile
        }
        done += (size_t)got;
    }
    file->size = done;
    return true;
}

static enum status read_open(const char *path, int descriptor, size_t size_max, struct file *file)
{
    struct stat about;

    if (fstat(descriptor, &about) != 0) {
        return fail("read", path);
    }
    if (!S_ISREG(about.st_mode)) {
        message_error("'%s' is not a file", path);
        return STATUS_IO;
    }
    if ((size_t)about.st_size > size_max) {
        message_error("'%s' has %lld bytes; more than %zu is no image", path,
                      (long long)about.st_size, size_max);
        return STATUS_TOO_BIG;
    }
    file->size = (size_t)about.st_size;
    file->data = malloc(file->size + 1);
    if (file->data == NULL || !read_all(descriptor, file)) {
        free(file->data);
        return fail("read", path);
    }
    return STATUS_OK;
}

enum status file_read(const char *path, size_t size_max, struct file *file)
{
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);

    if (descriptor < 0) {
        return fail("read", path);
    }
    enum status status = read_open(path, descriptor, size_max, file);
    close(descriptor);
    return status;
}

void file_free(struct file *file)
{
    free(file->data);
    file->data = NULL;
    file->size = 0;
}

static bool write_all(int descriptor, struct span bytes)
{
    while (bytes.size > 0) {
        ssize_t put = write(descriptor, bytes.data, bytes.size);
        if (put < 0) {
            return false;
        }
        bytes = span_after(bytes, (size_t)put);
    }
    return true;
}

static enum status write_open(const char *path, const char *beside, int descriptor,
                              struct span bytes)
{
    bool written = write_all(descriptor, bytes) && fsync(descriptor) == 0;
    mode_t mask = umask(0);

    umask(mask);
    written = fchmod(descriptor, 0666 & ~mask) == 0 && written; // mkstemp made it 0600
    written = close(descriptor) == 0 && written;
    if (!written || rename(beside, path) != 0) {
        enum status status = fail("write", path);
        unlink(beside);
        return status;
    }
    return STATUS_OK;
}

// /dev/stdout, a pipe: there is nothing to replace.
static enum status write_into(const char *path, struct span bytes)
{
    int descriptor = open(path, O_WRONLY | O_CLOEXEC);
    bool written = descriptor >= 0 && write_all(descriptor, bytes);
    enum status status = written ? STATUS_OK : fail("write", path);

    if (descriptor >= 0) {
        close(descriptor);
    }
    return status;
}

static enum status replace(const char *path, struct span bytes)
{
    size_t capacity = strlen(path) + sizeof ".XXXXXX";
    char *beside = malloc(capacity);

    if (beside == NULL) {
        return fail("write", path);
    }
    snprintf(beside, capacity, "%s.XXXXXX", path);
    int descriptor = mkstemp(beside);
    enum status status =
        descriptor < 0 ? fail("write", path) : write_open(path, beside, descriptor, bytes);
    free(beside);
    return status;
}

enum status file_write(const char *path, struct span bytes)
{
    struct stat about;

    if (stat(path, &about) == 0 && !S_ISREG(about.st_mode)) {
        return write_into(path, bytes);
    }
    return replace(path, bytes);
}

bool file_is_same(const char *one, const char *other)
{
    struct stat a;
    struct stat b;

    return stat(one, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}
