// SPDX-License-Identifier: Apache-2.0
#include "server/gateway/pinning.h"

static void set(struct db_pin *pin, int64_t image_id, int64_t now_ms)
{
    *pin = (struct db_pin){.device_id = pin->device_id,
                           .image_id = image_id,
                           .since_ms = image_id == DB_NONE ? 0 : now_ms,
                           .used_ms = image_id == DB_NONE ? 0 : now_ms};
}

static bool is_forgotten(const struct db_pin *pin, int64_t now_ms)
{
    return pin->image_id != DB_NONE && now_ms - pin->used_ms > PINNING_KEPT_MS;
}

bool pinning_offer(struct db_pin *pin, int64_t assigned, int64_t now_ms)
{
    if (is_forgotten(pin, now_ms)) {
        set(pin, assigned, now_ms);
        return true;
    }
    if (assigned == DB_NONE || pin->image_id == DB_NONE) {
        bool changed = pin->image_id != assigned;
        if (changed) {
            set(pin, assigned, now_ms);
        }
        return changed;
    }
    int64_t next = assigned == pin->image_id ? DB_NONE : assigned;
    bool changed = pin->next_id != next;
    pin->next_id = next;
    return changed;
}

static bool knows(const struct db_pin *pin, uint32_t request_id)
{
    for (uint32_t i = 0; i < pin->grid_count; i++) {
        if (pin->grids[i].request_id == request_id) {
            return true;
        }
    }
    return false;
}

bool pinning_chunk(struct db_pin *pin, int64_t assigned, uint32_t request_id, uint32_t index,
                   int64_t now_ms)
{
    int64_t wanted = pin->image_id;

    if (index == 0 && is_forgotten(pin, now_ms)) {
        set(pin, assigned, now_ms);
        return true;
    }
    if (pin->image_id == DB_NONE) {
        wanted = assigned;
    } else if (pin->next_id != DB_NONE && (index == 0 || !knows(pin, request_id))) {
        wanted = pin->next_id;
    }
    if (wanted == pin->image_id) {
        return false;
    }
    set(pin, wanted, now_ms);
    return true;
}
