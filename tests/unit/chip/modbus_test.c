// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/crc16.h"
#include "base/endian.h"
#include "tests/host/cmocka_all.h"
#include "vnode/chip/modbus.h"

#define MS        1000000ULL
#define CHARACTER 1041667ULL // ten bits at 9600 baud

static struct modbus_device device;
static uint64_t now_ns;
static uint8_t heard[64];
static size_t heard_size;

static int setup(void **state)
{
    (void)state;
    modbus_device_init(&device);
    now_ns = 1000 * MS;
    modbus_device_supply(&device, true, now_ns - 200 * MS);
    return 0;
}

static void say(const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;

    for (size_t i = 0; i < size; i++) {
        now_ns += CHARACTER;
        modbus_device_take(&device, byte[i], 9600, now_ns);
    }
}

// Lets 300 ms pass.
static void listen(void)
{
    uint64_t end_ns = now_ns + 300 * MS;

    heard_size = 0;
    while (modbus_device_next_ns(&device) < end_ns) {
        now_ns = modbus_device_next_ns(&device);
        if (modbus_device_give(&device, now_ns, &heard[heard_size])) {
            heard_size++;
        }
    }
    now_ns = end_ns;
}

static void ask(const char *hex_free, size_t size)
{
    uint8_t frame[20];

    memcpy(frame, hex_free, size);
    store_le16(frame + size, crc16_modbus(span_of(frame, size)));
    say(frame, size + 2);
    listen();
}

static void registers_are_read_with_both_functions(void **state)
{
    (void)state;
    say("\x01\x03\x00\x00\x00\x02\xC4\x0B", 8); // its CRC is a published one
    listen();
    assert_int_equal(heard_size, 9);
    assert_memory_equal(heard, "\x01\x03\x04\x00\xEB\x01\xC4", 7);
    assert_int_equal(load_le16(heard + 7), crc16_modbus(span_of(heard, 7)));
    ask("\x01\x04\x00\x03\x00\x01", 6);
    assert_memory_equal(heard, "\x01\x04\x02\xFF\xFE", 5);
}

static void an_answer_takes_the_time_of_its_characters(void **state)
{
    (void)state;
    uint64_t asked_ns = now_ns + 8 * CHARACTER;
    say("\x01\x03\x00\x00\x00\x02\xC4\x0B", 8);
    uint64_t ended_ns = modbus_device_next_ns(&device);
    assert_in_range(ended_ns - asked_ns, 4 * MS, 5 * MS);
    assert_false(modbus_device_give(&device, ended_ns, heard));
    assert_in_range(modbus_device_next_ns(&device) - ended_ns, 21 * MS, 22 * MS);
}

static void whoever_is_not_meant_keeps_silent(void **state)
{
    (void)state;
    ask("\x02\x03\x00\x00\x00\x02", 6);
    assert_int_equal(heard_size, 0);
    say("\x01\x03\x00\x00\x00\x02\xC4\x0C", 8);
    listen();
    assert_int_equal(heard_size, 0);
    say("\x01", 1);
    listen();
    assert_int_equal(heard_size, 0);
}

static void a_gap_or_another_rate_spoils_a_question(void **state)
{
    (void)state;
    say("\x01\x03\x00\x00", 4);
    now_ns += 2 * CHARACTER;
    say("\x00\x02\xC4\x0B", 4);
    listen();
    assert_int_equal(heard_size, 0);
    for (unsigned i = 0; i < 8; i++) {
        now_ns += CHARACTER;
        modbus_device_take(&device, (uint8_t) "\x01\x03\x00\x00\x00\x02\xC4\x0B"[i], 4800, now_ns);
    }
    listen();
    assert_int_equal(heard_size, 0);
    ask("\x01\x03\x00\x00\x00\x01", 6);
    assert_int_equal(heard_size, 7);
}

static void what_does_not_exist_is_refused(void **state)
{
    (void)state;
    ask("\x01\x03\x00\x03\x00\x02", 6);
    assert_int_equal(heard_size, 5);
    assert_memory_equal(heard, "\x01\x83\x02", 3);
    ask("\x01\x03\x00\x00\x00\x00", 6);
    assert_memory_equal(heard, "\x01\x83\x03", 3);
    ask("\x01\x06\x00\x00\x00\x01", 6);
    assert_memory_equal(heard, "\x01\x86\x01", 3);
}

static void without_supply_it_is_deaf_and_it_wakes_slowly(void **state)
{
    (void)state;
    modbus_device_supply(&device, false, now_ns);
    ask("\x01\x03\x00\x00\x00\x02", 6);
    assert_int_equal(heard_size, 0);
    modbus_device_supply(&device, true, now_ns);
    ask("\x01\x03\x00\x00\x00\x02", 6);
    assert_int_equal(heard_size, 0);
    ask("\x01\x03\x00\x00\x00\x02", 6);
    assert_int_equal(heard_size, 9);
}

static void speaking_into_an_answer_ends_it(void **state)
{
    (void)state;
    say("\x01\x03\x00\x00\x00\x02\xC4\x0B", 8);
    now_ns = modbus_device_next_ns(&device);
    (void)modbus_device_give(&device, now_ns, heard);
    say("\x00", 1);
    listen();
    assert_int_equal(heard_size, 0);
}

static void a_broken_wire_and_noise_can_be_ordered(void **state)
{
    (void)state;
    device.silent = true;
    ask("\x01\x03\x00\x00\x00\x02", 6);
    assert_int_equal(heard_size, 0);
    device.silent = false;
    device.spoil_crc = true;
    ask("\x01\x03\x00\x00\x00\x02", 6);
    assert_int_equal(heard_size, 9);
    assert_int_not_equal(load_le16(heard + 7), crc16_modbus(span_of(heard, 7)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(registers_are_read_with_both_functions, setup),
        cmocka_unit_test_setup(an_answer_takes_the_time_of_its_characters, setup),
        cmocka_unit_test_setup(whoever_is_not_meant_keeps_silent, setup),
        cmocka_unit_test_setup(a_gap_or_another_rate_spoils_a_question, setup),
        cmocka_unit_test_setup(what_does_not_exist_is_refused, setup),
        cmocka_unit_test_setup(without_supply_it_is_deaf_and_it_wakes_slowly, setup),
        cmocka_unit_test_setup(speaking_into_an_answer_ends_it, setup),
        cmocka_unit_test_setup(a_broken_wire_and_noise_can_be_ordered, setup),
    };
    return cmocka_run_group_tests_name("modbus device", tests, NULL, NULL);
}
