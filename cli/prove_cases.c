// SPDX-License-Identifier: Apache-2.0
#include "cli/prove_cases.h"

#include <stdlib.h>

enum {
    MORE = 40, // operations that a recovery has beside those that were left: journal, records
    NEAR = 24, // the first operations of a recovery, where it is found out what happened
    WAYS_OF_CUT = PROVE_AFTER // "after" is "before" the next
};

void prove_cases_release(struct prove_cases *self)
{
    free(self->list);
    self->list = NULL;
    self->count = 0;
}

static enum status make_room(struct prove_cases *self, size_t count)
{
    *self = (struct prove_cases){.list = calloc(count + 1, sizeof *self->list)};
    return self->list == NULL ? STATUS_TOO_BIG : STATUS_OK;
}

static void add(struct prove_cases *self, uint32_t operation, enum prove_way way)
{
    self->list[self->count++] = (struct prove_case){.operation = operation, .way = way};
}

// ---- single ----

static bool is_among(const uint64_t *hashes, size_t count, uint64_t hash)
{
    for (size_t i = 0; i < count; i++) {
        if (hashes[i] == hash) {
            return true;
        }
    }
    return false;
}

// Whole states, in their order; the same one behind one more answer has to keep one setting more: 0 = before the first operation.
static void add_whole(struct prove_cases *self, const struct prove_tape *tape,
                      const struct prove_choice *choice, uint64_t *hashes)
{
    static struct prove_state state; // too large for a stack
    size_t known = 0;

    state = tape->first;
    for (size_t i = 0; i <= tape->count; i++) {
        bool is_last = i == tape->count;
        uint64_t hash = prove_state_mix(prove_state_hash(&state), prove_tape_answers(tape, i));
        if (is_among(hashes, known, hash)) {
            self->equal++;
        } else if (prove_choice_has(choice, tape, i)) {
            hashes[known++] = hash;
            add(self, (uint32_t)(is_last ? i : i + 1), is_last ? PROVE_AFTER : PROVE_BEFORE);
        }
        if (!is_last) {
            prove_tape_play(tape, &state, i, i + 1);
        }
    }
}

// Half of its time is a mix like the others, but for a word of EEPROM: that is zero then.
static bool is_worth(enum nvm_kind kind, enum prove_way way)
{
    return way != PROVE_TORN_2 || kind == NVM_EEPROM;
}

static void add_torn(struct prove_cases *self, const struct prove_tape *tape,
                     const struct prove_choice *choice)
{
    for (size_t i = 0; i < tape->count; i++) {
        for (unsigned way = PROVE_TORN_1; way <= PROVE_TORN_4 && prove_choice_has(choice, tape, i);
             way++) {
            if (is_worth(tape->operations[i].kind, (enum prove_way)way)) {
                add(self, (uint32_t)i + 1, (enum prove_way)way);
            }
        }
    }
}

enum status prove_cases_single(struct prove_cases *self, const struct prove_tape *tape,
                               const struct prove_choice *choice)
{
    uint64_t *hashes = calloc(tape->count + 1, sizeof *hashes);
    enum status status = make_room(self, tape->count * PROVE_WAYS + 1);

    if (status == STATUS_OK && hashes != NULL && tape->count > 0) {
        add_whole(self, tape, choice, hashes);
        add_torn(self, tape, choice);
    }
    free(hashes);
    return status == STATUS_OK && self->count > 0 ? STATUS_OK : STATUS_TOO_BIG;
}

// ---- double ----

static uint32_t draw(uint64_t *random, uint32_t below)
{
    *random = prove_state_mix(*random, below);
    return (uint32_t)(*random >> 32) % below;
}

// Operations that a first cut may hit, by their numbers from 1. Returns how many.
static uint32_t list_chosen(const struct prove_tape *tape, const struct prove_choice *choice,
                            uint32_t *chosen)
{
    uint32_t count = 0;

    for (size_t i = 0; i < tape->count; i++) {
        if (prove_choice_has(choice, tape, i)) {
            chosen[count++] = (uint32_t)i + 1;
        }
    }
    return count;
}

static struct prove_case draw_case(uint32_t operations, const uint32_t *chosen, uint32_t count,
                                   uint64_t *random)
{
    struct prove_case drawn = {
        .operation = chosen[draw(random, count)],
        .way = (enum prove_way)draw(random, WAYS_OF_CUT),
        .second_way = (enum prove_way)draw(random, WAYS_OF_CUT),
    };
    uint32_t left = operations - drawn.operation + MORE;

    drawn.second = 1 + draw(random, draw(random, 2) == 0 ? NEAR : left);
    return drawn;
}

enum status prove_cases_double(struct prove_cases *self, const struct prove_tape *tape,
                               const struct prove_choice *choice, uint32_t count, uint64_t seed)
{
    uint64_t random = prove_state_mix(seed, count);
    uint32_t *chosen = calloc(tape->count + 1, sizeof *chosen);
    enum status status = make_room(self, count);
    uint32_t choices = chosen == NULL ? 0 : list_chosen(tape, choice, chosen);

    while (status == STATUS_OK && choices > 0 && self->count < count) {
        self->list[self->count++] = draw_case((uint32_t)tape->count, chosen, choices, &random);
    }
    free(chosen);
    return status == STATUS_OK && self->count > 0 ? STATUS_OK : STATUS_TOO_BIG;
}
