// SPDX-License-Identifier: Apache-2.0
// Local updates under every cut: whatever happens, either the old application is whole and starts, or none starts and
// the next try succeeds.
#include <string.h>

#include "base/crc32.h"
#include "base/endian.h"
#include "cli/packing.h"
#include "node/boot/boot.h"
#include "node/boot/local_update.h"
#include "node/store/journal.h"
#include "tests/fake/eeprom.h"
#include "tests/fake/firmware.h"
#include "tests/fake/flash.h"
#include "tests/host/cmocka_all.h"
#include "wire/info.h"

enum { OLD_SIZE = 9000, NEW_SIZE = 3001, BLOCK = 1024 };

const uint8_t boot_hardware_id = 1;

static uint8_t old_image[WIRE_SLOT_SIZE];
static uint8_t new_image[WIRE_SLOT_SIZE];
static uint8_t file[WIRE_PACKED_MAX + BLOCK];
static uint32_t file_size;

static void pack(size_t size)
{
    file_size = packing_make(span_of(new_image, size), file);
    memset(file + file_size, 0x1A, BLOCK);
}

static void make_new(size_t size)
{
    firmware_make_plain(new_image, size);
    if (size > 1000) {
        memset(new_image + size / 2, 0, 300); // half pages that need no programming
    }
    if (size >= INFO_END) {
        firmware_mark(new_image, size, boot_hardware_id);
    }
    pack(size);
}

static int setup(void **state)
{
    (void)state;
    for (size_t i = 0; i < OLD_SIZE; i++) {
        old_image[i] = (uint8_t)(i / 700 * 13 + i * 3);
    }
    store_le32(old_image, 0x20005000);
    store_le32(old_image + 4, WIRE_SLOT_BASE + 0x101);
    make_new(NEW_SIZE);
    fake_eeprom_reset();
    fake_flash_reset();
    memcpy(fake_flash_slot(), old_image, OLD_SIZE);
    assert_int_equal(journal_open(), STATUS_OK);
    return 0;
}

static struct local_update update; // the last one

// As a sender gives it: whole blocks, the last one filled up.
static enum local_verdict send_file(size_t block)
{
    enum local_verdict verdict = LOCAL_MORE;

    memset(&update, 0, sizeof update);
    for (uint32_t at = 0; at < file_size && verdict == LOCAL_MORE; at += (uint32_t)block) {
        verdict = local_update_take(&update, span_of(file + at, block));
    }
    return verdict == LOCAL_MORE ? local_update_end(&update) : verdict;
}

static bool old_runs(void)
{
    return memcmp(fake_flash_slot(), old_image, OLD_SIZE) == 0 && boot_application_may_start();
}

static bool new_runs(size_t size)
{
    return memcmp(fake_flash_slot(), new_image, size) == 0 && boot_application_may_start();
}

static enum install_state state_now(void)
{
    struct install_record record;

    record_read_install(&record);
    return record.state;
}

static void restart(void)
{
    fake_flash_restart();
    fake_eeprom_restore_power();
    assert_int_equal(journal_open(), STATUS_OK);
}

static void images_of_every_awkward_size_are_installed_in_blocks_of_both_sizes(void **state)
{
    (void)state;
    static const size_t sizes[] = {8,   127, 128, 129,  251,  252,  255,           256,
                                   257, 383, 384, 1024, 4096, 9217, WIRE_SLOT_SIZE};

    for (size_t i = 0; i < 2 * sizeof sizes / sizeof *sizes; i++) {
        size_t size = sizes[i / 2];
        setup(NULL);
        make_new(size);
        memset(fake_flash_slot() + IMAGE_VECTORS_SIZE, 0x77, WIRE_SLOT_SIZE - IMAGE_VECTORS_SIZE);
        assert_int_equal(send_file(i % 2 == 0 ? 128 : 1024), LOCAL_INSTALLED);
        assert_true(new_runs(size));
        assert_int_equal(state_now(), INSTALL_NONE);
        for (size_t at = size; at % FLASH_PAGE_SIZE != 0; at++) {
            assert_int_equal(fake_flash_slot()[at], 0); // nothing of another page
        }
    }
}

static void what_an_earlier_try_has_torn_behind_the_image_is_erased(void **state)
{
    (void)state;
    memset(fake_flash_slot() + NEW_SIZE + FLASH_PAGE_SIZE, 0x77, 9000);
    assert_int_equal(send_file(BLOCK), LOCAL_INSTALLED);
    for (size_t at = NEW_SIZE; at < WIRE_SLOT_SIZE; at++) {
        assert_int_equal(fake_flash_slot()[at], 0);
    }
}

