// SPDX-License-Identifier: Apache-2.0
// Settings as the store keeps them: one record each, the default when there is none. What is kept and does not fit the
// table (it may come from another version) is left where it is and reads as the default.
#ifndef NBOTA_NODE_APP_VALUES_H
#define NBOTA_NODE_APP_VALUES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/span.h"
#include "base/status.h"
#include "node/store/journal.h"

enum {
    VALUE_SIZE = 201,
    VALUES_STAGE_MAX = 32, // settings of one list
};

// The value in force, its default when none was set; terminated. Returns `buffer`.
const char *value_get(uint8_t setting, char buffer[VALUE_SIZE]);
uint32_t value_number(uint8_t setting);
bool value_is_null(uint8_t setting);
// `value` was checked, and is packed (node/core/packing.h) or not. Blocks for the EEPROM (journal_commit), unless a
// stage is open. STATUS_TOO_BIG, STATUS_IO.
enum status value_set(uint8_t setting, struct span value);
// Back to the default.
enum status value_clear(uint8_t setting);

// A stage collects what is set between begin and commit, so that all of it counts at once or not at all; value_get()
// already sees it. It and the bytes of the values are borrowed until the commit. Private but complete.
struct values_stage {
    struct journal_item items[VALUES_STAGE_MAX];
    uint8_t count;
};
// None is open yet.
void values_stage_begin(struct values_stage *stage);
// Closes it in any case. STATUS_TOO_BIG, STATUS_IO: nothing of it counts.
enum status values_stage_commit(void);

// Everything back to its defaults in one commit, an open download and a waiting report too; with `keeps_identity` all
// but the password and the device id.
enum status values_reset(bool keeps_identity);
// Takes over what the modem says it is; written once.
void value_note_imei(const char *imei);
// Id of the product whose settings these are; 0: none wrote any yet.
uint8_t value_product(void);
// At start: settings of another product are dropped, those of an older format changed; true when they were dropped.
bool value_adopt(void);

#endif
