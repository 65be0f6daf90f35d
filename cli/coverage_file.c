// SPDX-License-Identifier: Apache-2.0
#include "cli/coverage_file.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/message.h"

// Waits until nobody else has it for `lock` (of flock()). An empty file was made just now.
static bool read_locked(struct coverage *coverage, FILE *file, int lock)
{
    struct stat stat;

    if (flock(fileno(file), lock) != 0 || fstat(fileno(file), &stat) != 0) {
        return false;
    }
    rewind(file);
    return stat.st_size == 0 || coverage_read(coverage, file);
}

static enum status check(struct coverage *coverage, const char *path)
{
    FILE *file = fopen(path, "r");

    if (file == NULL && errno == ENOENT) {
        return STATUS_OK;
    }
    if (file == NULL) {
        message_error("cannot read '%s': %s", path, strerror(errno));
        return STATUS_IO;
    }
    bool is_good = read_locked(coverage, file, LOCK_SH);
    fclose(file);
    if (!is_good) {
        message_error("'%s' is no coverage file", path);
        message_hint("delete it, or name another file");
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

struct coverage *coverage_file_begin(const char *path)
{
    struct coverage *coverage = coverage_create();

    if (check(coverage, path) != STATUS_OK) {
        coverage_destroy(coverage);
        return NULL;
    }
    return coverage;
}

static bool add(struct coverage *coverage, FILE *file)
{
    errno = EINVAL; // of a file that is none
    if (!read_locked(coverage, file, LOCK_EX)) {
        return false;
    }
    rewind(file);
    return ftruncate(fileno(file), 0) == 0 && coverage_write(coverage, file);
}

enum status coverage_file_add(struct coverage *coverage, const char *path)
{
    FILE *file = fopen(path, "a+"); // makes it, and keeps what it holds
    bool is_added = file != NULL && add(coverage, file);

    if (file != NULL && fclose(file) != 0) {
        is_added = false;
    }
    if (!is_added) {
        message_error("cannot write '%s': %s", path, strerror(errno));
        return STATUS_IO;
    }
    return STATUS_OK;
}
