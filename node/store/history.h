// SPDX-License-Identifier: Apache-2.0
// The data log: up to 32 measurements, in eight records of the journal that are used in turn, four rows each. It takes
// what room the settings leave, and gives way to them.
//
//   record: number u16 of its first row | row | row | …      numbers count on over the records
//   row:    time u32 | size u8, bit 7: not sent yet | bytes of the sensor's record             (all little-endian)
//
// Wear, for a word that lasts 100,000 writes (RM0376 3.3.4, DS10690 table 45): a row of an S31 is 9 bytes; its record is
// written again with each of its four rows, 11 to 38 bytes and 12 of frame, 36 on the average. With 2,200 bytes of
// settings a half of the journal takes 24 rows until it is compacted, and a word is written once in every second
// filling: every 48 rows. A row every 15 minutes is 2 writes a day and 137 years; one a minute is 9 years. A row of 45
// bytes (RS485 at its longest) every 15 minutes is 7 writes a day and 39 years.
#ifndef NBOTA_NODE_STORE_HISTORY_H
#define NBOTA_NODE_STORE_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/status.h"
#include "node/port/sensor.h"
#include "node/store/journal.h"

enum {
    HISTORY_MAX = 32,
    HISTORY_BLOCK_ROWS = 4,
    HISTORY_BLOCK_MAX = 2 + HISTORY_BLOCK_ROWS * (5 + SENSOR_RECORD_MAX),
    // Left for an update's records and their changes, so that a download and an install never find the journal full.
    HISTORY_RESERVE = 512,
};

struct history_row {
    uint32_t unix_s; // 0: the time was unknown
    bool unsent;     // it was to be sent and could not be
    struct sensor_record record;
};

// Walks from the newest row to the oldest. Private but complete.
struct history_cursor {
    uint8_t block[HISTORY_BLOCK_MAX];
    size_t size;
    uint16_t number; // of the block's first row
    uint8_t left;    // rows of it not walked yet
};
void history_rewind(struct history_cursor *cursor);
bool history_next(struct history_cursor *cursor, struct history_row *row);

// Adds a row; the oldest go while the journal has no room. STATUS_TOO_BIG: it has none for a single one. STATUS_IO.
// Blocks for one commit, and one more for each record that goes.
enum status history_append(const struct history_row *row);
// The newest `count` rows that were unsent have been sent. Blocks for one commit a record.
enum status history_mark_sent(unsigned count);
enum status history_clear(void);

// As journal_commit(), but the oldest rows give way when there is no room, and no items are no work.
enum status history_commit(const struct journal_item *items, size_t count);

#endif
