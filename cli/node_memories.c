// SPDX-License-Identifier: Apache-2.0
// What a node's memories hold, as files beside its identity.
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/file.h"
#include "cli/message.h"
#include "cli/node_folder.h"

enum { LONGEST_FILE = 1 << 24 };

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
