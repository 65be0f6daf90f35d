// SPDX-License-Identifier: Apache-2.0
#include "vnode/prove/tape.h"

#include <stdlib.h>
#include <string.h>

#include "vnode/soc/tear.h"

void prove_tape_init(struct prove_tape *self, const struct prove_state *first)
{
    memset(self, 0, sizeof *self);
    self->first = *first;
}

void prove_tape_release(struct prove_tape *self)
{
    free(self->operations);
    free(self->bytes);
    self->operations = NULL;
    self->bytes = NULL;
    self->count = self->capacity = self->used = self->room = 0;
}

// ---- recording ----

static bool is_erase(enum nvm_kind kind)
{
    return kind == NVM_FLASH_ERASE || kind == NVM_NOR_ERASE;
}

static bool is_nor(enum nvm_kind kind)
{
    return kind == NVM_NOR_PROGRAM || kind == NVM_NOR_ERASE;
}

// Room for one more of each; false without memory.
static bool grow(struct prove_tape *self, size_t bytes)
{
    if (self->count == self->capacity) {
        size_t capacity = self->capacity * 2 + 64;
        void *grown = realloc(self->operations, capacity * sizeof *self->operations);
        if (grown == NULL) {
            return false;
        }
        self->operations = grown;
        self->capacity = capacity;
    }
    if (self->used + bytes > self->room) {
        size_t room = self->room * 2 + 4096;
        void *grown = realloc(self->bytes, room);
        if (grown == NULL) {
            return false;
        }
        self->bytes = grown;
        self->room = room;
    }
    return true;
}

static uint32_t size_of(enum nvm_kind kind, struct span data)
{
    uint32_t size;

    if (kind != NVM_NOR_ERASE) {
        return (uint32_t)data.size;
    }
    memcpy(&size, data.data, sizeof size);
    return size;
}

void prove_tape_add(struct prove_tape *self, const struct prove_operation *operation,
                    struct span data)
{
    size_t kept = is_erase(operation->kind) ? 0 : data.size;
    uint32_t size = size_of(operation->kind, data);

    if (!grow(self, kept) ||
        (is_nor(operation->kind) && operation->address + size > PROVE_NOR_SIZE)) {
        self->failed = true;
        return;
    }
    struct prove_operation *added = &self->operations[self->count++];
    *added = *operation;
    added->size = size;
    added->content = self->used;
    if (kept > 0) {
        memcpy(self->bytes + self->used, data.data, kept);
    }
    self->used += kept;
}

uint32_t prove_tape_answers(const struct prove_tape *self, size_t done)
{
    return done < self->count ? self->operations[done].answers : self->answers;
}

// ---- playing ----

static uint8_t *place_of(struct prove_state *state, const struct prove_operation *operation)
{
    if (is_nor(operation->kind)) {
        return state->nor + operation->address;
    }
    if (operation->kind == NVM_EEPROM) {
        return state->eeprom + (operation->address - NVM_EEPROM_BASE);
    }
    return state->flash + (operation->address - CPU_FLASH_BASE);
}

static void apply(const struct prove_tape *self, struct prove_state *state,
                  const struct prove_operation *operation)
{
    uint8_t *place = place_of(state, operation);
    const uint8_t *content = self->bytes + operation->content;

    if (is_erase(operation->kind)) {
        memset(place, operation->kind == NVM_NOR_ERASE ? 0xFF : 0, operation->size);
    } else if (operation->kind == NVM_NOR_PROGRAM) {
        for (uint32_t i = 0; i < operation->size; i++) {
            place[i] &= content[i];
        }
    } else {
        memcpy(place, content, operation->size);
    }
    weak_forget(is_nor(operation->kind) ? &state->nor_weak : &state->mcu_weak, operation->address,
                operation->size);
}

void prove_tape_play(const struct prove_tape *self, struct prove_state *state, size_t from,
                     size_t to)
{
    for (size_t i = from; i < to; i++) {
        apply(self, state, &self->operations[i]);
    }
}

void prove_tape_tear(const struct prove_tape *self, size_t index, uint32_t fraction, uint64_t seed,
                     struct machine *machine)
{
    const struct prove_operation *operation = &self->operations[index];
    struct tear tear = {
        .kind = operation->kind,
        .address = operation->address,
        .size = operation->size,
        .content = self->bytes + operation->content,
        .fraction = fraction,
    };

    machine->soc.random = seed == 0 ? 1 : seed;
    tear_operation(machine, &tear);
}
