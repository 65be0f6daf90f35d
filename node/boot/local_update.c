// SPDX-License-Identifier: Apache-2.0
#include "node/boot/local_update.h"

#include "node/boot/boot.h"
#include "node/boot/slot.h"
#include "node/boot/state.h"
#include "wire/info.h"

enum { BEGINNING = 2 * FLASH_PAGE_SIZE }; // bytes that tell whether the image fits
_Static_assert(2 * FLASH_PAGE_SIZE >= (int)INFO_END, "the info block lies in the first two pages");

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

static enum local_verdict judge(struct local_update *self, enum verdict verdict)
{
    self->why = verdict;
    return verdict == VERDICT_GOOD ? LOCAL_MORE : LOCAL_UNFIT;
}

static enum verdict check_beginning(struct local_update *self)
{
    uint32_t size = least(self->unpack.header.firmware_size, BEGINNING);
    struct security_record security;

    record_read_security(&security);
    enum verdict verdict = verify_page(span_of(self->unpack.page, sizeof self->unpack.page),
                                       &security, &self->subject);
    return verdict == VERDICT_GOOD ? verify_beginning(&self->subject, span_of(self->words, size))
                                   : verdict;
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

static enum local_verdict begin(struct local_update *self)
{
    enum local_verdict verdict = judge(self, check_beginning(self));

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
static enum verdict check_slot(const struct local_update *self)
{
    uint32_t size = self->unpack.header.firmware_size;
    uint32_t first = least(size, FLASH_PAGE_SIZE);
    struct verify_sum sum;

    verify_sum_init(&sum);
    verify_sum_add(&sum, &self->subject, span_of(self->words, first));
    verify_sum_add(&sum, &self->subject, span_of(slot_bytes() + first, size - first));
    return verify_sum_end(&sum, &self->subject);
}

// Whatever install, trial or way back was under way is over.
static enum status note_end(void)
{
    struct install_record install = {0};
    struct record_change change;

    state_put_end(&change, &install, INSTALL_NONE);
    return record_commit(&change);
}

// Pages behind the image may be torn by an earlier try; a later install would compare them.
static enum local_verdict finish(struct local_update *self)
{
    uint32_t size = self->unpack.header.firmware_size;
    enum local_verdict verdict = judge(self, check_slot(self));

    if (verdict != LOCAL_MORE) {
        return verdict;
    }
    bool is_good =
        slot_erase_behind(size) == STATUS_OK && store_page(0, self->words) == STATUS_OK &&
        memcmp(slot_bytes(), self->words, FLASH_PAGE_SIZE) == 0 && note_end() == STATUS_OK;
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
        return judge(self, VERDICT_CONTAINER);
    case UNPACK_PLAIN:
        return LOCAL_PLAIN;
    case UNPACK_DAMAGED:
        return LOCAL_DAMAGED;
    case UNPACK_CONTAINER:
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

const char *local_update_reason(const struct local_update *self)
{
    static const char *const reasons[] = {
        [LOCAL_PLAIN] = "the image is not packed, 'nbota image pack' does it",
        [LOCAL_DAMAGED] = "a piece does not match its checksum",
        [LOCAL_MEMORY] = "the node's memory did not take it",
        [LOCAL_SHORT] = "the file ends too early",
    };

    return self->verdict == LOCAL_UNFIT ? verdict_text(self->why) : reasons[self->verdict];
}
