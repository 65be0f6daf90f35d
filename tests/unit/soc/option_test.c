// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/unit/soc/board_bench.h"

#define PECR    0x40022004U
#define OPTKEYR 0x40022014U
#define SR      0x40022018U
#define OPTR    0x4002201CU
#define WRPR    0x40022020U
#define WRPR2   0x40022080U
#define CSR     0x40021050U
#define PAGE    0x08010000U

enum { OPTLOCK = 1 << 2, LAUNCH = 1 << 18, WRPERR = 1 << 8, OPTVERR = 1 << 11 };

static struct option_bytes *options(void)
{
    return &bench.machine.soc.nvm.options;
}

static void restart(void)
{
    machine_power_off(&bench.machine);
    machine_power_on(&bench.machine);
    bench.machine.cpu.stop = CPU_RUNNING;
}

static void unlock(void)
{
    wr(0x4002200C, 0x89ABCDEF);
    wr(0x4002200C, 0x02030405);
    wr(OPTKEYR, 0xFBEAD9C8);
    wr(OPTKEYR, 0x24252627);
    assert_int_equal(rd(PECR) & OPTLOCK, 0);
}

static void program(unsigned index, uint16_t half)
{
    wr(OPTION_BASE + 4 * index, half | (uint32_t)(uint16_t)~half << 16);
    while ((rd(SR) & 1) != 0) {
        pass_ns(10000);
    }
    time_serve(&bench.machine);
}

static void a_board_is_shipped_open(void **state)
{
    (void)state;
    assert_int_equal(rd(OPTR), 0x807000AA);
    assert_int_equal(rd(WRPR) | rd(WRPR2), 0);
    assert_int_equal(rd(OPTION_BASE), 0xFF5500AA);
    assert_int_equal(options_readout(options()), 0);
    assert_no_misuse();
}

static void what_was_programmed_counts_from_the_next_power_on(void **state)
{
    (void)state;
    unlock();
    program(2, 0x007F);
    program(4, 0x8000);
    assert_int_equal(rd(WRPR), 0);
    assert_true(options_protected(options()) == (0x7F | 1ULL << 47));
    assert_int_equal(bench.machine.operations_of[NVM_OPTION], 2);
    restart();
    assert_int_equal(rd(WRPR), 0x7F);
    assert_int_equal(rd(WRPR2), 0x8000);
    assert_no_misuse();
}

static void obl_launch_loads_them_with_a_reset_of_its_own(void **state)
{
    (void)state;
    unlock();
    program(3, 0x0001);
    wr(PECR, rd(PECR) | LAUNCH);
    machine_run(&bench.machine, now_ns() + 1000000);
    assert_int_equal(rd(WRPR), 1U << 16);
    assert_int_equal(rd(CSR) >> 24 & 2, 2);
    assert_int_equal(rd(PECR), 7);
}

static void locked_option_bytes_refuse_a_store(void **state)
{
    (void)state;
    wr(OPTION_BASE + 8, 0xFF80007F);
    assert_misuse("locked option bytes");
    assert_int_equal(rd(OPTION_BASE + 8), 0xFFFF0000);
    assert_int_equal(rd(SR) & WRPERR, WRPERR);
}

static void a_half_word_without_its_complement_is_misuse(void **state)
{
    (void)state;
    unlock();
    wr(OPTION_BASE + 8, 0x0000007F);
    assert_misuse("complement");
    wr(OPTION_BASE, 0xFE5501AA);
    assert_misuse("WPRMOD");
}

static void every_sector_has_its_bit(void **state)
{
    static const struct {
        uint64_t sectors;
        uint32_t address;
    } cases[] = {{1ULL << 6, 0x08006F80}, {1ULL << 31, 0x0801F000}, {1ULL << 47, 0x0802FF80}};

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        options_protect(options(), cases[i].sectors);
        restart();
        unlock();
        wr(0x40022010, 0x8C9DAEBF);
        wr(0x40022010, 0x13141516);
        wr(cases[i].address, 1);
        assert_int_equal(rd(SR) & WRPERR, WRPERR);
        wr(SR, WRPERR);
        wr(cases[i].address ^ 0x1000, 1);
        assert_int_equal(rd(SR) & WRPERR, 0);
        assert_no_misuse();
    }
}

static void the_way_back_from_level_1_erases_flash_and_eeprom(void **state)
{
    (void)state;
    bench.machine.cpu.flash[7] = 1;
    bench.machine.soc.nvm.eeprom[7] = 1;
    assert_true(options_set_readout(&bench.machine, 1));
    assert_int_equal(options_readout(options()), 1);
    assert_int_equal(bench.machine.cpu.flash[7], 1);
    assert_true(options_set_readout(&bench.machine, 0));
    assert_int_equal(options_readout(options()), 0);
    assert_int_equal(bench.machine.cpu.flash[7], 0);
    assert_int_equal(bench.machine.soc.nvm.eeprom[7], 0);
}

static void level_2_is_for_ever(void **state)
{
    (void)state;
    unlock();
    program(0, 0x00CC);
    assert_false(options_set_readout(&bench.machine, 0));
    restart();
    assert_int_equal(rd(OPTR) & 0xFF, 0xCC);
    unlock();
    wr(OPTION_BASE, 0xFF5500AA);
    assert_misuse("WRPERR");
    assert_int_equal(options_readout(options()), 2);
}

static void a_cut_inside_an_option_byte_may_leave_level_1(void **state)
{
    unsigned broken = 0;

    (void)state;
    for (unsigned i = 0; i < 20; i++) {
        options_ship(options());
        restart();
        unlock();
        wr(OPTION_BASE, 0xFF4400BB);
        pass_ns(1000000 + 200000 * i);
        restart();
        broken += (rd(SR) & OPTVERR) != 0;
        assert_true(options_readout(options()) <= 1);
    }
    assert_true(broken > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)
        TEST(a_board_is_shipped_open),
        TEST(what_was_programmed_counts_from_the_next_power_on),
        TEST(obl_launch_loads_them_with_a_reset_of_its_own),
        TEST(locked_option_bytes_refuse_a_store),
        TEST(a_half_word_without_its_complement_is_misuse),
        TEST(every_sector_has_its_bit),
        TEST(the_way_back_from_level_1_erases_flash_and_eeprom),
        TEST(level_2_is_for_ever),
        TEST(a_cut_inside_an_option_byte_may_leave_level_1),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
