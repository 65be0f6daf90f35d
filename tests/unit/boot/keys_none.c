// SPDX-License-Identifier: Apache-2.0
// A bootloader without keys.
#include "node/boot/keys.h"

const uint8_t boot_key_count = 0;
const uint8_t boot_keys[][MANIFEST_PUBLIC_KEY_SIZE] = {{0}};
