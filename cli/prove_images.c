// SPDX-License-Identifier: Apache-2.0
#include "cli/prove_images.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/endian.h"
#include "cli/message.h"
#include "cli/packing.h"
#include "cli/places.h"
#include "cli/signing.h"
#include "vnode/prove/state.h"

enum {
    LONGEST_BOOT = 28 * 1024,
    LEAST_IMAGE = 60 * 1024, // a smaller one would leave too much of the slot untouched
    SLEEP = 0xBF30,          // wfi: a hang that costs the prover no time
    AGAIN = 0xE7FD,          // b to it
    MODEM_VECTOR = 16 + 29,  // LPUART1, RM0376 table 54
    BEGUN_COUNTER = 1,       // of a node, above that of images, which is 0
    COUNTER = 2,             // that images raise it to
    REVOKED = 1U << 3,       // of a node: a key that no bootloader here has
    FILL_SEED = 0x600D,
};

#define USUAL_BOOT    "boot-bc660k-demo"
#define USUAL_KEY     "demo-key.pem" // beside it
#define OTHER_VERSION "v9.9.9"       // no image's
#define USUAL_FROM    "s31-nb-v1.0.0"

// ---- reading ----

// A word without a file of that name is what was built here.
static void find(const char *word, const char *end, char path[PATH_MAX])
{
    char name[128];

    if (access(word, R_OK) == 0) {
        snprintf(path, PATH_MAX, "%s", word);
        return;
    }
    bool has_end = strchr(word, '.') != NULL && strstr(word, end) != NULL;
    snprintf(name, sizeof name, "%s%s", word, has_end ? "" : end);
    places_firmware(name, path, PATH_MAX);
}

static void fill_up(uint8_t image[WIRE_SLOT_SIZE], uint32_t *size, const char *path)
{
    if (*size >= LEAST_IMAGE) {
        return;
    }
    printf("'%s' has %u bytes: filled up to %d with pseudo-random data\n",
           places_seen_from_here(path), (unsigned)*size, LEAST_IMAGE);
    for (; *size < LEAST_IMAGE; (*size)++) {
        image[*size] = (uint8_t)prove_state_mix(FILL_SEED, *size);
    }
    (void)info_seal(image, *size); // an image without info block needs none
}

// `path` becomes that of the file.
static enum status read_file(const char *word, const char *usual, size_t size_max,
                             struct file *file, char path[PATH_MAX])
{
    char folder[PATH_MAX];

    find(word, ".bin", path);
    enum status status = file_read(path, size_max, file);
    if (status == STATUS_NOT_FOUND) {
        places_firmware("", folder, PATH_MAX);
        message_hint("name a file, or what 'make firmware' has built in %s, such as %s",
                     places_seen_from_here(folder), usual);
    }
    return status;
}

static enum status read_image(const char *word, uint8_t image[WIRE_SLOT_SIZE], uint32_t *size)
{
    static struct anatomy anatomy; // large
    char path[PATH_MAX];
    struct file file;

    enum status status = read_file(word, USUAL_FROM, WIRE_PACKED_MAX, &file, path);
    if (status != STATUS_OK) {
        return status;
    }
    anatomy_read(&anatomy, span_of(file.data, file.size));
    if (anatomy.is_application && anatomy.image.size <= WIRE_SLOT_SIZE) {
        memcpy(image, anatomy.image.data, anatomy.image.size);
        *size = (uint32_t)anatomy.image.size;
        fill_up(image, size, path);
    } else {
        message_error("'%s' is no application image", path);
        message_hint("'nbota image inspect' says what it is");
        status = STATUS_INVALID;
    }
    file_free(&file);
    return status;
}

static enum status read_boot(const char *word, struct file *boot)
{
    char path[PATH_MAX];

    return read_file(word, USUAL_BOOT, LONGEST_BOOT, boot, path);
}

enum status prove_images_load(struct prove_images *self, const struct prove_images_wish *wish)
{
    memset(self, 0, sizeof *self);
    enum status status = read_boot(wish->boot == NULL ? USUAL_BOOT : wish->boot, &self->boot);
    if (status == STATUS_OK) {
        status =
            read_image(wish->from == NULL ? USUAL_FROM : wish->from, self->from, &self->from_size);
    }
    if (status == STATUS_OK) {
        status = read_image(wish->to, self->to, &self->to_size);
    }
    return status;
}

void prove_images_release(struct prove_images *self)
{
    file_free(&self->boot);
    if (self->path[0] != '\0') {
        (void)unlink(self->path);
    }
}

// ---- packing ----

static const char *key_of(const struct prove_images_wish *wish, char path[PATH_MAX])
{
    if (wish->key != NULL) {
        return wish->key;
    }
    places_firmware(USUAL_KEY, path, PATH_MAX);
    return wish->boot == NULL ? path : NULL;
}

