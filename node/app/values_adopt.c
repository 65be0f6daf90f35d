// SPDX-License-Identifier: Apache-2.0
// What happens to all settings at once: a factory reset, another product's firmware, an older format.
#include "node/app/app.h"
#include "node/app/values.h"
#include "node/core/settings.h"
#include "node/store/history.h"
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
    return history_commit(change->items, change->count);
}

static void drop_all(struct change *change, bool keeps_identity)
{
    drop_settings(change, keeps_identity);
    drop(change, RECORD_DOWNLOAD);
    drop(change, RECORD_REPORT);
    drop(change, RECORD_TRIGGER);
}

enum status values_reset(bool keeps_identity)
{
    struct change change = {.count = 0};

    drop_all(&change, keeps_identity);
    return commit(&change);
}

// ---- the format ----

// 1: as entered. 2: numbers without leading zeros.
enum { SETTINGS_FORMAT = 2 };

static uint8_t read_byte(uint8_t id, uint8_t otherwise)
{
    uint8_t byte = otherwise;
    size_t size;

    (void)journal_read(id, &byte, sizeof byte, &size);
    return byte;
}

// Each change may be cut and made again: the format is written when all are done.
static enum status change_value(enum setting setting)
{
    char text[VALUE_SIZE];
    size_t size = 0;

    (void)journal_read(setting_rows[setting].id, text, sizeof text, &size);
    struct span kept = span_of(text, size);
    struct span changed = setting_canonical(setting, kept);
    return changed.size == kept.size ? STATUS_OK : value_set((uint8_t)setting, changed);
}

static void change_format(void)
{
    struct change change = {.count = 0};
    static const uint8_t format = SETTINGS_FORMAT;
    enum status status = STATUS_OK;

    for (unsigned i = 0; i < SETTING_COUNT && status == STATUS_OK; i++) {
        status = change_value((enum setting)i);
    }
    put(&change, RECORD_SETTINGS_FORMAT, span_of(&format, 1));
    if (status != STATUS_OK || commit(&change) != STATUS_OK) {
        log_line("EEPROM write failed");
    }
}

// A newer format stays as it is, for the firmware that wrote it may come back: what this one understands counts, the
// rest reads as its default.
static void take_format(void)
{
    uint8_t format = read_byte(RECORD_SETTINGS_FORMAT, 1);

    if (format > SETTINGS_FORMAT) {
        log_line("Settings of format %u are kept, this firmware knows %u", (unsigned)format,
                 (unsigned)SETTINGS_FORMAT);
    } else if (format < SETTINGS_FORMAT) {
        change_format();
    }
}

// ---- the product ----

uint8_t value_product(void)
{
    return read_byte(RECORD_PRODUCT, 0); // no product has this id
}

// Another model's settings have another meaning: all go but the password and the device id, in one commit. So do the rows of
// the data log, whose bytes are another sensor's: they go first, for a cut leaves the model that asks for it.
bool value_adopt(void)
{
    static const uint8_t format = SETTINGS_FORMAT;
    uint8_t product = app_identity.product->id;
    uint8_t known = value_product();
    struct change change = {.count = 0};

    if (known == product) {
        take_format();
        return false;
    }
    if (known != 0) {
        (void)history_clear();
        drop_all(&change, true);
    }
    put(&change, RECORD_PRODUCT, span_of(&product, 1));
    put(&change, RECORD_SETTINGS_FORMAT, span_of(&format, 1));
    if (commit(&change) != STATUS_OK) {
        log_line("EEPROM write failed");
    }
    return known != 0;
}
