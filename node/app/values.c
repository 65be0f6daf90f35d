// SPDX-License-Identifier: Apache-2.0
#include "node/app/values.h"

#include "base/fmt.h"
#include "node/app/app.h"
#include "node/core/packing.h"
#include "node/core/settings.h"
#include "node/port/identity.h"
#include "node/store/history.h"
#include "node/store/record.h"

static struct values_stage *stage; // open, or NULL

// ---- reading ----

static size_t read_record(uint8_t id, char buffer[VALUE_SIZE])
{
    size_t size = 0;

    if (journal_read(id, buffer, VALUE_SIZE - 1, &size) != STATUS_OK) {
        size = 0;
    }
    return packing_unpack(buffer, size, VALUE_SIZE);
}

static struct journal_item *find_staged(uint8_t id)
{
    for (unsigned i = 0; stage != NULL && i < stage->count; i++) {
        if (stage->items[i].id == id) {
            return &stage->items[i];
        }
    }
    return NULL;
}

static size_t read_value(uint8_t id, char buffer[VALUE_SIZE])
{
    const struct journal_item *staged = find_staged(id);

    if (staged == NULL) {
        return read_record(id, buffer);
    }
    if (staged->value.size > 0) {
        memcpy(buffer, staged->value.data, staged->value.size);
    }
    return packing_unpack(buffer, staged->value.size, VALUE_SIZE);
}

// Six hex digits made of the chip's unique id (docs/protocol.md, "password").
static void preset_password(struct fmt *out)
{
    uint32_t number = identity_password_number();

    fmt_add(out, "%02x%02x%02x", (unsigned)(number >> 8 & 0xff), (unsigned)(number >> 16 & 0xff),
            (unsigned)(number >> 24 & 0xff));
}

static void write_preset(uint8_t setting, char buffer[VALUE_SIZE])
{
    struct fmt out;

    fmt_init(&out, buffer, VALUE_SIZE);
    switch (setting) {
    case SETTING_OTATITLE:
        fmt_add(&out, "%s", app_identity.product->ota_title);
        break;
    case SETTING_OTAVER:
        fmt_add(&out, "%s", app_identity.version);
        break;
    case SETTING_INTMOD:
        fmt_add(&out, "%s", app_identity.product->interrupts);
        break;
    case SETTING_PWORD:
        preset_password(&out);
        break;
    case SETTING_DEUI:
        (void)read_record(RECORD_IMEI, buffer);
        break;
    default:
        fmt_add(&out, "%s", setting_rows[setting].preset);
        break;
    }
}

const char *value_get(uint8_t setting, char buffer[VALUE_SIZE])
{
    size_t size = read_value(setting_rows[setting].id, buffer);

    if (setting_check((enum setting)setting, span_of(buffer, size), true) != SETTING_GOOD) {
        write_preset(setting, buffer);
    }
    return buffer;
}

uint32_t value_number(uint8_t setting)
{
    char buffer[VALUE_SIZE];
    uint32_t number = 0;

    (void)fmt_parse_u32(span_of_text(value_get(setting, buffer)), &number);
    return number;
}

bool value_is_null(uint8_t setting)
{
    char buffer[VALUE_SIZE];

    return strcmp(value_get(setting, buffer), "NULL") == 0;
}

// ---- writing ----

static enum status write_record(uint8_t id, struct span value)
{
    struct journal_item item = {id, value};

    return history_commit(&item, 1);
}

static enum status put_staged(uint8_t id, struct span value)
{
    struct journal_item *item = find_staged(id);

    if (item == NULL && stage->count == VALUES_STAGE_MAX) {
        return STATUS_TOO_BIG;
    }
    if (item == NULL) {
        item = &stage->items[stage->count++];
    }
    *item = (struct journal_item){id, value};
    return STATUS_OK;
}

enum status value_set(uint8_t setting, struct span value)
{
    uint8_t id = setting_rows[setting].id;

    return stage != NULL ? put_staged(id, value) : write_record(id, value);
}

static bool has_record(uint8_t id)
{
    char buffer[VALUE_SIZE];

    return read_record(id, buffer) != 0;
}

enum status value_clear(uint8_t setting)
{
    if (stage == NULL && !has_record(setting_rows[setting].id)) {
        return STATUS_OK;
    }
    return value_set(setting, span_of(NULL, 0));
}

void values_stage_begin(struct values_stage *fresh)
{
    fresh->count = 0;
    stage = fresh;
}

enum status values_stage_commit(void)
{
    struct values_stage *full = stage;

    stage = NULL;
    return history_commit(full->items, full->count);
}

void value_note_imei(const char *imei)
{
    char known[VALUE_SIZE];

    (void)read_record(RECORD_IMEI, known);
    if (strlen(imei) == 15 && strcmp(known, imei) != 0) {
        (void)write_record(RECORD_IMEI, span_of_text(imei));
    }
}
