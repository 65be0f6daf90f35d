// SPDX-License-Identifier: Apache-2.0
#include "node/core/key.h"

enum {
    BOUNCE_MS = 30, // contacts are quiet within 10 to 20
    UPLINK_MS = 1000,
    RESET_MS = 3000,
    QUICK_GAP_MS = 1000,
    QUICK_PRESSES = 5,
};

static void press(struct key *self)
{
    bool in_time = self->level_ms - self->released_ms <= QUICK_GAP_MS;

    self->pressed = true;
    self->is_spent = false;
    self->pressed_ms = self->level_ms;
    self->quick = in_time ? self->quick : 0;
}

static enum key_gesture release(struct key *self)
{
    uint32_t held_ms = self->level_ms - self->pressed_ms;

    self->pressed = false;
    self->released_ms = self->level_ms;
    if (self->is_spent) {
        return KEY_NOTHING;
    }
    if (held_ms >= UPLINK_MS) {
        self->quick = 0;
        return KEY_UPLINK;
    }
    self->quick++;
    if (self->quick < QUICK_PRESSES) {
        return KEY_NOTHING;
    }
    self->quick = 0;
    return KEY_SLEEP;
}

static bool is_steady(const struct key *self, uint32_t now_ms)
{
    return now_ms - self->level_ms >= BOUNCE_MS;
}

static enum key_gesture look(struct key *self, uint32_t now_ms, bool pressed)
{
    if (pressed != self->level) {
        self->level = pressed;
        self->level_ms = now_ms;
    }
    if (self->level != self->pressed && is_steady(self, now_ms)) {
        if (!self->level) {
            return release(self);
        }
        press(self);
    }
    if (self->pressed && self->level && !self->is_spent && now_ms - self->pressed_ms >= RESET_MS) {
        self->is_spent = true;
        self->quick = 0;
        return KEY_RESET;
    }
    return KEY_NOTHING;
}

enum key_gesture key_step(struct key *self, uint32_t now_ms, bool pressed)
{
    self->is_armed = self->is_armed || !pressed;
    return self->is_armed ? look(self, now_ms, pressed) : KEY_NOTHING;
}

uint32_t key_next_ms(const struct key *self, uint32_t now_ms)
{
    if (self->level != self->pressed) {
        return is_steady(self, now_ms) ? 0 : BOUNCE_MS - (now_ms - self->level_ms);
    }
    if (!self->pressed || self->is_spent) {
        return UINT32_MAX;
    }
    uint32_t held_ms = now_ms - self->pressed_ms;
    return held_ms >= RESET_MS ? 0 : RESET_MS - held_ms;
}
