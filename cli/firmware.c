// SPDX-License-Identifier: Apache-2.0
#include "cli/firmware.h"

#include <stdio.h>
#include <string.h>

#include "base/endian.h"
#include "cli/file.h"
#include "cli/message.h"
#include "cli/node_identity.h"
#include "cli/places.h"
#include "wire/image.h"
#include "wire/info.h"

enum {
    BOOT_SIZE_MAX = 28 * 1024, // seven write-protect sectors, docs/memory.md
    APP_OFFSET = 0x7800,       // of the slot inside the flash
    FILE_MAX = 1 << 20,
};

// Whether `image` can run at `base`: its reset vector points into itself.
static bool runs_at(struct span image, uint32_t base, const char *path)
{
    if (image.size >= 8) {
        uint32_t entry = load_le32(image.data + 4);
        if (entry > base && entry - base < image.size && (entry & 1) != 0) {
            return true;
        }
    }
    message_error("'%s' is no firmware for address 0x%08x", path, base);
    message_hint("take a plain .bin as the linker makes it; a packed file is for 'nbota assign'");
    return false;
}

static enum status read_image(const char *path, uint32_t base, size_t size_max, struct file *file)
{
    enum status status = file_read(path, FILE_MAX, file);

    if (status == STATUS_NOT_FOUND) {
        message_hint("'make firmware' builds it; NBOTA_FIRMWARE names the folder of another build");
    }
    if (status != STATUS_OK) {
        return status;
    }
    if (!runs_at(span_of(file->data, file->size), base, path)) {
        status = STATUS_INVALID;
    } else if (file->size > size_max) {
        message_error("'%s' has %zu bytes, there is room for %zu", path, file->size, size_max);
        status = STATUS_TOO_BIG;
    }
    if (status != STATUS_OK) {
        file_free(file);
    }
    return status;
}

static void program(struct machine *machine, uint32_t offset, size_t area, const struct file *file)
{
    memset(machine->cpu.flash + offset, 0, area);
    memcpy(machine->cpu.flash + offset, file->data, file->size);
}

// By the first product that has it: the family of its boards.
static const char *modem_of(uint8_t hardware_id)
{
    for (size_t i = 0; i < PRODUCT_COUNT; i++) {
        if (products[i].hardware_id == hardware_id) {
            return node_identity_family(&products[i])->modem;
        }
    }
    return "modem nobody knows";
}

static enum status check_hardware(const struct firmware *firmware, const struct file *app)
{
    struct image_info info;

    if (firmware->force || info_decode(span_of(app->data, app->size), &info) != STATUS_OK ||
        info.hardware_id == firmware->hardware_id) {
        return STATUS_OK;
    }
    message_error("'%s' is %s %s for boards with a %s (hardware id %u); this node has a %s (%u)",
                  places_seen_from_here(firmware->app), info.title, info.version,
                  modem_of(info.hardware_id), info.hardware_id, modem_of(firmware->hardware_id),
                  firmware->hardware_id);
    message_hint("make a node for it with 'nbota node create --product …'; --force programs it all "
                 "the same");
    return STATUS_INVALID;
}

// As a probe finds it: read protection keeps it out, write protection takes no other bootloader.
static enum status check_protection(struct machine *machine, const struct file *boot)
{
    const struct option_bytes *options = &machine->soc.nvm.options;

    if (options_readout(options) > 0) {
        message_error("the node is protected against cables (level %u)", options_readout(options));
        message_hint("'nbota node protect NAME --readout 0' opens it, and erases it");
        return STATUS_INVALID;
    }
    if (options_protected(options) != 0 &&
        memcmp(machine->cpu.flash, boot->data, boot->size) != 0) {
        message_error("the bootloader's sectors are protected, and hold another bootloader");
        message_hint("'nbota node protect NAME --no-write' opens them");
        return STATUS_INVALID;
    }
    return STATUS_OK;
}

enum status firmware_program(struct machine *machine, const struct firmware *firmware)
{
    struct file boot;
    struct file app;
    enum status status = read_image(firmware->boot, CPU_FLASH_BASE, BOOT_SIZE_MAX, &boot);

    if (status != STATUS_OK) {
        return status;
    }
    status = read_image(firmware->app, WIRE_SLOT_BASE, WIRE_SLOT_SIZE, &app);
    if (status == STATUS_OK) {
        status = check_hardware(firmware, &app);
        if (status == STATUS_OK) {
            status = check_protection(machine, &boot);
        }
        if (status == STATUS_OK) {
            program(machine, 0, APP_OFFSET, &boot);
            program(machine, APP_OFFSET, WIRE_SLOT_SIZE, &app);
        }
        file_free(&app);
    }
    file_free(&boot);
    return status;
}

static bool is_there(const char *path)
{
    FILE *file = fopen(path, "rb");

    if (file != NULL) {
        fclose(file);
    }
    return file != NULL;
}

void firmware_find(const char *word, char *path, size_t capacity)
{
    char name[128];
    size_t size = strlen(word);
    bool has_end = size > 4 && strcmp(word + size - 4, ".bin") == 0;

    if (is_there(word) || strchr(word, '/') != NULL) {
        snprintf(path, capacity, "%s", word);
        return;
    }
    snprintf(name, sizeof name, "%s%s", word, has_end ? "" : ".bin");
    places_firmware(name, path, capacity);
}
