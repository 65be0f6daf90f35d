// SPDX-License-Identifier: Apache-2.0
// OpenSSL, asked the same as ours. What cannot fail stops the test when it does.
#ifndef NBOTA_TESTS_UNIT_BASE_SECOND_OPINION_H
#define NBOTA_TESTS_UNIT_BASE_SECOND_OPINION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

void openssl_hash(const char *name, struct span message, uint8_t *digest); // "SHA512", …
void openssl_public_key(uint8_t public_key[32], const uint8_t seed[32]);
void openssl_sign(uint8_t signature[64], struct span message, const uint8_t seed[32]);
// Stricter than ours nowhere: it takes keys and R of small order, and keys that are not encoded as they should be.
bool openssl_verify(const uint8_t signature[64], struct span message, const uint8_t public_key[32]);

// All numbers are little-endian; L is the order of the group.
void openssl_add_order(uint8_t sum[32], const uint8_t number[32]); // number + L
void openssl_multiply(uint8_t product[32], const uint8_t a[64],
                      const uint8_t factor[32]); // a · factor mod L

#endif
