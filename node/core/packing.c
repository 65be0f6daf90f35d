// SPDX-License-Identifier: Apache-2.0
#include "node/core/packing.h"

#include <stdbool.h>
#include <stdint.h>

enum { PACKED = 0x80, BITS = 7 };

size_t packing_size(size_t size)
{
    size_t packed = (1 + BITS * size + 7) / 8;

    return packed < size ? packed : size;
}

// Bit 0 is the mark; behind the text there are zeros.
static unsigned bit_of_text(const char *text, size_t size, size_t bit)
{
    size_t at = (bit - 1) / BITS;

    if (bit == 0) {
        return 1;
    }
    return at < size ? (unsigned)text[at] >> (BITS - 1 - (bit - 1) % BITS) & 1 : 0;
}

// In place from the front: byte k holds no bit of a character before the k-th.
size_t packing_pack(char *text, size_t size)
{
    size_t packed = packing_size(size);

    if (packed == size) {
        return size;
    }
    for (size_t k = 0; k < packed; k++) {
        unsigned byte = 0;
        for (size_t bit = 8 * k; bit < 8 * k + 8; bit++) {
            byte = byte << 1 | bit_of_text(text, size, bit);
        }
        text[k] = (char)byte;
    }
    return packed;
}

static char character_at(const char *packed, size_t i)
{
    unsigned character = 0;

    for (size_t bit = 1 + BITS * i; bit < 1 + BITS * (i + 1); bit++) {
        character = character << 1 | ((unsigned)packed[bit / 8] >> (7 - bit % 8) & 1);
    }
    return (char)character;
}

// In place from the back: the i-th character lies in no byte behind the i-th.
size_t packing_unpack(char *text, size_t size, size_t capacity)
{
    bool is_packed = size > 0 && ((unsigned)text[0] & PACKED) != 0;
    size_t length = is_packed ? (8 * size - 1) / BITS : size;

    if (length > capacity - 1) {
        length = capacity - 1;
    }
    for (size_t i = length; is_packed && i > 0; i--) {
        text[i - 1] = character_at(text, i - 1);
    }
    if (is_packed && length > 0 && text[length - 1] == '\0') {
        length--; // the zeros at the end made a character
    }
    text[length] = '\0';
    return length;
}
