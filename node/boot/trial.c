// SPDX-License-Identifier: Apache-2.0
// An image on trial: its starts are counted, and after too many what ran before comes back, image and settings. That ends
// with one commit, so there is never the one without the other.
#include "node/boot/backup.h"
#include "node/boot/boot.h"
#include "node/boot/copy.h"
#include "node/boot/state.h"
#include "node/boot/steps.h"
#include "node/port/nor.h"
#include "node/port/reset_cause.h"

// ---- the count ----

static void add_one(uint8_t *count)
{
    *count = *count < UINT8_MAX ? (uint8_t)(*count + 1) : UINT8_MAX;
}

// Whether it has had all its starts. The count comes before the start: an image that hangs cannot count.
static bool count_start(void)
{
    struct trial_record trial;
    struct record_change change;

    record_read_trial(&trial);
    bool is_first = trial.boots == 0 && trial.power_ons == 0;
    add_one(is_first || reset_cause_blames_application() ? &trial.boots : &trial.power_ons);
    record_change_init(&change);
    record_put_trial(&change, &trial);
    (void)record_commit(&change); // an EEPROM that refuses it would refuse the way back too
    return trial.boots > BOOT_TRIAL_BOOTS || trial.power_ons > BOOT_TRIAL_POWER_ONS;
}

enum boot_outcome trial_count(struct install_record *record)
{
    return count_start() ? trial_go_back(record) : BOOT_COUNTED;
}

// ---- the way back ----

struct way_back {
    struct backup_record record;
    struct backup backup;
};

static bool slot_is_backup(const void *context)
{
    const struct way_back *back = context;

    return backup_is_in_slot(&back->record, &back->backup);
}

// Where the records of before do not fit beside what came since, that gives way step by step. A node without its settings is
// still better than none.
static enum status restore(struct install_record *record)
{
    struct record_change change;
    enum status status = STATUS_TOO_BIG;

    state_put_end(&change, record, INSTALL_ROLLED_BACK);
    for (int thrift = 0; thrift < BACKUP_THRIFTS && status == STATUS_TOO_BIG; thrift++) {
        struct journal_source source = backup_source((enum backup_thrift)thrift);
        status = record_restore(&change, &source);
    }
    return status == STATUS_TOO_BIG ? record_commit(&change) : status;
}

static enum boot_outcome go(struct install_record *record, const struct way_back *back)
{
    struct copy_source source = {BACKUP_IMAGE_AT, back->backup.image_size, slot_is_backup, back};
    enum status status = STATUS_OK;

    if (record->state != INSTALL_GOING_BACK) {
        status = boot_write_state(record, INSTALL_GOING_BACK, 0);
    }
    if (status == STATUS_OK) {
        status = copy_to_slot(record, &source);
    }
    if (status == STATUS_OK) {
        status = restore(record);
    }
    return status == STATUS_OK ? BOOT_ROLLED_BACK : BOOT_BACK_FAILED;
}

static enum boot_outcome stay(struct install_record *record)
{
    struct record_change change;

    state_put_end(&change, record, INSTALL_STAYED);
    return record_commit(&change) == STATUS_OK ? BOOT_STAYS : BOOT_BACK_FAILED;
}

static enum boot_outcome do_without(struct install_record *record)
{
    switch ((int)record->state) {
    case INSTALL_COPYING: // both are bad: perhaps one reads better after the next reset
        return BOOT_FAILED;
    case INSTALL_GOING_BACK:
        return install_once_more(record);
    default: // a whole image is there
        return stay(record);
    }
}

enum boot_outcome trial_go_back(struct install_record *record)
{
    struct way_back back;

    if (nor_open() != STATUS_OK) {
        return BOOT_BACK_FAILED;
    }
    enum status status = record_read_backup(&back.record) ? backup_check(&back.record, &back.backup)
                                                          : STATUS_CORRUPT;
    if (status == STATUS_CORRUPT) {
        return do_without(record);
    }
    return status == STATUS_OK ? go(record, &back) : BOOT_BACK_FAILED;
}
