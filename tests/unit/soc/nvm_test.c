// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "tests/unit/soc/board_bench.h"

#define PAGE   0x08010000U
#define EEPROM 0x08080000U
#define PECR   0x40022004U
#define SR     0x40022018U

enum { PROG = 1 << 3, ERASE = 1 << 9, FPRG = 1 << 10 };

static void unlock_eeprom(void)
{
    wr(0x4002200C, 0x89ABCDEF);
    wr(0x4002200C, 0x02030405);
}

static void unlock_flash(void)
{
    unlock_eeprom();
    wr(0x40022010, 0x8C9DAEBF);
    wr(0x40022010, 0x13141516);
}

static uint32_t flash_word(uint32_t address)
{
    uint32_t word;

    memcpy(&word, bench.machine.cpu.flash + (address - CPU_FLASH_BASE), sizeof word);
    return word;
}

static void set_flash_word(uint32_t address, uint32_t word)
{
    memcpy(bench.machine.cpu.flash + (address - CPU_FLASH_BASE), &word, sizeof word);
}

static void run_from_ram(void)
{
    bench.machine.cpu.r[15] = CPU_RAM_BASE + 0x100;
}

static void wait_ready_ns(uint64_t expected_ns)
{
    uint64_t begin_ns = now_ns();

    while ((rd(SR) & 1) != 0) {
        pass_ns(10000);
    }
    assert_in_range(now_ns() - begin_ns, expected_ns - 20000, expected_ns + 20000);
}

static void locked_flash_and_eeprom_refuse_a_store(void **state)
{
    (void)state;
    wr(PAGE, 1);
    assert_misuse("WRPERR");
    assert_int_equal(rd(SR) & 0x100, 0x100);
    assert_int_equal(flash_word(PAGE), 0);
    wr(SR, 0x100);
    wr(EEPROM, 1);
    assert_misuse("WRPERR: store to locked EEPROM");
    assert_int_equal(rd(EEPROM), 0);
}

static void a_wrong_key_shuts_until_the_reset(void **state)
{
    (void)state;
    wr(0x4002200C, 0x12345678);
    assert_misuse("wrong key");
    wr(0x4002200C, 0x89ABCDEF);
    assert_misuse("wrong key");
    assert_int_equal(rd(PECR), 7);
    machine_reset_pin(&bench.machine);
    bench.machine.cpu.stop = CPU_RUNNING;
    unlock_eeprom();
    assert_no_misuse();
    assert_int_equal(rd(PECR), 6);
}

static void locks_close_again_by_software(void **state)
{
    (void)state;
    unlock_flash();
    assert_int_equal(rd(PECR), 4);
    set(PECR, 2);
    assert_int_equal(rd(PECR), 6);
    set(PECR, 1);
    assert_int_equal(rd(PECR), 7);
    wr(PECR, 0);
    assert_misuse("PELOCK");
}

static void a_word_takes_3_2_ms_and_stalls_its_bank(void **state)
{
    (void)state;
    bench_run_at_32mhz();
    unlock_flash();
    wr(PAGE, 0xCAFE);
    assert_in_range(bench.machine.cpu.flash_busy_until[0], bench.machine.cpu.cycles + 102399,
                    bench.machine.cpu.cycles + 102401);
    assert_int_equal(bench.machine.cpu.flash_busy_until[1], 0);
    wait_ready_ns(3200000);
    assert_int_equal(flash_word(PAGE), 0xCAFE);
    assert_int_equal(rd(SR) & 2, 2); // EOP
    assert_int_equal(bench.machine.nvm_operations, 1);
    assert_no_misuse();
}

static void a_page_is_erased_in_3_2_ms(void **state)
{
    (void)state;
    set_flash_word(PAGE, 1);
    set_flash_word(PAGE + 124, 2);
    set_flash_word(PAGE + 128, 3);
    unlock_flash();
    set(PECR, ERASE | PROG);
    wr(PAGE + 64, 0);
    wait_ready_ns(3200000);
    assert_int_equal(flash_word(PAGE), 0);
    assert_int_equal(flash_word(PAGE + 124), 0);
    assert_int_equal(flash_word(PAGE + 128), 3);
    assert_no_misuse();
}

static void a_half_page_is_programmed_from_ram(void **state)
{
    (void)state;
    unlock_flash();
    run_from_ram();
    set(PECR, FPRG | PROG);
    for (uint32_t i = 0; i < 16; i++) {
        assert_int_equal(bench.machine.nvm_operations, 0);
        wr(PAGE + 64 + 4 * i, i + 1);
    }
    wait_ready_ns(3200000);
    for (uint32_t i = 0; i < 16; i++) {
        assert_int_equal(flash_word(PAGE + 64 + 4 * i), i + 1);
    }
    assert_no_misuse();
}

