// SPDX-License-Identifier: Apache-2.0
#include "node/app/payload.h"

#include "node/app/app.h"
#include "node/app/inputs.h"
#include "node/app/payload_forms.h"
#include "node/app/seconds.h"
#include "node/core/clocklog.h"
#include "node/core/settings.h"
#include "node/port/battery.h"
#include "node/port/clock.h"

void payload_measure(struct measurement *measurement)
{
    *measurement = (struct measurement){
        .unix_s = seconds_utc(clock_now_ms()),
        .battery_mv = (uint16_t)battery_read_mv(),
        .signal = (uint8_t)modem_identity()->signal,
    };
    bool is_high;
    measurement->interrupt = inputs_interrupt(&is_high);
    measurement->interrupt_level = measurement->interrupt && is_high;
    product_sensor->measure(&measurement->record);
}

static void add(enum payload_form form, const struct measurement *measurement, struct fmt *out)
{
    switch (form) {
    case PAYLOAD_HEX:
        payload_hex_add(measurement, out);
        break;
    case PAYLOAD_THINGSPEAK:
        payload_thingspeak_add(measurement, out);
        break;
    case PAYLOAD_DATACAKE:
    case PAYLOAD_TUTORIAL:
    case PAYLOAD_JSON:
    default:
        payload_json_add(measurement, out);
        break;
    }
}

static const char *end_of(enum payload_form form)
{
    return form == PAYLOAD_HEX || form == PAYLOAD_THINGSPEAK ? "" : "}";
}

void payload_add(struct protocol protocol, const struct measurement *measurement, struct fmt *out)
{
    add(protocol.form, measurement, out);
    fmt_add(out, "%s", end_of(protocol.form));
}

// ---- the data log ----

// As shipped nodes have it (docs/protocol.md, "Data uplinks").
static unsigned rows_max(enum uplink_channel channel)
{
    switch (channel) {
    case UPLINK_MQTT:
        return 24;
    case UPLINK_COAP:
        return 15;
    case UPLINK_UDP:
    case UPLINK_TCP:
    default:
        return HISTORY_MAX;
    }
}

static unsigned rows_wanted(void)
{
    char value[VALUE_SIZE];
    struct clocklog log = clocklog_read(span_of_text(value_get(SETTING_CLOCKLOG, value)));

    return log.is_on ? log.rows : 0;
}

static void add_row(enum payload_form form, unsigned number, const struct history_row *row,
                    struct fmt *out)
{
    if (form == PAYLOAD_HEX) {
        payload_hex_add_row(row, out);
    } else {
        payload_json_add_row(number, row, out);
    }
}

// False, and nothing is added, when the row and the end behind it do not fit.
static bool try_row(enum payload_form form, unsigned number, const struct history_row *row,
                    struct fmt *out)
{
    size_t begin = out->length;

    add_row(form, number, row, out);
    if (!out->overflowed && out->length + strlen(end_of(form)) < out->capacity) {
        return true;
    }
    out->length = begin;
    out->text[begin] = '\0';
    out->overflowed = false;
    return false;
}

static unsigned add_rows(struct protocol protocol, struct fmt *out)
{
    struct history_cursor cursor;
    struct history_row row;
    unsigned most = rows_max(protocol.channel);
    unsigned wanted = rows_wanted();
    unsigned added = 0;
    unsigned unsent = 0;

    history_rewind(&cursor);
    for (unsigned age = 0; added < most && history_next(&cursor, &row); age++) {
        if (age >= wanted && !row.unsent) {
            continue;
        }
        if (!try_row(protocol.form, added + 1, &row, out)) {
            break;
        }
        added++;
        unsent += row.unsent;
    }
    return unsent;
}

unsigned payload_add_with_history(struct protocol protocol, const struct measurement *measurement,
                                  struct fmt *out)
{
    unsigned unsent = 0;

    add(protocol.form, measurement, out);
    if (protocol.form != PAYLOAD_THINGSPEAK) {
        unsent = add_rows(protocol, out);
    }
    fmt_add(out, "%s", end_of(protocol.form));
    return unsent;
}

// ---- the wire ----

static uint8_t digit_value(char digit)
{
    return (uint8_t)(digit <= '9' ? digit - '0' : digit - 'a' + 10);
}

struct span payload_on_wire(struct protocol protocol, struct fmt *text)
{
    if (protocol.form != PAYLOAD_HEX || protocol.channel == UPLINK_MQTT) {
        return fmt_span(text);
    }
    size_t size = text->length / 2;
    for (size_t i = 0; i < size; i++) {
        const char *digits = text->text + 2 * i;
        text->text[i] = (char)(digit_value(digits[0]) << 4 | digit_value(digits[1]));
    }
    return span_of(text->text, size);
}
