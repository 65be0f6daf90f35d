// SPDX-License-Identifier: Apache-2.0
// Installs under every cut: whatever happens, either the old application is whole, or the order is still there and the
// next reset goes on; no half copy can be started. Here of images without a manifest, as shipped nodes have them.
#include <string.h>

#include "base/crc32.h"
#include "base/endian.h"
#include "node/boot/backup.h"
#include "node/store/journal.h"
#include "tests/fake/eeprom.h"
#include "tests/fake/firmware.h"
#include "tests/fake/flash.h"
#include "tests/fake/nor.h"
#include "tests/host/cmocka_all.h"
#include "tests/unit/boot/install_bench.h"

static int setup(void **state)
{
    (void)state;
    bench_make_image(bench_old, BENCH_OLD_SIZE, 3);
    bench_make_image(bench_new, BENCH_NEW_SIZE, 5);
    bench_begin(BENCH_NEW_SIZE);
    return 0;
}

static void boot_installs_what_was_ordered_and_only_once(void **state)
{
    (void)state;
    assert_int_equal(bench_boot(), BOOT_WITHOUT_TRIAL);
    assert_true(bench_new_runs(BENCH_NEW_SIZE));
    assert_int_equal(bench_state(), INSTALL_DONE);
    assert_true(fake_nor_area_is_asleep());
    uint32_t operations = fake_flash_operations();
    assert_int_equal(bench_boot(), BOOT_NOTHING);
    assert_int_equal(fake_flash_operations(), operations);
    struct install_record record;
    record_read_install(&record);
    assert_string_equal(record.version, "v1.1.0"); // for the report
}

static void boot_refuses_an_image_of_other_hardware_and_installs_its_own(void **state)
{
    (void)state;
    firmware_mark(bench_new, BENCH_NEW_SIZE, boot_hardware_id + 1);
    bench_begin(BENCH_NEW_SIZE);
    assert_int_equal(bench_boot(), BOOT_REFUSED);
    assert_int_equal(bench_verdict(), VERDICT_HARDWARE);
    assert_int_equal(bench_state(), INSTALL_REFUSED);
    assert_true(bench_old_runs());
    assert_int_equal(fake_flash_operations(), 0);
    firmware_mark(bench_new, BENCH_NEW_SIZE, boot_hardware_id);
    bench_begin(BENCH_NEW_SIZE);
    assert_int_equal(bench_boot(), BOOT_WITHOUT_TRIAL);
    assert_true(bench_new_runs(BENCH_NEW_SIZE));
}

static void boot_without_order_touches_nothing(void **state)
{
    (void)state;
    bench_write_install(&(struct install_record){0});
    assert_int_equal(bench_boot(), BOOT_NOTHING);
    assert_int_equal(fake_flash_operations(), 0);
}

static void boot_ignores_an_order_while_a_download_is_open(void **state)
{
    (void)state;
    struct record_change change;
    struct download_record download = {.size_bytes = 7124};

    record_change_init(&change);
    record_put_download(&change, &download);
    assert_int_equal(record_commit(&change), STATUS_OK);
    assert_int_equal(bench_boot(), BOOT_NOTHING);
    assert_true(bench_old_runs());
}

static void boot_installs_images_of_every_awkward_size(void **state)
{
    (void)state;
    static const size_t sizes[] = {8, 127, 128, 129, 4095, 4096, 4097, 8192, WIRE_SLOT_SIZE};

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        bench_make_image(bench_new, sizes[i] > 1000 ? sizes[i] : 1000, 7);
        bench_begin(sizes[i]);
        memset(fake_flash_slot(), 0x77, WIRE_SLOT_SIZE); // an old image that fills its slot
        assert_int_equal(bench_boot(), BOOT_WITHOUT_TRIAL);
        assert_true(bench_new_runs(sizes[i]));
    }
}

// ---- the candidate ----

static void expect_refused(enum verdict verdict)
{
    assert_int_equal(bench_boot(), BOOT_REFUSED);
    assert_int_equal(bench_verdict(), verdict);
    assert_true(bench_old_runs());
    assert_int_equal(fake_flash_operations(), 0);
    assert_int_equal(bench_state(), INSTALL_REFUSED);
    assert_int_equal(bench_boot(), BOOT_NOTHING);
    assert_true(boot_application_is_plausible());
}

