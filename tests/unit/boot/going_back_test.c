// SPDX-License-Identifier: Apache-2.0
// Power is cut at each operation of each memory, from the order to the end of the way back. After every start either the
// old image is there with its settings, or the new one, or nothing can be started; in the end the old one is back.
#include <string.h>

#include "node/store/journal.h"
#include "tests/fake/flash.h"
#include "tests/fake/nor.h"
#include "tests/fake/reset_cause.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/boot/install_bench.h"

enum { STARTS_MAX = 12 };

// What the applications would do at their start: the new one changes the settings and then hangs.
static void run(void)
{
    if (!boot_application_may_start()) {
        return;
    }
    if (bench_old_runs()) {
        assert_true(bench_is_set(1, "old setting") && bench_is_set(2, ""));
        return;
    }
    assert_true(bench_new_runs(BENCH_NEW_SIZE));
    assert_int_equal(bench_state(), INSTALL_TRIAL);
    if (!bench_is_set(2, "came since")) {
        bench_set(2, "came since");
        bench_set(1, "new setting");
    }
}

// The watchdog bites until nothing changes any more.
static void go_on(void)
{
    fake_reset_cause_blame(true);
    for (unsigned starts = 0; starts < STARTS_MAX && bench_state() != INSTALL_ROLLED_BACK;
         starts++) {
        (void)bench_boot();
        run();
    }
    assert_int_equal(bench_boot(), BOOT_NOTHING);
    assert_int_equal(bench_state(), INSTALL_ROLLED_BACK);
    assert_true(bench_old_runs() && boot_application_may_start());
    assert_true(bench_is_set(1, "old setting") && bench_is_set(2, ""));
}

static bool cut_install(enum bench_memory memory, uint32_t operation, uint32_t seed)
{
    bench_begin_trial();
    bench_cut(memory, operation, seed);
    (void)boot_install(&(enum verdict){0});
    return bench_was_cut();
}

static void give_up(void)
{
    struct install_record record;

    record_read_install(&record);
    record.state = INSTALL_GIVEN_UP;
    bench_write_install(&record);
}

static bool cut_way_back(enum bench_memory memory, uint32_t operation, uint32_t seed)
{
    bench_begin_trial();
    fake_reset_cause_blame(true);
    for (unsigned starts = 0; starts < BOOT_TRIAL_BOOTS; starts++) {
        (void)bench_boot();
        run();
    }
    fake_nor_area_restore_power();
    bench_cut(memory, operation, seed);
    (void)boot_install(&(enum verdict){0});
    return bench_was_cut();
}

static uint32_t cut_everywhere(bool (*cut)(enum bench_memory, uint32_t, uint32_t),
                               enum bench_memory memory, uint32_t seed, uint32_t stride)
{
    uint32_t operation = 0;

    while (cut(memory, operation, seed + operation)) {
        fake_nor_area_fit(false); // a start that can do nothing but look
        (void)bench_boot();
        run();
        fake_nor_area_fit(true);
        go_on();
        operation += stride;
    }
    return operation;
}

static void an_install_that_is_cut_anywhere_ends_well(void **state)
{
    (void)state;
    assert_in_range(cut_everywhere(cut_install, BENCH_FLASH, 0, 1), 200, 250);
    assert_in_range(cut_everywhere(cut_install, BENCH_NOR, 0, 1), 30, 60);
    for (uint32_t seed = 0; seed < 3; seed++) {
        assert_in_range(cut_everywhere(cut_install, BENCH_EEPROM, seed, 1), 40, 200);
    }
}

static void a_way_back_that_is_cut_anywhere_ends_well(void **state)
{
    (void)state;
    assert_in_range(cut_everywhere(cut_way_back, BENCH_FLASH, 0, 1), 1050, 1150); // the whole slot
    assert_int_equal(cut_everywhere(cut_way_back, BENCH_NOR, 0, 1), 0);           // it only reads
    for (uint32_t seed = 0; seed < 3; seed++) {
        assert_in_range(cut_everywhere(cut_way_back, BENCH_EEPROM, seed, 1), 40, 300);
    }
}

// Every start of it is cut, each a little later.
static void a_way_back_gets_through_many_cuts_in_a_row(void **state)
{
    (void)state;
    for (uint32_t step = 0; step < 30; step += 5) {
        unsigned starts = 0;
        (void)cut_way_back(BENCH_FLASH, 0, step);
        while (bench_state() != INSTALL_ROLLED_BACK) {
            fake_nor_area_restore_power();
            fake_flash_restart();
            fake_flash_cut(105 + step, starts); // behind the next note of progress
            assert_int_equal(journal_open(), STATUS_OK);
            (void)boot_install(&(enum verdict){0});
            assert_in_range(++starts, 1, 30);
        }
        assert_true(starts > 1);
        go_on();
    }
}

