// SPDX-License-Identifier: Apache-2.0
// Whether an order is carried out, and how. The candidate is verified and what runs is kept before the first page is erased;
// once the copy has begun it is finished, or undone while there is a backup.
#include "base/attr.h"
#include "node/boot/backup.h"
#include "node/boot/boot.h"
#include "node/boot/copy.h"
#include "node/boot/slot.h"
#include "node/boot/state.h"
#include "node/boot/steps.h"
#include "node/port/nor.h"
#include "wire/image.h"

// ---- the copy and its end ----

static bool slot_is_candidate(const void *context)
{
    const struct verify_subject *subject = context;
    struct verify_sum sum;

    verify_sum_init(&sum);
    verify_sum_add(&sum, subject, span_of(slot_bytes(), subject->header.firmware_size));
    return verify_sum_end(&sum, subject) == VERDICT_GOOD;
}

// The first start is counted already here: a watchdog's reset is then the second one whatever the image does. An image that
// is tried once more is still another product's if it was.
static void put_trial(struct record_change *change, struct install_record *record)
{
    struct trial_record trial;

    record_read_trial(&trial);
    trial.boots = 1;
    trial.power_ons = 0;
    record->state = INSTALL_TRIAL;
    record->done_bytes = 0;
    record_change_init(change);
    record_put_install(change, record);
    record_put_progress(change, 0);
    record_put_trial(change, &trial);
}

static enum boot_outcome settle(struct install_record *record)
{
    struct record_change change;
    enum boot_outcome outcome = record->has_manifest ? BOOT_WITHOUT_BACKUP : BOOT_WITHOUT_TRIAL;

    if (record->has_manifest && record->has_backup) {
        outcome = BOOT_ON_TRIAL;
        put_trial(&change, record);
    } else {
        state_put_end(&change, record, INSTALL_DONE);
    }
    return record_commit(&change) == STATUS_OK ? outcome : BOOT_FAILED;
}

static enum status copy(struct install_record *record, const struct candidate *candidate)
{
    struct copy_source source = {WIRE_HEADER_PAGE_SIZE, record->size_bytes, slot_is_candidate,
                                 &candidate->work.subject};

    return copy_to_slot(record, &source);
}

// ---- the beginning ----

static enum boot_outcome refuse(struct install_record *record)
{
    return boot_write_state(record, INSTALL_REFUSED, 0) == STATUS_OK ? BOOT_REFUSED : BOOT_FAILED;
}

// From this commit on the slot is given up. What is confirmed later is what was verified here.
static enum status note_begin(struct install_record *record, const struct verify_subject *subject,
                              const struct backup_record *backup)
{
    const struct manifest *manifest = &subject->manifest;
    bool raises = subject->has_manifest && (manifest->flags & MANIFEST_RAISES_COUNTER) != 0;
    struct record_change change;

    record->state = INSTALL_COPYING;
    record->done_bytes = 0;
    record->has_manifest = subject->has_manifest;
    record->has_backup = backup != NULL;
    record->counter = raises ? manifest->security_counter : 0;
    record->revoked = subject->has_manifest ? manifest->revoked : 0;
    record_change_init(&change);
    record_put_install(&change, record);
    record_put_progress(&change, 0);
    record_put_backup(&change, backup);
    return record_commit(&change);
}

static enum status give_up_the_old(struct install_record *record,
                                   const struct verify_subject *subject)
{
    struct backup_record backup;
    bool keeps = backup_is_possible();
    enum status status = keeps ? backup_write(&backup) : STATUS_OK;

    return status == STATUS_OK ? note_begin(record, subject, keeps ? &backup : NULL) : status;
}

enum boot_outcome install_begin(struct install_record *record, enum verdict *verdict)
{
    struct candidate candidate;

    if (record_download_is_open()) {
        return BOOT_NOTHING;
    }
    if (nor_open() != STATUS_OK) {
        return BOOT_FAILED;
    }
    candidate_verify(&candidate, record);
    *verdict = candidate.verdict;
    if (candidate.verdict == VERDICT_UNREADABLE) {
        return BOOT_FAILED;
    }
    if (!candidate_is_good(&candidate)) {
        return refuse(record);
    }
    if (give_up_the_old(record, &candidate.work.subject) != STATUS_OK ||
        copy(record, &candidate) != STATUS_OK) {
        return BOOT_FAILED;
    }
    return settle(record);
}

// ---- after a reset amidst the copy ----

// A frame of its own, given back before the way back begins. STATUS_CORRUPT: the candidate turned bad, or the slot does
// not keep it.
NO_INLINE static enum status copy_again(struct install_record *record)
{
    struct candidate candidate;

    candidate_verify(&candidate, record);
    if (candidate_is_good(&candidate)) {
        return copy(record, &candidate);
    }
    return candidate.verdict == VERDICT_UNREADABLE ? STATUS_IO : STATUS_CORRUPT;
}

// Half a copy cannot run: without a backup it is tried again after the next reset, for ever.
enum boot_outcome install_go_on(struct install_record *record)
{
    enum status status = nor_open();

    if (status == STATUS_OK) {
        status = copy_again(record);
    }
    if (status == STATUS_OK) {
        return settle(record);
    }
    return status == STATUS_CORRUPT && record->has_backup ? trial_go_back(record) : BOOT_FAILED;
}

// Torn pages may lie anywhere in the slot, and the copy would compare them: they are erased first. What was copied back so
// far counts no more from then on.
enum boot_outcome install_once_more(struct install_record *record)
{
    struct candidate candidate;

    candidate_verify(&candidate, record);
    if (!candidate_is_good(&candidate) ||
        boot_write_state(record, INSTALL_GOING_BACK, 0) != STATUS_OK ||
        slot_erase_behind(0) != STATUS_OK ||
        boot_write_state(record, INSTALL_COPYING, 0) != STATUS_OK ||
        copy(record, &candidate) != STATUS_OK) {
        return BOOT_BACK_FAILED;
    }
    return settle(record);
}

// ---- by the record ----

static enum boot_outcome do_duty(struct install_record *record, enum verdict *verdict)
{
    switch (state_meaning_of(record->state).duty) {
    case DUTY_BEGIN:
        return install_begin(record, verdict);
    case DUTY_COPY:
        return install_go_on(record);
    case DUTY_COUNT:
        return trial_count(record);
    case DUTY_GO_BACK:
        return trial_go_back(record);
    case DUTY_NONE:
    default:
        return BOOT_NOTHING;
    }
}

enum boot_outcome boot_install(enum verdict *verdict)
{
    struct install_record record;

    *verdict = VERDICT_GOOD;
    record_read_install(&record);
    enum boot_outcome outcome = do_duty(&record, verdict);
    nor_sleep();
    return outcome;
}
