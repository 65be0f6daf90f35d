// SPDX-License-Identifier: Apache-2.0
// Instructions as the interpreter's loop wants them: operands in bytes and words, targets of branches and literals
// resolved, and what a run of them costs added up beforehand.
#ifndef NBOTA_VNODE_CPU_UNPACK_H
#define NBOTA_VNODE_CPU_UNPACK_H

#include <stdbool.h>
#include <stdint.h>

#include "vnode/cpu/decode.h"

// What an operation is to the run of instructions around it. A run is entered at any of its instructions, goes on to
// the next one that is LAST, and is counted when it is entered: there is no time to look at in between.
enum role {
    STRAIGHT,  // goes on with the next
    STORING,   // likewise, but in RAM it may change what comes next: there it is ALONE
    BRANCHING, // goes on with the next or leaves: takes back what was counted for the rest
    LAST,      // goes elsewhere
    ALONE, // looks or acts outside of the loop: executed by itself, with everything counted exactly
};

// From an instruction to the end of its run.
struct rest {
    uint16_t cycles;
    uint16_t worst; // cycles before the last one begins are fewer, whatever they read
    uint8_t count;  // of instructions
};

struct insn {
    const void *label; // where the loop does it
    union {
        // Constant, list, number of the second register; a target or literal as an offset into its memory.
        uint32_t immediate;
        const struct insn *near; // target in the same page
    };
    struct rest rest;
    uint8_t d, n; // registers; of a list d is their number
};
_Static_assert(sizeof(struct insn) <= 24, "three words of a 64-bit host");

// Where instructions lie: what is known about them without looking at the processor.
struct place {
    const uint8_t *bytes;
    uint32_t offset; // of bytes[0] into its memory
    uint32_t size;
    bool in_flash;
};

// Unpacks the half word at `at` of `place`, at most as far as `place` shows it. Label and rest are missing.
enum operation unpack(const struct place *place, uint32_t at, struct insn *insn);
// Of BL, bits 24..1 from both half words.
uint32_t unpack_bl_offset(uint32_t first, uint32_t second);
// What `operation` of `place` (and what is `behind` it) costs.
struct rest rest_of(const struct place *place, enum operation operation, const struct rest *behind);
// The same of one instruction that is executed by itself, whatever its role.
struct rest rest_of_single(enum operation operation);
// Of none at all: what is not entered.
struct rest rest_of_nothing(void);
// Whether the half word `place` begins with changes registers alone, in a run: neither memory nor anything outside.
bool is_pure(const struct place *place);
bool is_branching(enum operation operation);
// The same conditional branch, noted.
enum operation noted_operation(enum operation operation);
// Branching or not, to a target in its immediate.
bool is_jump(enum operation operation);
// The same jump to a target in its page.
enum operation near_operation(enum operation operation);

#endif
