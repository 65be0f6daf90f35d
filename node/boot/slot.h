// SPDX-License-Identifier: Apache-2.0
// The application's slot as bytes.
#ifndef NBOTA_NODE_BOOT_SLOT_H
#define NBOTA_NODE_BOOT_SLOT_H

#include <stdint.h>

#include "base/status.h"

const uint8_t *slot_bytes(void);
// Bytes of the image that is there: its info block says it; without a good one, up to the last page that is not zero.
uint32_t slot_image_size(void);
// Erases every page behind an image of `size_bytes`, to the slot's end, without looking: what a cut has torn reads as it
// likes, and a later install would compare it. Blocks 3 s for the whole slot; feeds the watchdog.
enum status slot_erase_behind(uint32_t size_bytes);

#endif
