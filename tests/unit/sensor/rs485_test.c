// SPDX-License-Identifier: Apache-2.0
// The RS485 products' sensor set over a line that the test plays, with settings as texts.
#include <string.h>

#include "node/core/question.h"
#include "node/driver/sensor/sensors.h"
#include "node/port/clock.h"
#include "node/port/rs485.h"
#include "tests/fake/line.h"
#include "tests/fake/time.h"
#include "tests/unit/sensor/texts.h"

static struct {
    const char *commands[RS485_QUESTIONS];
    const char *cuts[RS485_QUESTIONS];
    bool as_modbus;
    uint32_t supply_ms;
    uint32_t wait_ms;
} settings;

void rs485_format(struct line_format *format)
{
    *format = (struct line_format){4800, LINE_PARITY_EVEN, LINE_STOP_1};
}

uint32_t rs485_supply_ms(void)
{
    return settings.supply_ms;
}

static struct question question_at(unsigned index)
{
    const char *text = settings.commands[index] == NULL ? "NULL" : settings.commands[index];
    struct question question;

    assert_true(question_read(span_of_text(text), &question));
    return question;
}

size_t rs485_question(unsigned index, uint8_t bytes[RS485_QUESTION_MAX])
{
    struct question question = question_at(index);

    memcpy(bytes, question.bytes, question.size);
    return question.size;
}

uint32_t rs485_wait_ms(unsigned index)
{
    (void)index;
    return settings.wait_ms;
}

bool rs485_is_answer(unsigned index, struct span answer)
{
    struct question question = question_at(index);

    return question_is_answered(&question, answer);
}

size_t rs485_values(unsigned index, struct span answer, uint8_t *values, size_t capacity)
{
    const char *text = settings.cuts[index] == NULL ? "0,0,0" : settings.cuts[index];
    struct question question = question_at(index);
    struct question_cut cut;

    assert_true(question_read_cut(span_of_text(text), &cut));
    return question_values(&question, &cut, settings.as_modbus, answer, values, capacity);
}

// ---- tests ----

static const uint8_t answer[] = {0x01, 0x03, 0x04, 0x00, 0xEB, 0x01, 0xC2, 0x0A, 0x06};

static int fresh(void **state)
{
    (void)state;
    memset(&fake_line, 0, sizeof fake_line);
    memset(&settings, 0, sizeof settings);
    settings.wait_ms = 500;
    fake_time_set(0);
    return 0;
}

static struct sensor_record measured(void)
{
    struct sensor_record record;

    memset(&record, 0xA5, sizeof record);
    rs485_sensor.measure(&record);
    assert_false(fake_line.open);
    assert_false(fake_line.supplied);
    return record;
}

static void nothing_configured_asks_nothing(void **state)
{
    (void)state;
    assert_int_equal(measured().size, 0);
    assert_int_equal(fake_line.questions, 0);
}

static void a_command_goes_out_with_its_crc_in_the_users_format(void **state)
{
    (void)state;
    settings.commands[0] = "01030BB80002,1";
    (void)measured();
    assert_int_equal(fake_line.asked[0].size, 8);
    assert_memory_equal(fake_line.asked[0].bytes, "\x01\x03\x0B\xB8\x00\x02\x46\x0A", 8);
    assert_int_equal(fake_line.format.baud, 4800);
    assert_int_equal(fake_line.format.parity, LINE_PARITY_EVEN);
}

static void the_cuts_of_all_answers_stand_one_after_the_other(void **state)
{
    (void)state;
    settings.commands[0] = "010300000002,1";
    settings.cuts[0] = "9,2,4~7";
    settings.commands[3] = "AA55,0";
    settings.cuts[3] = "3,1,3+1";
    fake_line_answer(0, answer, sizeof answer);
    fake_line_answer(1, "xyz", 3);
    struct sensor_record record = measured();
    assert_int_equal(record.size, 6);
    assert_memory_equal(record.bytes, "\x00\xEB\x01\xC2zx", 6);
}

static void sensors_have_their_supply_before_they_are_asked(void **state)
{
    (void)state;
    settings.supply_ms = 7000;
    settings.commands[0] = "AA,0";
    (void)measured();
    assert_true(fake_line.asked_ms >= 7000);
    assert_true(fake_watchdog_feeds() >= 3);
}

static void a_silent_device_keeps_the_place_of_its_values(void **state)
{
    (void)state;
    settings.commands[0] = "010300000002,1";
    settings.commands[1] = "AA,0";
    settings.as_modbus = true;
    fake_line_answer(3, "z", 1);
    struct sensor_record record = measured();
    assert_int_equal(fake_line.questions, 4);
    assert_int_equal(record.size, 5);
    assert_memory_equal(record.bytes, "\xFF\xFF\xFF\xFFz", 5);
}

static void a_damaged_answer_is_asked_for_again(void **state)
{
    uint8_t damaged[sizeof answer];

    (void)state;
    settings.commands[0] = "010300000002,1";
    settings.as_modbus = true;
    memcpy(damaged, answer, sizeof damaged);
    damaged[4] ^= 1;
    fake_line_answer(0, damaged, sizeof damaged);
    fake_line_answer(1, answer, sizeof answer);
    struct sensor_record record = measured();
    assert_int_equal(fake_line.questions, 2);
    assert_memory_equal(record.bytes, "\x00\xEB\x01\xC2", 4);
}

static void what_does_not_fit_the_record_is_cut_off(void **state)
{
    uint8_t long_answer[100];

    (void)state;
    memset(long_answer, 'a', sizeof long_answer);
    settings.commands[0] = settings.commands[1] = "AA,0";
    fake_line_answer(0, long_answer, 30);
    fake_line_answer(1, long_answer, sizeof long_answer);
    assert_int_equal(measured().size, SENSOR_RECORD_MAX);
}

static void bytes_are_printed_in_hex(void **state)
{
    const struct sensor_record record = {3, {0x00, 0xEB, 0x7F}};
    const struct sensor_record none = {0};

    (void)state;
    expect_text(rs485_sensor.add_json, &record, "\"Payload\":\"00eb7f\"");
    expect_text(rs485_sensor.add_json_row, &record, "\"00eb7f\"");
    expect_text(rs485_sensor.add_hex, &record, "00eb7f");
    expect_text(rs485_sensor.add_json, &none, "\"Payload\":\"\"");
    expect_text(rs485_sensor.add_hex, &none, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup(f, fresh)
        TEST(nothing_configured_asks_nothing),
        TEST(a_command_goes_out_with_its_crc_in_the_users_format),
        TEST(the_cuts_of_all_answers_stand_one_after_the_other),
        TEST(sensors_have_their_supply_before_they_are_asked),
        TEST(a_silent_device_keeps_the_place_of_its_values),
        TEST(a_damaged_answer_is_asked_for_again),
        TEST(what_does_not_fit_the_record_is_cut_off),
        TEST(bytes_are_printed_in_hex),
    };
    return cmocka_run_group_tests_name("rs485", tests, NULL, NULL);
}
