// SPDX-License-Identifier: Apache-2.0
// Division of unsigned numbers, which a Cortex-M0+ has no instruction for (RTABI, section 4.3.1). libgcc's is unrolled:
// fast, and 200 bytes longer, which the bootloader has better uses for. Nothing here divides often. A divisor of 0 gives
// all ones.
#include <stdint.h>

uint32_t __aeabi_uidiv(uint32_t dividend, uint32_t divisor);
uint64_t __aeabi_uidivmod(uint32_t dividend, uint32_t divisor);

// The quotient in the low word, the rest in the high one: r0 and r1.
uint64_t __aeabi_uidivmod(uint32_t dividend, uint32_t divisor)
{
    uint32_t quotient = dividend, rest = 0;

    for (unsigned bit = 0; bit < 32; bit++) {
        uint32_t carry = rest >> 31;
        rest = rest << 1 | quotient >> 31;
        quotient <<= 1;
        if (carry != 0 || rest >= divisor) {
            rest -= divisor;
            quotient |= 1;
        }
    }
    return (uint64_t)rest << 32 | quotient;
}

uint32_t __aeabi_uidiv(uint32_t dividend, uint32_t divisor)
{
    return (uint32_t)__aeabi_uidivmod(dividend, divisor);
}
