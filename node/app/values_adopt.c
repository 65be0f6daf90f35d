// SPDX-License-Identifier: Apache-2.0
// What happens to all settings at once: a factory reset, another product's firmware, an older format.
#include "node/app/app.h"
#include "node/app/values.h"
#include "node/core/settings.h"
#include "node/store/record.h"

// One commit under construction: every setting and a few records beside.
struct change {
    struct journal_item items[RECORD_SETTING_LAST + 4];
    unsigned count;
};

static bool has_record(uint8_t id)
{
    uint8_t byte;
    size_t size;

    (void)journal_read(id, &byte, sizeof byte, &size);
    return size != 0;
}

static void put(struct change *change, uint8_t id, struct span value)
{
    change->items[change->count++] = (struct journal_item){id, value};
}

static void drop(struct change *change, uint8_t id)
{
    if (has_record(id)) {
        put(change, id, span_of(NULL, 0));
    }
}

// Also those that this version does not know.
static void drop_settings(struct change *change, bool keeps_identity)
{
    for (uint8_t id = RECORD_SETTING_FIRST; id <= RECORD_SETTING_LAST; id++) {
        bool is_identity =
            id == setting_rows[SETTING_PWORD].id || id == setting_rows[SETTING_DEUI].id;
        if (!keeps_identity || !is_identity) {
            drop(change, id);
        }
    }
}

static enum status commit(const struct change *change)
{
    return change->count == 0 ? STATUS_OK : journal_commit(change->items, change->count);
}

enum status values_reset(bool keeps_identity)
{
    struct change change = {.count = 0};

    drop_settings(&change, keeps_identity);
    drop(&change, RECORD_DOWNLOAD);
    drop(&change, RECORD_REPORT);
    return commit(&change);
}

// Another model's settings have another meaning: all go but the password and the device id.
bool value_adopt(void)
{
    uint8_t product = app_identity.product->id;
    uint8_t known = 0;
    size_t size;
    struct change change = {.count = 0};

    (void)journal_read(RECORD_PRODUCT, &known, sizeof known, &size);
    bool is_new = size != 1;
    if (!is_new && known == product) {
        return false;
    }
    if (!is_new) {
        drop_settings(&change, true);
    }
    put(&change, RECORD_PRODUCT, span_of(&product, 1));
    return commit(&change) == STATUS_OK && !is_new;
}
