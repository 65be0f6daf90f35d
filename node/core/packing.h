// SPDX-License-Identifier: Apache-2.0
// Texts in seven bits a character, so that all settings of a node fit into its EEPROM. A packed text begins with a byte
// above 127, which no text does, so both forms are told apart by looking.
//
//   bit 0 (the highest of the first byte): 1 | 7 bits | 7 bits | … | zeros to a whole byte
#ifndef NBOTA_NODE_CORE_PACKING_H
#define NBOTA_NODE_CORE_PACKING_H

#include <stddef.h>

// Packs `size` characters (1..127 each) in place when that makes them shorter; returns the new size.
size_t packing_pack(char *text, size_t size);
// Undoes it in place, terminates the text and returns its length. `capacity` bytes hold the text and its end; what does
// not fit is cut. A text that is not packed stays.
size_t packing_unpack(char *text, size_t size, size_t capacity);
// Bytes that `size` characters take when they are kept.
size_t packing_size(size_t size);

#endif
