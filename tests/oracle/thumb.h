// SPDX-License-Identifier: Apache-2.0
// Which half words are 16-bit instructions of ARMv6-M, and what registers they need to be worth executing: written from
// DDI 0419 A5.2 for the comparison alone, apart from the interpreter's own table.
#ifndef NBOTA_TESTS_ORACLE_THUMB_H
#define NBOTA_TESTS_ORACLE_THUMB_H

#include <stdint.h>

enum thumb_kind {
    THUMB_UNDEFINED,
    THUMB_PLAIN,          // any registers
    THUMB_BASE_OFFSET,    // [Rn, Rm]: Rn bits 5..3, Rm bits 8..6
    THUMB_BASE_IMMEDIATE, // [Rn, #…]: Rn bits 5..3
    THUMB_BASE_LIST,      // LDM, STM: Rn bits 10..8
    THUMB_TO_SP,          // MOV SP, Rm
    THUMB_ADD_SP,         // ADD SP, Rm
    THUMB_BRANCH,         // BX, BLX: Rm bits 6..3
    THUMB_POP_PC,
    THUMB_SKIPPED, // SVC, BKPT, WFI, WFE, SEV: they leave the instruction stream, tested elsewhere
    THUMB_WILD,    // UNPREDICTABLE
    THUMB_WIDE,    // first half of 32 bits
};

enum thumb_kind thumb_kind(uint16_t half);

#endif
