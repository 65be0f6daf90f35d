// SPDX-License-Identifier: Apache-2.0
#include "server/store/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { LOCK_STEPS = 40, LOCK_STEP_MS = 50 }; // 2 s: a broker that is just ending

enum status folder_path(const char *data, const char *name, char path[FOLDER_PATH_SIZE])
{
    int size = snprintf(path, FOLDER_PATH_SIZE, "%s/%s", data, name);

    return size > 0 && size < FOLDER_PATH_SIZE ? STATUS_OK : STATUS_TOO_BIG;
}

enum status folder_hand_over(const char *data, int file, struct fmt *error)
{
    struct stat owner;

    if (geteuid() != 0) {
        return STATUS_OK;
    }
    if (stat(data, &owner) != 0 || fchown(file, owner.st_uid, owner.st_gid) != 0) {
        fmt_add(error, "cannot give a file in %s to the folder's owner: %s", data, strerror(errno));
        return STATUS_IO;
    }
    return STATUS_OK;
}

static enum status make(const char *path, struct fmt *error)
{
    struct stat found;

    if (mkdir(path, 0700) == 0) {
        return STATUS_OK;
    }
    if (errno == EEXIST && stat(path, &found) == 0 && S_ISDIR(found.st_mode)) {
        return STATUS_AGAIN;
    }
    fmt_add(error, "cannot make the folder '%s': %s", path,
            errno == EEXIST ? "what is there is no folder" : strerror(errno));
    return STATUS_IO;
}

static enum status give(const char *data, const char *path, struct fmt *error)
{
    int folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

    if (folder < 0) {
        fmt_add(error, "cannot open the folder '%s': %s", path, strerror(errno));
        return STATUS_IO;
    }
    enum status status = folder_hand_over(data, folder, error);
    (void)close(folder);
    return status;
}

enum status folder_create(const char *data, struct fmt *error)
{
    char images[FOLDER_PATH_SIZE];
    enum status status = folder_path(data, "images", images);

    if (status != STATUS_OK) {
        fmt_add(error, "the path of the data folder is too long");
        return status;
    }
    status = make(data, error);
    if (status >= STATUS_OK) {
        status = make(images, error);
    }
    if (status == STATUS_OK) {
        status = give(data, images, error);
    }
    return status < STATUS_OK ? status : STATUS_OK;
}

// The file stays: removing it would let a third process lock another file of that name.
enum status folder_lock(const char *data, int *lock, struct fmt *error)
{
    const struct timespec step = {.tv_nsec = LOCK_STEP_MS * 1000000L};
    char path[FOLDER_PATH_SIZE];

    *lock = folder_path(data, "serving", path) == STATUS_OK
                ? open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600)
                : -1;
    if (*lock < 0) {
        fmt_add(error, "cannot open %s: %s", path, strerror(errno));
        return STATUS_IO;
    }
    for (int i = 0; i < LOCK_STEPS; i++) {
        if (flock(*lock, LOCK_EX | LOCK_NB) == 0) {
            return STATUS_OK;
        }
        (void)nanosleep(&step, NULL);
    }
    fmt_add(error, "another broker serves this folder; end it, or give this one another folder");
    (void)close(*lock);
    *lock = -1;
    return STATUS_BUSY;
}

enum status folder_owner(const char *data, char *user, size_t capacity)
{
    struct stat found;
    struct passwd *entry = stat(data, &found) == 0 ? getpwuid(found.st_uid) : NULL;

    if (entry == NULL) {
        return STATUS_NOT_FOUND;
    }
    int size = snprintf(user, capacity, "%s", entry->pw_name);
    return size > 0 && (size_t)size < capacity ? STATUS_OK : STATUS_TOO_BIG;
}
