// SPDX-License-Identifier: Apache-2.0
// Settings: one journal record each, the default when there is none.
#include "base/fmt.h"
#include "node/app/app.h"
#include "node/core/settings.h"
#include "node/port/identity.h"
#include "node/store/journal.h"
#include "node/store/record.h"

static size_t read_record(uint8_t id, char buffer[VALUE_SIZE])
{
    size_t size = 0;

    if (journal_read(id, buffer, VALUE_SIZE - 1, &size) != STATUS_OK) {
        size = 0;
    }
    buffer[size] = '\0';
    return size;
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
    if (read_record(setting_rows[setting].id, buffer) == 0) {
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

static enum status write_record(uint8_t id, struct span value)
{
    struct journal_item item = {id, value};

    return journal_commit(&item, 1);
}

enum status value_set(uint8_t setting, struct span value)
{
    return write_record(setting_rows[setting].id, value);
}

enum status value_clear(uint8_t setting)
{
    char buffer[VALUE_SIZE];

    if (read_record(setting_rows[setting].id, buffer) == 0) {
        return STATUS_OK;
    }
    return write_record(setting_rows[setting].id, span_of(NULL, 0));
}

void value_note_imei(const char *imei)
{
    char known[VALUE_SIZE];

    (void)read_record(RECORD_IMEI, known);
    if (strlen(imei) == 15 && strcmp(known, imei) != 0) {
        (void)write_record(RECORD_IMEI, span_of_text(imei));
    }
}

// Another model's settings have another meaning: all go but the password and the device id.
static void drop_settings(void)
{
    for (uint8_t i = 0; i < SETTING_COUNT; i++) {
        if (i != SETTING_PWORD && i != SETTING_DEUI) {
            (void)value_clear(i);
        }
    }
}

bool value_adopt(void)
{
    uint8_t product = app_identity.product->id;
    char known[VALUE_SIZE];
    bool is_new = read_record(RECORD_PRODUCT, known) != 1;

    if (!is_new && (uint8_t)known[0] == product) {
        return false;
    }
    if (!is_new) {
        drop_settings();
    }
    (void)write_record(RECORD_PRODUCT, span_of(&product, 1)); // last: a cut before it begins anew
    return !is_new;
}
