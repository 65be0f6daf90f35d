// SPDX-License-Identifier: Apache-2.0
// Which conditional branches in flash were taken, and which were not, over as many runs, resets and boards as are given
// the same collection (struct cpu, `coverage`). Notes belong to the code they were made on: a page of flash with other
// bytes is another page, so an update in the middle of a run confuses nothing.
//
// File: a line "nbota coverage 1", then one for each page: its offset into flash (8 hex digits), its bytes, two bitmaps
// of its half words from the lowest bit of the first byte on: branches that were taken, branches that were passed. All
// in hex, separated by a space.
#ifndef NBOTA_VNODE_CPU_COVERAGE_H
#define NBOTA_VNODE_CPU_COVERAGE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

enum {
    COVERAGE_PAGE = 256, // bytes
    COVERAGE_MAP = COVERAGE_PAGE / 2 / 8,
};

struct coverage_page {
    struct coverage_page *next; // of the same offset
    uint32_t offset;
    uint8_t bytes[COVERAGE_PAGE];
    uint8_t taken[COVERAGE_MAP], passed[COVERAGE_MAP]; // bit n is half word n
};

struct coverage; // heap-made; for one thread at a time

// Both abort without memory.
struct coverage *coverage_create(void);
void coverage_destroy(struct coverage *self); // NULL is fine; no processor may use it any more

// Another one for each collection ever made, from 1 on.
uint64_t coverage_number(const struct coverage *self);
// The page of these bytes at `offset`, made when it is new; stays where it is. Aborts without memory.
struct coverage_page *coverage_page(struct coverage *self, uint32_t offset, const uint8_t *bytes);
static inline void coverage_note(struct coverage_page *self, unsigned half, bool taken)
{
    uint8_t *map = taken ? self->taken : self->passed;

    map[half / 8] |= (uint8_t)(1U << half % 8);
}

// Adds what `file` says; false: it is no such file.
bool coverage_read(struct coverage *self, FILE *file);
// Pages without a branch noted are left out. False: it could not be written.
bool coverage_write(const struct coverage *self, FILE *file);

#endif
