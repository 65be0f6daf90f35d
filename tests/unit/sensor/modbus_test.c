// SPDX-License-Identifier: Apache-2.0
// Frames by the examples of the Modbus application protocol V1.1b3, section 6.3, and what a line does to them.
#include <string.h>

#include "base/crc16.h"
#include "base/endian.h"
#include "node/driver/sensor/modbus.h"
#include "node/port/clock.h"
#include "tests/fake/line.h"
#include "tests/fake/time.h"
#include "tests/host/cmocka_all.h"

// "Read holding registers" 108 to 110: 022B 0000 0064.
static const uint8_t good_answer[] = {0x11, 0x03, 0x06, 0x02, 0x2B, 0x00,
                                      0x00, 0x00, 0x64, 0xC8, 0xBA};
static const struct line_format usual = {9600, LINE_PARITY_NONE, LINE_STOP_1};

static uint8_t question[MODBUS_QUESTION_SIZE];

static int fresh(void **state)
{
    (void)state;
    memset(&fake_line, 0, sizeof fake_line);
    fake_line.supplied = true;
    fake_time_set(0);
    line_open(&usual);
    modbus_write_question(question, 0x11, MODBUS_READ_HOLDING, 0x006B, 3);
    return 0;
}

static enum status judge(const uint8_t *answer, size_t size, struct span *data)
{
    return modbus_read_answer(span_of(question, sizeof question), span_of(answer, size), data);
}

static void a_question_has_the_form_and_crc_of_the_standards(void **state)
{
    (void)state;
    assert_memory_equal(question, "\x11\x03\x00\x6B\x00\x03\x76\x87", 8);
}

static void the_data_of_an_answer_is_found(void **state)
{
    struct span data;

    (void)state;
    assert_int_equal(judge(good_answer, sizeof good_answer, &data), STATUS_OK);
    assert_int_equal(data.size, 6);
    assert_memory_equal(data.data, "\x02\x2B\x00\x00\x00\x64", 6);
}

