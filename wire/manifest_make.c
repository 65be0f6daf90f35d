// SPDX-License-Identifier: Apache-2.0
// The hashes of a manifest; apart from the codec, so that who only reads one needs no SHA-256.
#include "base/sha256.h"
#include "wire/manifest.h"

_Static_assert(MANIFEST_DIGEST_SIZE == (int)SHA256_SIZE, "the digest is a SHA-256");
_Static_assert(MANIFEST_KEY_ID_SIZE <= (int)SHA256_SIZE, "a key id is the beginning of one");

static void hash(struct span bytes, uint8_t digest[SHA256_SIZE])
{
    struct sha256 sum;

    sha256_init(&sum);
    sha256_update(&sum, bytes.data, bytes.size);
    sha256_final(&sum, digest);
}

void manifest_key_id(const uint8_t public_key[MANIFEST_PUBLIC_KEY_SIZE],
                     uint8_t key_id[MANIFEST_KEY_ID_SIZE])
{
    uint8_t digest[SHA256_SIZE];

    hash(span_of(public_key, MANIFEST_PUBLIC_KEY_SIZE), digest);
    memcpy(key_id, digest, MANIFEST_KEY_ID_SIZE);
}

// info_decode() promises an end, not what is behind it. Both are terminated.
static void copy_text(char *to, const char *from)
{
    memcpy(to, from, strlen(from));
}

enum status manifest_of(struct span image, struct manifest *manifest)
{
    struct image_info info;
    enum status status = info_decode(image, &info);

    if (status != STATUS_OK) {
        return status;
    }
    *manifest = (struct manifest){
        .product_id = info.product_id,
        .hardware_id = info.hardware_id,
        .load_address = info.load_address,
        .image_size = info.image_size,
        .security_counter = info.security_counter,
    };
    copy_text(manifest->title, info.title);
    copy_text(manifest->version, info.version);
    hash(image, manifest->digest);
    return STATUS_OK;
}
