// SPDX-License-Identifier: Apache-2.0
// What the sources of the install ask of each other; nobody else includes it. Each of these leaves the state as it is, or
// moves it one step on (boot.h draws them).
#ifndef NBOTA_NODE_BOOT_STEPS_H
#define NBOTA_NODE_BOOT_STEPS_H

#include <stdbool.h>

#include "node/boot/boot.h"
#include "node/boot/verify.h"
#include "node/store/record.h"

// What lies in NOR, as a candidate for `record`.
struct candidate {
    enum verdict verdict;
    bool is_ordered; // the very one
    struct verify_work work;
};
// Needs an open chip. Blocks about 3 s for a full slot.
void candidate_verify(struct candidate *candidate, const struct install_record *record);
bool candidate_is_good(const struct candidate *candidate);

// ORDERED, DELAYED.
enum boot_outcome install_begin(struct install_record *record, enum verdict *verdict);
// COPYING.
enum boot_outcome install_go_on(struct install_record *record);
// GOING_BACK with a backup that turned bad, amidst it: what was to be left is copied once more. NOR is open.
enum boot_outcome install_once_more(struct install_record *record);

// TRIAL.
enum boot_outcome trial_count(struct install_record *record);
// TRIAL, GIVEN_UP, GOING_BACK; COPYING whose candidate turned bad.
enum boot_outcome trial_go_back(struct install_record *record);

#endif
