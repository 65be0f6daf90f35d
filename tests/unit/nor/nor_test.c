// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/endian.h"
#include "node/port/nor.h"
#include "tests/fake/nor_chip.h"
#include "tests/host/cmocka_all.h"

enum { WATCHDOG_BOUND_US = 5000000 };

static int fresh(void **state)
{
    (void)state;
    fake_nor_reset();
    return 0;
}

static int opened(void **state)
{
    fresh(state);
    return nor_open() == STATUS_OK ? 0 : 1;
}

// The driver under test keeps its state from one test to the next, as it would not over a reset.
static int asleep(void **state)
{
    (void)state;
    nor_sleep();
    return 0;
}

// ---- the start ----

static void open_wakes_and_identifies_a_sleeping_chip(void **state)
{
    (void)state;
    assert_int_equal(nor_open(), STATUS_OK);
    assert_int_equal(nor_size_bytes(), 4 * 1024 * 1024);
    assert_int_equal(fake_nor.ignored, 0);
    assert_true(fake_nor.now_us < 2000);
}

static void open_twice_is_allowed(void **state)
{
    (void)state;
    assert_int_equal(nor_open(), STATUS_OK);
    assert_int_equal(nor_open(), STATUS_OK);
    assert_int_equal(nor_size_bytes(), 4 * 1024 * 1024);
}

static void open_waits_for_an_erase_from_before_the_reset(void **state)
{
    (void)state;
    fake_nor.asleep = false;
    fake_nor.busy_us = 1900000;
    assert_int_equal(nor_open(), STATUS_OK);
    assert_true(fake_nor.now_us >= 1900000);
    // AB, which a busy chip ignores, is the only command it got.
    assert_int_equal(fake_nor.ignored, 1);
    assert_true(fake_nor.longest_unfed_us < WATCHDOG_BOUND_US);
}

static void open_gives_up_on_a_chip_that_stays_busy(void **state)
{
    (void)state;
    fake_nor.asleep = false;
    fake_nor.busy_us = UINT32_MAX;
    assert_int_equal(nor_open(), STATUS_TIMEOUT);
    assert_int_equal(nor_size_bytes(), 0);
    assert_true(fake_nor.now_us < 4500000);
    assert_true(fake_nor.longest_unfed_us < WATCHDOG_BOUND_US);
    fake_nor.busy_us = 0;
}

static void open_says_not_found_on_a_floating_line_within_3_ms(void **state)
{
    (void)state;
    fake_nor.line = FAKE_NOR_FLOATING_HIGH;
    assert_int_equal(nor_open(), STATUS_NOT_FOUND);
    assert_true(fake_nor.now_us < 3000);
    assert_false(fake_nor.bus_open);
}

static void open_says_not_found_on_a_line_held_low_within_3_ms(void **state)
{
    (void)state;
    fake_nor.line = FAKE_NOR_HELD_LOW;
    assert_int_equal(nor_open(), STATUS_NOT_FOUND);
    assert_true(fake_nor.now_us < 3000);
    assert_false(fake_nor.bus_open);
}

static void open_resets_a_chip_that_gives_no_id(void **state)
{
    (void)state;
    fake_nor.needs_reset = true;
    assert_int_equal(nor_open(), STATUS_OK);
}

static void open_clears_protection_bits_once(void **state)
{
    (void)state;
    fake_nor.protection = 0x1C;
    assert_int_equal(nor_open(), STATUS_OK);
    assert_int_equal(fake_nor.protection, 0);
}

static void open_says_not_found_when_protection_stays(void **state)
{
    (void)state;
    fake_nor.protection = 0x04;
    fake_nor.protection_stays = true;
    assert_int_equal(nor_open(), STATUS_NOT_FOUND);
    assert_int_equal(nor_size_bytes(), 0);
    assert_true(fake_nor.asleep);
}

// ---- other chips ----

static void describe(uint32_t density, uint8_t type2_size, uint8_t type2_opcode)
{
    static const uint8_t header[] = {'S',  'F', 'D', 'P', 6,    1, 0, 0xFF,
                                     0x00, 6,   1,   16,  0x10, 0, 0, 0xFF};
    uint8_t *table = fake_nor.sfdp + sizeof header;

    memcpy(fake_nor.sfdp, header, sizeof header);
    memset(table, 0, 64);
    store_le32(table, 0xFFF120E5);
    store_le32(table + 4, density);
    table[28] = 12;
    table[29] = 0x20;
    table[30] = type2_size;
    table[31] = type2_opcode;
    table[40] = 0x80; // pages of 2^8
}

