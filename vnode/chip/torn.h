// SPDX-License-Identifier: Apache-2.0
// What an interrupted erase or program leaves behind: a mix of old and new bits, and among them weak words, whose bits
// read differently each time until they are erased or written again.
#ifndef NBOTA_VNODE_CHIP_TORN_H
#define NBOTA_VNODE_CHIP_TORN_H

#include <stdbool.h>
#include <stdint.h>

enum { WEAK_MAX = 96, TORN_WHOLE = 65536 };

struct weak_word {
    uint32_t address; // of the word, a multiple of 4
    uint32_t old;
    uint32_t new;
    uint32_t fraction; // how likely a bit reads as new, in 1/65536
};

// One list per memory. When it is full, the oldest word settles on its last reading.
struct weak_words {
    uint32_t count;
    struct weak_word word[WEAK_MAX];
};

// xorshift64*, never zero; `state` must not be zero.
uint32_t torn_random(uint64_t *state);
// Each bit that differs is the new one with probability `fraction` / 65536.
uint32_t torn_word(uint64_t *random, uint32_t old, uint32_t new, uint32_t fraction);

// A torn word at `address`; half of those whose bits were on their way become weak. Returns the content.
uint32_t torn_leave(struct weak_words *self, uint64_t *random, const struct weak_word *word);
// Forgets the weak words in [address, address + size): they were rewritten.
void weak_forget(struct weak_words *self, uint32_t address, uint32_t size);
// A reading of the weak word at `address` into `value`; false when that word is not weak.
bool weak_read(const struct weak_words *self, uint64_t *random, uint32_t address, uint32_t *value);

#endif