static void a_half_page_with_code_in_the_same_bank_fails_with_fwwerr(void **state)
{
    (void)state;
    unlock_flash();
    set(PECR, FPRG | PROG);
    wr(PAGE, 1);
    assert_misuse("FWWERR");
    assert_int_equal(rd(SR) & 1U << 17, 1U << 17);
    assert_int_equal(flash_word(PAGE), 0);
    assert_int_equal(bench.machine.nvm_operations, 0);
}

static void a_half_page_out_of_line_fails_with_pgaerr(void **state)
{
    (void)state;
    unlock_flash();
    run_from_ram();
    set(PECR, FPRG | PROG);
    wr(PAGE + 4, 1);
    assert_misuse("PGAERR");
    assert_int_equal(rd(SR) & 1U << 9, 1U << 9);
    wr(SR, 1U << 9);
    wr(PAGE, 1);
    wr(PAGE + 64, 1);
    assert_misuse("PGAERR");
}

static void program_over_programmed_fails_with_notzeroerr(void **state)
{
    (void)state;
    set_flash_word(PAGE, 1);
    unlock_flash();
    wr(PAGE, 3);
    assert_misuse("NOTZEROERR");
    assert_int_equal(rd(SR) & 1U << 16, 1U << 16);
    assert_int_equal(flash_word(PAGE), 1);
}

static void less_than_a_word_fails_with_sizerr(void **state)
{
    (void)state;
    unlock_flash();
    wr_sized(PAGE, 1, 2);
    assert_misuse("SIZERR");
    assert_int_equal(rd(SR) & 1U << 10, 1U << 10);
}

static void a_protected_sector_fails_with_wrperr(void **state)
{
    (void)state;
    bench.machine.soc.nvm.options.wrpr = 1U << 16;
    unlock_flash();
    wr(PAGE, 1);
    assert_no_misuse();
    assert_int_equal(rd(SR) & 0x100, 0x100);
    assert_int_equal(flash_word(PAGE), 0);
    assert_int_equal(bench.machine.soc.nvm.refused, 1);
    assert_int_equal(rd(0x40022020), 1U << 16);
}

static void a_stale_flag_fails_the_next_operation(void **state)
{
    (void)state;
    bench.machine.soc.nvm.tolerant = true;
    wr(EEPROM, 1); // locked: WRPERR
    unlock_eeprom();
    wr(EEPROM, 1);
    assert_int_equal(rd(EEPROM), 0);
    wr(SR, 0x100);
    wr(EEPROM, 1);
    assert_int_equal(rd(EEPROM), 1);
    assert_no_misuse();
}

static void tolerant_means_flags_only(void **state)
{
    (void)state;
    bench.machine.soc.nvm.tolerant = true;
    wr(PAGE, 1);
    assert_int_equal(rd(SR) & 0x100, 0x100);
    assert_no_misuse();
}

static void an_eeprom_word_takes_3_2_ms_over_zero_and_6_4_ms_otherwise(void **state)
{
    (void)state;
    bench_run_at_32mhz();
    unlock_eeprom();
    wr(EEPROM + 8, 0x11223344);
    wait_ready_ns(3200000);
    wr(EEPROM + 8, 0x55667788);
    wait_ready_ns(6400000);
    assert_int_equal(rd(EEPROM + 8), 0x55667788);
    wr_sized(EEPROM + 9, 0xAA, 1);
    wait_ready_ns(6400000);
    assert_int_equal(rd(EEPROM + 8), 0x5566AA88);
    wr_sized(EEPROM + 10, 0xBBCC, 2);
    wait_ready_ns(6400000);
    assert_int_equal(rd(EEPROM + 8), 0xBBCCAA88);
    assert_no_misuse();
}

static void a_second_store_waits_for_the_first(void **state)
{
    (void)state;
    unlock_eeprom();
    uint64_t begin_ns = now_ns();
    wr(EEPROM, 1);
    wr(EEPROM + 4, 2);
    assert_in_range(now_ns() - begin_ns, 3200000, 3201000);
    rd(EEPROM); // the same bank
    assert_in_range(now_ns() - begin_ns, 6400000, 6402000);
    wr(EEPROM, 3);
    begin_ns = now_ns();
    rd(EEPROM + 0xC00); // the other one
    assert_int_equal(now_ns(), begin_ns);
}

static enum machine_stop cut_page_erase(uint32_t fraction)
{
    for (uint32_t i = 0; i < 32; i++) {
        set_flash_word(PAGE + 4 * i, 0xFFFFFFFF);
    }
    unlock_flash();
    bench.machine.cut_at_operation = bench.machine.nvm_operations + 1;
    bench.machine.cut_fraction = fraction;
    set(PECR, ERASE | PROG);
    wr(PAGE, 0);
    return machine_run(&bench.machine, now_ns() + NS_PER_S);
}

