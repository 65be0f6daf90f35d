// SPDX-License-Identifier: Apache-2.0
// The images that the updates of a test lead to.
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "cli/accept.h"
#include "cli/file.h"
#include "cli/image_commands.h"
#include "cli/message.h"
#include "cli/packing.h"
#include "cli/places.h"

// No board has it.
enum { FOREIGN_HARDWARE = 0xEE };

// Its version becomes that of `index`.
static enum status look_at_image(struct accept *self, unsigned index)
{
    struct image_file file;

    if (self->images[index] == NULL) {
        return STATUS_OK;
    }
    if (image_file_open(&file, self->images[index]) != STATUS_OK) {
        return STATUS_INVALID;
    }
    const struct image_info *info = &file.anatomy->info;
    snprintf(self->versions[index], sizeof self->versions[index], "%s", info->version);
    bool fits = file.anatomy->info_status == STATUS_OK && strcmp(info->title, self->title) == 0;
    image_file_close(&file);
    if (!fits) {
        message_error("'%s' is no image of '%s'", self->images[index], self->title);
        message_hint("nbota image inspect %s", self->images[index]);
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

// Without --image: the binaries that were built, of the first two versions.
static void find_built(struct accept *self)
{
    static char paths[2][PATH_MAX];
    static const char *const versions[2] = {"v1.0.0", "v1.1.0"};

    for (unsigned i = 0; i < 2; i++) {
        char name[ACCEPT_VALUE_SIZE + 16];
        snprintf(name, sizeof name, "%s-%s.bin", self->title, versions[i]);
        places_firmware(name, paths[i], sizeof paths[i]);
    }
    bool runs_one =
        strcmp(self->version, versions[0]) == 0 || strcmp(self->version, versions[1]) == 0;
    if (runs_one && access(paths[0], R_OK) == 0 && access(paths[1], R_OK) == 0) {
        self->images[0] = paths[0];
        self->images[1] = paths[1];
    }
}

// The first must lead somewhere and the second be what runs, or the other way round.
static enum status check_versions(const struct accept *self)
{
    bool first_runs = strcmp(self->version, self->versions[0]) == 0;

    if (self->images[1] == NULL && first_runs) {
        message_error("the node runs '%s' already", self->version);
        message_hint("name an image of another version: --image");
        return STATUS_INVALID;
    }
    if (self->images[1] != NULL && !first_runs && strcmp(self->version, self->versions[1]) != 0) {
        message_error("the node runs '%s', and no image is of that version", self->version);
        message_hint("--image leads on, --back to the version that runs");
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

enum status accept_find_images(struct accept *self)
{
    if (self->images[0] == NULL && self->images[1] == NULL) {
        find_built(self);
    }
    if (self->images[0] == NULL) {
        self->images[1] = NULL; // leads nowhere alone
        return STATUS_OK;
    }
    for (unsigned i = 0; i < 2; i++) {
        if (look_at_image(self, i) != STATUS_OK) {
            return STATUS_INVALID;
        }
    }
    return check_versions(self);
}

// ---- an image that must be refused ----

// Its info block is whole, but names other hardware: a node finds out at its fifth piece.
static enum status write_foreign(struct span image, const char *path)
{
    static uint8_t changed[WIRE_SLOT_SIZE];
    static uint8_t packed[WIRE_PACKED_MAX];

    memcpy(changed, image.data, image.size);
    changed[INFO_OFFSET + offsetof(struct info_block, hardware_id)] = FOREIGN_HARDWARE;
    if (info_seal(changed, (uint32_t)image.size) != STATUS_OK) {
        return STATUS_INVALID;
    }
    uint32_t size = packing_make(span_of(changed, image.size), packed);
    return file_write(path, span_of(packed, size));
}

enum status accept_make_foreign(const struct accept *self, const char *path)
{
    struct image_file file;

    if (self->images[0] == NULL || image_file_open(&file, self->images[0]) != STATUS_OK) {
        return STATUS_NOT_FOUND;
    }
    enum status status = write_foreign(file.anatomy->image, path);
    image_file_close(&file);
    return status;
}
