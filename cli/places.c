// SPDX-License-Identifier: Apache-2.0
#include "cli/places.h"

#include <errno.h>
#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/message.h"

// NULL when unset or empty.
static const char *environment(const char *name)
{
    const char *value = getenv(name);

    return value != NULL && value[0] != '\0' ? value : NULL;
}

static enum status join(char *path, size_t capacity, const char *folder, const char *rest)
{
    int size = snprintf(path, capacity, "%s/%s", folder, rest);

    if (size < 0 || (size_t)size >= capacity) {
        message_error("the path '%s/%s' is too long", folder, rest);
        return STATUS_TOO_BIG;
    }
    return STATUS_OK;
}

static enum status make_absolute(const char *given, char *path, size_t capacity)
{
    char here[PATH_MAX];

    if (given[0] == '/') {
        int size = snprintf(path, capacity, "%s", given);
        return size > 0 && (size_t)size < capacity ? STATUS_OK : STATUS_TOO_BIG;
    }
    if (getcwd(here, sizeof here) == NULL) {
        message_error("cannot tell the current folder: %s", strerror(errno));
        return STATUS_IO;
    }
    return join(path, capacity, here, given);
}

static const char *home(void)
{
    const struct passwd *entry = getpwuid(getuid());
    const char *named = environment("HOME");

    if (named != NULL) {
        return named;
    }
    return entry != NULL ? entry->pw_dir : NULL;
}

enum status places_data_dir(const char *given, char *path, size_t capacity)
{
    const char *data = given != NULL ? given : environment("NBOTA_DATA");
    const char *xdg = environment("XDG_DATA_HOME");

    if (given != NULL && given[0] == '\0') {
        message_error("--data-dir is empty");
        return STATUS_INVALID;
    }
    if (data != NULL) {
        return make_absolute(data, path, capacity);
    }
    if (xdg != NULL && xdg[0] == '/') { // a relative one is invalid, says the XDG specification
        return join(path, capacity, xdg, "nbota");
    }
    if (home() == NULL) {
        message_error("cannot tell where to keep data: HOME is not set");
        message_hint("name a folder with --data-dir or NBOTA_DATA");
        return STATUS_NOT_FOUND;
    }
    return join(path, capacity, home(), ".local/share/nbota");
}

static enum status make_one(const char *path)
{
    if (mkdir(path, 0755) != 0 && errno != EEXIST) {
        message_error("cannot make the folder '%s': %s", path, strerror(errno));
        return STATUS_IO;
    }
    return STATUS_OK;
}

enum status places_make_parents(const char *path)
{
    char part[PATH_MAX];

    for (const char *slash = strchr(path + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
        snprintf(part, sizeof part, "%.*s", (int)(slash - path), path);
        if (make_one(part) != STATUS_OK) {
            return STATUS_IO;
        }
    }
    return STATUS_OK;
}

// The folder `levels` above this binary's, from Linux's link to it.
static void folder_above_binary(unsigned levels, char folder[PATH_MAX])
{
    ssize_t size = readlink("/proc/self/exe", folder, PATH_MAX - 1);

    folder[size > 0 ? size : 0] = '\0';
    for (unsigned i = 0; i <= levels; i++) {
        char *slash = strrchr(folder, '/');
        if (slash != NULL) {
            *slash = '\0';
        }
    }
}

void places_gateway(char *path, size_t capacity)
{
    char folder[PATH_MAX];

    folder_above_binary(1, folder);
    (void)join(path, capacity, folder, "lib/nbota_gateway.so");
}

void places_firmware(const char *name, char *path, size_t capacity)
{
    const char *named = environment("NBOTA_FIRMWARE");
    char build[PATH_MAX];
    char folder[PATH_MAX + 32];

    folder_above_binary(2, build);
    snprintf(folder, sizeof folder, "%s/arm/firmware", build);
    (void)join(path, capacity, named != NULL ? named : folder, name);
}

const char *places_seen_from_here(const char *path)
{
    char here[PATH_MAX];
    size_t size = getcwd(here, sizeof here) == NULL ? 0 : strlen(here);

    return size > 1 && strncmp(path, here, size) == 0 && path[size] == '/' ? path + size + 1 : path;
}
