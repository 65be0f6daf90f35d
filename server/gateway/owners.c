// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/owners.h"

#include <stdlib.h>

enum { SWEEP_EVERY_MS = 60000 };

struct owner {
    struct device *device;
    uint64_t key;       // of its client id
    struct owner *next; // in the list of ended ones
    bool is_ended;      // its connection
    bool is_kept;       // its session, for OWNERS_KEPT_MS after ended_ms
    bool is_listed;
    int64_t ended_ms;
};

void owners_free(struct owners *self)
{
    struct owner *owner;

    for (size_t at = 0; (owner = map_next(&self->by_id, &at)) != NULL;) {
        free(owner);
    }
    map_free(&self->by_id);
}

struct device *owners_find(const struct owners *self, const char *client_id)
{
    const struct owner *owner = map_get(&self->by_id, map_text_key(client_id));

    return owner == NULL ? NULL : owner->device;
}

bool owners_claim(struct owners *self, const char *client_id, struct device *device)
{
    uint64_t key = map_text_key(client_id);
    struct owner *owner = map_get(&self->by_id, key);

    if (owner == NULL) {
        owner = calloc(1, sizeof *owner);
        if (owner == NULL || !map_put(&self->by_id, key, owner)) {
            free(owner);
            return false;
        }
    }
    owner->key = key;
    owner->device = device;
    owner->is_ended = false;
    return true;
}

void owners_end(struct owners *self, const char *client_id, const struct device *device,
                bool is_kept, int64_t now_ms)
{
    struct owner *owner = map_get(&self->by_id, map_text_key(client_id));

    if (owner == NULL || owner->device != device) {
        return;
    }
    owner->is_ended = true;
    owner->is_kept = is_kept;
    owner->ended_ms = now_ms;
    if (!owner->is_listed) {
        owner->is_listed = true;
        owner->next = self->ended;
        self->ended = owner;
    }
}

static void release(struct owners *self, struct owner *owner)
{
    (void)map_take(&self->by_id, owner->key);
    free(owner);
}

static void sweep(struct owners *self, int64_t now_ms)
{
    struct owner *owner;

    for (size_t at = 0; (owner = map_next(&self->by_id, &at)) != NULL;) {
        if (owner->is_ended && now_ms - owner->ended_ms > OWNERS_KEPT_MS) {
            release(self, owner);
            at--; // the entries behind it moved up
        }
    }
    self->swept_ms = now_ms;
}

void owners_tick(struct owners *self, int64_t now_ms)
{
    struct owner *next = self->ended;

    self->ended = NULL;
    while (next != NULL) {
        struct owner *owner = next;
        next = owner->next;
        owner->is_listed = false;
        if (owner->is_ended && !owner->is_kept) {
            release(self, owner);
        }
    }
    if (now_ms - self->swept_ms >= SWEEP_EVERY_MS) {
        sweep(self, now_ms);
    }
}
