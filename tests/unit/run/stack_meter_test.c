// SPDX-License-Identifier: Apache-2.0
#include "vnode/run/stack_meter.h"

#include <string.h>

#include "base/endian.h"
#include "tests/host/cmocka_all.h"
#include "vnode/soc/rcc.h"

enum { BOOT_STACK = 1024, APPLICATION_STACK = 2048, APPLICATION_AT = 0x7800 };

static struct cpu cpu;
static struct stack_meter meter;

static int setup(void **state)
{
    (void)state;
    memset(&cpu, 0, sizeof cpu);
    memset(&meter, 0, sizeof meter);
    memset(cpu.ram, 0x5A, sizeof cpu.ram);
    store_le32(cpu.flash, CPU_RAM_BASE + BOOT_STACK);
    store_le32(cpu.flash + APPLICATION_AT, CPU_RAM_BASE + APPLICATION_STACK);
    stack_meter_restart(&meter, &cpu, RCC_CSR_POWER_RESET);
    return 0;
}

static void use(uint32_t from, uint32_t to)
{
    memset(cpu.ram + from, 0xC3, to - from);
}

static void expect(enum stack_owner owner, uint32_t deepest, uint32_t size)
{
    stack_meter_settle(&meter, &cpu);
    assert_int_equal(meter.depths[owner].deepest, deepest);
    assert_int_equal(meter.depths[owner].size, size);
}

static void what_was_written_counts_from_its_lowest_word_on(void **state)
{
    (void)state;
    expect(STACK_BOOTLOADER, 0, BOOT_STACK);
    use(BOOT_STACK - 8, BOOT_STACK);
    use(BOOT_STACK - 202, BOOT_STACK - 201); // a byte of a frame that was left empty otherwise
    expect(STACK_BOOTLOADER, 204, BOOT_STACK);
    use(BOOT_STACK, BOOT_STACK + 500); // what lies above is no stack
    expect(STACK_BOOTLOADER, 204, BOOT_STACK);
}

static void each_program_has_its_own(void **state)
{
    (void)state;
    use(BOOT_STACK - 100, BOOT_STACK);
    stack_meter_jump(&meter, &cpu, CPU_FLASH_BASE + APPLICATION_AT);
    use(APPLICATION_STACK - 300, APPLICATION_STACK);
    expect(STACK_APPLICATION, 300, APPLICATION_STACK);
    expect(STACK_BOOTLOADER, 100, BOOT_STACK);
}

static void the_deepest_of_all_starts_stays(void **state)
{
    (void)state;
    use(BOOT_STACK - 400, BOOT_STACK);
    stack_meter_restart(&meter, &cpu, 0);
    memset(cpu.ram + BOOT_STACK - 60, 0x11, 60);
    expect(STACK_BOOTLOADER, 400, BOOT_STACK);
}

static void behind_a_power_cut_nothing_is_concluded_from_new_ram(void **state)
{
    (void)state;
    memset(cpu.ram, 0x77, sizeof cpu.ram);
    stack_meter_restart(&meter, &cpu, RCC_CSR_POWER_RESET);
    expect(STACK_BOOTLOADER, 0, BOOT_STACK);
}

static void an_erased_table_begins_no_program(void **state)
{
    (void)state;
    store_le32(cpu.flash + APPLICATION_AT, 0);
    stack_meter_jump(&meter, &cpu, CPU_FLASH_BASE + APPLICATION_AT);
    use(0, BOOT_STACK);
    expect(STACK_APPLICATION, 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(what_was_written_counts_from_its_lowest_word_on, setup),
        cmocka_unit_test_setup(each_program_has_its_own, setup),
        cmocka_unit_test_setup(the_deepest_of_all_starts_stays, setup),
        cmocka_unit_test_setup(behind_a_power_cut_nothing_is_concluded_from_new_ram, setup),
        cmocka_unit_test_setup(an_erased_table_begins_no_program, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
