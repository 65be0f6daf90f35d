// SPDX-License-Identifier: Apache-2.0
// Records as bytes: into the half in use or into the one that will be.
#include "base/contract.h"
#include "node/port/eeprom.h"
#include "node/store/journal_layout.h"

static void put_word(struct journal_writer *writer, uint32_t word)
{
    if (writer->status == STATUS_OK && writer->at + 4 > JOURNAL_HALF_SIZE) {
        writer->status = STATUS_TOO_BIG;
    }
    if (writer->status == STATUS_OK) {
        writer->status = eeprom_write_word(writer->base + writer->at, word);
    }
    writer->at += 4;
}

void journal_append(struct journal_writer *writer, struct journal_item item, bool more)
{
    struct journal_header header = {item.id, more ? JOURNAL_MORE : 0, (uint16_t)item.value.size};
    uint32_t crc = journal_crc(writer->generation, header, item.value.data);

    put_word(writer, journal_pack(header));
    for (size_t i = 0; i < item.value.size; i += 4) {
        uint32_t word = 0;
        size_t left = item.value.size - i;
        memcpy(&word, item.value.data + i, left < 4 ? left : 4);
        put_word(writer, word);
    }
    put_word(writer, crc);
    if (!more) {
        put_word(writer, journal_seal_of(crc));
    }
}

void journal_append_all(struct journal_writer *writer, const struct journal_item *items,
                        size_t count)
{
    for (size_t i = 0; i < count; i++) {
        journal_append(writer, items[i], i + 1 < count);
    }
}

void journal_expect_sound(const struct journal_item *items, size_t count)
{
    CONTRACT(count > 0);
    for (size_t i = 0; i < count; i++) {
        bool is_sound = items[i].value.size <= JOURNAL_VALUE_MAX && items[i].id != 0 &&
                        items[i].id < JOURNAL_IDS;
        CONTRACT(is_sound); // a short text: it lies in flash
    }
}

bool journal_is_replaced(uint8_t id, const struct journal_item *items, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (items[i].id == id) {
            return true;
        }
    }
    return false;
}

bool journal_has_seal(unsigned nth)
{
    enum { GROUP = 8 };

    return nth % GROUP == GROUP - 1;
}
