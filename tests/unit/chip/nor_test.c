// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "tests/unit/chip/nor_bench.h"

static void identifies_itself_in_mode_0_and_3(void **state)
{
    const uint8_t opcode = 0x9F;
    uint8_t id[3] = {0};

    (void)state;
    assert_int_equal(read_id(), 0x5E4016);
    transfer_in(true, &opcode, 1, id, 3);
    assert_memory_equal(id, "\x5E\x40\x16", 3);
    const uint8_t old_id[] = {0x90, 0, 0, 0};
    transfer(old_id, 4, id, 2);
    assert_memory_equal(id, "\x5E\x15", 2);
    assert_no_misuse();
}

static void tells_its_erases_and_size_by_sfdp(void **state)
{
    const uint8_t header_at[] = {0x5A, 0, 0, 0, 0};
    const uint8_t table_at[] = {0x5A, 0, 0, 0x30, 0};
    uint8_t header[16] = {0};
    uint8_t table[36] = {0};

    (void)state;
    transfer(header_at, 5, header, sizeof header);
    assert_memory_equal(header, "SFDP", 4);
    assert_int_equal(header[11], 9);
    assert_int_equal(header[12], 0x30);
    transfer(table_at, 5, table, sizeof table);
    assert_int_equal(table[0] & 3, 1); // 4 KB erase
    assert_int_equal(table[1], 0x20);
    assert_memory_equal(table + 4, "\xFF\xFF\xFF\x01", 4); // 32 Mbit - 1
    assert_memory_equal(table + 28, "\x0C\x20\x0F\x52\x10\xD8", 6);
}

static void programs_a_page_in_half_a_millisecond(void **state)
{
    (void)state;
    assert_true(program(0x1000, (const uint8_t *)"hello", 5));
    assert_int_equal(status(), 3); // WIP, WEL
    now_ns += 499 * US;
    assert_int_equal(status() & 1, 1);
    now_ns += 2 * US;
    assert_int_equal(status(), 0);
    assert_int_equal(read_cell(0x1000), 'h');
    assert_int_equal(read_cell(0x1004), 'o');
    assert_int_equal(read_cell(0x1005), 0xFF);
    assert_no_misuse();
}

static void erases_take_their_time_and_area(void **state)
{
    static const struct {
        uint8_t opcode;
        uint32_t size;
        uint64_t duration_ns;
    } rows[] = {{0x20, 4096, 45ULL * MS}, {0x52, 32768, 150ULL * MS}, {0xD8, 65536, 250ULL * MS}};

    (void)state;
    for (unsigned i = 0; i < 3; i++) {
        memset(chip.data, 0, 3 * 65536);
        assert_true(erase(rows[i].opcode, 65536 + 5));
        now_ns += rows[i].duration_ns - US;
        assert_int_equal(status() & 1, 1);
        now_ns += 2 * US;
        assert_int_equal(status() & 1, 0);
        assert_int_equal(chip.data[65535], 0);
        assert_int_equal(chip.data[65536], 0xFF);
        assert_int_equal(chip.data[65536 + rows[i].size - 1], 0xFF);
        assert_int_equal(chip.data[65536 + rows[i].size], 0);
    }
    assert_no_misuse();
}

static void program_over_what_is_not_erased_is_misuse(void **state)
{
    (void)state;
    program(0, (const uint8_t *)"\x0F", 1);
    now_ns += MS;
    status();
    program(0, (const uint8_t *)"\x0E", 1); // clears one more bit
    assert_no_misuse();
    now_ns += MS;
    status();
    program(0, (const uint8_t *)"\x1E", 1);
    assert_misuse("program of 1E over 0E at 000000");
}

static void program_across_a_page_is_misuse(void **state)
{
    (void)state;
    program(0xFE, (const uint8_t *)"abc", 3);
    assert_misuse("from 0000FE goes across the end");
}

static void program_wraps_inside_its_page(void **state)
{
    (void)state;
    program(0x1FE, (const uint8_t *)"abc", 3);
    now_ns += MS;
    nor_settle(&chip, now_ns);
    assert_memory_equal(chip.data + 0x1FE, "ab", 2);
    assert_int_equal(chip.data[0x100], 'c');
}

