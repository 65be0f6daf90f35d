// SPDX-License-Identifier: Apache-2.0
// Whether a candidate is genuine, fits this node and is whole. The checks come in this order, and the first that fails is
// the verdict: container, manifest, signature, hardware, address, security counter, start vectors and info block,
// CRC32 and SHA-256 of the image. Without a key in the bootloader a manifest may be missing or unsigned.
//
// Nothing here keeps static RAM or breaks a contract: the application calls it too (node/port/bootloader.h).
#ifndef NBOTA_NODE_BOOT_VERIFY_H
#define NBOTA_NODE_BOOT_VERIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/sha256.h"
#include "base/span.h"
#include "node/port/bootloader.h"
#include "node/store/record.h"
#include "wire/image.h"
#include "wire/info.h"
#include "wire/manifest.h"
#include "wire/verdict.h"

// What a good header page says.
struct verify_subject {
    struct image_header header;
    bool has_manifest;
    struct manifest manifest; // if there is one
};

// A content while it passes by.
struct verify_sum {
    uint32_t crc;
    struct sha256 hash;
};

enum { VERIFY_READ_SIZE = 256 };
_Static_assert(VERIFY_READ_SIZE >= (int)INFO_END && VERIFY_READ_SIZE >= (int)MANIFEST_END,
               "each beginning is one reading");

struct verify_work {
    struct verify_subject subject;
    struct verify_sum sum;
    uint8_t bytes[VERIFY_READ_SIZE];
};
_Static_assert(sizeof(struct verify_work) <= BOOTLOADER_WORK_SIZE, "what an application provides");

// All of it. `request->work` holds a struct verify_work afterwards, whose subject is valid with VERDICT_GOOD.
enum verdict verify_candidate(const struct bootloader_request *request);
// The same for the bootloader block.
uint32_t verify_for_application(const struct bootloader_request *request);

// ---- the parts, for what comes as a stream ----

// Of a header page, MANIFEST_END bytes.
enum verdict verify_page(struct span page, const struct security_record *security,
                         struct verify_subject *subject);
// Of an image's beginning, INFO_END bytes or all of it.
enum verdict verify_beginning(const struct verify_subject *subject, struct span beginning);
// Of its content, in pieces.
void verify_sum_init(struct verify_sum *sum);
void verify_sum_add(struct verify_sum *sum, const struct verify_subject *subject,
                    struct span bytes);
enum verdict verify_sum_end(struct verify_sum *sum, const struct verify_subject *subject);

#endif
