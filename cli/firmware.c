// SPDX-License-Identifier: Apache-2.0
#include "cli/firmware.h"

#include <string.h>

#include "base/endian.h"
#include "cli/file.h"
#include "cli/message.h"
#include "wire/image.h"

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

enum status firmware_program(struct machine *machine, const char *boot_path, const char *app_path)
{
    struct file boot;
    struct file app;
    enum status status = read_image(boot_path, CPU_FLASH_BASE, BOOT_SIZE_MAX, &boot);

    if (status != STATUS_OK) {
        return status;
    }
    status = read_image(app_path, WIRE_SLOT_BASE, WIRE_SLOT_SIZE, &app);
    if (status == STATUS_OK) {
        program(machine, 0, APP_OFFSET, &boot);
        program(machine, APP_OFFSET, WIRE_SLOT_SIZE, &app);
        file_free(&app);
    }
    file_free(&boot);
    return status;
}