static void writing_without_write_enable_is_misuse(void **state)
{
    (void)state;
    addressed(0x02, 0, (const uint8_t *)"a", 1);
    assert_misuse("02 without write enable");
    addressed(0x20, 0, NULL, 0);
    assert_misuse("20 without write enable");
}

static void write_enable_is_gone_after_each_write(void **state)
{
    (void)state;
    erase(0x20, 0);
    now_ns += 46ULL * MS;
    assert_int_equal(status(), 0);
    addressed(0x20, 0, NULL, 0);
    assert_misuse("without write enable");
    command(0x06);
    assert_int_equal(status(), 2);
    command(0x04);
    assert_int_equal(status(), 0);
}

static void access_while_busy_is_misuse(void **state)
{
    (void)state;
    erase(0x20, 0);
    read_cell(0);
    assert_misuse("03 while busy");
    command(0xB9);
    assert_misuse("B9 while busy");
}

static void deep_power_down_hears_ab_alone(void **state)
{
    (void)state;
    command(0xB9);
    now_ns += 100 * US;
    assert_int_equal(read_id(), 0xFFFFFF);
    assert_misuse("9F in deep power-down");
    command(0xAB);
    now_ns += 100 * US;
    assert_int_equal(read_id(), 0x5E4016);
    assert_no_misuse();
}

static void a_command_too_soon_after_ab_is_misuse(void **state)
{
    (void)state;
    command(0xB9);
    now_ns += 100 * US;
    command(0xAB);
    now_ns += 10 * US;
    read_id();
    assert_misuse("less than 30 us after AB");
}

static void after_a_reset_of_the_mcu_the_start_sequence_is_let_pass(void **state)
{
    (void)state;
    command(0xB9);
    now_ns += 100 * US;
    nor_mcu_reset(&chip);
    assert_int_equal(status(), 0xFF);
    assert_int_equal(read_id(), 0xFFFFFF);
    command(0xAB);
    now_ns += 100 * US;
    assert_int_equal(status(), 0);
    assert_no_misuse();
}

static void after_a_reset_reads_and_writes_asleep_stay_misuse(void **state)
{
    (void)state;
    command(0xB9);
    now_ns += 100 * US;
    nor_mcu_reset(&chip);
    read_cell(0);
    assert_misuse("03 in deep power-down");
    command(0x06);
    assert_misuse("06 in deep power-down");
}

static void a_reset_of_the_mcu_does_not_end_an_erase(void **state)
{
    (void)state;
    erase(0xD8, 0);
    nor_mcu_reset(&chip);
    command(0xAB);
    assert_int_equal(read_id(), 0);
    assert_int_equal(status() & 1, 1);
    now_ns += 251ULL * MS;
    assert_int_equal(status() & 1, 0);
    assert_no_misuse();
}

static void software_reset_needs_both_commands(void **state)
{
    (void)state;
    command(0x06);
    command(0x99);
    assert_int_equal(status(), 2);
    command(0x66);
    command(0x99);
    now_ns += 100 * US;
    assert_int_equal(status(), 0);
    assert_no_misuse();
}

static void protection_bits_are_cleared_by_write_status(void **state)
{
    const uint8_t open[] = {0x01, 0x00};

    (void)state;
    chip.status = 0x1C;
    assert_int_equal(status(), 0x1C);
    erase(0x20, 0);
    assert_misuse("20 with BP bits 1C set");
    command(0x06);
    transfer(open, 2, NULL, 0);
    now_ns += 11ULL * MS;
    assert_int_equal(status(), 0);
}

static void an_unknown_command_is_misuse(void **state)
{
    (void)state;
    command(0x42);
    assert_misuse("42 is not known");
}

static void cs_high_inside_a_byte_is_misuse_and_writes_nothing(void **state)
{
    uint8_t ignored = 0;

    (void)state;
    command(0x06);
    nor_select(&chip, false, now_ns);
    clock_bits(false, 8, 0x20, &ignored);
    clock_bits(false, 5, 0, &ignored);
    assert_false(nor_select(&chip, true, now_ns));
    assert_misuse("CS high inside command 20");
    assert_int_equal(status(), 2);
}

