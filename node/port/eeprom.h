// SPDX-License-Identifier: Apache-2.0
// The MCU's data EEPROM, 6144 bytes (RM0376 section 3.3.4, category 5). Bound at link time.
#ifndef NBOTA_NODE_PORT_EEPROM_H
#define NBOTA_NODE_PORT_EEPROM_H

#include <stddef.h>
#include <stdint.h>

#include "base/status.h"

// Copies `size` bytes from `offset` (both any value inside the 6144 bytes).
void eeprom_read(uint32_t offset, void *buffer, size_t size);

// Writes one word at `offset`, a multiple of 4. Blocks 3.2 ms, 6.4 ms over a word that is not zero.
// STATUS_IO when the controller reports an error. A power cut inside leaves that word torn, no other.
enum status eeprom_write_word(uint32_t offset, uint32_t word);

#endif
