// SPDX-License-Identifier: Apache-2.0
#include "vnode/prove/records.h"

#include <stdio.h>
#include <string.h>

#include "base/contract.h"
#include "base/crc32.h"
#include "base/endian.h"
#include "vnode/prove/state.h"

enum {
    HALF_SIZE = NVM_EEPROM_SIZE / 2,
    HEAD_SIZE = 16, // generation, check, check again, proven
    AT_CHECK = 4,
    AT_AGAIN = 8,
    AT_PROVEN = 12,
    IDS = 96,
    VALUE_MAX = 255,
    MORE = 1,          // flag: the commit goes on behind this record
    SECURITY_SIZE = 9, // format u8, counter u32, revoked u32
    AT_COUNTER = 1,
    AT_REVOKED = 5,
    RECORD_FORMAT = 2,
};
#define CHECK_MIX  0x6e6a6f75U
#define PROVEN_MIX 0x70726f76U
#define SEAL_MIX   0x7365616cU

// Where security records are kept; of several the highest counter counts and every revoked key.
static const uint8_t security_ids[] = {80, 82};
enum { SECURITY_IDS = sizeof security_ids / sizeof security_ids[0] };

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

static struct prove_security security_in(const uint8_t *record)
{
    const uint8_t *value = record + 4;

    if (load_le16(record + 2) < SECURITY_SIZE) {
        return (struct prove_security){0, 0};
    }
    return (struct prove_security){load_le32(value + AT_COUNTER), load_le32(value + AT_REVOKED)};
}

// The newest of each id counts.
static void take_security(struct prove_security newest[SECURITY_IDS], const uint8_t *record)
{
    for (size_t i = 0; i < SECURITY_IDS; i++) {
        if (record[0] == security_ids[i]) {
            newest[i] = security_in(record);
        }
    }
}

static struct prove_security join(const struct prove_security newest[SECURITY_IDS])
{
    struct prove_security all = {0, 0};

    for (size_t i = 0; i < SECURITY_IDS; i++) {
        all.counter = newest[i].counter > all.counter ? newest[i].counter : all.counter;
        all.revoked |= newest[i].revoked;
    }
    return all;
}

void prove_records_read(struct prove_records *self, const struct machine *machine,
                        enum prove_reading reading)
{
    static uint8_t eeprom[NVM_EEPROM_SIZE];
    struct prove_security newest[SECURITY_IDS] = {{0, 0}};

    read_eeprom(eeprom, machine, reading);
    const uint8_t *half = find_half(eeprom);
    uint32_t tail = half == NULL ? 0 : find_tail(half);

    *self = (struct prove_records){.hash = 0};
    for (uint32_t at = HEAD_SIZE; at < tail; at += size_of_record(half, at)) {
        uint32_t size = 4U + load_le16(half + at + 2);
        self->hash = prove_state_mix(self->hash, crc32_update(0, half + at, size));
        take_security(newest, half + at);
    }
    self->security = join(newest);
}

// ---- written ----

static void put_head(uint8_t *half, uint32_t generation)
{
    uint32_t check = ~generation ^ CHECK_MIX;

    store_le32(half, generation);
    store_le32(half + AT_CHECK, check);
    store_le32(half + AT_AGAIN, check);
    store_le32(half + AT_PROVEN, ~generation ^ PROVEN_MIX);
}

// One commit; returns where the next one begins.
static uint8_t *put_security(const uint8_t *half, uint8_t *record, uint8_t id,
                             const struct prove_security *security)
{
    uint8_t *value = record + 4;
    uint32_t body = 4 + padded(SECURITY_SIZE);

    record[0] = id;
    store_le16(record + 2, SECURITY_SIZE);
    value[0] = RECORD_FORMAT;
    store_le32(value + AT_COUNTER, security->counter);
    store_le32(value + AT_REVOKED, security->revoked);
    uint32_t crc = crc32_update(crc32_update(0, half, 4), record, body);
    store_le32(record + body, crc);
    store_le32(record + body + 4, ~crc ^ SEAL_MIX);
    return record + body + 8;
}

void prove_records_begin(struct machine *machine, const struct prove_security *security)
{
    uint8_t *eeprom = machine->soc.nvm.eeprom;
    uint8_t *at = eeprom + HEAD_SIZE;

    CONTRACT(!machine->powered);
    memset(eeprom, 0, NVM_EEPROM_SIZE);
    put_head(eeprom, 1);
    for (size_t i = 0; i < SECURITY_IDS; i++) {
        at = put_security(eeprom, at, security_ids[i], security);
    }
}

bool prove_security_is(const struct prove_security *found, const struct prove_security *wanted,
                       char *why, size_t capacity)
{
    char counter[64] = "", revoked[64] = "";
    bool is_counter = found->counter == wanted->counter;
    bool is_revoked = found->revoked == wanted->revoked;

    if (!is_counter) {
        snprintf(counter, sizeof counter, "the security counter is %u, not %u",
                 (unsigned)found->counter, (unsigned)wanted->counter);
    }
    if (!is_revoked) {
        snprintf(revoked, sizeof revoked, "the revoked keys are 0x%x, not 0x%x",
                 (unsigned)found->revoked, (unsigned)wanted->revoked);
    }
    snprintf(why, capacity, "%s%s%s", counter, is_counter || is_revoked ? "" : ", ", revoked);
    return is_counter && is_revoked;
}
