// SPDX-License-Identifier: Apache-2.0
// Whether what lies in NOR is what was ordered. Only what was read and does not match counts against the candidate; a
// chip that cannot be read says nothing about it.
#include "node/boot/steps.h"
#include "node/port/nor.h"
#include "node/port/watchdog.h"

static enum status read(void *context, uint32_t offset, void *buffer, size_t size)
{
    (void)context;
    return nor_read(offset, buffer, size);
}

void candidate_verify(struct candidate *candidate, const struct install_record *record)
{
    struct security_record security;

    record_read_security(&security);
    struct bootloader_request request = {
        .read = read,
        .feed = watchdog_feed,
        .work = &candidate->work,
        .work_size = sizeof candidate->work,
        .counter = security.counter,
        .revoked = security.revoked,
    };
    const struct image_header *header = &candidate->work.subject.header;
    enum verdict verdict = verify_candidate(&request);
    if (verdict != VERDICT_GOOD && nor_open() != STATUS_OK) {
        verdict = VERDICT_UNREADABLE; // a chip that is gone reads as if it were empty
    }
    candidate->verdict = verdict;
    candidate->is_ordered = verdict == VERDICT_GOOD &&
                            header->firmware_size == record->size_bytes &&
                            header->firmware_crc32 == record->crc32;
}

bool candidate_is_good(const struct candidate *candidate)
{
    return candidate->verdict == VERDICT_GOOD && candidate->is_ordered;
}
