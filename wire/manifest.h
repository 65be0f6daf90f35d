// SPDX-License-Identifier: Apache-2.0
// The manifest: what an image is, and the signature that vouches for it. It stands in the header page of the packed file
// (wire/image.h), behind the 21 bytes that shipped nodes read. It describes the image, not how it travels.
//
//   offset in the header page
//   20        24      25      26        27         28         3C           4C     50     54        58        5C
//   +---------+-------+-------+---------+----------+----------+------------+------+------+---------+---------+--------+
//   | "nbMF"  | form. | flags | product | hardware | title 20 | version 16 | load | size | counter | revoked | sha256 |
//   +---------+-------+-------+---------+----------+----------+------------+------+------+---------+---------+--------+
//     u32       u8      u8      u8        u8         NUL-padded              u32    u32    u32       u32       32 bytes
//   7C         84                C4
//   +----------+-----------------+
//   | key id 8 | signature 64    |
//   +----------+-----------------+
//
// Signed are the 92 bytes from 20 to 7B, with Ed25519 (RFC 8032, PureEdDSA). The key id is the beginning of the SHA-256
// of the 32 bytes of the public key; eight zeros: not signed. Integers are little-endian.
//
// A change of meaning or place raises the format; a reader refuses a format and flags it does not know.
#ifndef NBOTA_WIRE_MANIFEST_H
#define NBOTA_WIRE_MANIFEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "wire/info.h"

enum {
    MANIFEST_OFFSET = 0x20, // in the header page
    MANIFEST_SIGNED_SIZE = 92,
    MANIFEST_KEY_ID_SIZE = 8,
    MANIFEST_SIGNATURE_SIZE = 64,
    MANIFEST_SIZE = MANIFEST_SIGNED_SIZE + MANIFEST_KEY_ID_SIZE + MANIFEST_SIGNATURE_SIZE,
    MANIFEST_END = MANIFEST_OFFSET + MANIFEST_SIZE, // so much of the header page is enough
    MANIFEST_FORMAT = 1,
    MANIFEST_DIGEST_SIZE = 32,
    MANIFEST_PUBLIC_KEY_SIZE = 32,
    MANIFEST_KEYS_MAX = 4, // keys that one bootloader trusts
};
#define MANIFEST_MAGIC 0x464D626EU // "nbMF"

enum manifest_flag {
    MANIFEST_RAISES_COUNTER = 1 << 0, // once confirmed, older counters are refused for good
};

struct manifest {
    uint8_t flags;
    uint8_t product_id;
    uint8_t hardware_id;
    char title[INFO_TITLE_SIZE];     // NUL-terminated
    char version[INFO_VERSION_SIZE]; // likewise
    uint32_t load_address;
    uint32_t image_size;       // bytes
    uint32_t security_counter; // refused when lower than the node's
    uint32_t revoked; // bit n: the bootloader's key n is not trusted any more, once confirmed
    uint8_t digest[MANIFEST_DIGEST_SIZE]; // SHA-256 of the image
    uint8_t key_id[MANIFEST_KEY_ID_SIZE];
    uint8_t signature[MANIFEST_SIGNATURE_SIZE];
};

// Reads the manifest of a header page, of which MANIFEST_END bytes are enough. STATUS_NOT_FOUND: there is none (the
// magic is missing); STATUS_INVALID: too short, unknown format or flags, or texts that are not terminated and padded
// with zeros.
enum status manifest_decode(struct span page, struct manifest *manifest);
// Writes it as it stands in the page, from MANIFEST_OFFSET on.
void manifest_encode(const struct manifest *manifest, uint8_t bytes[MANIFEST_SIZE]);

// Of a page that manifest_decode() took: the bytes that are signed.
struct span manifest_signed_part(struct span page);
bool manifest_is_signed(const struct manifest *manifest);
void manifest_key_id(const uint8_t public_key[MANIFEST_PUBLIC_KEY_SIZE],
                     uint8_t key_id[MANIFEST_KEY_ID_SIZE]);

// The unsigned manifest of an image that holds an info block. STATUS_NOT_FOUND, STATUS_INVALID, STATUS_CORRUPT: what
// info_decode() says of it.
enum status manifest_of(struct span image, struct manifest *manifest);

#endif
