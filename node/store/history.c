// SPDX-License-Identifier: Apache-2.0
#include "node/store/history.h"

#include "base/endian.h"
#include "node/store/record.h"

enum {
    BLOCKS = HISTORY_MAX / HISTORY_BLOCK_ROWS,
    HEAD_SIZE = 2, // of a block
    ROW_HEAD_SIZE = 5,
    UNSENT = 0x80,
};

_Static_assert((int)HISTORY_BLOCK_MAX <= (int)JOURNAL_VALUE_MAX, "a block is one record");
_Static_assert((int)RECORD_HISTORY + (int)BLOCKS <= (int)JOURNAL_IDS, "ids of the blocks");

// ---- blocks ----

static uint8_t id_of(uint16_t number)
{
    return (uint8_t)(RECORD_HISTORY + number / HISTORY_BLOCK_ROWS % BLOCKS);
}

// Where the row behind the one at `at` begins; `size` or more when that is the last.
static size_t next_row(const uint8_t *block, size_t at)
{
    return at + ROW_HEAD_SIZE + (block[at + 4] & ~(unsigned)UNSENT);
}

// Rows of a block; 0 when it is damaged, which a commit does not leave.
static uint8_t count_rows(const struct history_cursor *cursor)
{
    uint8_t count = 0;

    for (size_t at = HEAD_SIZE; at < cursor->size; at = next_row(cursor->block, at)) {
        if (cursor->size - at < ROW_HEAD_SIZE || next_row(cursor->block, at) > cursor->size ||
            next_row(cursor->block, at) - at > ROW_HEAD_SIZE + SENSOR_RECORD_MAX) {
            return 0;
        }
        count++;
    }
    return count;
}

// Reads the block `id`; false when there is none.
static bool load(struct history_cursor *cursor, uint8_t id)
{
    size_t size = 0;
    enum status status = journal_read(id, cursor->block, sizeof cursor->block, &size);

    cursor->size = size;
    cursor->left = 0;
    if (status != STATUS_OK || size <= HEAD_SIZE) {
        return false;
    }
    cursor->number = load_le16(cursor->block);
    cursor->left = count_rows(cursor);
    return cursor->left > 0 && id_of(cursor->number) == id;
}

// The block whose first number is farthest behind (-1) or ahead (1) of all others; numbers may wrap.
static bool load_extreme(struct history_cursor *cursor, int side)
{
    uint8_t best = 0;
    uint16_t best_number = 0;

    for (uint8_t id = RECORD_HISTORY; id < RECORD_HISTORY + BLOCKS; id++) {
        if (!load(cursor, id)) {
            continue;
        }
        int ahead = (int16_t)(uint16_t)(cursor->number - best_number);
        if (best == 0 || ahead * side > 0) {
            best = id;
            best_number = cursor->number;
        }
    }
    return best != 0 && load(cursor, best);
}

static enum status write(uint8_t id, struct span block)
{
    struct journal_item item = {id, block};

    return journal_commit(&item, 1);
}

static bool drop_oldest(void)
{
    struct history_cursor cursor;

    return load_extreme(&cursor, -1) && write(id_of(cursor.number), span_of(NULL, 0)) == STATUS_OK;
}

// ---- walking ----

void history_rewind(struct history_cursor *cursor)
{
    (void)load_extreme(cursor, 1);
}

static size_t find_row(const struct history_cursor *cursor, unsigned index)
{
    size_t at = HEAD_SIZE;

    while (index-- > 0) {
        at = next_row(cursor->block, at);
    }
    return at;
}

static bool load_older(struct history_cursor *cursor)
{
    uint16_t number = (uint16_t)(cursor->number - HISTORY_BLOCK_ROWS);

    return cursor->size > HEAD_SIZE && load(cursor, id_of(number)) && cursor->number == number;
}

bool history_next(struct history_cursor *cursor, struct history_row *row)
{
    if (cursor->left == 0 && !load_older(cursor)) {
        cursor->size = 0;
        cursor->left = 0;
        return false;
    }
    cursor->left--;
    const uint8_t *from = cursor->block + find_row(cursor, cursor->left);
    row->unix_s = load_le32(from);
    row->unsent = (from[4] & UNSENT) != 0;
    row->record.size = from[4] & (uint8_t)~UNSENT;
    memcpy(row->record.bytes, from + ROW_HEAD_SIZE, row->record.size);
    return true;
}

// ---- writing ----

static void add_row(struct history_cursor *cursor, const struct history_row *row)
{
    uint8_t *to = cursor->block + cursor->size;

    store_le32(to, row->unix_s);
    to[4] = (uint8_t)(row->record.size | (row->unsent ? UNSENT : 0));
    memcpy(to + ROW_HEAD_SIZE, row->record.bytes, row->record.size);
    cursor->size += ROW_HEAD_SIZE + (size_t)row->record.size;
}

// The block for one more row: the newest while it has room, else an empty one behind it.
static void open_block(struct history_cursor *cursor)
{
    bool found = load_extreme(cursor, 1);
    uint16_t next = found ? (uint16_t)(cursor->number + HISTORY_BLOCK_ROWS) : 0;

    if (!found || cursor->left >= HISTORY_BLOCK_ROWS) {
        cursor->number = next;
        cursor->size = HEAD_SIZE;
        store_le16(cursor->block, next);
    }
}

// Beside the reserve, and beside what the block was before: a cautious measure.
static bool has_room(const struct history_cursor *cursor)
{
    return journal_room() >= cursor->size + HISTORY_RESERVE;
}

enum status history_append(const struct history_row *row)
{
    struct history_cursor cursor;

    do {
        open_block(&cursor);
        add_row(&cursor, row);
        if (has_room(&cursor)) {
            return write(id_of(cursor.number), span_of(cursor.block, cursor.size));
        }
    } while (drop_oldest());
    return STATUS_TOO_BIG;
}

// Takes the mark from the newest rows of the block that have it, at most `count`; returns how many.
static unsigned unmark(struct history_cursor *cursor, unsigned count)
{
    unsigned marked = 0;

    for (unsigned index = cursor->left; index > 0 && marked < count; index--) {
        uint8_t *size = cursor->block + find_row(cursor, index - 1) + 4;
        marked += (*size & UNSENT) != 0;
        *size &= (uint8_t)~UNSENT;
    }
    return marked;
}

enum status history_mark_sent(unsigned count)
{
    struct history_cursor cursor;
    enum status status = STATUS_OK;

    history_rewind(&cursor);
    while (count > 0 && cursor.left > 0 && status == STATUS_OK) {
        unsigned marked = unmark(&cursor, count);
        count -= marked;
        if (marked > 0) {
            status = write(id_of(cursor.number), span_of(cursor.block, cursor.size));
        }
        if (!load_older(&cursor)) {
            break;
        }
    }
    return status;
}

enum status history_clear(void)
{
    struct history_cursor cursor;
    enum status status = STATUS_OK;

    while (status == STATUS_OK && load_extreme(&cursor, -1)) {
        status = write(id_of(cursor.number), span_of(NULL, 0));
    }
    return status;
}

enum status history_commit(const struct journal_item *items, size_t count)
{
    enum status status = count == 0 ? STATUS_OK : journal_commit(items, count);

    while (status == STATUS_TOO_BIG && drop_oldest()) {
        status = journal_commit(items, count);
    }
    return status;
}