static void open_takes_another_maker_by_its_sfdp_table(void **state)
{
    (void)state;
    fake_nor.id = 0x123456;
    describe(16 * 1024 * 1024 - 1, 16, 0xD8); // 16 Mbit
    assert_int_equal(nor_open(), STATUS_OK);
    assert_int_equal(nor_size_bytes(), 2 * 1024 * 1024);
}

static void open_takes_the_smallest_chip_allowed(void **state)
{
    (void)state;
    fake_nor.id = 0x123456;
    describe(1024 * 1024 - 1, 16, 0xD8);
    assert_int_equal(nor_open(), STATUS_OK);
    assert_int_equal(nor_size_bytes(), 128 * 1024);
}

static void assert_does_not_fit(void)
{
    assert_int_equal(nor_open(), STATUS_NOT_FOUND);
    assert_int_equal(nor_size_bytes(), 0);
    assert_true(fake_nor.asleep);
}

static void open_refuses_a_chip_without_id_row_and_sfdp(void **state)
{
    (void)state;
    fake_nor.id = 0x123456;
    assert_does_not_fit();
}

static void open_refuses_a_chip_below_128_kb(void **state)
{
    (void)state;
    fake_nor.id = 0x123456;
    describe(512 * 1024 - 1, 16, 0xD8);
    assert_does_not_fit();
}

static void open_refuses_a_chip_without_64_kb_erase(void **state)
{
    (void)state;
    fake_nor.id = 0x123456;
    describe(16 * 1024 * 1024 - 1, 15, 0x52);
    assert_does_not_fit();
}

static void open_refuses_other_page_sizes(void **state)
{
    (void)state;
    fake_nor.id = 0x123456;
    describe(16 * 1024 * 1024 - 1, 16, 0xD8);
    fake_nor.sfdp[16 + 40] = 0x90;
    assert_does_not_fit();
}

static void open_refuses_a_chip_with_4_byte_addresses_only(void **state)
{
    (void)state;
    fake_nor.id = 0x123456;
    describe(16 * 1024 * 1024 - 1, 16, 0xD8);
    fake_nor.sfdp[16 + 2] |= 0x04;
    assert_does_not_fit();
}

static void open_refuses_the_m25p32_whose_id_looks_alike(void **state)
{
    (void)state;
    fake_nor.id = 0x202016;
    describe(32 * 1024 * 1024 - 1, 16, 0xD8);
    assert_does_not_fit();
}

// ---- the work ----

static void program_crosses_pages_without_wrapping(void **state)
{
    uint8_t bytes[700];
    uint8_t read[700];

    (void)state;
    for (size_t i = 0; i < sizeof bytes; i++) {
        bytes[i] = (uint8_t)(i * 7 + 1);
    }
    assert_int_equal(nor_program(0x1234, span_of(bytes, sizeof bytes)), STATUS_OK);
    assert_memory_equal(fake_nor.bytes + 0x1234, bytes, sizeof bytes);
    assert_int_equal(fake_nor.bytes[0x1233], 0xFF);
    assert_int_equal(fake_nor.bytes[0x1234 + sizeof bytes], 0xFF);
    assert_int_equal(nor_read(0x1234, read, sizeof read), STATUS_OK);
    assert_memory_equal(read, bytes, sizeof bytes);
    assert_int_equal(fake_nor.ignored, 0);
}

static void program_times_out_after_10_ms_a_page(void **state)
{
    uint8_t byte = 0;

    (void)state;
    fake_nor.page_us = 20000;
    assert_int_equal(nor_program(0, span_of(&byte, 1)), STATUS_TIMEOUT);
    assert_in_range(fake_nor.now_us, 10000, 14000);
}

static void erase_sector_takes_4_kb_and_no_byte_more(void **state)
{
    (void)state;
    memset(fake_nor.bytes, 0, 3 * 4096);
    assert_int_equal(nor_erase_sector(4096), STATUS_OK);
    assert_int_equal(fake_nor.bytes[4095], 0);
    assert_int_equal(fake_nor.bytes[4096], 0xFF);
    assert_int_equal(fake_nor.bytes[8191], 0xFF);
    assert_int_equal(fake_nor.bytes[8192], 0);
    assert_int_equal(fake_nor.busy_us, 0);
}

static void erase_block_waits_for_a_slow_chip(void **state)
{
    (void)state;
    fake_nor.erase_us = 2000000;
    memset(fake_nor.bytes + 65536, 0, 65536);
    assert_int_equal(nor_erase_block64k(65536), STATUS_OK);
    assert_int_equal(fake_nor.bytes[65536], 0xFF);
    assert_int_equal(fake_nor.bytes[131071], 0xFF);
    assert_int_equal(fake_nor.busy_us, 0);
}