static void boot_refuses_a_candidate_damaged_after_its_order(void **state)
{
    (void)state;
    fake_nor_area()[BENCH_IMAGE_AT + BENCH_NEW_SIZE - 1] ^= 1;
    expect_refused(VERDICT_CHECKSUM);
    setup(state);
    fake_nor_area()[0] ^= 1;
    expect_refused(VERDICT_CONTAINER);
    setup(state);
    fake_nor_area()[13] ^= 1;
    expect_refused(VERDICT_CHECKSUM);
}

static void boot_refuses_another_candidate_than_was_ordered(void **state)
{
    (void)state;
    bench_new[BENCH_NEW_SIZE - 1] ^= 1;
    bench_put_page(BENCH_NEW_SIZE, NULL);
    memcpy(fake_nor_area() + BENCH_IMAGE_AT, bench_new, BENCH_NEW_SIZE);
    expect_refused(VERDICT_GOOD); // with its order it does not agree
}

static void boot_refuses_an_image_that_could_not_start(void **state)
{
    (void)state;
    store_le32(bench_new + 4, 0x08000101);
    bench_begin(BENCH_NEW_SIZE);
    expect_refused(VERDICT_START);
    bench_make_image(bench_new, BENCH_NEW_SIZE, 5);
    store_le32(bench_new, 0x20005004);
    bench_begin(BENCH_NEW_SIZE);
    expect_refused(VERDICT_START);
}

static void boot_keeps_the_order_when_the_chip_does_not_answer(void **state)
{
    (void)state;
    fake_nor_area_fit(false);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(bench_boot(), BOOT_FAILED);
        assert_int_equal(bench_state(), INSTALL_ORDERED);
        assert_true(bench_old_runs());
    }
    fake_nor_area_fit(true);
    assert_int_equal(bench_boot(), BOOT_WITHOUT_TRIAL);
}

static void boot_does_not_take_a_chip_that_fails_for_a_bad_candidate(void **state)
{
    (void)state;
    enum { CANDIDATE = 1 + 40, BACKUP = 1 + 36 + 1 }; // pages of 256 bytes

    for (uint32_t reads = 0; reads < CANDIDATE + BACKUP; reads++) {
        setup(state);
        fake_nor_area_fail_reads(reads);
        assert_int_equal(bench_boot(), BOOT_FAILED);
        assert_int_equal(bench_state(), INSTALL_ORDERED);
        assert_true(bench_old_runs());
    }
}

static void boot_does_not_take_a_chip_that_is_lost_for_a_bad_candidate(void **state)
{
    (void)state;
    for (uint32_t reads = 1; reads < 79; reads++) {
        setup(NULL);
        fake_nor_area_lose(reads);
        assert_int_equal(bench_boot(), BOOT_FAILED);
        assert_int_equal(bench_state(), INSTALL_ORDERED);
        fake_nor_area_lose(UINT32_MAX);
        assert_int_equal(bench_boot(), BOOT_WITHOUT_TRIAL);
    }
}

static void boot_tries_a_delayed_order_again(void **state)
{
    (void)state;
    struct install_record order = bench_order(BENCH_NEW_SIZE);

    order.state = INSTALL_DELAYED;
    bench_write_install(&order);
    assert_int_equal(bench_boot(), BOOT_WITHOUT_TRIAL);
}

// ---- half a copy ----

static void cut_flash_at(uint32_t operation)
{
    fake_nor_area_restore_power();
    fake_flash_cut(operation, 1);
    assert_int_equal(boot_install(&(enum verdict){0}), BOOT_FAILED);
    assert_true(fake_flash_was_cut());
}

static void boot_with_half_a_copy_and_no_chip_waits_and_cannot_be_jumped_into(void **state)
{
    (void)state;
    cut_flash_at(100);
    fake_nor_area_fit(false);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(bench_boot(), BOOT_FAILED);
        assert_int_equal(bench_state(), INSTALL_COPYING);
        assert_false(boot_application_is_plausible());
    }
    fake_nor_area_fit(true);
    assert_int_equal(bench_boot(), BOOT_WITHOUT_TRIAL);
    assert_true(bench_new_runs(BENCH_NEW_SIZE));
}

static void boot_with_half_a_copy_a_bad_candidate_and_no_backup_never_gives_up(void **state)
{
    (void)state;
    fake_nor_area_resize(128 * 1024);
    cut_flash_at(100);
    fake_nor_area()[BENCH_IMAGE_AT + 77] ^= 8;
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(bench_boot(), BOOT_FAILED);
        assert_int_equal(bench_state(), INSTALL_COPYING);
        assert_false(boot_application_is_plausible());
    }
    fake_nor_area()[BENCH_IMAGE_AT + 77] ^= 8;
    assert_int_equal(bench_boot(), BOOT_WITHOUT_TRIAL);
    assert_true(bench_new_runs(BENCH_NEW_SIZE));
}

