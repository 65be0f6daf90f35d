// SPDX-License-Identifier: Apache-2.0
// What the image "crypto" and the test that runs it share. The image stops with BKPT, the test fills in the mailbox and
// lets it go on; at the next BKPT the answer is there.
#ifndef NBOTA_TESTS_IMAGES_CRYPTO_H
#define NBOTA_TESTS_IMAGES_CRYPTO_H

#include <stdint.h>

enum crypto_order {
    CRYPTO_NOTHING, // what an order costs beside its work
    CRYPTO_SHA256,
    CRYPTO_SHA512,
    CRYPTO_VERIFY,
};

#define CRYPTO_MAILBOX 0x20000000U

struct crypto_mailbox {
    uint32_t order;
    uint32_t size; // of the message
    uint32_t is_good;
    uint8_t public_key[32];
    uint8_t signature[64];
    uint8_t digest[64];
    uint8_t message[4096];
};

#endif
