// SPDX-License-Identifier: Apache-2.0
#include "node/boot/state.h"

#include "node/boot/boot.h"
#include "node/boot/slot.h"
#include "wire/image.h"

struct state_meaning state_meaning_of(enum install_state state)
{
    static const struct state_meaning meanings[] = {
        [INSTALL_ORDERED] = {DUTY_BEGIN, false},         //
        [INSTALL_COPYING] = {DUTY_COPY, true},           //
        [INSTALL_DELAYED] = {DUTY_BEGIN, false},         //
        [INSTALL_RECEIVING] = {DUTY_NONE, true},         //
        [INSTALL_TRIAL] = {DUTY_COUNT, false},           //
        [INSTALL_GIVEN_UP] = {DUTY_GO_BACK, false},      //
        [INSTALL_GOING_BACK] = {DUTY_GO_BACK, true},     //
        [INSTALL_TELL_ROLLED_BACK] = {DUTY_NONE, false}, // the last one
    };
    bool is_known = (unsigned)state < sizeof meanings / sizeof *meanings;

    return is_known ? meanings[state] : (struct state_meaning){DUTY_NONE, false};
}

bool boot_application_is_plausible(void)
{
    return image_can_start(slot_bytes());
}

// A copy that was begun and not finished has left half an application, whatever its first page looks like.
bool boot_application_may_start(void)
{
    struct install_record record;

    record_read_install(&record);
    return !state_meaning_of(record.state).is_half && boot_application_is_plausible();
}

enum status boot_write_state(struct install_record *record, enum install_state state,
                             uint32_t done_bytes)
{
    struct record_change change;

    record->state = state;
    record->done_bytes = done_bytes;
    record_change_init(&change);
    record_put_install(&change, record);
    record_put_progress(&change, done_bytes);
    return record_commit(&change);
}

void state_put_end(struct record_change *change, struct install_record *record,
                   enum install_state state)
{
    struct trial_record none = {0};

    record->state = state;
    record->has_backup = false;
    record->done_bytes = 0;
    record_change_init(change);
    record_put_install(change, record);
    record_put_progress(change, 0);
    record_put_trial(change, &none);
    record_put_backup(change, NULL);
}

const char *boot_outcome_text(enum boot_outcome outcome)
{
    static const char *const texts[] = {
#define OUTCOME(name, next, text) text,
#include "node/boot/outcomes.def"
#undef OUTCOME
    };

    return texts[outcome];
}

enum boot_next boot_outcome_next(enum boot_outcome outcome)
{
    static const uint8_t nexts[] = {
#define OUTCOME(name, next, text) BOOT_NEXT_##next,
#include "node/boot/outcomes.def"
#undef OUTCOME
    };

    return (enum boot_next)nexts[outcome];
}