static void boot_with_half_a_copy_and_a_bad_candidate_goes_back(void **state)
{
    (void)state;
    cut_flash_at(100);
    fake_nor_area()[BENCH_IMAGE_AT + 77] ^= 8;
    assert_int_equal(bench_boot(), BOOT_ROLLED_BACK);
    assert_true(bench_old_runs());
    assert_true(boot_application_may_start());
    assert_int_equal(bench_state(), INSTALL_ROLLED_BACK);
}

static void boot_with_half_a_copy_and_nothing_good_in_the_chip_waits_for_either(void **state)
{
    (void)state;
    cut_flash_at(100);
    fake_nor_area()[BENCH_IMAGE_AT + 77] ^= 8;
    fake_nor_area()[0x21000 + 77] ^= 8;
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(bench_boot(), BOOT_FAILED);
        assert_int_equal(bench_state(), INSTALL_COPYING);
        assert_false(boot_application_may_start());
    }
    fake_nor_area()[0x21000 + 77] ^= 8;
    assert_int_equal(bench_boot(), BOOT_ROLLED_BACK);
    assert_true(bench_old_runs());
}

static void boot_makes_no_backup_of_a_slot_that_could_not_start(void **state)
{
    (void)state;
    store_le32(fake_flash_slot(), 0);
    assert_int_equal(bench_boot(), BOOT_WITHOUT_TRIAL);
    assert_true(bench_new_runs(BENCH_NEW_SIZE));
    assert_int_equal(fake_nor_area_operations(), 0);
}

static void boot_keeps_the_old_application_while_the_backup_does_not_succeed(void **state)
{
    (void)state;
    fake_nor_area_break_byte(0x21000 + 100);
    bench_old[100] = 0; // so that the broken bit matters
    memcpy(fake_flash_slot(), bench_old, BENCH_OLD_SIZE);
    assert_int_equal(bench_boot(), BOOT_FAILED);
    assert_int_equal(bench_state(), INSTALL_ORDERED);
    assert_true(bench_old_runs() && boot_application_may_start());
    fake_nor_area_break_byte(FAKE_NOR_AREA);
    assert_int_equal(bench_boot(), BOOT_WITHOUT_TRIAL);
}

static void boot_writes_a_page_again_that_did_not_keep_its_content(void **state)
{
    (void)state;
    fake_flash_break(WIRE_SLOT_BASE + 6144, 2);
    assert_int_equal(bench_boot(), BOOT_WITHOUT_TRIAL);
    assert_true(bench_new_runs(BENCH_NEW_SIZE));
}

static void boot_does_not_start_what_never_verifies(void **state)
{
    (void)state;
    fake_flash_break(WIRE_SLOT_BASE + 6144, 1000);
    assert_int_equal(bench_boot(), BOOT_FAILED);
    assert_int_equal(bench_state(), INSTALL_COPYING);
    fake_flash_break(0, 0);
    assert_int_equal(bench_boot(), BOOT_WITHOUT_TRIAL);
}

// The old image is shorter and does not need that page.
static void boot_goes_back_where_the_slot_does_not_keep_the_new_image(void **state)
{
    (void)state;
    fake_flash_break(WIRE_SLOT_BASE + BENCH_OLD_SIZE / 128 * 128 + 256, 100000);
    assert_int_equal(bench_boot(), BOOT_FAILED);
    assert_int_equal(bench_boot(), BOOT_ROLLED_BACK);
    assert_true(bench_old_runs() && boot_application_may_start());
    assert_int_equal(bench_boot(), BOOT_NOTHING);
}

// After the cut either the old application is untouched, or nothing can be started until the copy is whole.
static void expect_recovery(size_t size)
{
    assert_true(bench_old_runs() || !boot_application_is_plausible() || bench_new_runs(size) ||
                bench_state() == INSTALL_COPYING);
    enum boot_outcome outcome = bench_boot();
    assert_true(outcome == BOOT_WITHOUT_TRIAL || outcome == BOOT_NOTHING);
    assert_true(bench_new_runs(size));
    assert_int_equal(bench_state(), INSTALL_DONE);
}

static void boot_finishes_after_a_cut_at_every_flash_operation(void **state)
{
    (void)state;
    bool cut = true;

    for (uint32_t operation = 0; cut; operation++) {
        setup(NULL);
        fake_flash_cut(operation, operation);
        (void)boot_install(&(enum verdict){0});
        cut = fake_flash_was_cut();
        expect_recovery(BENCH_NEW_SIZE);
    }
}

