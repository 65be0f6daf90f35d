// SPDX-License-Identifier: Apache-2.0
// What tear_operation() leaves is what a cut in the midst of the same operation leaves, bit for bit.
#include <string.h>

#include "tests/unit/soc/board_bench.h"
#include "vnode/soc/tear.h"

#define PAGE   0x08010000U
#define EEPROM 0x08080000U
#define PECR   0x40022004U
#define RANDOM 0x1234567U

enum { PROG = 1 << 3, ERASE = 1 << 9, FPRG = 1 << 10, NOR_AT = 0x1000 };
#define QUARTER_NS UINT64_C(800000)

static struct machine torn; // the same board without power, whose operation is torn

static int setup(void **state)
{
    const struct machine_ports ports = {.context = NULL};

    machine_init(&torn, &ports, true, 1);
    return bench_setup(state);
}

static int teardown(void **state)
{
    machine_free(&torn);
    return bench_teardown(state);
}

static void unlock(void)
{
    wr(0x4002200C, 0x89ABCDEF);
    wr(0x4002200C, 0x02030405);
    wr(0x40022010, 0x8C9DAEBF);
    wr(0x40022010, 0x13141516);
}

static void fill(uint32_t address, uint32_t size, uint8_t byte)
{
    bool is_eeprom = address >= EEPROM;
    uint8_t *memory = is_eeprom ? bench.machine.soc.nvm.eeprom : bench.machine.cpu.flash;

    memset(memory + (address - (is_eeprom ? EEPROM : CPU_FLASH_BASE)), byte, size);
}

// Both boards keep the same now.
static void keep_a_copy(void)
{
    machine_copy(&torn, &bench.machine);
    machine_power_off(&torn);
}

static uint32_t cut_after(uint64_t ns)
{
    const struct nvm *nvm = &bench.machine.soc.nvm;

    pass_ns(ns);
    uint64_t passed_ns = now_ns() - nvm->begin_ns;
    uint32_t fraction = (uint32_t)(passed_ns * TORN_WHOLE / (nvm->end_ns - nvm->begin_ns));
    bench.machine.soc.random = RANDOM;
    machine_power_off(&bench.machine);
    return fraction;
}

static void assert_torn_alike(const struct tear *tear)
{
    torn.soc.random = RANDOM;
    tear_operation(&torn, tear);
    assert_memory_equal(torn.cpu.flash, bench.machine.cpu.flash, sizeof torn.cpu.flash);
    assert_memory_equal(torn.soc.nvm.eeprom, bench.machine.soc.nvm.eeprom, NVM_EEPROM_SIZE);
    assert_memory_equal(torn.nor.data, bench.machine.nor.data, torn.nor.part->size);
    assert_int_equal(torn.soc.nvm.weak.count, bench.machine.soc.nvm.weak.count);
    assert_memory_equal(torn.soc.nvm.weak.word, bench.machine.soc.nvm.weak.word,
                        torn.soc.nvm.weak.count * sizeof(struct weak_word));
    assert_int_equal(torn.nor.weak.count, bench.machine.nor.weak.count);
    assert_memory_equal(torn.nor.weak.word, bench.machine.nor.weak.word,
                        torn.nor.weak.count * sizeof(struct weak_word));
}

static void an_erased_page_tears_as_in_a_run(void **state)
{
    (void)state;
    fill(PAGE, NVM_PAGE_SIZE, 0xA5);
    unlock();
    keep_a_copy();
    set(PECR, ERASE | PROG);
    wr(PAGE, 0);
    struct tear tear = {NVM_FLASH_ERASE, PAGE, NVM_PAGE_SIZE, NULL, cut_after(QUARTER_NS)};
    assert_torn_alike(&tear);
    assert_true(torn.soc.nvm.weak.count > 0);
}

static void a_half_page_tears_as_in_a_run(void **state)
{
    uint32_t words[NVM_HALF_PAGE_SIZE / 4];

    (void)state;
    unlock();
    keep_a_copy();
    bench.machine.cpu.r[15] = CPU_RAM_BASE + 0x100;
    set(PECR, FPRG | PROG);
    for (uint32_t i = 0; i < NVM_HALF_PAGE_SIZE / 4; i++) {
        words[i] = 0x01010101U * (i + 1);
        wr(PAGE + 4 * i, words[i]);
    }
    struct tear tear = {NVM_FLASH_HALF_PAGE, PAGE, sizeof words, (const uint8_t *)words,
                        cut_after(2 * QUARTER_NS)};
    assert_torn_alike(&tear);
    assert_true(torn.soc.nvm.weak.count > 0);
}

static void assert_word_tears(uint32_t old, uint32_t new, uint64_t ns)
{
    fill(EEPROM, 4, (uint8_t)old);
    unlock();
    keep_a_copy();
    wr(EEPROM, new);
    struct tear tear = {NVM_EEPROM, EEPROM, 4, (const uint8_t *)&new, cut_after(ns)};
    assert_torn_alike(&tear);
}

static void an_empty_word_of_eeprom_tears_as_in_a_run(void **state)
{
    (void)state;
    assert_word_tears(0, 0xFFFF0000, QUARTER_NS);
}

static void a_word_of_eeprom_that_is_written_over_passes_through_zero(void **state)
{
    (void)state;
    assert_word_tears(0x5A5A5A5A, 0xFFFF0000, 2 * QUARTER_NS); // still being erased
    assert_int_equal(torn.soc.nvm.eeprom[0] & ~0x5A, 0);
}

static void a_word_of_eeprom_that_is_written_over_comes_from_zero(void **state)
{
    (void)state;
    assert_word_tears(0x5A5A5A5A, 0xFFFF0000, 6 * QUARTER_NS); // the second half
    assert_int_equal(torn.soc.nvm.eeprom[0], 0);
}

static void assert_nor_tears(struct nor_work work, enum nvm_kind kind)
{
    struct nor_chip *nor = &bench.machine.nor;
    struct tear tear = {kind, work.address, work.size, work.page, TORN_WHOLE / 2};

    memset(nor->data + NOR_AT, 0x3C, 4096);
    keep_a_copy();
    work.begin_ns = now_ns() - 1000;
    work.end_ns = work.begin_ns + 2000;
    nor->work = work;
    bench.machine.soc.random = RANDOM;
    machine_power_off(&bench.machine);
    assert_torn_alike(&tear);
    assert_true(torn.nor.weak.count > 0);
}

static void a_page_of_the_nor_tears_as_in_a_run(void **state)
{
    struct nor_work work = {.kind = NOR_PROGRAM, .address = NOR_AT, .size = NOR_PAGE};

    (void)state;
    memset(work.page, 0x18, sizeof work.page);
    assert_nor_tears(work, NVM_NOR_PROGRAM);
}

static void a_sector_of_the_nor_tears_as_in_a_run(void **state)
{
    struct nor_work work = {.kind = NOR_ERASE, .address = NOR_AT, .size = 4096};

    (void)state;
    assert_nor_tears(work, NVM_NOR_ERASE);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(an_erased_page_tears_as_in_a_run),
        TEST(a_half_page_tears_as_in_a_run),
        TEST(an_empty_word_of_eeprom_tears_as_in_a_run),
        TEST(a_word_of_eeprom_that_is_written_over_passes_through_zero),
        TEST(a_word_of_eeprom_that_is_written_over_comes_from_zero),
        TEST(a_page_of_the_nor_tears_as_in_a_run),
        TEST(a_sector_of_the_nor_tears_as_in_a_run),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
