// SPDX-License-Identifier: Apache-2.0
// The folder, its lock and its identity. What the memories hold: node_memories.c.
#include "cli/node_folder.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/message.h"
#include "cli/node_identity.h"

void node_folder_file(const struct node_folder *self, const char *file, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/%s", self->path, file);
}

void node_folder_password(const struct node_folder *self, char password[NODE_PASSWORD_SIZE])
{
    uint32_t number = self->uid[0] + self->uid[2];

    snprintf(password, NODE_PASSWORD_SIZE, "%02x%02x%02x", number >> 8 & 0xff, number >> 16 & 0xff,
             number >> 24 & 0xff);
}

// ---- folder ----

static bool is_name(const char *name)
{
    size_t size = strlen(name);

    for (size_t i = 0; i < size; i++) {
        if (!isalnum((unsigned char)name[i]) && strchr("-_.", name[i]) == NULL) {
            return false;
        }
    }
    return size >= 1 && size <= NODE_NAME_MAX && name[0] != '.' && name[0] != '-';
}

static enum status name_paths(struct node_folder *self, const char *data_dir, const char *name)
{
    *self = (struct node_folder){.lock = -1};
    if (!is_name(name)) {
        message_error("'%s' cannot be a node's name", name);
        message_hint(
            "use 1 to %d letters, digits, '-', '_' or '.', the first a letter, digit or '_'",
            NODE_NAME_MAX);
        return STATUS_INVALID;
    }
    snprintf(self->name, sizeof self->name, "%s", name);
    int size = snprintf(self->path, sizeof self->path, "%s/nodes/%s", data_dir, name);
    return size > 0 && (size_t)size < sizeof self->path ? STATUS_OK : STATUS_TOO_BIG;
}

// Creates the folder and those above it.
static enum status make_folders(const struct node_folder *self)
{
    char path[sizeof self->path];

    snprintf(path, sizeof path, "%s", self->path);
    for (char *slash = strchr(path + 1, '/');; slash = strchr(slash + 1, '/')) {
        if (slash != NULL) {
            *slash = '\0';
        }
        if (mkdir(path, 0755) != 0 && errno != EEXIST) {
            message_error("cannot make the folder '%s': %s", path, strerror(errno));
            return STATUS_IO;
        }
        if (slash == NULL) {
            return STATUS_OK;
        }
        *slash = '/';
    }
}

static enum status take_lock(struct node_folder *self)
{
    char path[PATH_MAX];

    node_folder_file(self, "lock", path);
    self->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0644);
    if (self->lock < 0) {
        message_error("cannot open '%s': %s", path, strerror(errno));
        return STATUS_IO;
    }
    if (flock(self->lock, LOCK_EX | LOCK_NB) != 0) {
        message_error("node '%s' is running already", self->name);
        message_hint("end the other 'nbota node run', or give this node another name");
        node_folder_close(self);
        return STATUS_BUSY;
    }
    return STATUS_OK;
}

static bool exists(const struct node_folder *self)
{
    char path[PATH_MAX];

    node_folder_file(self, "node.json", path);
    return access(path, F_OK) == 0;
}

// Takes the folder for this process.
static enum status take(struct node_folder *self, const char *data_dir, const char *name)
{
    enum status status = name_paths(self, data_dir, name);

    if (status == STATUS_OK) {
        status = make_folders(self);
    }
    return status == STATUS_OK ? take_lock(self) : status;
}

static enum status make(struct node_folder *self, const struct node_wish *wish)
{
    self->is_new = true;
    node_identity_invent(self, wish);
    return node_identity_write(self);
}

static enum status close_unless(struct node_folder *self, enum status status)
{
    if (status != STATUS_OK) {
        node_folder_close(self);
    }
    return status;
}

enum status node_folder_open(struct node_folder *self, const char *data_dir, const char *name)
{
    static const struct node_wish usual = {.product = &products[PRODUCT_S31_NB]};
    enum status status = take(self, data_dir, name);

    if (status != STATUS_OK) {
        return status;
    }
    return close_unless(self, exists(self) ? node_identity_read(self) : make(self, &usual));
}

enum status node_folder_create(struct node_folder *self, const char *data_dir, const char *name,
                               const struct node_wish *wish)
{
    enum status status = take(self, data_dir, name);

    if (status != STATUS_OK) {
        return status;
    }
    if (exists(self)) {
        message_error("there is a node '%s' already", name);
        message_hint("take another name, or remove the folder '%s'", self->path);
        return close_unless(self, STATUS_INVALID);
    }
    return close_unless(self, make(self, wish));
}

enum status node_folder_look(struct node_folder *self, const char *data_dir, const char *name)
{
    enum status status = name_paths(self, data_dir, name);

    if (status == STATUS_OK && !exists(self)) {
        message_error("there is no node '%s' in '%s'", name, data_dir);
        message_hint("'nbota node create %s' makes it", name);
        return STATUS_NOT_FOUND;
    }
    return status == STATUS_OK ? node_identity_read(self) : status;
}

void node_folder_close(struct node_folder *self)
{
    if (self->lock >= 0) {
        close(self->lock);
        self->lock = -1;
    }
}

bool node_folder_is_running(const struct node_folder *self)
{
    char path[PATH_MAX];

    node_folder_file(self, "lock", path);
    int lock = open(path, O_RDONLY | O_CLOEXEC);
    if (lock < 0) {
        return false;
    }
    bool is_held = flock(lock, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    close(lock);
    return is_held;
}