// Power that comes and goes a thousand times must not wear out one page: each start begins where the last one came to.
static void a_way_back_that_is_cut_often_erases_the_first_page_twice(void **state)
{
    (void)state;
    enum { CUTS = 40, REACHES_A_NOTE = 100, ENDS_BEFORE_ONE = 9, OF_THE_INSTALL = 2 };

    (void)cut_way_back(BENCH_FLASH, 2, 1);
    for (uint32_t cut = 0; cut < CUTS; cut++) {
        fake_flash_restart();
        fake_flash_cut(cut == 0 ? REACHES_A_NOTE : ENDS_BEFORE_ONE, cut);
        assert_int_equal(journal_open(), STATUS_OK);
        assert_int_equal(boot_install(&(enum verdict){0}), BOOT_BACK_FAILED);
    }
    fake_flash_restart();
    go_on();
    assert_int_equal(fake_flash_erases(WIRE_SLOT_BASE), OF_THE_INSTALL + 2);
}

// An erase that was cut and looks as if it had not begun: the page reads as the backup's, until it reads otherwise.
static void what_is_torn_in_the_copy_does_not_survive_the_way_back(void **state)
{
    (void)state;
    for (uint32_t operation = 1; operation < 220; operation++) {
        bench_begin_trial();
        fake_flash_cut_unseen(operation, operation);
        assert_int_equal(boot_install(&(enum verdict){0}), BOOT_FAILED);
        fake_nor_area()[BENCH_IMAGE_AT + 9999] ^= 1;
        go_on();
        fake_flash_restart(); // weak cells read otherwise now
        assert_true(bench_old_runs());
    }
}

// …nor does what is torn behind a shorter old image: the same update once more must not take it for its own.
static void
what_is_torn_behind_the_old_image_is_not_taken_for_good_by_the_next_install(void **state)
{
    (void)state;
    for (uint32_t operation = 1; operation < 220; operation++) {
        bench_begin_trial();
        fake_flash_cut_unseen(operation, operation);
        assert_int_equal(boot_install(&(enum verdict){0}), BOOT_FAILED);
        fake_nor_area()[BENCH_IMAGE_AT + 9999] ^= 1;
        assert_int_equal(bench_boot(), BOOT_ROLLED_BACK);
        fake_nor_area()[BENCH_IMAGE_AT + 9999] ^= 1;
        struct install_record order = bench_order(BENCH_NEW_SIZE);
        bench_write_install(&order);
        fake_nor_area_restore_power();
        assert_int_equal(boot_install(&(enum verdict){0}), BOOT_ON_TRIAL);
        fake_flash_restart(); // the first one that shows what was torn
        assert_true(bench_new_runs(BENCH_NEW_SIZE));
    }
}

// The other way round: the backup turned bad amidst the way back.
static void what_is_torn_on_the_way_back_does_not_survive_the_copy(void **state)
{
    (void)state;
    for (uint32_t operation = 1; operation < 210; operation++) {
        bench_begin_trial();
        (void)bench_boot();
        give_up();
        fake_nor_area_restore_power();
        fake_flash_cut_unseen(operation, operation);
        assert_int_equal(boot_install(&(enum verdict){0}), BOOT_BACK_FAILED);
        fake_nor_area()[0x21000 + 99] ^= 1;
        assert_int_equal(bench_boot(), BOOT_ON_TRIAL);
        fake_flash_restart();
        assert_true(bench_new_runs(BENCH_NEW_SIZE));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_install_that_is_cut_anywhere_ends_well),
        cmocka_unit_test(a_way_back_that_is_cut_anywhere_ends_well),
        cmocka_unit_test(a_way_back_gets_through_many_cuts_in_a_row),
        cmocka_unit_test(a_way_back_that_is_cut_often_erases_the_first_page_twice),
        cmocka_unit_test(what_is_torn_in_the_copy_does_not_survive_the_way_back),
        cmocka_unit_test(
            what_is_torn_behind_the_old_image_is_not_taken_for_good_by_the_next_install),
        cmocka_unit_test(what_is_torn_on_the_way_back_does_not_survive_the_copy),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
