// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/unit/chip/nor_bench.h"

static void set(struct nor_faults faults)
{
    nor_set_faults(&chip, &faults);
}

static void get_well(void)
{
    set((struct nor_faults){0});
}

static void a_fault_that_comes_unseen_makes_no_command_a_misuse(void **state)
{
    (void)state;
    set((struct nor_faults){.stuck_busy = true});
    assert_false(program(0, (const uint8_t[]){0}, 1));
    assert_no_misuse();
    get_well();
    assert_false(
        addressed(0x02, 0, (const uint8_t[]){0}, 1)); // its write enable was lost in the fault
    assert_no_misuse();
    assert_int_equal(status(), 0);
    addressed(0x02, 0, (const uint8_t[]){0}, 1);
    assert_misuse("without write enable");
}

static void a_chip_is_busy_for_a_time(void **state)
{
    (void)state;
    set((struct nor_faults){.busy_until_ns = 5 * MS});
    assert_int_equal(status() & 1, 1);
    now_ns = 5 * MS;
    assert_int_equal(status(), 0);
    assert_true(program(0, (const uint8_t[]){0x12}, 1));
}

static void a_wrong_id_is_told_by_every_command_that_asks(void **state)
{
    const uint8_t old[4] = {0x90};
    uint8_t answer[2] = {0};

    (void)state;
    set((struct nor_faults){.id = {0x20, 0x20, 0x16}});
    assert_int_equal(read_id(), 0x202016);
    transfer(old, sizeof old, answer, sizeof answer);
    assert_memory_equal(answer, "\x20\x15", 2);
    get_well();
    assert_int_equal(read_id(), 0x5E4016);
}

static void a_deaf_chip_takes_its_time_and_changes_nothing(void **state)
{
    uint64_t random = 1;

    (void)state;
    chip.data[0x1000] = 0x55;
    set((struct nor_faults){.deaf = true});
    assert_true(erase(0x20, 0x1000));
    assert_int_equal(status() & 1, 1);
    now_ns += 46ULL * MS;
    assert_int_equal(status(), 0);
    assert_int_equal(read_cell(0x1000), 0x55);
    assert_true(program(0x1000, (const uint8_t[]){0x0F}, 1)); // no misuse: who could know
    now_ns += 250ULL * US;
    nor_power_off(&chip, now_ns, &random);
    assert_int_equal(chip.data[0x1000], 0x55);
    assert_no_misuse();
}

static void stuck_bits_hold_their_level_in_their_range_alone(void **state)
{
    (void)state;
    set((struct nor_faults){.stuck = {.address = 0x1000, .size = 2, .mask = 0x81, .level = 0x01}});
    assert_int_equal(read_cell(0x1000), 0x7F);
    program(0x1000, (const uint8_t[]){0, 0, 0}, 3);
    now_ns += 1ULL * MS;
    status();
    assert_int_equal(read_cell(0x1000), 0x01);
    assert_int_equal(read_cell(0x1001), 0x01);
    assert_int_equal(read_cell(0x1002), 0x00);
    get_well();
    assert_int_equal(read_cell(0x1000), 0x00);
}

static void protection_comes_back_and_is_cleared_unless_it_is_locked(void **state)
{
    const uint8_t clear[2] = {0x01, 0};

    (void)state;
    nor_protect(&chip);
    assert_int_equal(status() & 0x1C, 0x1C);
    command(0x06);
    transfer(clear, 2, NULL, 0);
    now_ns += 11ULL * MS;
    assert_int_equal(status() & 0x1C, 0);
    set((struct nor_faults){.locked = true});
    command(0x06);
    transfer(clear, 2, NULL, 0);
    now_ns += 11ULL * MS;
    assert_int_equal(status() & 0x1C, 0x1C);
    assert_false(erase(0x20, 0));
    assert_no_misuse();
}

static void one_bit_turns_over_and_back(void **state)
{
    (void)state;
    assert_true(nor_flip(&chip, 0x123, 7));
    assert_int_equal(read_cell(0x123), 0x7F);
    assert_true(nor_flip(&chip, 0x123, 7));
    assert_int_equal(read_cell(0x123), 0xFF);
    assert_false(nor_flip(&chip, chip.part->size, 0));
}

static unsigned flipped(uint32_t address, uint32_t size)
{
    unsigned count = 0;

    for (uint32_t i = 0; i < size; i++) {
        count += (unsigned)__builtin_popcount(0xFFU ^ chip.data[address + i]);
    }
    return count;
}

static void flips_at_random_stay_in_their_range_and_follow_their_seed(void **state)
{
    (void)state;
    assert_true(nor_flip_some(&chip, 0x1000, 0x100, 9, 7));
    assert_int_equal(flipped(0x1000, 0x100), 9);
    assert_int_equal(flipped(0, chip.part->size), 9);
    assert_true(nor_flip_some(&chip, 0x1000, 0x100, 9, 7));
    assert_int_equal(flipped(0, chip.part->size), 0);
    assert_false(nor_flip_some(&chip, chip.part->size - 1, 2, 1, 7));
    assert_false(nor_flip_some(&chip, 0, 0, 1, 7));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, nor_setup, nor_teardown)
        TEST(a_fault_that_comes_unseen_makes_no_command_a_misuse),
        TEST(a_chip_is_busy_for_a_time),
        TEST(a_wrong_id_is_told_by_every_command_that_asks),
        TEST(a_deaf_chip_takes_its_time_and_changes_nothing),
        TEST(stuck_bits_hold_their_level_in_their_range_alone),
        TEST(protection_comes_back_and_is_cleared_unless_it_is_locked),
        TEST(one_bit_turns_over_and_back),
        TEST(flips_at_random_stay_in_their_range_and_follow_their_seed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
