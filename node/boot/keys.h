// SPDX-License-Identifier: Apache-2.0
// The public keys that this bootloader trusts; made by the build from PEM files (node/product/CMakeLists.txt, "KEY") and
// bound in the composition root. The place in the list is a key's number: a bit of the mask of revoked keys
// (wire/manifest.h), so a key keeps its place for ever.
#ifndef NBOTA_NODE_BOOT_KEYS_H
#define NBOTA_NODE_BOOT_KEYS_H

#include <stdint.h>

#include "wire/manifest.h"

// 0: none, images are accepted by CRC32 alone; at most MANIFEST_KEYS_MAX.
extern const uint8_t boot_key_count;
// The first boot_key_count rows count; there is at least one row, whatever it holds.
extern const uint8_t boot_keys[][MANIFEST_PUBLIC_KEY_SIZE];

#endif
