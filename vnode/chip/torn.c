// SPDX-License-Identifier: Apache-2.0
#include "vnode/chip/torn.h"

#include <string.h>

uint32_t torn_random(uint64_t *state)
{
    *state ^= *state >> 12;
    *state ^= *state << 25;
    *state ^= *state >> 27;
    return (uint32_t)(*state * 0x2545F4914F6CDD1DULL >> 32);
}

uint32_t torn_word(uint64_t *random, uint32_t old, uint32_t new, uint32_t fraction)
{
    uint32_t differing = old ^ new;
    uint32_t word = old;

    for (unsigned bit = 0; bit < 32; bit++) {
        if ((differing >> bit & 1) != 0 && (torn_random(random) & 0xFFFF) < fraction) {
            word ^= 1U << bit;
        }
    }
    return word;
}

static void add(struct weak_words *self, const struct weak_word *word)
{
    if (self->count == WEAK_MAX) {
        self->count--;
        memmove(&self->word[0], &self->word[1], self->count * sizeof self->word[0]);
    }
    self->word[self->count++] = *word;
}

uint32_t torn_leave(struct weak_words *self, uint64_t *random, const struct weak_word *word)
{
    uint32_t content = torn_word(random, word->old, word->new, word->fraction);
    bool on_the_way = word->old != word->new && word->fraction > 0 && word->fraction < TORN_WHOLE;

    weak_forget(self, word->address, 4);
    if (on_the_way && (torn_random(random) & 1) != 0) {
        add(self, word);
    }
    return content;
}

void weak_forget(struct weak_words *self, uint32_t address, uint32_t size)
{
    uint32_t kept = 0;

    for (uint32_t i = 0; i < self->count; i++) {
        if (self->word[i].address - address >= size) {
            self->word[kept++] = self->word[i];
        }
    }
    self->count = kept;
}

bool weak_read(const struct weak_words *self, uint64_t *random, uint32_t address, uint32_t *value)
{
    for (uint32_t i = 0; i < self->count; i++) {
        const struct weak_word *word = &self->word[i];
        if (word->address == address) {
            *value = torn_word(random, word->old, word->new, word->fraction);
            return true;
        }
    }
    return false;
}
