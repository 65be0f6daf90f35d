// SPDX-License-Identifier: Apache-2.0
// Which conditional branches went where.
#include "tests/unit/cpu/bench.h"

#include <stdlib.h>
#include <string.h>

#include "vnode/cpu/coverage.h"

static struct coverage *coverage;

static int make(void **state)
{
    (void)state;
    coverage = coverage_create();
    return 0;
}

static int drop(void **state)
{
    (void)state;
    coverage_destroy(coverage);
    return 0;
}

static const uint16_t count_to_two[] = {
    0x2000, // movs r0, #0
    0x3001, // adds r0, #1
    0x2802, // cmp r0, #2
    0xD1FC, // bne to the adds
    0xD400, // bmi over the nop
    NOP,    BKPT,
};
enum { BNE = 3, BMI = 4 }; // half words of it

static void run(const uint16_t *code, unsigned count)
{
    bench_load(code, count);
    bench.coverage = coverage;
    bench_run_to_bkpt();
}

// Of the half word `at` behind CODE, of the page that CODE is in now.
static bool is_noted(bool taken, unsigned at)
{
    uint32_t offset = CODE - CPU_FLASH_BASE;
    const struct coverage_page *page = coverage_page(coverage, offset, bench.flash + offset);

    return ((taken ? page->taken : page->passed)[at / 8] >> at % 8 & 1) != 0;
}

static void a_branch_is_noted_each_way_it_went(void **state)
{
    (void)state;
    run(count_to_two, 7);
    assert_true(is_noted(true, BNE) && is_noted(false, BNE));
    assert_true(is_noted(false, BMI));
    assert_false(is_noted(true, BMI));
    assert_int_equal(bench.r[0], 2);
}

static void nothing_else_is_noted(void **state)
{
    unsigned bits = 0;

    (void)state;
    run(count_to_two, 7);
    for (unsigned at = 0; at < COVERAGE_PAGE / 2; at++) {
        bits += is_noted(true, at) + is_noted(false, at);
    }
    assert_int_equal(bits, 3);
}

static void instructions_one_by_one_are_noted_too(void **state)
{
    (void)state;
    bench_load(count_to_two, 7);
    bench.coverage = coverage;
    while (cpu_run(&bench, 1) == CPU_STOP_BUDGET) {
    }
    assert_true(is_noted(true, BNE) && is_noted(false, BNE) && is_noted(false, BMI));
}

static void watched_instructions_are_noted_too(void **state)
{
    static const uint8_t stops[(CPU_FLASH_SIZE + CPU_RAM_SIZE) / 2];

    (void)state;
    bench_load(count_to_two, 7);
    bench.coverage = coverage;
    bench.stops = stops;
    bench_run_to_bkpt();
    assert_true(is_noted(true, BNE) && is_noted(false, BNE) && is_noted(false, BMI));
}

static void time_is_the_same_with_coverage(void **state)
{
    (void)state;
    bench_load(count_to_two, 7);
    bench_run_to_bkpt();
    uint64_t cycles = bench.cycles;
    run(count_to_two, 7);
    assert_int_equal(bench.cycles, cycles);
}

static void other_code_at_the_same_place_is_noted_apart(void **state)
{
    static const uint16_t other[] = {0x2000, NOP, 0x2800, 0xD100, BKPT}; // cmp r0, #0; bne

    (void)state;
    run(count_to_two, 7);
    run(other, 5);
    assert_true(is_noted(false, BNE));
    assert_false(is_noted(true, BNE));
    bench_load(count_to_two, 7);
    assert_true(is_noted(true, BNE));
}

static void nothing_is_noted_without_a_collection(void **state)
{
    (void)state;
    bench_load(count_to_two, 7);
    bench_run_to_bkpt();
    assert_false(is_noted(true, BNE));
}

static void a_file_says_what_was_collected(void **state)
{
    FILE *file = tmpfile();

    (void)state;
    run(count_to_two, 7);
    assert_true(coverage_write(coverage, file));
    rewind(file);
    coverage_destroy(coverage);
    coverage = coverage_create();
    assert_false(is_noted(true, BNE));
    assert_true(coverage_read(coverage, file));
    assert_true(is_noted(true, BNE) && is_noted(false, BNE) && is_noted(false, BMI));
    assert_false(is_noted(true, BMI));
    fclose(file);
}

static void another_file_is_refused(void **state)
{
    static const char *const texts[] = {"", "nbota coverage 2\n", "nbota coverage 1\n00000400 12",
                                        "nbota coverage 1\n00000404 "};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        FILE *file = tmpfile();

        fputs(texts[i], file);
        rewind(file);
        assert_false(coverage_read(coverage, file));
        fclose(file);
    }
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, make, drop)
    const struct CMUnitTest tests[] = {
        TEST(a_branch_is_noted_each_way_it_went),
        TEST(nothing_else_is_noted),
        TEST(instructions_one_by_one_are_noted_too),
        TEST(watched_instructions_are_noted_too),
        TEST(time_is_the_same_with_coverage),
        TEST(other_code_at_the_same_place_is_noted_apart),
        TEST(nothing_is_noted_without_a_collection),
        TEST(a_file_says_what_was_collected),
        TEST(another_file_is_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