static void boot_finishes_after_a_cut_at_every_eeprom_write(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 6; seed++) {
        bool cut = true;
        for (uint32_t write = 0; cut; write++) {
            setup(NULL);
            fake_eeprom_cut_weak(write, seed);
            (void)boot_install(&(enum verdict){0});
            cut = fake_eeprom_was_cut();
            expect_recovery(BENCH_NEW_SIZE);
        }
    }
}

static void boot_finishes_after_a_cut_at_every_operation_of_the_chip(void **state)
{
    (void)state;
    bool cut = true;

    for (uint32_t operation = 0; cut; operation++) {
        setup(NULL);
        fake_nor_area_cut(operation, operation);
        (void)boot_install(&(enum verdict){0});
        cut = fake_nor_area_was_cut();
        assert_true(!cut || (bench_old_runs() && boot_application_may_start()));
        expect_recovery(BENCH_NEW_SIZE);
    }
}

// Every boot is cut again, each later than one note of progress: it gets through in the end. The EEPROM goes on, so there is
// no backup here: a flash that fails alone would be taken for worn out.
static void boot_gets_through_many_cuts_in_a_row(void **state)
{
    (void)state;
    for (uint32_t step = 0; step < 40; step += 7) {
        unsigned boots = 0;
        setup(NULL);
        fake_nor_area_resize(BACKUP_END - 1);
        do {
            fake_flash_restart();
            fake_flash_cut(100 + step, boots);
            assert_int_equal(journal_open(), STATUS_OK);
            (void)boot_install(&(enum verdict){0});
            assert_in_range(++boots, 1, 30);
        } while (fake_flash_was_cut());
        assert_true(boots > 2);
        assert_true(bench_new_runs(BENCH_NEW_SIZE));
        assert_int_equal(bench_state(), INSTALL_DONE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(boot_installs_what_was_ordered_and_only_once, setup),
        cmocka_unit_test_setup(boot_refuses_an_image_of_other_hardware_and_installs_its_own, setup),
        cmocka_unit_test_setup(boot_without_order_touches_nothing, setup),
        cmocka_unit_test_setup(boot_ignores_an_order_while_a_download_is_open, setup),
        cmocka_unit_test_setup(boot_installs_images_of_every_awkward_size, setup),
        cmocka_unit_test_setup(boot_refuses_a_candidate_damaged_after_its_order, setup),
        cmocka_unit_test_setup(boot_refuses_another_candidate_than_was_ordered, setup),
        cmocka_unit_test_setup(boot_refuses_an_image_that_could_not_start, setup),
        cmocka_unit_test_setup(boot_keeps_the_order_when_the_chip_does_not_answer, setup),
        cmocka_unit_test_setup(boot_does_not_take_a_chip_that_fails_for_a_bad_candidate, setup),
        cmocka_unit_test_setup(boot_does_not_take_a_chip_that_is_lost_for_a_bad_candidate, setup),
        cmocka_unit_test_setup(boot_tries_a_delayed_order_again, setup),
        cmocka_unit_test_setup(boot_with_half_a_copy_and_no_chip_waits_and_cannot_be_jumped_into,
                               setup),
        cmocka_unit_test_setup(boot_with_half_a_copy_a_bad_candidate_and_no_backup_never_gives_up,
                               setup),
        cmocka_unit_test_setup(boot_with_half_a_copy_and_a_bad_candidate_goes_back, setup),
        cmocka_unit_test_setup(boot_with_half_a_copy_and_nothing_good_in_the_chip_waits_for_either,
                               setup),
        cmocka_unit_test_setup(boot_makes_no_backup_of_a_slot_that_could_not_start, setup),
        cmocka_unit_test_setup(boot_keeps_the_old_application_while_the_backup_does_not_succeed,
                               setup),
        cmocka_unit_test_setup(boot_writes_a_page_again_that_did_not_keep_its_content, setup),
        cmocka_unit_test_setup(boot_does_not_start_what_never_verifies, setup),
        cmocka_unit_test_setup(boot_goes_back_where_the_slot_does_not_keep_the_new_image, setup),
        cmocka_unit_test_setup(boot_finishes_after_a_cut_at_every_flash_operation, setup),
        cmocka_unit_test_setup(boot_finishes_after_a_cut_at_every_eeprom_write, setup),
        cmocka_unit_test_setup(boot_finishes_after_a_cut_at_every_operation_of_the_chip, setup),
        cmocka_unit_test_setup(boot_gets_through_many_cuts_in_a_row, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
