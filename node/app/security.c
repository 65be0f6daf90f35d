// SPDX-License-Identifier: Apache-2.0
#include "node/app/security.h"

#include "node/app/app.h"
#include "node/port/bootloader.h"
#include "node/store/history.h"

void security_mend(void)
{
    struct security_record security;
    struct record_change change;

    if (record_security_agrees()) {
        return;
    }
    record_read_security(&security);
    record_change_init(&change);
    record_put_security(&change, &security);
    if (history_commit(change.items, change.count) != STATUS_OK) {
        log_line("EEPROM write failed");
    }
}

// Bit n: the bootloader has a key n.
static uint32_t keys_there(void)
{
    const struct bootloader_block *block = bootloader_find();
    unsigned keys = block == NULL ? 0 : block->key_count;

    return keys >= 32 ? UINT32_MAX : (1U << keys) - 1;
}

// The last key is never revoked: then nothing could be installed any more, its revocation included. What is not on the list
// is not kept for a later one: it may be another key's number there.
static uint32_t revoked_with(uint32_t before, uint32_t more, uint32_t keys)
{
    uint32_t revoked = before | (more & keys);

    return (revoked & keys) == keys ? before : revoked;
}

static struct security_record after(struct security_record security,
                                    const struct install_record *install, uint32_t keys)
{
    if (keys != 0) {
        security.revoked = revoked_with(security.revoked, install->revoked, keys);
        security.counter =
            install->counter > security.counter ? install->counter : security.counter;
    }
    return security;
}

void security_put(struct record_change *change, const struct install_record *install)
{
    struct security_record before;

    record_read_security(&before);
    struct security_record security = after(before, install, keys_there());
    if (security.counter != before.counter || security.revoked != before.revoked) {
        record_put_security(change, &security);
    }
}

void security_log_ignored(const struct install_record *install)
{
    struct security_record security;

    record_read_security(&security);
    uint32_t ignored = install->revoked & ~security.revoked;
    if (ignored != 0) {
        log_line("Keys not revoked: mask %X, not on the list or the last one", (unsigned)ignored);
    }
}