static unsigned ones_in_page(void)
{
    unsigned ones = 0;

    for (uint32_t i = 0; i < 32; i++) {
        ones += (unsigned)__builtin_popcount(flash_word(PAGE + 4 * i));
    }
    return ones;
}

static void a_cut_inside_an_erase_leaves_a_mix(void **state)
{
    (void)state;
    uint64_t begin_ns = now_ns();
    assert_int_equal(cut_page_erase(32768), MACHINE_POWER_CUT);
    assert_in_range(now_ns() - begin_ns, 1600000, 1601000);
    assert_in_range(ones_in_page(), 384, 640);
    assert_in_range(bench.machine.soc.nvm.weak.count, 4, 28);
}

static void a_cut_before_or_after_leaves_old_or_new(void **state)
{
    (void)state;
    assert_int_equal(cut_page_erase(0), MACHINE_POWER_CUT);
    assert_int_equal(ones_in_page(), 1024);
    machine_power_on(&bench.machine);
    assert_int_equal(cut_page_erase(65536), MACHINE_POWER_CUT);
    assert_int_equal(ones_in_page(), 0);
    assert_int_equal(bench.machine.soc.nvm.weak.count, 0);
}

static void weak_words_change_until_they_are_erased(void **state)
{
    (void)state;
    cut_page_erase(32768);
    machine_power_on(&bench.machine);
    bench.machine.cpu.stop = CPU_RUNNING;
    bench.machine.cut_at_operation = 0;
    uint32_t address = bench.machine.soc.nvm.weak.word[0].address;
    uint32_t before = flash_word(address);
    pass_ns(2 * NS_PER_MS);
    assert_int_not_equal(flash_word(address), before);
    unlock_flash();
    set(PECR, ERASE | PROG);
    wr(PAGE, 0);
    pass_ns(10 * NS_PER_MS);
    assert_int_equal(bench.machine.soc.nvm.weak.count, 0);
    assert_int_equal(ones_in_page(), 0);
}

static void a_cut_inside_an_eeprom_byte_may_zero_its_neighbours(void **state)
{
    (void)state;
    unlock_eeprom();
    wr(EEPROM, 0xFFFFFFFF);
    bench.machine.cut_at_operation = 2;
    bench.machine.cut_fraction = 32767; // at the end of the erase that comes first
    wr_sized(EEPROM, 0xFE, 1);
    assert_int_equal(machine_run(&bench.machine, now_ns() + NS_PER_S), MACHINE_POWER_CUT);
    uint32_t word;
    memcpy(&word, bench.machine.soc.nvm.eeprom, sizeof word);
    assert_in_range(__builtin_popcount(word), 0, 2);
}

static void the_trace_tells_data_addresses_and_order(void **state)
{
    (void)state;
    uint64_t start = bench.machine.trace_hash;
    unlock_eeprom();
    wr(EEPROM, 1);
    uint64_t first = bench.machine.trace_hash;
    assert_true(first != start);
    wr(EEPROM + 4, 1);
    assert_true(bench.machine.trace_hash != first);
    assert_int_equal(bench.machine.operations_of[NVM_EEPROM], 2);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
#define TEST(f) cmocka_unit_test_setup_teardown(f, bench_setup, bench_teardown)
        TEST(locked_flash_and_eeprom_refuse_a_store),
        TEST(a_wrong_key_shuts_until_the_reset),
        TEST(locks_close_again_by_software),
        TEST(a_word_takes_3_2_ms_and_stalls_its_bank),
        TEST(a_page_is_erased_in_3_2_ms),
        TEST(a_half_page_is_programmed_from_ram),
        TEST(a_half_page_with_code_in_the_same_bank_fails_with_fwwerr),
        TEST(a_half_page_out_of_line_fails_with_pgaerr),
        TEST(program_over_programmed_fails_with_notzeroerr),
        TEST(less_than_a_word_fails_with_sizerr),
        TEST(a_protected_sector_fails_with_wrperr),
        TEST(a_stale_flag_fails_the_next_operation),
        TEST(tolerant_means_flags_only),
        TEST(an_eeprom_word_takes_3_2_ms_over_zero_and_6_4_ms_otherwise),
        TEST(a_second_store_waits_for_the_first),
        TEST(a_cut_inside_an_erase_leaves_a_mix),
        TEST(a_cut_before_or_after_leaves_old_or_new),
        TEST(weak_words_change_until_they_are_erased),
        TEST(a_cut_inside_an_eeprom_byte_may_zero_its_neighbours),
        TEST(the_trace_tells_data_addresses_and_order),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
