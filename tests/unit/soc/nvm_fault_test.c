// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/unit/soc/board_bench.h"

#define PAGE   0x08010000U
#define EEPROM 0x08080010U
#define PECR   0x40022004U
#define SR     0x40022018U

enum { PROG = 1 << 3, ERASE = 1 << 9, SR_ERRORS = 0x32F00, READINGS = 40 };

static void unlock(void)
{
    wr(0x4002200C, 0x89ABCDEF);
    wr(0x4002200C, 0x02030405);
    wr(0x40022010, 0x8C9DAEBF);
    wr(0x40022010, 0x13141516);
}

static uint32_t flash_word(uint32_t address)
{
    uint32_t word;

    memcpy(&word, bench.machine.cpu.flash + (address - CPU_FLASH_BASE), sizeof word);
    return word;
}

// How often a word read otherwise than before, while time passes.
static unsigned changes(uint32_t address)
{
    uint32_t before = rd(address);
    unsigned count = 0;

    for (unsigned i = 0; i < READINGS; i++) {
        pass_ns(2000000);
        time_serve(&bench.machine);
        uint32_t now = address < EEPROM ? flash_word(address) : rd(address);
        count += now != before;
        before = now;
    }
    return count;
}

static void wait_ready(void)
{
    while ((rd(SR) & 1) != 0) {
        pass_ns(10000);
    }
    time_serve(&bench.machine);
}

static void erase_page(uint32_t address)
{
    wr(PECR, rd(PECR) | PROG | ERASE);
    wr(address, 0);
    wait_ready();
    wr(PECR, rd(PECR) & ~(uint32_t)(PROG | ERASE));
}

static void a_weakened_word_reads_differently_until_it_is_written(void **state)
{
    (void)state;
    assert_true(nvm_weaken(&bench.machine, PAGE));
    assert_true(nvm_weaken(&bench.machine, EEPROM));
    assert_true(changes(PAGE) > READINGS / 2);
    assert_true(changes(EEPROM) > READINGS / 2);
    unlock();
    erase_page(PAGE);
    wr(EEPROM, 7);
    wait_ready();
    assert_int_equal(changes(PAGE), 0);
    assert_int_equal(flash_word(PAGE), 0);
    assert_int_equal(rd(EEPROM), 7);
    assert_no_misuse();
}

static void a_spoiled_word_reads_wrong_in_the_same_way(void **state)
{
    (void)state;
    assert_true(nvm_spoil(&bench.machine, PAGE));
    assert_int_equal(__builtin_popcount(flash_word(PAGE)), 3);
    assert_int_equal(changes(PAGE), 0);
    assert_true(nvm_spoil(&bench.machine, PAGE));
    assert_int_equal(flash_word(PAGE), 0);
}

static void a_worn_page_keeps_nothing_and_its_neighbours_do(void **state)
{
    (void)state;
    unlock();
    assert_true(nvm_wear_out(&bench.machine, PAGE + 4));
    wr(PAGE, 0xFFFFFFFF);
    wait_ready();
    assert_int_not_equal(flash_word(PAGE), 0xFFFFFFFF);
    erase_page(PAGE);
    assert_int_not_equal(flash_word(PAGE), 0);
    wr(PAGE + 128, 0xFFFFFFFF);
    wait_ready();
    assert_int_equal(flash_word(PAGE + 128), 0xFFFFFFFF);
    assert_no_misuse();
}

static void a_program_that_a_worn_page_refuses_sets_its_flag_and_is_no_misuse(void **state)
{
    (void)state;
    unlock();
    assert_true(nvm_wear_out(&bench.machine, PAGE));
    wr(PAGE, 0xFFFFFFFF);
    wait_ready();
    wr(PAGE, 0x12345678);
    assert_no_misuse();
    assert_int_equal(rd(SR) & SR_ERRORS, 1 << 16); // NOTZEROERR
}

static void a_worn_word_of_eeprom_is_that_word_alone(void **state)
{
    (void)state;
    unlock();
    assert_true(nvm_wear_out(&bench.machine, EEPROM));
    wr(EEPROM, 0xFFFFFFFF);
    wait_ready();
    wr(EEPROM + 4, 0xFFFFFFFF);
    wait_ready();
    assert_int_equal(rd(EEPROM + 4), 0xFFFFFFFF);
    assert_true(changes(EEPROM) > 0 || rd(EEPROM) != 0xFFFFFFFF);
    nvm_renew(&bench.machine);
    wr(EEPROM, 0xFFFFFFFF);
    wait_ready();
    assert_int_equal(rd(EEPROM), 0xFFFFFFFF);
    assert_int_equal(changes(EEPROM), 0);
}

static void a_fault_outside_of_the_memories_or_beyond_the_list_is_refused(void **state)
{
    (void)state;
    assert_false(nvm_weaken(&bench.machine, 0x20000000));
    assert_false(nvm_weaken(&bench.machine, PAGE + 2));
    assert_false(nvm_spoil(&bench.machine, 0x08030000));
    assert_false(nvm_wear_out(&bench.machine, 0x20000000));
    for (unsigned i = 0; i < NVM_WORN_MAX; i++) {
        assert_true(nvm_wear_out(&bench.machine, PAGE + 128 * i));
    }
    assert_false(nvm_wear_out(&bench.machine, PAGE));
}

static void assert_faults_the_processor(const uint16_t *code, unsigned count)
{
    machine_power_off(&bench.machine);
    bench_program(code, count);
    machine_power_on(&bench.machine);
    assert_int_equal(machine_run(&bench.machine, 1000000), MACHINE_MISUSE);
    machine_power_off(&bench.machine);
    assert_true(nvm_weaken(&bench.machine, PAGE));
    machine_power_on(&bench.machine);
    assert_int_equal(machine_run(&bench.machine, 2000000), MACHINE_LOCKUP); // it has no handler
}

static void an_exception_after_a_fault_of_the_cells_does_not_stop_the_run(void **state)
{
    static const uint16_t undefined[] = {0xDE00};

    (void)state;
    assert_faults_the_processor(undefined, 1);
}

static void an_access_to_nothing_after_a_fault_of_the_cells_is_an_exception(void **state)
{
    static const uint16_t load[] = {0x2003, 0x0740, 0x6801, 0xE7FE}; // movs, lsls: 0x60000000; ldr

    (void)state;
    assert_faults_the_processor(load, 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)
        TEST(a_weakened_word_reads_differently_until_it_is_written),
        TEST(a_spoiled_word_reads_wrong_in_the_same_way),
        TEST(a_worn_page_keeps_nothing_and_its_neighbours_do),
        TEST(a_program_that_a_worn_page_refuses_sets_its_flag_and_is_no_misuse),
        TEST(a_worn_word_of_eeprom_is_that_word_alone),
        TEST(a_fault_outside_of_the_memories_or_beyond_the_list_is_refused),
        TEST(an_exception_after_a_fault_of_the_cells_does_not_stop_the_run),
        TEST(an_access_to_nothing_after_a_fault_of_the_cells_is_an_exception),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
