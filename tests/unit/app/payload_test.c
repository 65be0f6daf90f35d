// SPDX-License-Identifier: Apache-2.0
// Every form of a payload on every channel, with rows of the data log.
#include <string.h>

#include "node/app/app.h"
#include "node/app/inputs.h"
#include "node/app/payload.h"
#include "node/app/seconds.h"
#include "node/core/settings.h"
#include "node/port/battery.h"
#include "node/port/clock.h"
#include "node/port/identity.h"
#include "node/store/history.h"
#include "tests/fake/eeprom.h"
#include "tests/host/cmocka_all.h"

enum { NOON = 1772366400 }; // 2026-03-01 12:00:00 UTC

static struct product product;
const struct app_identity app_identity = {&product, "v1.5.2"};

static struct modem_identity modem;
static char text[PAYLOAD_SIZE];
static struct fmt out;
static const struct measurement measured = {NOON, 3605, 20, 1, 0, {4, {0xFE, 0x00, 0x11, 0xD7}}};

// ---- the board ----

uint32_t clock_now_ms(void)
{
    return 5000;
}

unsigned battery_read_mv(void)
{
    return 3605;
}

bool inputs_interrupt(bool *is_high)
{
    *is_high = true;
    return false;
}

uint32_t identity_password_number(void)
{
    return 0;
}

const struct modem_identity *modem_identity(void)
{
    return &modem;
}

// ---- helpers ----

static void set(enum setting setting, const char *value)
{
    assert_int_equal(value_set((uint8_t)setting, span_of_text(value)), STATUS_OK);
}

static int setup(void **state)
{
    (void)state;
    product = products[PRODUCT_S31_NB];
    fake_eeprom_reset();
    assert_int_equal(journal_open(), STATUS_OK);
    memcpy(modem.imei, "866207053462705", 16);
    memcpy(modem.imsi, "460240210507481", 16);
    modem.signal = 20;
    set(SETTING_DEUI, "866207053462705");
    set(SETTING_CLOCKLOG, "1,65535,15,8");
    return 0;
}

static struct protocol protocol(const char *value)
{
    return protocol_read(span_of_text(value));
}

static void log_rows(unsigned count, bool unsent)
{
    for (unsigned i = 1; i <= count; i++) {
        struct history_row row = {NOON + 60 * i, unsent, measured.record};
        assert_int_equal(history_append(&row), STATUS_OK);
    }
}

static unsigned build(const char *pro)
{
    fmt_init(&out, text, sizeof text);
    unsigned unsent = payload_add_with_history(protocol(pro), &measured, &out);
    assert_false(out.overflowed);
    return unsent;
}

static unsigned count(const char *wanted)
{
    unsigned found = 0;

    for (const char *at = strstr(text, wanted); at != NULL; at = strstr(at + 1, wanted)) {
        found++;
    }
    return found;
}

#define JSON_HEAD                                                                                  \
    "{\"IMEI\":\"866207053462705\",\"IMSI\":\"460240210507481\",\"Model\":\"S31-NB\",\"mod\":1,"   \
    "\"battery\":3.60,\"signal\":20,\"time\":\"2026/03/01 12:00:00\",\"interrupt\":1,"             \
    "\"interrupt_level\":0,\"temperature\":-5.1,\"humidity\":45.6"

// IMEI, IMSI, product id 40, version 152, 3605 mV, signal 20; then the layout of the fake sensor.
#define HEX_HEAD "f866207053462705f46024021050748140980e1514"
#define HEX_FRAME                                                                                  \
    HEX_HEAD "01"                                                                                  \
             "0000"                                                                                \
             "00"                                                                                  \
             "01"                                                                                  \
             "00"                                                                                  \
             "0000"                                                                                \
             "ffcd01c8"                                                                            \
             "69a42a40"

// ---- tests ----

static void json_is_the_same_on_every_channel(void **state)
{
    (void)state;
    static const char *const pros[] = {"1,5", "2,5", "3,5", "4,5", "3,2", "3,3"};

    for (unsigned i = 0; i < sizeof pros / sizeof pros[0]; i++) {
        assert_int_equal(build(pros[i]), 0);
        assert_string_equal(text, JSON_HEAD "}");
        struct span wire = payload_on_wire(protocol(pros[i]), &out);
        assert_true(span_equals(wire, span_of_text(JSON_HEAD "}")));
    }
}

static void json_has_the_history_newest_first(void **state)
{
    (void)state;
    log_rows(2, false);
    assert_int_equal(build("3,5"), 0);
    assert_string_equal(text, JSON_HEAD ",\"1\":[-5.1,45.6,\"2026/03/01 12:02:00\"]"
                                        ",\"2\":[-5.1,45.6,\"2026/03/01 12:01:00\"]}");
}

