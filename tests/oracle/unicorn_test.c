// SPDX-License-Identifier: Apache-2.0
// Every half word that ARMv6-M defines, and the 32-bit BL, MSR, MRS and barriers, executed from random states by our
// processor and by Unicorn's. Ends with the number of steps; a difference fails.
//
// Left out: SVC, BKPT, WFI, WFE, SEV (unit tests), UNPREDICTABLE encodings (ours stops the run), YIELD (it ends a run of
// Unicorn's), and what Unicorn executes although ARMv6-M does not have it: CBZ, CBNZ, IT, SETEND.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/endian.h"
#include "tests/oracle/pair.h"
#include "tests/oracle/random.h"
#include "tests/oracle/thumb.h"

enum {
    SEED = 20260727,
    ROUNDS = 8,      // times every half word
    SLOT = 8,        // bytes of flash an instruction has for itself
    SLOTS = 16384,   // instructions between two changes of the code
    WIDE_ROUNDS = 2, // rounds of SLOTS 32-bit instructions
    MARGIN = 2048,   // bytes of RAM kept free around pointers
    ODD_ONE_OUT = 8, // one in so many addresses is misaligned or outside memory
};

static struct random source = {SEED};

static uint32_t ram_pointer(void)
{
    return CPU_RAM_BASE + MARGIN + (random_below(&source, CPU_RAM_SIZE - 2 * MARGIN) & ~3U);
}

// Corner values make carries and overflows likely.
static uint32_t any_value(void)
{
    static const uint32_t corners[] = {0,   1,          2,          31,         32,        33,
                                       255, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0xFFFFFFFE};

    switch (random_below(&source, 4)) {
    case 0:
        return corners[random_below(&source, sizeof corners / sizeof corners[0])];
    case 1:
        return random_word(&source) >> random_below(&source, 32);
    default:
        return random_word(&source);
    }
}

static void any_state(struct pair_state *state, uint32_t address)
{
    for (unsigned i = 0; i < 15; i++) {
        state->r[i] = any_value();
    }
    state->r[13] = ram_pointer();
    state->r[15] = address;
    state->flags = random_word(&source) & 0xF0000000U;
    state->primask = random_below(&source, 2);
    state->control = 2 * random_below(&source, 2);
    state->msp = state->control != 0 ? ram_pointer() : state->r[13];
    state->psp = state->control != 0 ? state->r[13] : ram_pointer();
}

static void set_base(struct pair_state *state, unsigned number, unsigned scale)
{
    state->r[number] = ram_pointer();
    if (random_below(&source, ODD_ONE_OUT) == 0) {
        state->r[number] = random_below(&source, 2) != 0 ? state->r[number] + scale : any_value();
    }
}

static unsigned registers_in(unsigned list)
{
    unsigned count = 0;

    for (; list != 0; list &= list - 1) {
        count++;
    }
    return count;
}

// The value that POP will load into PC gets its Thumb bit.
static void mark_return(const struct pair_state *state, uint16_t half)
{
    uint32_t address = state->r[13] + 4 * registers_in(half & 0xFFU);

    pair_poke_ram(address, pair_peek_ram(address) | 1);
}

// Gives the instruction registers with which it does something.
static void suit(struct pair_state *state, uint16_t half)
{
    unsigned m = half >> 3 & 15U;

    switch (thumb_kind(half)) {
    case THUMB_BASE_OFFSET:
        state->r[half >> 6 & 7] = random_below(&source, MARGIN / 4) * 4;
        set_base(state, half >> 3 & 7, random_below(&source, 4));
        break;
    case THUMB_BASE_IMMEDIATE:
        set_base(state, half >> 3 & 7, random_below(&source, 4));
        break;
    case THUMB_BASE_LIST:
        set_base(state, half >> 8 & 7, random_below(&source, 4));
        break;
    case THUMB_TO_SP:
        state->r[m] = ram_pointer();
        break;
    case THUMB_ADD_SP:
        state->r[m] = m == 13 ? state->r[m] : random_below(&source, MARGIN / 4) * 4;
        break;
    case THUMB_BRANCH:
        state->r[m] |= 1;
        break;
    case THUMB_POP_PC:
        mark_return(state, half);
        break;
    case THUMB_UNDEFINED:
    case THUMB_PLAIN:
    case THUMB_SKIPPED:
    case THUMB_WILD:
    case THUMB_WIDE:
        break;
    }
}

static bool unicorn_is_wrong(uint16_t half)
{
    static const uint16_t rows[][2] = {
        {0xF500, 0xB100}, // CBZ, CBNZ
        {0xFFF7, 0xB650}, // SETEND
        {0xFFFF, 0xBF10}, // YIELD
    };

    for (unsigned i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        if ((half & rows[i][0]) == rows[i][1]) {
            return true;
        }
    }
    return (half & 0xFF00) == 0xBF00 && (half & 15) != 0; // IT
}

