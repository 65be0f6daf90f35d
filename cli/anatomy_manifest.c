// SPDX-License-Identifier: Apache-2.0
// The manifest: can it be read, and does it describe the image behind it. Whether its signature is good is a question
// that needs a key: image_verify.c.
#include "base/sha256.h"
#include "cli/anatomy_parts.h"
#include "cli/printable.h"

#define PACK_ANEW                                                                                  \
    "pack and sign the plain image anew; nodes with nbota's bootloader refuse this one"

static struct span header_page(const struct anatomy *self)
{
    bool is_whole = self->file.size >= WIRE_PIECE_SIZE; // the first piece holds all of it
    return span_of(self->file.data, is_whole ? WIRE_PIECE_SIZE : self->file.size);
}

// What the manifest of this image has to be. An image without info block is described by place, size and content alone.
static void expect(const struct anatomy *self, struct manifest *expected)
{
    struct sha256 hash;

    if (manifest_of(self->image, expected) == STATUS_OK) {
        return;
    }
    *expected = self->manifest;
    expected->load_address = WIRE_SLOT_BASE;
    expected->image_size = (uint32_t)self->image.size;
    sha256_init(&hash);
    sha256_update(&hash, self->image.data, self->image.size);
    sha256_final(&hash, expected->digest);
}

// The first thing that the manifest says wrongly, NULL when it says everything right.
static const char *disagreement(const struct manifest *said, const struct manifest *expected)
{
    const struct {
        bool agrees;
        const char *what;
    } rows[] = {
        {said->image_size == expected->image_size, "another size"},
        {memcmp(said->digest, expected->digest, sizeof said->digest) == 0, "another SHA-256"},
        {strcmp(said->title, expected->title) == 0, "another title"},
        {strcmp(said->version, expected->version) == 0, "another version"},
        {said->product_id == expected->product_id, "another product"},
        {said->hardware_id == expected->hardware_id, "other hardware"},
        {said->load_address == expected->load_address, "another load address"},
        {said->security_counter >= expected->security_counter, "a lower security counter"},
    };

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if (!rows[i].agrees) {
            return rows[i].what;
        }
    }
    return NULL;
}

static void compare(struct anatomy *self)
{
    struct manifest expected;

    expect(self, &expected);
    const char *what = disagreement(&self->manifest, &expected);
    if (what != NULL) {
        anatomy_advise(anatomy_find(self, FINDING_PROBLEM,
                                    "the manifest is of another image: it says %s", what),
                       PACK_ANEW);
    }
}

static bool is_whole(const struct anatomy *self)
{
    return self->bad_pieces == 0 && self->image.size == self->header.firmware_size;
}

static void check(struct anatomy *self)
{
    if (self->manifest_status == STATUS_OK) {
        compare(self);
    } else if (self->manifest_status == STATUS_INVALID) {
        anatomy_advise(
            anatomy_find(self, FINDING_PROBLEM, "the manifest has a format this nbota cannot read"),
            "use a newer nbota, or pack the plain image anew");
    } else if (self->has_more) {
        anatomy_advise(
            anatomy_find(self, FINDING_WARNING, "something unknown stands behind the header"),
            "nodes do not read it; pack the plain image anew to be rid of it");
    }
}

void anatomy_read_manifest(struct anatomy *self)
{
    self->manifest_status = manifest_decode(header_page(self), &self->manifest);
    if (is_whole(self)) {
        check(self);
    }
    if (self->manifest_status == STATUS_OK) {
        printable_make(self->manifest.title);
        printable_make(self->manifest.version);
    }
}