static void hex_goes_as_text_over_mqtt_and_as_bytes_elsewhere(void **state)
{
    (void)state;
    static const char *const pros[] = {"1,0", "2,0", "4,0"};
    static const uint8_t first[] = {0xF8, 0x66, 0x20, 0x70};

    (void)build("3,0");
    assert_string_equal(text, HEX_FRAME);
    assert_true(span_equals(payload_on_wire(protocol("3,0"), &out), span_of_text(HEX_FRAME)));
    for (unsigned i = 0; i < sizeof pros / sizeof pros[0]; i++) {
        (void)build(pros[i]);
        assert_string_equal(text, HEX_FRAME);
        struct span wire = payload_on_wire(protocol(pros[i]), &out);
        assert_int_equal(wire.size, strlen(HEX_FRAME) / 2);
        assert_memory_equal(wire.data, first, sizeof first);
        assert_int_equal(wire.data[wire.size - 1], 0x40);
    }
}

static void hex_has_the_history_behind_its_frame(void **state)
{
    (void)state;
    log_rows(2, false);
    (void)build("2,0");
    assert_string_equal(text, HEX_FRAME "ffcd01c869a42ab8"
                                        "ffcd01c869a42a7c");
}

static void hex_keeps_its_places_while_the_sim_is_unknown(void **state)
{
    (void)state;
    modem.imsi[0] = '\0';
    (void)build("3,0");
    assert_int_equal(strlen(text), strlen(HEX_FRAME));
    assert_int_equal(count("f866207053462705f000000000000000"), 1);
}

static void hex_of_a_board_with_a_bg95_has_count_and_position(void **state)
{
    (void)state;
    product = products[PRODUCT_S31_CB];
    (void)build("2,0");
    assert_string_equal(text, "f866207053462705f46024021050748143980e15140100000001000000"
                              "00000000"
                              "ffcd01c869a42a40"
                              "000000000000000000000000");
}

static void thingspeak_has_numbered_fields_and_no_history(void **state)
{
    (void)state;
    log_rows(2, false);
    assert_int_equal(build("3,1"), 0);
    assert_string_equal(text, "field1=1&field2=3.60&field3=20&field4=-5.1&field5=45.6");
}

static void history_has_as_many_rows_as_clocklog_says(void **state)
{
    (void)state;
    log_rows(20, false);
    (void)build("2,5");
    assert_int_equal(count("2026/03/01 12:"), 1 + 8);
    set(SETTING_CLOCKLOG, "1,65535,15,3");
    (void)build("2,5");
    assert_int_equal(count("2026/03/01 12:"), 1 + 3);
    set(SETTING_CLOCKLOG, "0,65535,15,8");
    (void)build("2,5");
    assert_string_equal(text, JSON_HEAD "}");
}

static void history_is_bounded_by_the_channel_and_by_the_message(void **state)
{
    (void)state;
    set(SETTING_CLOCKLOG, "1,65535,15,32");
    log_rows(32, false);
    (void)build("2,0");
    assert_int_equal(count("ffcd01c8"), 1 + 32);
    (void)build("3,0");
    assert_int_equal(count("ffcd01c8"), 1 + 24);
    (void)build("1,0");
    assert_int_equal(count("ffcd01c8"), 1 + 15);
    (void)build("2,5");
    assert_true(strlen(text) <= MODEM_PUBLISH_MAX);
    assert_true(strlen(text) > MODEM_PUBLISH_MAX - 45);
    assert_string_equal(text + strlen(text) - 3, "\"]}");
}

static void what_was_never_sent_goes_whatever_clocklog_says(void **state)
{
    (void)state;
    set(SETTING_CLOCKLOG, "0,65535,15,8");
    log_rows(3, true);
    log_rows(2, false);
    assert_int_equal(build("3,5"), 3);
    assert_int_equal(count("2026/03/01 12:"), 1 + 3);
    assert_int_equal(history_mark_sent(3), STATUS_OK);
    assert_int_equal(build("3,5"), 0);
    assert_string_equal(text, JSON_HEAD "}");
}

static void measuring_takes_supply_signal_and_time(void **state)
{
    (void)state;
    struct measurement measurement;

    payload_measure(&measurement);
    assert_int_equal(measurement.unix_s, 0);
    seconds_set_utc(NOON, 2000, 5000);
    payload_measure(&measurement);
    assert_int_equal(measurement.unix_s, NOON + 3);
    assert_int_equal(measurement.battery_mv, 3605);
    assert_int_equal(measurement.signal, 20);
    assert_memory_equal(measurement.record.bytes, measured.record.bytes, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(json_is_the_same_on_every_channel, setup),
        cmocka_unit_test_setup(json_has_the_history_newest_first, setup),
        cmocka_unit_test_setup(hex_goes_as_text_over_mqtt_and_as_bytes_elsewhere, setup),
        cmocka_unit_test_setup(hex_has_the_history_behind_its_frame, setup),
        cmocka_unit_test_setup(hex_keeps_its_places_while_the_sim_is_unknown, setup),
        cmocka_unit_test_setup(hex_of_a_board_with_a_bg95_has_count_and_position, setup),
        cmocka_unit_test_setup(thingspeak_has_numbered_fields_and_no_history, setup),
        cmocka_unit_test_setup(history_has_as_many_rows_as_clocklog_says, setup),
        cmocka_unit_test_setup(history_is_bounded_by_the_channel_and_by_the_message, setup),
        cmocka_unit_test_setup(what_was_never_sent_goes_whatever_clocklog_says, setup),
        cmocka_unit_test_setup(measuring_takes_supply_signal_and_time, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