static void every_damaged_bit_is_noticed(void **state)
{
    struct span data;

    (void)state;
    for (unsigned bit = 0; bit < 8 * sizeof good_answer; bit++) {
        uint8_t answer[sizeof good_answer];
        memcpy(answer, good_answer, sizeof answer);
        answer[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(judge(answer, sizeof answer, &data), STATUS_CORRUPT);
    }
}

static void every_shortened_answer_is_noticed(void **state)
{
    struct span data;

    (void)state;
    for (size_t size = 0; size < sizeof good_answer; size++) {
        assert_int_equal(judge(good_answer, size, &data), STATUS_CORRUPT);
    }
}

static size_t seal(uint8_t *frame, size_t size)
{
    store_le16(frame + size, crc16_modbus(span_of(frame, size)));
    return size + 2;
}

static void the_answer_of_another_device_or_function_does_not_count(void **state)
{
    uint8_t other_device[8] = {0x12, 0x03, 0x02, 0x00, 0x01};
    uint8_t other_function[8] = {0x11, 0x04, 0x02, 0x00, 0x01};
    struct span data;

    (void)state;
    assert_int_equal(judge(other_device, seal(other_device, 5), &data), STATUS_CORRUPT);
    assert_int_equal(judge(other_function, seal(other_function, 5), &data), STATUS_CORRUPT);
}

static void a_refusal_is_told_apart(void **state)
{
    uint8_t refusal[8] = {0x11, 0x83, 0x02};
    struct span data;

    (void)state;
    assert_int_equal(judge(refusal, seal(refusal, 3), &data), STATUS_REFUSED);
}

static void registers_are_read_over_the_line(void **state)
{
    uint8_t values[6];

    (void)state;
    fake_line_answer(0, good_answer, sizeof good_answer);
    assert_int_equal(modbus_read_registers(&usual, 0x11, 0x006B, 3, values), STATUS_OK);
    assert_memory_equal(values, "\x02\x2B\x00\x00\x00\x64", 6);
    assert_int_equal(fake_line.questions, 1);
    assert_memory_equal(fake_line.asked[0].bytes, question, sizeof question);
}

static void silence_and_noise_are_asked_again(void **state)
{
    uint8_t values[6];

    (void)state;
    fake_line_answer(1, "\x11\x03\x06\x02", 4);
    fake_line_answer(2, good_answer, sizeof good_answer);
    assert_int_equal(modbus_read_registers(&usual, 0x11, 0x006B, 3, values), STATUS_OK);
    assert_int_equal(fake_line.questions, 3);
}

static void a_silent_device_ends_in_bounded_time(void **state)
{
    uint8_t values[6];
    unsigned feeds = fake_watchdog_feeds();

    (void)state;
    assert_int_equal(modbus_read_registers(&usual, 0x11, 0x006B, 3, values), STATUS_TIMEOUT);
    assert_int_equal(fake_line.questions, MODBUS_TRIES);
    assert_in_range(clock_now_ms(), 1000, 2000);
    assert_true(fake_watchdog_feeds() - feeds >= MODBUS_TRIES);
}

static void a_device_that_drips_bytes_does_not_starve_the_watchdog(void **state)
{
    static const uint8_t noise[FAKE_LINE_MAX];
    uint8_t answer[MODBUS_ANSWER_MAX];

    (void)state;
    fake_line.drips = true;
    fake_line_answer(0, noise, sizeof noise);
    size_t size = modbus_exchange(span_of(question, sizeof question), answer, sizeof answer, 4000,
                                  modbus_gap_ms(1200));
    assert_int_equal(size, sizeof answer);
    assert_true(clock_now_ms() > 6000);
    assert_in_range(fake_line.longest_ms, 1, 5000);
}

static void a_refusal_is_not_asked_again(void **state)
{
    uint8_t refusal[8] = {0x11, 0x83, 0x02};
    uint8_t values[6];

    (void)state;
    fake_line_answer(0, refusal, seal(refusal, 3));
    assert_int_equal(modbus_read_registers(&usual, 0x11, 0x006B, 3, values), STATUS_REFUSED);
    assert_int_equal(fake_line.questions, 1);
}

static void more_registers_than_asked_for_do_not_count(void **state)
{
    uint8_t values[4] = {0};

    (void)state;
    for (unsigned i = 0; i < MODBUS_TRIES; i++) {
        fake_line_answer(i, good_answer, sizeof good_answer);
    }
    assert_int_equal(modbus_read_registers(&usual, 0x11, 0x006B, 2, values), STATUS_CORRUPT);
    assert_memory_equal(values, "\0\0\0\0", 4);
}

static void a_slow_line_may_pause_longer(void **state)
{
    (void)state;
    assert_int_equal(modbus_gap_ms(9600), 20 + 5);
    assert_int_equal(modbus_gap_ms(1200), 20 + 33);
    assert_int_equal(modbus_gap_ms(115200), 20 + 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup(f, fresh)
        TEST(a_question_has_the_form_and_crc_of_the_standards),
        TEST(the_data_of_an_answer_is_found),
        TEST(every_damaged_bit_is_noticed),
        TEST(every_shortened_answer_is_noticed),
        TEST(the_answer_of_another_device_or_function_does_not_count),
        TEST(a_refusal_is_told_apart),
        TEST(registers_are_read_over_the_line),
        TEST(silence_and_noise_are_asked_again),
        TEST(a_silent_device_ends_in_bounded_time),
        TEST(a_device_that_drips_bytes_does_not_starve_the_watchdog),
        TEST(a_refusal_is_not_asked_again),
        TEST(more_registers_than_asked_for_do_not_count),
        TEST(a_slow_line_may_pause_longer),
    };
    return cmocka_run_group_tests_name("modbus", tests, NULL, NULL);
}
