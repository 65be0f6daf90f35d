// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/map.h"

#include <stdlib.h>

// Spreads keys that differ only in a few bits, as pointers and ids do (finaliser of MurmurHash3).
static size_t home(const struct map *self, uint64_t key)
{
    key ^= key >> 33;
    key *= 0xFF51AFD7ED558CCDU;
    key ^= key >> 33;
    return (size_t)key & (self->capacity - 1);
}

static size_t slot_of(const struct map *self, uint64_t key)
{
    size_t slot = home(self, key);

    while (self->entries[slot].key != 0 && self->entries[slot].key != key) {
        slot = (slot + 1) & (self->capacity - 1);
    }
    return slot;
}

void map_free(struct map *self)
{
    free(self->entries);
    *self = (struct map){0};
}

void *map_get(const struct map *self, uint64_t key)
{
    return self->count == 0 ? NULL : self->entries[slot_of(self, key)].value;
}

static bool grow(struct map *self)
{
    enum { FIRST_CAPACITY = 64 };
    struct map larger = {.capacity = self->capacity == 0 ? FIRST_CAPACITY : 2 * self->capacity,
                         .count = self->count};

    larger.entries = calloc(larger.capacity, sizeof *larger.entries);
    if (larger.entries == NULL) {
        return false;
    }
    for (size_t i = 0; i < self->capacity; i++) {
        if (self->entries[i].key != 0) {
            larger.entries[slot_of(&larger, self->entries[i].key)] = self->entries[i];
        }
    }
    free(self->entries);
    *self = larger;
    return true;
}

bool map_put(struct map *self, uint64_t key, void *value)
{
    if (2 * (self->count + 1) > self->capacity && !grow(self)) {
        return false;
    }
    size_t slot = slot_of(self, key);
    self->count += self->entries[slot].key == 0;
    self->entries[slot] = (struct map_entry){key, value};
    return true;
}

// Moves the entries behind a hole forward, so that every key is reached from its home without a gap.
static void close_gap(struct map *self, size_t hole)
{
    size_t mask = self->capacity - 1;

    for (size_t i = (hole + 1) & mask; self->entries[i].key != 0; i = (i + 1) & mask) {
        size_t distance = (i - home(self, self->entries[i].key)) & mask;
        if (distance >= ((i - hole) & mask)) {
            self->entries[hole] = self->entries[i];
            self->entries[i] = (struct map_entry){0, NULL};
            hole = i;
        }
    }
}

void *map_take(struct map *self, uint64_t key)
{
    if (self->count == 0) {
        return NULL;
    }
    size_t slot = slot_of(self, key);
    void *value = self->entries[slot].value;
    if (self->entries[slot].key != 0) {
        self->entries[slot] = (struct map_entry){0, NULL};
        self->count--;
        close_gap(self, slot);
    }
    return value;
}

void *map_next(const struct map *self, size_t *position)
{
    while (*position < self->capacity) {
        const struct map_entry *entry = &self->entries[(*position)++];
        if (entry->key != 0) {
            return entry->value;
        }
    }
    return NULL;
}

uint64_t map_text_key(const char *text)
{
    uint64_t hash = 0xCBF29CE484222325U;

    for (; *text != '\0'; text++) {
        hash = (hash ^ (uint8_t)*text) * 0x100000001B3U;
    }
    return hash == 0 ? 1 : hash;
}