static void a_trial_is_over_with_it(void **state)
{
    (void)state;
    struct install_record install = {.state = INSTALL_TRIAL, .has_backup = true};
    struct trial_record trial = {.boots = 3, .power_ons = 1};
    struct backup_record backup = {{1}};
    struct record_change change;

    record_change_init(&change);
    record_put_install(&change, &install);
    record_put_trial(&change, &trial);
    record_put_backup(&change, &backup);
    assert_int_equal(record_commit(&change), STATUS_OK);
    assert_int_equal(send_file(BLOCK), LOCAL_INSTALLED);
    record_read_trial(&trial);
    assert_int_equal(trial.boots, 0);
    assert_false(record_read_backup(&backup));
    assert_int_equal(state_now(), INSTALL_NONE);
}

static void an_install_order_that_waits_is_overtaken(void **state)
{
    (void)state;
    struct install_record record = {.size_bytes = 5000, .title = "s31-nb", .version = "v9"};

    assert_int_equal(boot_write_state(&record, INSTALL_COPYING, 4096), STATUS_OK);
    assert_false(boot_application_may_start());
    assert_int_equal(send_file(BLOCK), LOCAL_INSTALLED);
    assert_true(new_runs(NEW_SIZE));
    record_read_install(&record);
    assert_int_equal(record.state, INSTALL_NONE);
    assert_int_equal(record.done_bytes, 0);
}

// ---- refused with the old application whole ----

static void expect_refused(enum local_verdict verdict)
{
    assert_int_equal(send_file(BLOCK), verdict);
    assert_int_equal(fake_flash_operations(), 0);
    assert_true(old_runs());
    assert_int_equal(state_now(), INSTALL_NONE);
    assert_non_null(local_update_reason(&update));
}

static void expect_unfit(enum verdict why)
{
    expect_refused(LOCAL_UNFIT);
    assert_int_equal(update.why, why);
    assert_string_equal(local_update_reason(&update), verdict_text(why));
}

static void what_is_no_packed_image_is_refused_before_anything_is_erased(void **state)
{
    (void)state;
    memset(file, 'x', BLOCK);
    expect_unfit(VERDICT_CONTAINER);
    memcpy(file, new_image, NEW_SIZE);
    expect_refused(LOCAL_PLAIN);
    pack(NEW_SIZE);
    store_le32(file + 13, WIRE_SLOT_SIZE + 1);
    expect_unfit(VERDICT_CONTAINER);
}

static void a_damaged_piece_of_the_header_page_is_refused_before_anything_is_erased(void **state)
{
    (void)state;
    file[3 * WIRE_CHUNK_SIZE + 77] ^= 1;
    expect_refused(LOCAL_DAMAGED);
}

static void an_image_that_cannot_run_here_is_refused_before_anything_is_erased(void **state)
{
    (void)state;
    firmware_mark(new_image, NEW_SIZE, boot_hardware_id + 1);
    pack(NEW_SIZE);
    expect_unfit(VERDICT_HARDWARE);
    make_new(NEW_SIZE);
    new_image[INFO_OFFSET + 9] ^= 1; // the block's own CRC
    pack(NEW_SIZE);
    expect_unfit(VERDICT_HARDWARE);
    make_new(NEW_SIZE);
    store_le32(new_image + 4, 0x08000101);
    pack(NEW_SIZE);
    expect_unfit(VERDICT_START);
    pack(3); // has no vectors at all
    expect_unfit(VERDICT_START);
}

// ---- refused when the old application is gone ----

static void expect_receptive(enum local_verdict verdict)
{
    assert_int_equal(send_file(BLOCK), verdict);
    assert_false(boot_application_may_start());
    assert_false(boot_application_is_plausible());
    restart();
    assert_false(boot_application_may_start());
    assert_int_equal(boot_install(&(enum verdict){0}), BOOT_NOTHING);
    make_new(NEW_SIZE);
    assert_int_equal(send_file(BLOCK), LOCAL_INSTALLED);
    assert_true(new_runs(NEW_SIZE));
}

static void
a_damaged_piece_of_the_image_leaves_nothing_to_start_and_the_next_try_succeeds(void **state)
{
    (void)state;
    file[5 * WIRE_CHUNK_SIZE + 77] ^= 1;
    expect_receptive(LOCAL_DAMAGED);
}

static void an_image_that_is_not_its_headers_is_never_started(void **state)
{
    (void)state;
    file[17] ^= 1; // the header's CRC of the image
    store_le32(file + WIRE_PIECE_SIZE, crc32_update(0, file, WIRE_PIECE_SIZE));
    expect_receptive(LOCAL_UNFIT); // by its CRC, at the end
}

