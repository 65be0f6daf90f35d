// SPDX-License-Identifier: Apache-2.0
#ifndef NBOTA_TESTS_UNIT_BASE_HEX_H
#define NBOTA_TESTS_UNIT_BASE_HEX_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// The bytes of a text of lower-case hex digits; returns how many.
static inline size_t hex_bytes(uint8_t *bytes, const char *text)
{
    static const char digits[] = "0123456789abcdef";
    size_t size = strlen(text) / 2;

    for (size_t i = 0; i < size; i++) {
        size_t high = (size_t)(strchr(digits, text[2 * i]) - digits);
        size_t low = (size_t)(strchr(digits, text[2 * i + 1]) - digits);
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return size;
}

#endif
