// SPDX-License-Identifier: Apache-2.0
#include "cli/node_folder.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/file.h"
#include "cli/message.h"
#include "cli/places.h"

enum {
    FIRST_SERIAL_WITH_FLASH = 26110001, // BC660K-GL: docs/memory.md, "Which units have the flash"
    SERIAL_SPREAD = 8000,
    LONGEST_FILE = 1 << 24,
};

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

// ---- identity ----

static uint32_t random_number(void)
{
    uint32_t number = 0;

    if (getrandom(&number, sizeof number, 0) != (ssize_t)sizeof number) {
        number = (uint32_t)getpid() * 2654435761U;
    }
    return number;
}

// The check digit of an IMEI (3GPP TS 23.003 annex B: Luhn over 14 digits).
static char luhn_digit(const char *digits)
{
    unsigned sum = 0;

    for (unsigned i = 0; i < 14; i++) {
        unsigned digit = (unsigned)(digits[i] - '0') * (1 + i % 2);
        sum += digit / 10 + digit % 10;
    }
    return (char)('0' + (10 - sum % 10) % 10);
}

static void invent(struct node_folder *self)
{
    snprintf(self->imei, sizeof self->imei, "86620705%06u", random_number() % 1000000);
    self->imei[14] = luhn_digit(self->imei);
    self->imei[15] = '\0';
    snprintf(self->imsi, sizeof self->imsi, "901700%09u", random_number() % 1000000000);
    snprintf(self->serial, sizeof self->serial, "BC660GL%u",
             FIRST_SERIAL_WITH_FLASH + random_number() % SERIAL_SPREAD);
    snprintf(self->link, sizeof self->link, "nb1-ce0");
    self->with_nor = true;
    for (unsigned i = 0; i < 3; i++) {
        self->uid[i] = random_number();
    }
}

static enum status write_identity(const struct node_folder *self)
{
    char path[PATH_MAX];
    json_t *root =
        json_pack("{s:s, s:s, s:s, s:s, s:b, s:[I,I,I]}", "imei", self->imei, "imsi", self->imsi,
                  "serial", self->serial, "link", self->link, "flash", (int)self->with_nor, "uid",
                  (json_int_t)self->uid[0], (json_int_t)self->uid[1], (json_int_t)self->uid[2]);
    char *text = root == NULL ? NULL : json_dumps(root, JSON_INDENT(2));
    enum status status = STATUS_IO;

    node_folder_file(self, "node.json", path);
    if (text != NULL) {
        status = file_write(path, span_of_text(text));
    }
    free(text);
    json_decref(root);
    return status;
}

static bool copy_text(const json_t *root, const char *key, char *to, size_t capacity)
{
    const char *text = json_string_value(json_object_get(root, key));

    return text != NULL && (size_t)snprintf(to, capacity, "%s", text) < capacity;
}

static bool read_fields(struct node_folder *self, const json_t *root)
{
    const json_t *uid = json_object_get(root, "uid");

    self->with_nor = json_is_true(json_object_get(root, "flash"));
    for (size_t i = 0; i < 3; i++) {
        self->uid[i] = (uint32_t)json_integer_value(json_array_get(uid, i));
    }
    return json_array_size(uid) == 3 && copy_text(root, "imei", self->imei, sizeof self->imei) &&
           copy_text(root, "imsi", self->imsi, sizeof self->imsi) &&
           copy_text(root, "serial", self->serial, sizeof self->serial) &&
           copy_text(root, "link", self->link, sizeof self->link);
}

static enum status read_identity(struct node_folder *self)
{
    char path[PATH_MAX];
    json_error_t fault;

    node_folder_file(self, "node.json", path);
    json_t *root = json_load_file(path, 0, &fault);
    bool good = root != NULL && read_fields(self, root);
    json_decref(root);
    if (!good) {
        message_error("'%s' is not a node's identity", path);
        message_hint("remove the folder '%s' to make the node anew", self->path);
        return STATUS_INVALID;
    }
    return STATUS_OK;
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
    return size >= 1 && size <= NODE_NAME_MAX && name[0] != '.';
}

static enum status name_paths(struct node_folder *self, const char *data_dir, const char *name)
{
    *self = (struct node_folder){.lock = -1};
    if (!is_name(name)) {
        message_error("'%s' cannot be a node's name", name);
        message_hint("use 1 to %d letters, digits, '-', '_' or '.'", NODE_NAME_MAX);
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

enum status node_folder_open(struct node_folder *self, const char *data_dir, const char *name)
{
    enum status status = name_paths(self, data_dir, name);

    if (status == STATUS_OK) {
        status = make_folders(self);
    }
    if (status == STATUS_OK) {
        status = take_lock(self);
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (exists(self)) {
        status = read_identity(self);
    } else {
        self->is_new = true;
        invent(self);
        status = write_identity(self);
    }
    if (status != STATUS_OK) {
        node_folder_close(self);
    }
    return status;
}

enum status node_folder_look(struct node_folder *self, const char *data_dir, const char *name)
{
    enum status status = name_paths(self, data_dir, name);

    if (status == STATUS_OK && !exists(self)) {
        message_error("there is no node '%s' in '%s'", name, data_dir);
        message_hint("'nbota node run %s' makes it", name);
        return STATUS_NOT_FOUND;
    }
    return status == STATUS_OK ? read_identity(self) : status;
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

// ---- memories ----

static void memory_file(const struct node_folder *self, const char *memory, char path[PATH_MAX])
{
    snprintf(path, PATH_MAX, "%s/%s.bin", self->path, memory);
}

static enum status load_one(const struct node_folder *self, const struct machine_nvm *memory)
{
    char path[PATH_MAX];
    struct file file;

    memory_file(self, memory->name, path);
    if (access(path, F_OK) != 0) {
        return STATUS_OK;
    }
    enum status status = file_read(path, LONGEST_FILE, &file);
    if (status != STATUS_OK) {
        return status;
    }
    if (file.size == memory->size) {
        memcpy(memory->bytes, file.data, file.size);
    } else {
        message_error("'%s' has %zu bytes, the chip has %zu", path, file.size, memory->size);
        message_hint("'nbota node reset %s' begins with empty memories", self->name);
        status = STATUS_INVALID;
    }
    file_free(&file);
    return status;
}

enum status node_folder_load(const struct node_folder *self, struct machine *machine)
{
    struct machine_nvm memory;
    enum status status = STATUS_OK;

    for (unsigned i = 0; machine_nvm(machine, i, &memory) && status == STATUS_OK; i++) {
        status = load_one(self, &memory);
    }
    return status;
}

enum status node_folder_save(const struct node_folder *self, struct machine *machine)
{
    struct machine_nvm memory;
    enum status status = STATUS_OK;
    char path[PATH_MAX];

    for (unsigned i = 0; machine_nvm(machine, i, &memory) && status == STATUS_OK; i++) {
        memory_file(self, memory.name, path);
        status = file_write(path, span_of(memory.bytes, memory.size));
    }
    return status;
}

enum status node_folder_erase(const struct node_folder *self)
{
    static const char *const memories[] = {"flash", "eeprom", "nor"};
    char path[PATH_MAX];

    for (unsigned i = 0; i < sizeof memories / sizeof memories[0]; i++) {
        memory_file(self, memories[i], path);
        if (unlink(path) != 0 && errno != ENOENT) {
            message_error("cannot remove '%s': %s", path, strerror(errno));
            return STATUS_IO;
        }
    }
    return STATUS_OK;
}