static void a_file_that_ends_early_is_never_started(void **state)
{
    (void)state;
    file_size -= BLOCK;
    expect_receptive(LOCAL_SHORT);
}

static void flash_that_does_not_keep_its_content_is_noticed(void **state)
{
    (void)state;
    fake_flash_break(WIRE_SLOT_BASE + 1024, 1);
    expect_receptive(LOCAL_UNFIT);
    setup(NULL);
    fake_flash_break(WIRE_SLOT_BASE, 1);
    assert_int_equal(send_file(BLOCK), LOCAL_MEMORY);
    assert_false(boot_application_may_start());
}

static void a_journal_that_cannot_be_written_costs_nothing(void **state)
{
    (void)state;
    fake_eeprom_break(true);
    assert_int_equal(send_file(BLOCK), LOCAL_MEMORY);
    fake_eeprom_break(false);
    assert_int_equal(fake_flash_operations(), 0);
    assert_int_equal(memcmp(fake_flash_slot(), old_image, OLD_SIZE), 0);
}

// ---- cuts ----

static void expect_retry_succeeds(void)
{
    restart();
    assert_true(old_runs() || new_runs(NEW_SIZE) || !boot_application_may_start());
    assert_int_equal(boot_install(&(enum verdict){0}), BOOT_NOTHING);
    assert_int_equal(send_file(BLOCK), LOCAL_INSTALLED);
    restart();
    assert_true(new_runs(NEW_SIZE));
    assert_int_equal(state_now(), INSTALL_NONE);
}

static void after_a_cut_at_every_flash_operation_the_next_try_succeeds(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 4; seed++) {
        bool cut = true;
        uint32_t operation = 0;
        for (; cut; operation++) {
            setup(NULL);
            fake_flash_cut(operation, seed);
            (void)send_file(BLOCK);
            cut = fake_flash_was_cut();
            expect_retry_succeeds();
        }
        // 24 pages in up to three operations, the first one twice; then 936 behind the image are erased
        assert_in_range(operation, 60 + 936, 90 + 936);
    }
}

static void after_a_cut_at_every_eeprom_write_the_next_try_succeeds(void **state)
{
    (void)state;
    for (uint32_t seed = 0; seed < 6; seed++) {
        bool cut = true;
        for (uint32_t write = 0; cut; write++) {
            setup(NULL);
            fake_eeprom_cut_weak(write, seed);
            (void)send_file(BLOCK);
            cut = fake_eeprom_was_cut();
            expect_retry_succeeds();
        }
    }
}

static void a_transfer_that_stops_at_any_block_can_be_tried_again(void **state)
{
    (void)state;
    uint32_t whole = file_size;

    for (file_size = 128; file_size < whole; file_size += 128) {
        uint32_t stopped = file_size;
        setup(NULL);
        file_size = stopped;
        assert_int_equal(send_file(128), LOCAL_SHORT);
        make_new(NEW_SIZE);
        expect_retry_succeeds();
        file_size = stopped;
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(images_of_every_awkward_size_are_installed_in_blocks_of_both_sizes,
                               setup),
        cmocka_unit_test_setup(what_an_earlier_try_has_torn_behind_the_image_is_erased, setup),
        cmocka_unit_test_setup(a_trial_is_over_with_it, setup),
        cmocka_unit_test_setup(an_install_order_that_waits_is_overtaken, setup),
        cmocka_unit_test_setup(what_is_no_packed_image_is_refused_before_anything_is_erased, setup),
        cmocka_unit_test_setup(
            a_damaged_piece_of_the_header_page_is_refused_before_anything_is_erased, setup),
        cmocka_unit_test_setup(an_image_that_cannot_run_here_is_refused_before_anything_is_erased,
                               setup),
        cmocka_unit_test_setup(
            a_damaged_piece_of_the_image_leaves_nothing_to_start_and_the_next_try_succeeds, setup),
        cmocka_unit_test_setup(an_image_that_is_not_its_headers_is_never_started, setup),
        cmocka_unit_test_setup(a_file_that_ends_early_is_never_started, setup),
        cmocka_unit_test_setup(flash_that_does_not_keep_its_content_is_noticed, setup),
        cmocka_unit_test_setup(a_journal_that_cannot_be_written_costs_nothing, setup),
        cmocka_unit_test_setup(after_a_cut_at_every_flash_operation_the_next_try_succeeds, setup),
        cmocka_unit_test_setup(after_a_cut_at_every_eeprom_write_the_next_try_succeeds, setup),
        cmocka_unit_test_setup(a_transfer_that_stops_at_any_block_can_be_tried_again, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