static enum status sign(const char *key, struct span image, uint8_t packed[WIRE_PACKED_MAX])
{
    static struct anatomy anatomy; // large
    const uint32_t counter = COUNTER;
    const struct signing signing = {.key = key, .counter = &counter, .raise = true};
    struct manifest manifest;

    anatomy_read(&anatomy, image);
    enum status status = signing_plan(&signing, &anatomy, &manifest);
    if (status == STATUS_OK) {
        status = signing_carry_out(&signing, &manifest);
    }
    if (status == STATUS_OK) {
        packing_set_manifest(packed, &manifest);
    }
    return status;
}

// An image without a signature raises nothing, and a node that asks for more than its counter does not take it.
static void expect_security(struct prove_setup *setup, bool is_signed)
{
    setup->begun = (struct prove_security){0, 0};
    setup->confirmed = setup->begun;
    if (is_signed) {
        setup->begun = (struct prove_security){BEGUN_COUNTER, REVOKED};
        setup->confirmed = (struct prove_security){COUNTER, REVOKED};
    }
}

static enum status pack(struct prove_images *self, const struct prove_images_wish *wish,
                        struct prove_setup *setup)
{
    char path[PATH_MAX];
    const char *key = key_of(wish, path);
    struct span image = span_of(self->to, self->to_size);

    self->packed_size = packing_make(image, self->packed);
    self->former_size = packing_make(span_of(self->from, self->from_size), self->former);
    expect_security(setup, key != NULL);
    return key == NULL ? STATUS_OK : sign(key, image, self->packed);
}

// The handler of the modem's line leads nowhere: two instructions behind the image.
static void make_hang(struct prove_images *self)
{
    uint32_t at = self->to_size;

    if (at + 4 <= WIRE_SLOT_SIZE) {
        store_le16(self->to + at, SLEEP);
        store_le16(self->to + at + 2, AGAIN);
        store_le32(self->to + 4 * MODEM_VECTOR, (WIRE_SLOT_BASE + at) | 1);
        self->to_size += 4;
        (void)info_seal(self->to, self->to_size); // an image without info block needs none
    }
}

static enum status save_packed(struct prove_images *self)
{
    if (self->path[0] == '\0') {
        snprintf(self->path, sizeof self->path, "/tmp/nbota-prove-XXXXXX");
        int file = mkstemp(self->path);
        if (file >= 0) {
            close(file);
        }
    }
    return file_write(self->path, span_of(self->packed, self->packed_size));
}

static void describe_file(struct span packed, struct fwinfo *offer)
{
    struct checksums sums;

    checksums_make(packed, &sums);
    offer->size = (uint32_t)packed.size;
    memcpy(offer->checksum, sums.crc32_text, sizeof sums.crc32_text);
}

static enum status describe(const struct prove_images *self, struct fwinfo *offer,
                            struct fwinfo *other)
{
    struct image_info info;

    if (info_decode(span_of(self->to, self->to_size), &info) != STATUS_OK) {
        message_error("the new image has no info block: nothing says its title and version");
        return STATUS_INVALID;
    }
    *offer = (struct fwinfo){.algorithm = "CRC32"};
    memcpy(offer->title, info.title, sizeof info.title);
    memcpy(offer->version, info.version, sizeof info.version);
    *other = *offer;
    memcpy(other->version, OTHER_VERSION, sizeof OTHER_VERSION);
    describe_file(span_of(self->packed, self->packed_size), offer);
    describe_file(span_of(self->former, self->former_size), other);
    return STATUS_OK;
}

static const struct product *product_of(const struct prove_images *self)
{
    struct image_info info;
    bool has_info = info_decode(span_of(self->from, self->from_size), &info) == STATUS_OK;
    const struct product *product = has_info ? product_by_id(info.product_id) : NULL;

    return product == NULL ? &products[PRODUCT_S31_NB] : product;
}

enum status prove_images_set_up(struct prove_images *self, const struct prove_images_wish *wish,
                                bool hangs, struct prove_setup *setup)
{
    if (hangs) {
        make_hang(self);
    }
    enum status status = pack(self, wish, setup);
    if (status == STATUS_OK) {
        status = describe(self, &setup->offer, &setup->other);
    }
    if (status == STATUS_OK) {
        status = save_packed(self);
    }
    setup->product = product_of(self);
    setup->boot = span_of(self->boot.data, self->boot.size);
    setup->from = span_of(self->from, self->from_size);
    setup->former = span_of(self->former, self->former_size);
    setup->to = span_of(self->to, self->to_size);
    setup->packed = span_of(self->packed, self->packed_size);
    setup->packed_path = self->path;
    return status;
}
