// SPDX-License-Identifier: Apache-2.0
// The application image: does it fit the slot, would the bootloader jump into it, what does it say about itself.
// Slot and sanity check: docs/memory.md; SRAM of the STM32L072: RM0376 section 2.2.2.
#include <inttypes.h>

#include "base/crc32.h"
#include "base/endian.h"
#include "cli/anatomy_parts.h"
#include "cli/naming.h"
#include "cli/printable.h"
#include "wire/products.h"

#define RAM_BASE   0x20000000U
#define RAM_END    0x20005000U // 20 KB
#define FLASH_BASE 0x08000000U
#define SLOT_END   (WIRE_SLOT_BASE + WIRE_SLOT_SIZE)

enum { VECTORS_READ = 8 }; // bytes of stack pointer and reset vector

static void find_with_advice(struct anatomy *self, enum finding_level level, const char *text,
                             const char *advice)
{
    anatomy_advise(anatomy_find(self, level, "%s", text), "%s", advice);
}

static void check_size(struct anatomy *self)
{
    if (self->image.size > WIRE_SLOT_SIZE) {
        struct finding *finding = anatomy_find(
            self, FINDING_PROBLEM, "the image has %zu bytes; the application slot holds %d",
            self->image.size, WIRE_SLOT_SIZE);
        anatomy_advise(finding, "make it smaller, or cut it: only 0x08007800..0x080257FF is it");
    }
}

static bool is_stack_pointer(uint32_t word)
{
    return word > RAM_BASE && word <= RAM_END && word % 4 == 0;
}

static void explain_reset_vector(struct anatomy *self, uint32_t target)
{
    if (target >= FLASH_BASE && target < WIRE_SLOT_BASE) {
        find_with_advice(self, FINDING_PROBLEM,
                         "the image is linked below the application slot: a bootloader, or all of "
                         "the flash",
                         "link the application at 0x08007800 and take that .bin");
    } else if (target >= WIRE_SLOT_BASE && target < SLOT_END) {
        find_with_advice(self, FINDING_PROBLEM,
                         "the reset vector points behind the image's last byte: it is cut off",
                         "copy or build the file again");
    } else {
        struct finding *finding = anatomy_find(self, FINDING_PROBLEM,
                                               "no vector table: the second word is %08" PRIX32
                                               ", no address in the application slot",
                                               self->reset_vector);
        anatomy_advise(finding, "give the .bin of an application linked at 0x08007800");
    }
}

static void check_vectors(struct anatomy *self)
{
    uint32_t target = self->reset_vector & ~1U;
    bool inside =
        target >= WIRE_SLOT_BASE && target - WIRE_SLOT_BASE < self->image.size && target < SLOT_END;

    if (!is_stack_pointer(self->initial_sp)) {
        struct finding *finding =
            anatomy_find(self, FINDING_PROBLEM,
                         "no vector table: the first word is %08" PRIX32 ", no stack in the SRAM",
                         self->initial_sp);
        anatomy_advise(finding, "give the .bin of an application linked at 0x08007800");
    } else if (!inside) {
        explain_reset_vector(self, target);
    } else if ((self->reset_vector & 1) == 0) {
        find_with_advice(self, FINDING_PROBLEM, "the reset vector is even: no Thumb code",
                         "build the image for a Cortex-M0+");
    } else {
        self->is_application = true;
    }
}

static void check_info_size(struct anatomy *self)
{
    if (self->info.image_size != 0 && self->info.image_size != self->image.size) {
        struct finding *finding = anatomy_find(
            self, FINDING_PROBLEM, "the info block says %" PRIu32 " bytes, the image has %zu",
            self->info.image_size, self->image.size);
        anatomy_advise(finding,
                       "it is cut off or something hangs behind it: build or copy it again");
    } else {
        find_with_advice(self, FINDING_PROBLEM,
                         "the info block has a format this nbota cannot read",
                         "use the nbota of the firmware's release");
    }
}

static void check_product(struct anatomy *self)
{
    const struct product *product = product_by_id(self->info.product_id);

    if (product == NULL) {
        anatomy_find(self, FINDING_WARNING, "the info block names an unknown product, id 0x%02X",
                     (unsigned)self->info.product_id);
    } else if (product->hardware_id != self->info.hardware_id) {
        anatomy_find(self, FINDING_PROBLEM, "the info block names board %u, but a %s is board %u",
                     (unsigned)self->info.hardware_id, product->name,
                     (unsigned)product->hardware_id);
    }
    if (self->info.load_address != WIRE_SLOT_BASE) {
        anatomy_find(self, FINDING_PROBLEM,
                     "the info block says load address %08" PRIX32 ", the slot is at %08X",
                     self->info.load_address, WIRE_SLOT_BASE);
    }
}

static void add_naming(void *context, enum finding_level level, const char *text,
                       const char *advice)
{
    find_with_advice(context, level, text, advice);
}

static void read_sound_info(struct anatomy *self)
{
    check_product(self);
    naming_check(self->info.title, self->info.version, add_naming, self);
    printable_make(self->info.title);
    printable_make(self->info.version);
}

static void check_info(struct anatomy *self)
{
    self->info_status = info_decode(self->image, &self->info);
    if (self->info_status == STATUS_OK) {
        read_sound_info(self);
    } else if (self->info_status == STATUS_NOT_FOUND) {
        find_with_advice(self, FINDING_NOTE,
                         "no info block: the image does not say its title and version",
                         "name them when you assign it: --title and --version");
    } else if (self->info_status == STATUS_CORRUPT) {
        find_with_advice(self, FINDING_PROBLEM, "the info block is damaged or was never sealed",
                         "build the image again");
    } else {
        check_info_size(self);
    }
}

void anatomy_read_image(struct anatomy *self)
{
    // The pieces say what is damaged; half an image would only add noise.
    bool is_whole = self->form == FORM_PLAIN || (self->has_header && self->bad_pieces == 0 &&
                                                 self->image.size == self->header.firmware_size);

    if (!is_whole) {
        return;
    }
    self->image_crc = crc32_update(0, self->image.data, self->image.size);
    if (self->image.size >= VECTORS_READ) {
        self->initial_sp = load_le32(self->image.data);
        self->reset_vector = load_le32(self->image.data + 4);
    }
    check_size(self);
    check_vectors(self);
    check_info(self);
    if (self->form == FORM_PLAIN && !self->is_application) {
        self->form = FORM_UNKNOWN;
    }
    if (self->form != FORM_PACKED && self->image.size <= WIRE_SLOT_SIZE) {
        self->pieces = image_piece_count(image_packed_size((uint32_t)self->image.size));
    }
}
