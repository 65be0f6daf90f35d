// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/soc/board_bench.h"

static struct wear wear;

static int set_up(void **state)
{
    (void)state;
    wear = (struct wear){0};
    return 0;
}

static void assert_most(unsigned index, const char *name, uint32_t address, uint32_t count)
{
    struct wear_most most = wear_most(&wear, index);

    assert_string_equal(most.name, name);
    assert_int_equal(most.address, address);
    assert_int_equal(most.count, count);
}

static void the_most_worn_cell_of_each_memory_is_told(void **state)
{
    (void)state;
    wear_flash_erase(&wear, 0x08007800);
    wear_flash_erase(&wear, 0x0802FF80);
    wear_flash_erase(&wear, 0x0802FFFC);
    wear_eeprom_write(&wear, 0x080817FC);
    assert_most(0, "flash", 0x0802FF80, 2);
    assert_most(1, "eeprom", 0x080817FC, 1);
    assert_most(2, "nor", 0, 0);
    assert_null(wear_most(&wear, 3).name);
}

static void an_erased_block_wears_each_of_its_sectors(void **state)
{
    (void)state;
    wear_nor_erase(&wear, 0x010000, 0x10000);
    wear_nor_erase(&wear, 0x01F000, 0x1000);
    assert_most(2, "nor", 0x01F000, 2);
    assert_int_equal(wear.nor[0x10], 1);
    assert_int_equal(wear.nor[0x1E], 1);
    assert_int_equal(wear.nor[0x20], 0);
}

static void operations_of_a_board_are_counted(void **state)
{
    (void)state;
    wr(0x4002200C, 0x89ABCDEF);
    wr(0x4002200C, 0x02030405);
    wr(0x08080010, 1);
    wr(0x08080010, 2);
    assert_int_equal(bench.machine.wear.eeprom[4], 2);
    machine_operation(&bench.machine, NVM_NOR_ERASE, 0x1000,
                      span_of(&(uint32_t){4096}, sizeof(uint32_t)), 1);
    machine_operation(&bench.machine, NVM_FLASH_ERASE, 0x08007800, span_of(NULL, 0), 1);
    assert_int_equal(bench.machine.wear.nor[1], 1);
    assert_int_equal(bench.machine.wear.flash[0x7800 / 128], 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_most_worn_cell_of_each_memory_is_told, set_up),
        cmocka_unit_test_setup(an_erased_block_wears_each_of_its_sectors, set_up),
        cmocka_unit_test_setup_teardown(operations_of_a_board_are_counted, bench_setup,
                                        bench_teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
