// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/prove_records.h"

#include <string.h>

#include "base/crc32.h"
#include "base/endian.h"
#include "vnode/run/prove_state.h"

enum {
    HALF_SIZE = NVM_EEPROM_SIZE / 2,
    HEAD_SIZE = 16, // generation, check, check again, proven
    AT_CHECK = 4,
    AT_AGAIN = 8,
    IDS = 96,
    VALUE_MAX = 255,
    MORE = 1,      // flag: the commit goes on behind this record
    SECURITY = 80, // format u8, counter u32, revoked u32
    AT_COUNTER = 1,
};
#define CHECK_MIX 0x6e6a6f75U

// ---- as it reads ----

static void read_eeprom(uint8_t *bytes, const struct machine *machine, enum prove_reading reading)
{
    const struct weak_words *weak = &machine->soc.nvm.weak;

    memcpy(bytes, machine->soc.nvm.eeprom, NVM_EEPROM_SIZE);
    for (uint32_t i = 0; i < weak->count; i++) {
        const struct weak_word *word = &weak->word[i];
        uint32_t offset = word->address - NVM_EEPROM_BASE;
        if (offset < NVM_EEPROM_SIZE) {
            store_le32(bytes + offset, reading == PROVE_READ_OLD ? word->old : word->new);
        }
    }
}

// ---- the half in use ----

static bool is_valid(const uint8_t *half)
{
    uint32_t check = ~load_le32(half) ^ CHECK_MIX;

    return load_le32(half + AT_CHECK) == check || load_le32(half + AT_AGAIN) == check;
}

static const uint8_t *find_half(const uint8_t *eeprom)
{
    const uint8_t *second = eeprom + HALF_SIZE;

    if (!is_valid(eeprom) || !is_valid(second)) {
        return is_valid(eeprom) ? eeprom : is_valid(second) ? second : NULL;
    }
    return (int32_t)(load_le32(second) - load_le32(eeprom)) > 0 ? second : eeprom;
}

// ---- its records ----

static uint32_t padded(uint32_t size)
{
    return (size + 3) & ~3U;
}

// Bytes of the record at `at` with what seals it; 0 when there is none.
static uint32_t size_of_record(const uint8_t *half, uint32_t at)
{
    const uint8_t *record = half + at;

    if (at + 8 > HALF_SIZE) {
        return 0;
    }
    uint32_t body = 4 + padded(load_le16(record + 2));
    uint32_t size = body + 4 + ((record[1] & MORE) != 0 ? 0 : 4);
    if (record[0] == 0 || record[0] >= IDS || load_le16(record + 2) > VALUE_MAX ||
        at + size > HALF_SIZE) {
        return 0;
    }
    uint32_t crc = crc32_update(crc32_update(0, half, 4), record, body);
    return load_le32(record + body) == crc ? size : 0;
}

// The end of the last commit that is there as a whole.
static uint32_t find_tail(const uint8_t *half)
{
    uint32_t tail = HEAD_SIZE, at = HEAD_SIZE;

    for (uint32_t size = size_of_record(half, at); size > 0; size = size_of_record(half, at)) {
        bool is_last = (half[at + 1] & MORE) == 0;
        at += size;
        tail = is_last ? at : tail;
    }
    return tail;
}

static void take_record(struct prove_records *self, const uint8_t *record)
{
    uint32_t size = load_le16(record + 2);

    self->hash = prove_state_mix(self->hash, crc32_update(0, record, 4 + size));
    if (record[0] == SECURITY) {
        self->counter = size < AT_COUNTER + 4 ? 0 : load_le32(record + 4 + AT_COUNTER);
    }
}

void prove_records_read(struct prove_records *self, const struct machine *machine,
                        enum prove_reading reading)
{
    static uint8_t eeprom[NVM_EEPROM_SIZE];

    read_eeprom(eeprom, machine, reading);
    const uint8_t *half = find_half(eeprom);
    uint32_t tail = half == NULL ? 0 : find_tail(half);

    *self = (struct prove_records){0};
    for (uint32_t at = HEAD_SIZE; at < tail; at += size_of_record(half, at)) {
        take_record(self, half + at);
    }
}