static bool is_compared(uint16_t half)
{
    // SP or PC end up where no stack can be: ours stops the run.
    bool is_pc_to_sp = half == 0x46FD || half == 0x44FD || half == 0x44ED;

    if (unicorn_is_wrong(half)) {
        return false;
    }
    switch (thumb_kind(half)) {
    case THUMB_SKIPPED:
    case THUMB_WILD:
    case THUMB_WIDE:
        return false;
    case THUMB_UNDEFINED:
        return half >> 11 != 0x1D && half >> 11 != 0x1F; // 32 bits are stepped apart
    case THUMB_PLAIN:
    case THUMB_BASE_OFFSET:
    case THUMB_BASE_IMMEDIATE:
    case THUMB_BASE_LIST:
    case THUMB_TO_SP:
    case THUMB_ADD_SP:
    case THUMB_BRANCH:
    case THUMB_POP_PC:
    default:
        return !is_pc_to_sp;
    }
}

static uint32_t slot_address(unsigned slot)
{
    return CPU_FLASH_BASE + 1024 + SLOT * slot;
}

static void put_slot(unsigned slot, uint16_t first, uint16_t second)
{
    uint8_t *bytes = pair_cpu.flash + (slot_address(slot) - CPU_FLASH_BASE);

    store_le16(bytes, first);
    store_le16(bytes + 2, second);
    store_le16(bytes + 4, 0xE7FE);
    store_le16(bytes + 6, 0xE7FE);
}

static void step_half(unsigned slot, uint16_t half)
{
    struct pair_state state;
    char name[16];

    any_state(&state, slot_address(slot));
    suit(&state, half);
    snprintf(name, sizeof name, "0x%04X", half);
    pair_step(&state, name);
}

// Half words first..first+SLOTS-1.
static void step_halves(uint32_t first)
{
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        put_slot(slot, (uint16_t)(first + slot), 0xE7FE);
    }
    pair_code_changed();
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        if (is_compared((uint16_t)(first + slot))) {
            step_half(slot, (uint16_t)(first + slot));
        }
    }
}

static const uint8_t sysm[] = {0, 1, 2, 3, 5, 6, 7, 8, 9, 16, 20};

static unsigned any_register(void)
{
    unsigned number = random_below(&source, 14);

    return number == 13 ? 14 : number;
}

static void any_wide(uint16_t *first, uint16_t *second)
{
    uint32_t which = sysm[random_below(&source, sizeof sysm)];

    switch (random_below(&source, 4)) {
    case 0:
        *first = (uint16_t)(0xF380 | any_register());
        *second = (uint16_t)(0x8800 | which);
        break;
    case 1:
        *first = 0xF3EF;
        *second = (uint16_t)(0x8000 | any_register() << 8 | which);
        break;
    case 2:
        *first = 0xF3BF;
        *second = (uint16_t)(0x8F40 + 16 * random_below(&source, 3) + random_below(&source, 16));
        break;
    default:
        *first = (uint16_t)(0xF000 | random_below(&source, 0x800));
        *second = (uint16_t)(0xD000 | (random_word(&source) & 0x2FFF));
        break;
    }
}

// MSR to a stack pointer needs a pointer; Unicorn has no CONTROL.nPRIV.
static void suit_wide(struct pair_state *state, uint16_t first, uint16_t second)
{
    if ((first & 0xFFE0) == 0xF380 && (second & 0xFF00) == 0x8800) {
        uint32_t *value = &state->r[first & 15];

        if ((second & 0xFF) == 8 || (second & 0xFF) == 9) {
            *value = ram_pointer();
        } else if ((second & 0xFF) == 20) {
            *value &= ~1U;
        }
    }
}

static void step_wide(void)
{
    static uint16_t code[SLOTS][2];
    struct pair_state state;
    char name[16];

    for (unsigned slot = 0; slot < SLOTS; slot++) {
        any_wide(&code[slot][0], &code[slot][1]);
        put_slot(slot, code[slot][0], code[slot][1]);
    }
    pair_code_changed();
    for (unsigned slot = 0; slot < SLOTS; slot++) {
        any_state(&state, slot_address(slot));
        suit_wide(&state, code[slot][0], code[slot][1]);
        snprintf(name, sizeof name, "0x%04X 0x%04X", code[slot][0], code[slot][1]);
        pair_step(&state, name);
    }
}

int main(void)
{
    pair_open(SEED);
    for (unsigned round = 0; round < ROUNDS; round++) {
        for (uint32_t first = 0; first < 65536; first += SLOTS) {
            step_halves(first);
        }
    }
    for (unsigned round = 0; round < WIDE_ROUNDS; round++) {
        step_wide();
    }
    pair_close();
    printf("seed %d: %llu steps, %llu of them faults in both, %llu differences\n", SEED,
           (unsigned long long)pair_count.steps, (unsigned long long)pair_count.faults,
           (unsigned long long)pair_count.differences);
    return pair_count.differences == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