static void erase_at_an_odd_address_is_invalid(void **state)
{
    (void)state;
    assert_int_equal(nor_erase_sector(100), STATUS_INVALID);
    assert_int_equal(nor_erase_block64k(4096), STATUS_INVALID);
}

static void addresses_outside_the_chip_are_invalid(void **state)
{
    uint8_t byte = 0;

    (void)state;
    assert_int_equal(nor_read(FAKE_NOR_SIZE, &byte, 1), STATUS_INVALID);
    assert_int_equal(nor_read(FAKE_NOR_SIZE - 1, &byte, 1), STATUS_OK);
    assert_int_equal(nor_program(0xFFFFFFFF, span_of(&byte, 1)), STATUS_INVALID);
    assert_int_equal(nor_erase_sector(FAKE_NOR_SIZE), STATUS_INVALID);
}

static void a_chip_that_refuses_to_be_written_is_freed_once(void **state)
{
    uint8_t byte = 0x5A;

    (void)state;
    fake_nor.protection = 0x1C;
    fake_nor.refuses_enable = true;
    assert_int_equal(nor_program(0, span_of(&byte, 1)), STATUS_OK);
    assert_int_equal(fake_nor.protection, 0);
    assert_int_equal(fake_nor.bytes[0], 0x5A);
}

static void regression_protection_that_came_back_is_cleared_before_a_write(void **state)
{
    uint8_t byte = 0x5A;

    (void)state;
    fake_nor.protection = 0x1C; // the write enable is taken all the same
    assert_int_equal(nor_program(0, span_of(&byte, 1)), STATUS_OK);
    assert_int_equal(fake_nor.protection, 0);
}

// ---- the end ----

static void sleep_ends_in_deep_power_down_with_the_bus_parked(void **state)
{
    uint8_t byte;

    (void)state;
    nor_sleep();
    assert_true(fake_nor.asleep);
    assert_false(fake_nor.bus_open);
    assert_int_equal(nor_size_bytes(), 0);
    assert_int_equal(nor_read(0, &byte, 1), STATUS_IO);
    assert_int_equal(fake_nor.ignored, 0);
}

static void sleep_does_not_wake_a_chip_it_sent_to_sleep(void **state)
{
    (void)state;
    nor_sleep();
    unsigned wakes = fake_nor.wakes;
    nor_sleep();
    assert_int_equal(fake_nor.wakes, wakes);
    assert_true(fake_nor.asleep);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fresh, asleep)
#define OPEN(name) cmocka_unit_test_setup_teardown(name, opened, asleep)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(open_wakes_and_identifies_a_sleeping_chip),
        TEST(open_twice_is_allowed),
        TEST(open_waits_for_an_erase_from_before_the_reset),
        TEST(open_gives_up_on_a_chip_that_stays_busy),
        TEST(open_says_not_found_on_a_floating_line_within_3_ms),
        TEST(open_says_not_found_on_a_line_held_low_within_3_ms),
        TEST(open_resets_a_chip_that_gives_no_id),
        TEST(open_clears_protection_bits_once),
        TEST(open_says_not_found_when_protection_stays),
        TEST(open_takes_another_maker_by_its_sfdp_table),
        TEST(open_takes_the_smallest_chip_allowed),
        TEST(open_refuses_a_chip_without_id_row_and_sfdp),
        TEST(open_refuses_a_chip_below_128_kb),
        TEST(open_refuses_a_chip_without_64_kb_erase),
        TEST(open_refuses_other_page_sizes),
        TEST(open_refuses_a_chip_with_4_byte_addresses_only),
        TEST(open_refuses_the_m25p32_whose_id_looks_alike),
        OPEN(program_crosses_pages_without_wrapping),
        OPEN(program_times_out_after_10_ms_a_page),
        OPEN(erase_sector_takes_4_kb_and_no_byte_more),
        OPEN(erase_block_waits_for_a_slow_chip),
        OPEN(erase_at_an_odd_address_is_invalid),
        OPEN(addresses_outside_the_chip_are_invalid),
        OPEN(a_chip_that_refuses_to_be_written_is_freed_once),
        OPEN(regression_protection_that_came_back_is_cleared_before_a_write),
        OPEN(sleep_ends_in_deep_power_down_with_the_bus_parked),
        OPEN(sleep_does_not_wake_a_chip_it_sent_to_sleep),
    };
    return cmocka_run_group_tests_name("nor", tests, NULL, NULL);
}
