// SPDX-License-Identifier: Apache-2.0
#include "wire/manifest.h"

#include "base/endian.h"

// From MANIFEST_OFFSET on.
enum {
    AT_MAGIC = 0,
    AT_FORMAT = AT_MAGIC + 4,
    AT_FLAGS = AT_FORMAT + 1,
    AT_PRODUCT = AT_FLAGS + 1,
    AT_HARDWARE = AT_PRODUCT + 1,
    AT_TITLE = AT_HARDWARE + 1,
    AT_VERSION = AT_TITLE + INFO_TITLE_SIZE,
    AT_LOAD = AT_VERSION + INFO_VERSION_SIZE,
    AT_SIZE = AT_LOAD + 4,
    AT_COUNTER = AT_SIZE + 4,
    AT_REVOKED = AT_COUNTER + 4,
    AT_DIGEST = AT_REVOKED + 4,
    AT_KEY_ID = AT_DIGEST + MANIFEST_DIGEST_SIZE,
    AT_SIGNATURE = AT_KEY_ID + MANIFEST_KEY_ID_SIZE,
    AT_END = AT_SIGNATURE + MANIFEST_SIGNATURE_SIZE,
    KNOWN_FLAGS = MANIFEST_RAISES_COUNTER,
};
#define DRAWN_AT(offset) ((offset)-MANIFEST_OFFSET) // as the drawing counts: in the header page
_Static_assert(AT_MAGIC == DRAWN_AT(0x20), "the drawing's magic");
_Static_assert(AT_FORMAT == DRAWN_AT(0x24), "…format");
_Static_assert(AT_FLAGS == DRAWN_AT(0x25), "…flags");
_Static_assert(AT_PRODUCT == DRAWN_AT(0x26), "…product");
_Static_assert(AT_HARDWARE == DRAWN_AT(0x27), "…hardware");
_Static_assert(AT_TITLE == DRAWN_AT(0x28), "…title");
_Static_assert(AT_VERSION == DRAWN_AT(0x3C), "…version");
_Static_assert(AT_LOAD == DRAWN_AT(0x4C), "…load address");
_Static_assert(AT_SIZE == DRAWN_AT(0x50), "…size");
_Static_assert(AT_COUNTER == DRAWN_AT(0x54), "…security counter");
_Static_assert(AT_REVOKED == DRAWN_AT(0x58), "…revoked keys");
_Static_assert(AT_DIGEST == DRAWN_AT(0x5C), "…digest");
_Static_assert(AT_KEY_ID == DRAWN_AT(0x7C), "…key id");
_Static_assert(AT_SIGNATURE == DRAWN_AT(0x84), "…signature");
_Static_assert(AT_END == DRAWN_AT(0xC4), "…end");
_Static_assert(AT_KEY_ID == (int)MANIFEST_SIGNED_SIZE, "signed is what stands before the key id");
_Static_assert(AT_END == (int)MANIFEST_SIZE, "the signature ends the manifest");

static bool is_zero(const uint8_t *bytes, size_t size)
{
    uint8_t any = 0;

    for (size_t i = 0; i < size; i++) {
        any |= bytes[i];
    }
    return any == 0;
}

// One spelling for each text: what is behind its end is signed too, and must not carry anything.
static bool is_padded_text(const uint8_t *bytes, size_t size)
{
    const uint8_t *end = memchr(bytes, 0, size);

    return end != NULL && is_zero(end, size - (size_t)(end - bytes));
}

static bool is_known(const uint8_t *bytes)
{
    return bytes[AT_FORMAT] == MANIFEST_FORMAT && (bytes[AT_FLAGS] & ~KNOWN_FLAGS) == 0 &&
           is_padded_text(bytes + AT_TITLE, INFO_TITLE_SIZE) &&
           is_padded_text(bytes + AT_VERSION, INFO_VERSION_SIZE);
}

static void read_fields(const uint8_t *bytes, struct manifest *manifest)
{
    manifest->flags = bytes[AT_FLAGS];
    manifest->product_id = bytes[AT_PRODUCT];
    manifest->hardware_id = bytes[AT_HARDWARE];
    memcpy(manifest->title, bytes + AT_TITLE, INFO_TITLE_SIZE);
    memcpy(manifest->version, bytes + AT_VERSION, INFO_VERSION_SIZE);
    manifest->load_address = load_le32(bytes + AT_LOAD);
    manifest->image_size = load_le32(bytes + AT_SIZE);
    manifest->security_counter = load_le32(bytes + AT_COUNTER);
    manifest->revoked = load_le32(bytes + AT_REVOKED);
    memcpy(manifest->digest, bytes + AT_DIGEST, MANIFEST_DIGEST_SIZE);
    memcpy(manifest->key_id, bytes + AT_KEY_ID, MANIFEST_KEY_ID_SIZE);
    memcpy(manifest->signature, bytes + AT_SIGNATURE, MANIFEST_SIGNATURE_SIZE);
}

enum status manifest_decode(struct span page, struct manifest *manifest)
{
    struct span bytes = span_after(page, MANIFEST_OFFSET);

    if (bytes.size < MANIFEST_SIZE) {
        return STATUS_INVALID;
    }
    if (load_le32(bytes.data + AT_MAGIC) != MANIFEST_MAGIC) {
        return STATUS_NOT_FOUND;
    }
    if (!is_known(bytes.data)) {
        return STATUS_INVALID;
    }
    read_fields(bytes.data, manifest);
    return STATUS_OK;
}

void manifest_encode(const struct manifest *manifest, uint8_t bytes[MANIFEST_SIZE])
{
    store_le32(bytes + AT_MAGIC, MANIFEST_MAGIC);
    bytes[AT_FORMAT] = MANIFEST_FORMAT;
    bytes[AT_FLAGS] = manifest->flags;
    bytes[AT_PRODUCT] = manifest->product_id;
    bytes[AT_HARDWARE] = manifest->hardware_id;
    memcpy(bytes + AT_TITLE, manifest->title, INFO_TITLE_SIZE);
    memcpy(bytes + AT_VERSION, manifest->version, INFO_VERSION_SIZE);
    store_le32(bytes + AT_LOAD, manifest->load_address);
    store_le32(bytes + AT_SIZE, manifest->image_size);
    store_le32(bytes + AT_COUNTER, manifest->security_counter);
    store_le32(bytes + AT_REVOKED, manifest->revoked);
    memcpy(bytes + AT_DIGEST, manifest->digest, MANIFEST_DIGEST_SIZE);
    memcpy(bytes + AT_KEY_ID, manifest->key_id, MANIFEST_KEY_ID_SIZE);
    memcpy(bytes + AT_SIGNATURE, manifest->signature, MANIFEST_SIGNATURE_SIZE);
}

struct span manifest_signed_part(struct span page)
{
    return span_of(page.data + MANIFEST_OFFSET, MANIFEST_SIGNED_SIZE);
}

bool manifest_is_signed(const struct manifest *manifest)
{
    return !is_zero(manifest->key_id, MANIFEST_KEY_ID_SIZE);
}
