// SPDX-License-Identifier: Apache-2.0
// Giving a packed file its signed manifest: with a key at hand, or in two steps when another machine signs.
#ifndef NBOTA_CLI_SIGNING_H
#define NBOTA_CLI_SIGNING_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "cli/anatomy.h"

struct signing {
    const char *key;          // PEM file or pkcs11: URI; may be NULL with detached_out
    const char *detached_out; // file that gets the bytes to be signed; NULL = sign now
    const char *signature;    // file with the signature that came back; NULL = sign now
    const char *revoke;       // "0,2": the bootloader's keys of these numbers; NULL = as it is
    const uint32_t *counter;  // the security counter; NULL = as it is
    bool raise;               // nodes keep the counter once the image is confirmed
};

// The manifest that `anatomy` is to have, unsigned: that of its image, and what its own manifest says of counter and
// revoked keys unless `self` says otherwise. STATUS_INVALID: stderr has said why.
enum status signing_plan(const struct signing *self, const struct anatomy *anatomy,
                         struct manifest *manifest);
// Signs it, or writes what is to be signed. On failure stderr has said why.
enum status signing_carry_out(const struct signing *self, struct manifest *manifest);

#endif
