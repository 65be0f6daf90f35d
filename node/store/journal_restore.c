// SPDX-License-Identifier: Apache-2.0
// A compaction that takes some values from elsewhere. A source of its own: who never restores has no call through the
// source's pointers to account for on its stack.
#include "node/store/journal.h"
#include "node/store/journal_layout.h"

static enum status read_kept(const struct journal_source *source, uint8_t id,
                             uint8_t value[JOURNAL_VALUE_MAX], size_t *size)
{
    *size = 0;
    return source->covers(source->context, id) ? source->read(source->context, id, value, size)
                                               : journal_read(id, value, JOURNAL_VALUE_MAX, size);
}

static void copy_record(struct journal_writer *writer, const struct journal_source *source,
                        uint8_t id, unsigned *nth)
{
    uint8_t value[JOURNAL_VALUE_MAX];
    size_t size;
    enum status status = read_kept(source, id, value, &size);

    if (status != STATUS_OK) {
        writer->status = status;
    } else if (size != 0) {
        journal_append(writer, (struct journal_item){id, span_of(value, size)},
                       !journal_has_seal((*nth)++));
    }
}

// What is not copied needs no record that deletes it; the last item carries the seal.
static void append_present(struct journal_writer *writer, const struct journal_item *items,
                           size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i].value.size != 0 || i + 1 == count) {
            journal_append(writer, items[i], i + 1 < count);
        }
    }
}

enum status journal_restore(const struct journal_source *source, const struct journal_item *items,
                            size_t count)
{
    journal_expect_sound(items, count);
    struct journal_writer writer = journal_begin_half();
    unsigned nth = 0;

    for (uint8_t id = 1; id < JOURNAL_IDS && writer.status == STATUS_OK; id++) {
        if (!journal_is_replaced(id, items, count)) {
            copy_record(&writer, source, id, &nth);
        }
    }
    append_present(&writer, items, count);
    return journal_end_half(&writer);
}