static void a_missing_chip_floats_high_or_is_held_low(void **state)
{
    (void)state;
    nor_free(&chip);
    nor_init(&chip, NULL);
    assert_int_equal(read_id(), 0xFFFFFF);
    chip.faults.held_low = true;
    assert_int_equal(read_id(), 0);
    assert_int_equal(status(), 0);
    assert_no_misuse();
}

static void a_stuck_chip_stays_busy(void **state)
{
    (void)state;
    chip.faults.stuck_busy = true;
    now_ns += 100ULL * 1000 * MS;
    assert_int_equal(status() & 1, 1);
}

static void a_cut_inside_an_erase_leaves_a_mix_and_weak_words(void **state)
{
    uint64_t random = 1;
    unsigned ones = 0;

    (void)state;
    memset(chip.data, 0, 4096);
    erase(0x20, 0);
    now_ns += 22500ULL * US;
    nor_power_off(&chip, now_ns, &random);
    for (unsigned i = 0; i < 4096; i++) {
        ones += (unsigned)__builtin_popcount(chip.data[i]);
    }
    assert_in_range(ones, 15000, 17800);
    assert_true(chip.weak.count > 0);
    nor_power_on(&chip);
    status();
    uint32_t address = chip.weak.word[0].address;
    unsigned differences = 0;
    uint8_t first = read_cell(address);
    for (unsigned i = 0; i < 20; i++) {
        differences += read_cell(address) != first ? 1 : 0;
    }
    assert_true(differences > 0);
    erase(0x20, 0);
    now_ns += 46ULL * MS;
    status();
    assert_int_equal(chip.weak.count, 0);
    assert_int_equal(read_cell(address), 0xFF);
    assert_no_misuse();
}

static void a_cut_inside_a_program_touches_its_page_alone(void **state)
{
    uint8_t zeros[256] = {0};
    uint64_t random = 1;

    (void)state;
    program(0x100, zeros, sizeof zeros);
    now_ns += 250 * US;
    nor_power_off(&chip, now_ns, &random);
    assert_int_equal(chip.data[0xFF], 0xFF);
    assert_int_equal(chip.data[0x200], 0xFF);
    assert_true(memcmp(chip.data + 0x100, zeros, sizeof zeros) != 0);
}

static void another_size_wraps_at_its_end(void **state)
{
    static const struct nor_part small = {"W25X10", {0xEF, 0x30, 0x11}, 17, false, 128 * 1024};
    const uint8_t bytes[] = {0x03, 0x01, 0xFF, 0xFF};
    uint8_t data[2] = {0};

    (void)state;
    nor_free(&chip);
    nor_init(&chip, &small);
    chip.data[0] = 0x12;
    chip.data[128 * 1024 - 1] = 0x34;
    status();
    transfer(bytes, 4, data, 2);
    assert_memory_equal(data, "\x34\x12", 2);
    assert_int_equal(read_id(), 0xEF3011);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, nor_setup, nor_teardown)
        TEST(identifies_itself_in_mode_0_and_3),
        TEST(tells_its_erases_and_size_by_sfdp),
        TEST(programs_a_page_in_half_a_millisecond),
        TEST(erases_take_their_time_and_area),
        TEST(program_over_what_is_not_erased_is_misuse),
        TEST(program_across_a_page_is_misuse),
        TEST(program_wraps_inside_its_page),
        TEST(writing_without_write_enable_is_misuse),
        TEST(write_enable_is_gone_after_each_write),
        TEST(access_while_busy_is_misuse),
        TEST(deep_power_down_hears_ab_alone),
        TEST(a_command_too_soon_after_ab_is_misuse),
        TEST(after_a_reset_of_the_mcu_the_start_sequence_is_let_pass),
        TEST(after_a_reset_reads_and_writes_asleep_stay_misuse),
        TEST(a_reset_of_the_mcu_does_not_end_an_erase),
        TEST(software_reset_needs_both_commands),
        TEST(protection_bits_are_cleared_by_write_status),
        TEST(an_unknown_command_is_misuse),
        TEST(cs_high_inside_a_byte_is_misuse_and_writes_nothing),
        TEST(a_missing_chip_floats_high_or_is_held_low),
        TEST(a_stuck_chip_stays_busy),
        TEST(a_cut_inside_an_erase_leaves_a_mix_and_weak_words),
        TEST(a_cut_inside_a_program_touches_its_page_alone),
        TEST(another_size_wraps_at_its_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
