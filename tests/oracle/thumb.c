// SPDX-License-Identifier: Apache-2.0
#include "tests/oracle/thumb.h"

#include <stdbool.h>

// A5.2.3: special data instructions and branch and exchange.
static enum thumb_kind special(uint16_t half)
{
    unsigned d = (half & 7U) | (half >> 4 & 8U), m = half >> 3 & 15U;

    switch (half >> 8 & 3) {
    case 0:
        if (d == 15 && m == 15) {
            return THUMB_WILD;
        }
        return d == 13 ? THUMB_ADD_SP : THUMB_PLAIN;
    case 1:
        return d == 15 || m == 15 || (d < 8 && m < 8) ? THUMB_WILD : THUMB_PLAIN;
    case 2:
        return d == 13 ? THUMB_TO_SP : THUMB_PLAIN;
    default:
        return m == 15 || (half & 7) != 0 ? THUMB_WILD : THUMB_BRANCH;
    }
}

static enum thumb_kind hint(uint16_t half)
{
    unsigned number = half >> 4 & 15U;

    if ((half & 15) != 0) {
        return THUMB_UNDEFINED; // IT of ARMv7-M
    }
    return number >= 2 && number <= 4 ? THUMB_SKIPPED : THUMB_PLAIN;
}

// A5.2.5: bits 11..8 of 1011xxxx.
static enum thumb_kind miscellaneous(uint16_t half)
{
    unsigned low = half & 0xFFU;

    switch (half >> 8 & 15) {
    case 0x0:
    case 0x2:
        return THUMB_PLAIN;
    case 0x4:
        return low == 0 ? THUMB_WILD : THUMB_PLAIN;
    case 0x5:
        return THUMB_PLAIN;
    case 0x6:
        if (low < 0x60 || low > 0x7F) {
            return THUMB_UNDEFINED;
        }
        return (low & 15) == 2 ? THUMB_PLAIN : THUMB_WILD;
    case 0xA:
        return low >> 6 == 2 ? THUMB_UNDEFINED : THUMB_PLAIN;
    case 0xC:
        return low == 0 ? THUMB_WILD : THUMB_PLAIN;
    case 0xD:
        return THUMB_POP_PC;
    case 0xE:
        return THUMB_SKIPPED;
    case 0xF:
        return hint(half);
    default:
        return THUMB_UNDEFINED;
    }
}

static enum thumb_kind multiple(uint16_t half)
{
    unsigned list = half & 0xFFU, base = 1U << (half >> 8 & 7);
    bool stores = (half & 0x0800) == 0;

    if (list == 0 || (stores && (list & base) != 0 && (list & (base - 1)) != 0)) {
        return THUMB_WILD;
    }
    return THUMB_BASE_LIST;
}

static enum thumb_kind conditional(uint16_t half)
{
    switch (half >> 8 & 15) {
    case 14:
        return THUMB_UNDEFINED;
    case 15:
        return THUMB_SKIPPED;
    default:
        return THUMB_PLAIN;
    }
}

enum thumb_kind thumb_kind(uint16_t half)
{
    switch (half >> 11) {
    case 0x08:
        return (half & 0x0400) == 0 ? THUMB_PLAIN : special(half);
    case 0x0A:
    case 0x0B:
        return THUMB_BASE_OFFSET;
    case 0x0C:
    case 0x0D:
    case 0x0E:
    case 0x0F:
    case 0x10:
    case 0x11:
        return THUMB_BASE_IMMEDIATE;
    case 0x16:
    case 0x17:
        return miscellaneous(half);
    case 0x18:
    case 0x19:
        return multiple(half);
    case 0x1A:
    case 0x1B:
        return conditional(half);
    case 0x1D:
    case 0x1F:
        return THUMB_UNDEFINED;
    case 0x1E:
        return THUMB_WIDE;
    default:
        return THUMB_PLAIN;
    }
}
