// SPDX-License-Identifier: Apache-2.0
// What Ed25519 asks of its curve (RFC 8032, section 5.1): one operation, with numbers of 32 bytes, little-endian.
// The arithmetic is BoringSSL's, as Debian packs it with librust-ring-dev (see scripts/setup); this is the door to it.
// Variable time: for what is public. No static RAM. Link target: curve25519.
#ifndef NBOTA_BASE_CURVE25519_H
#define NBOTA_BASE_CURVE25519_H

#include <stdbool.h>
#include <stdint.h>

// result = encoding (5.1.2) of [base_factor]B - [factor]P, where B is the base point and `point` the encoding of P.
// Both factors must be below 2^253. False, and result undefined, when `point` is the encoding of no point of the curve;
// an encoding that 5.1.2 would not make, of a y beyond p or of a sign on x = 0, is taken for the point that it means.
bool curve25519_combine(uint8_t result[32], const uint8_t base_factor[32], const uint8_t factor[32],
                        const uint8_t point[32]);

#endif
