// SPDX-License-Identifier: Apache-2.0
// An Ed25519 key of OpenSSL's (RFC 8032, PureEdDSA): from a PEM file, or from what OpenSSL's store reaches by a URI:
// "pkcs11:" with a provider for it, "file:" always. The one place that calls OpenSSL.
#ifndef NBOTA_CLI_SIGNING_KEY_H
#define NBOTA_CLI_SIGNING_KEY_H

#include <openssl/types.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "base/span.h"
#include "base/status.h"
#include "wire/manifest.h"

// Fields but `pkey` may be read.
struct signing_key {
    EVP_PKEY *pkey;  // owned
    bool is_private; // can sign
    uint8_t public_key[MANIFEST_PUBLIC_KEY_SIZE];
    uint8_t id[MANIFEST_KEY_ID_SIZE];
    char id_text[2 * MANIFEST_KEY_ID_SIZE + 1];
};

enum signing_key_wish {
    SIGNING_KEY_PUBLIC, // a private one will do too: its public part is taken
    SIGNING_KEY_PRIVATE,
};

// Opens the key that a file or URI holds. An encrypted one asks for its pass phrase on the terminal, as OpenSSL does. On
// failure stderr has said why and what to do, and there is nothing to close.
enum status signing_key_open(struct signing_key *self, const char *name,
                             enum signing_key_wish wish);
// A new one, from OpenSSL's random numbers. STATUS_IO: stderr has said why.
enum status signing_key_make(struct signing_key *self);
void signing_key_close(struct signing_key *self);

// Signs, with a private key. STATUS_IO: stderr has said why.
enum status signing_key_sign(const struct signing_key *self, struct span text,
                             uint8_t signature[MANIFEST_SIGNATURE_SIZE]);
bool signing_key_verify(const struct signing_key *self, struct span text,
                        const uint8_t signature[MANIFEST_SIGNATURE_SIZE]);

// Writes PEM: PKCS #8, encrypted with AES-256 under a pass phrase that the terminal is asked for twice, or not; and
// SubjectPublicKeyInfo. False: OpenSSL, the person or `out` refused.
bool signing_key_write_private(const struct signing_key *self, FILE *out, bool encrypt);
bool signing_key_write_public(const struct signing_key *self, FILE *out);

#endif
