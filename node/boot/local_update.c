// SPDX-License-Identifier: Apache-2.0
#include "node/boot/local_update.h"

#include "base/crc32.h"
#include "node/boot/boot.h"
#include "wire/info.h"

enum { BEGINNING = 2 * FLASH_PAGE_SIZE }; // bytes that tell whether the image fits
_Static_assert(2 * FLASH_PAGE_SIZE >= (int)INFO_END, "the info block lies in the first two pages");

static const uint8_t *slot(void)
{
    return (const uint8_t *)(uintptr_t)WIRE_SLOT_BASE;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static enum status store_page(uint32_t offset, const uint32_t *words)
{
    flash_unlock();
    enum status status = page_write(WIRE_SLOT_BASE + offset, words);
    flash_lock();
    return status;
}

// ---- the beginning: checked as a whole before anything is given up ----

static enum local_verdict check_beginning(const struct local_update *self)
{
    const uint8_t *bytes = (const uint8_t *)self->words;
    uint32_t size = self->unpack.header.firmware_size;

    if (size < IMAGE_VECTORS_SIZE || !image_can_start(bytes)) {
        return LOCAL_VECTORS;
    }
    bool fits = info_allows(span_of(bytes, least(size, BEGINNING)), size, boot_hardware_id);
    return fits ? LOCAL_MORE : LOCAL_HARDWARE;
}

// From the note on no application is started, from the erase on none could be.
static enum local_verdict give_up_the_old(const struct local_update *self)
{
    struct install_record record = {
        .size_bytes = self->unpack.header.firmware_size,
        .crc32 = self->unpack.header.firmware_crc32,
    };
    enum status status = boot_write_state(&record, INSTALL_RECEIVING, 0);

    if (status == STATUS_OK) {
        flash_unlock();
        status = flash_erase_page(WIRE_SLOT_BASE);
        flash_lock();
    }
    return status == STATUS_OK ? LOCAL_MORE : LOCAL_MEMORY;
}

static enum local_verdict begin(const struct local_update *self)
{
    enum local_verdict verdict = check_beginning(self);

    return verdict == LOCAL_MORE ? give_up_the_old(self) : verdict;
}

// ---- pages, all but the first ----

static enum local_verdict flush(struct local_update *self)
{
    uint32_t offset = (self->size - 1) / FLASH_PAGE_SIZE * FLASH_PAGE_SIZE;
    uint32_t *page = self->words + PAGE_WORDS;

    if (offset == 0) {
        return LOCAL_MORE;
    }
    enum status status = store_page(offset, page);
    memset(page, 0, FLASH_PAGE_SIZE); // behind the image the last page stays erased
    return status == STATUS_OK ? LOCAL_MORE : LOCAL_MEMORY;
}

static enum local_verdict take_image_byte(struct local_update *self, uint8_t byte)
{
    uint32_t size = self->unpack.header.firmware_size;
    uint32_t at = self->size++;
    enum local_verdict verdict = LOCAL_MORE;

    if (at >= BEGINNING) {
        at = FLASH_PAGE_SIZE + at % FLASH_PAGE_SIZE;
    }
    ((uint8_t *)self->words)[at] = byte;
    if (self->size == least(size, BEGINNING)) {
        verdict = begin(self);
    }
    bool is_full = self->size >= BEGINNING && self->size % FLASH_PAGE_SIZE == 0;
    return verdict == LOCAL_MORE && (is_full || self->size == size) ? flush(self) : verdict;
}

// ---- the end ----

// The first page lies in RAM until the rest is known to be good.
static bool slot_agrees(const struct local_update *self)
{
    uint32_t size = self->unpack.header.firmware_size;
    uint32_t first = least(size, FLASH_PAGE_SIZE);
    uint32_t crc = crc32_update(0, self->words, first);

    return crc32_update(crc, slot() + first, size - first) == self->unpack.header.firmware_crc32;
}

static enum local_verdict finish(struct local_update *self)
{
    struct install_record record = {0};

    if (!slot_agrees(self)) {
        return LOCAL_CHECKSUM;
    }
    bool is_good = store_page(0, self->words) == STATUS_OK &&
                   memcmp(slot(), self->words, FLASH_PAGE_SIZE) == 0 &&
                   boot_write_state(&record, INSTALL_NONE, 0) == STATUS_OK;
    return is_good ? LOCAL_INSTALLED : LOCAL_MEMORY;
}

static enum local_verdict take(struct local_update *self, uint8_t byte)
{
    switch (unpack_take(&self->unpack, byte)) {
    case UNPACK_IMAGE:
        return take_image_byte(self, byte);
    case UNPACK_END:
        return finish(self);
    case UNPACK_FOREIGN:
        return LOCAL_FOREIGN;
    case UNPACK_PLAIN:
        return LOCAL_PLAIN;
    case UNPACK_DAMAGED:
        return LOCAL_DAMAGED;
    case UNPACK_CONTAINER:
    case UNPACK_BEHIND:
    default:
        return LOCAL_MORE;
    }
}

enum local_verdict local_update_take(struct local_update *self, struct span bytes)
{
    for (size_t i = 0; i < bytes.size && self->verdict == LOCAL_MORE; i++) {
        self->verdict = take(self, bytes.data[i]);
    }
    return self->verdict;
}

enum local_verdict local_update_end(struct local_update *self)
{
    if (self->verdict == LOCAL_MORE) {
        self->verdict = LOCAL_SHORT;
    }
    return self->verdict;
}

const char *local_update_reason(enum local_verdict verdict)
{
    static const char *const reasons[] = {
        [LOCAL_FOREIGN] = "this is not a packed image",
        [LOCAL_PLAIN] = "the image is not packed, 'nbota image pack' does it",
        [LOCAL_DAMAGED] = "a piece does not match its checksum",
        [LOCAL_HARDWARE] = "the image is not for this hardware",
        [LOCAL_VECTORS] = "the image cannot start in this node",
        [LOCAL_CHECKSUM] = "the image does not match its checksum",
        [LOCAL_MEMORY] = "the node's memory did not take it",
        [LOCAL_SHORT] = "the file ends too early",
    };

    return reasons[verdict];
}
