// SPDX-License-Identifier: Apache-2.0
// What a node's memories hold, as files beside its identity.
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/file.h"
#include "cli/message.h"
#include "cli/node_folder.h"

enum { LONGEST_FILE = 1 << 24 };
#define WEAK_FILE "weak.txt"

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

// A line a word: memory, address, old, new, fraction, all in hexadecimal. What does not fit is forgotten: a word that
// has settled is no harm.
static enum status load_weak(const struct node_folder *self, struct machine *machine)
{
    char path[PATH_MAX];
    char name[8];
    struct weak_word word;

    node_folder_file(self, WEAK_FILE, path);
    FILE *file = fopen(path, "r");
    while (file != NULL && fscanf(file, "%7s %" SCNx32 " %" SCNx32 " %" SCNx32 " %" SCNx32, name,
                                  &word.address, &word.old, &word.new, &word.fraction) == 5) {
        (void)machine_add_weak(machine, name, &word);
    }
    if (file != NULL) {
        fclose(file);
    }
    return STATUS_OK;
}

enum status node_folder_load(const struct node_folder *self, struct machine *machine)
{
    struct machine_nvm memory;
    enum status status = load_weak(self, machine);

    for (unsigned i = 0; machine_nvm(machine, i, &memory) && status == STATUS_OK; i++) {
        status = load_one(self, &memory);
    }
    return status;
}

// ---- saving: all are written beside the old ones, then take their places at once ----

static void fresh_file(const char *path, char fresh[PATH_MAX + 4])
{
    snprintf(fresh, PATH_MAX + 4, "%s.new", path);
}

static enum status write_fresh(const char *path, struct span bytes)
{
    char fresh[PATH_MAX + 4];

    fresh_file(path, fresh);
    return file_write(fresh, bytes);
}

static enum status take_place(const char *path)
{
    char fresh[PATH_MAX + 4];

    fresh_file(path, fresh);
    if (rename(fresh, path) != 0) {
        message_error("cannot write '%s': %s", path, strerror(errno));
        return STATUS_IO;
    }
    return STATUS_OK;
}

// A full disk does not get emptier by what could not be saved on it.
static void remove_fresh(const char *path)
{
    char fresh[PATH_MAX + 4];

    fresh_file(path, fresh);
    (void)unlink(fresh);
}

static enum status write_weak(const char *path, struct machine *machine)
{
    char text[2 * WEAK_MAX * 48];
    size_t size = 0;
    const char *name;
    const struct weak_words *words;

    for (unsigned i = 0; machine_weak(machine, i, &name, &words); i++) {
        for (uint32_t k = 0; k < words->count; k++) {
            const struct weak_word *word = &words->word[k];
            size += (size_t)snprintf(text + size, sizeof text - size,
                                     "%s %" PRIx32 " %" PRIx32 " %" PRIx32 " %" PRIx32 "\n", name,
                                     word->address, word->old, word->new, word->fraction);
        }
    }
    return write_fresh(path, span_of(text, size));
}

static enum status write_all(const struct node_folder *self, struct machine *machine)
{
    struct machine_nvm memory;
    char path[PATH_MAX];

    node_folder_file(self, WEAK_FILE, path);
    enum status status = write_weak(path, machine);
    for (unsigned i = 0; machine_nvm(machine, i, &memory) && status == STATUS_OK; i++) {
        memory_file(self, memory.name, path);
        status = write_fresh(path, span_of(memory.bytes, memory.size));
    }
    return status;
}

static void remove_all_fresh(const struct node_folder *self, struct machine *machine)
{
    struct machine_nvm memory;
    char path[PATH_MAX];

    node_folder_file(self, WEAK_FILE, path);
    remove_fresh(path);
    for (unsigned i = 0; machine_nvm(machine, i, &memory); i++) {
        memory_file(self, memory.name, path);
        remove_fresh(path);
    }
}

enum status node_folder_save(const struct node_folder *self, struct machine *machine)
{
    struct machine_nvm memory;
    char path[PATH_MAX];
    enum status status = write_all(self, machine);

    if (status != STATUS_OK) {
        remove_all_fresh(self, machine);
        return status;
    }
    for (unsigned i = 0; machine_nvm(machine, i, &memory) && status == STATUS_OK; i++) {
        memory_file(self, memory.name, path);
        status = take_place(path);
    }
    node_folder_file(self, WEAK_FILE, path);
    return status == STATUS_OK ? take_place(path) : status;
}

enum status node_folder_erase(const struct node_folder *self)
{
    static const char *const files[] = {"flash.bin", "eeprom.bin", "nor.bin", "options.bin",
                                        WEAK_FILE};
    char path[PATH_MAX];

    for (unsigned i = 0; i < sizeof files / sizeof files[0]; i++) {
        node_folder_file(self, files[i], path);
        if (unlink(path) != 0 && errno != ENOENT) {
            message_error("cannot remove '%s': %s", path, strerror(errno));
            return STATUS_IO;
        }
    }
    return STATUS_OK;
}
