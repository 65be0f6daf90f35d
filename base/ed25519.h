// SPDX-License-Identifier: Apache-2.0
// Verifies an Ed25519 signature (RFC 8032, section 5.1: "pure", no context, no pre-hash). Signing is the host's business.
// Link target: ed25519.
//
// RFC 8032 leaves some freedom, and verifiers in the field use it differently. Here the strictest reading holds, so that
// there is exactly one signature for a message that its signer made, and no key that fits every message:
//
// - S must be below the group order L (5.1.7, step 1): S + L is refused, so a signature cannot be altered into another
//   one that is good as well (8.4).
// - The key must be encoded as 5.1.2 does: y below p = 2^255 - 19, and no sign bit on x = 0 (5.1.3, steps 1 and 4).
//   Other spellings of the same point are refused, as is what is no point of the curve (5.1.3, step 3).
// - A key or an R of small order (1, 2, 4 or 8) is refused, which the RFC does not ask for: such a key would fit
//   signatures that nobody made. No honest signer meets either.
// - The equation is the one without cofactor, [S]B = R + [k]A (5.1.7, step 3, second sentence), and R is compared by its
//   bytes with the encoding of [S]B - [k]A; an R that is not encoded as 5.1.2 does therefore never agrees.
// - A key with a part of small order beside a large one is not looked for. Only its owner can make one, and gains
//   nothing but signatures that other verifiers may judge otherwise.
#ifndef NBOTA_BASE_ED25519_H
#define NBOTA_BASE_ED25519_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"

enum { ED25519_KEY_SIZE = 32, ED25519_SIGNATURE_SIZE = 64 };

// Whether `signature` (R, then S) of `message` was made with the private key of `public_key`. Every other input is
// simply false: there is no error. An empty message is a message. The time depends on the input, which holds nothing
// secret. No static RAM; bytes of stack and cycles: docs/performance.md, "Cryptography".
bool ed25519_verify(const uint8_t signature[ED25519_SIGNATURE_SIZE], struct span message,
                    const uint8_t public_key[ED25519_KEY_SIZE]);

#endif
