// SPDX-License-Identifier: Apache-2.0
// Numbers to pointers: open addressing, at most half full. Keys are pointers, ids or hashes; 0 is no key.
#ifndef NBOTA_SERVER_GATEWAY_MAP_H
#define NBOTA_SERVER_GATEWAY_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"

struct map_entry {
    uint64_t key; // 0: free
    void *value;
};

struct map { // all zero: an empty map
    struct map_entry *entries;
    size_t capacity; // a power of two, or 0
    size_t count;
};

void map_free(struct map *self);                     // not the values
void *map_get(const struct map *self, uint64_t key); // NULL: not there
// Sets or replaces. False: out of memory, nothing changed.
MUST_USE bool map_put(struct map *self, uint64_t key, void *value);
void *map_take(struct map *self, uint64_t key); // removes and returns, NULL: was not there
// The first value at or behind slot *position, which moves on; NULL at the end. The value just returned may be taken
// when *position goes back by one: what moves into the gap is then still seen, some perhaps twice.
void *map_next(const struct map *self, size_t *position);

// FNV-1a of a text, never 0.
uint64_t map_text_key(const char *text);

#endif
