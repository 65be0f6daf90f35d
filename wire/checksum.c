// SPDX-License-Identifier: Apache-2.0
#include "wire/checksum.h"

#include "base/endian.h"
#include "base/fmt.h"

static uint32_t swap_bytes(uint32_t word)
{
    uint8_t bytes[4];

    store_le32(bytes, word);
    return load_be32(bytes);
}

void checksum_crc32_text(uint32_t crc, char text[9])
{
    struct fmt out;

    fmt_init(&out, text, 9);
    fmt_add(&out, "%08lx", (unsigned long)swap_bytes(crc));
}

static int digit_value(char digit)
{
    if (digit >= '0' && digit <= '9') {
        return digit - '0';
    }
    digit = (char)(digit | 0x20);
    return digit >= 'a' && digit <= 'f' ? digit - 'a' + 10 : -1;
}

static bool parse_hex(const char *text, uint32_t *value)
{
    size_t size = strlen(text);

    *value = 0;
    for (size_t i = 0; i < size; i++) {
        int digit = digit_value(text[i]);
        if (digit < 0) {
            return false;
        }
        *value = *value << 4 | (uint32_t)digit;
    }
    return size >= 1 && size <= 8;
}

bool checksum_crc32_matches(const char *text, uint32_t crc)
{
    uint32_t value;

    return parse_hex(text, &value) && (value == crc || value == swap_bytes(crc));
}

bool checksum_hex_matches(const char *text, struct span digest)
{
    if (strlen(text) != 2 * digest.size) {
        return false;
    }
    for (size_t i = 0; i < digest.size; i++) {
        int high = digit_value(text[2 * i]);
        int low = digit_value(text[2 * i + 1]);
        if (high < 0 || low < 0 || (high << 4 | low) != digest.data[i]) {
            return false;
        }
    }
    return true;
}
