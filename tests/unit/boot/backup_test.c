// SPDX-License-Identifier: Apache-2.0
// The backup byte by byte, as docs/memory.md draws it.
#include "node/boot/backup.h"

#include <string.h>

#include "base/endian.h"
#include "base/sha256.h"
#include "node/boot/slot.h"
#include "node/port/flash.h"
#include "node/port/nor.h"
#include "tests/fake/eeprom.h"
#include "tests/fake/firmware.h"
#include "tests/fake/flash.h"
#include "tests/fake/nor.h"
#include "tests/host/cmocka_all.h"
#include "wire/image.h"
#include "wire/info.h"

enum { SIZE = 9001 };

const uint8_t boot_hardware_id = 1;

static void set(uint8_t id, const char *text)
{
    struct journal_item item = {id, span_of_text(text)};

    assert_int_equal(journal_commit(&item, 1), STATUS_OK);
}

static int setup(void **state)
{
    (void)state;
    fake_eeprom_reset();
    fake_flash_reset();
    fake_nor_area_reset();
    assert_int_equal(journal_open(), STATUS_OK);
    assert_int_equal(nor_open(), STATUS_OK);
    firmware_make(fake_flash_slot(), SIZE, "s31-nb", "v1.0.0");
    set(RECORD_IMEI, "8612");
    set(63, "last");
    set(1, "first");
    set(RECORD_REPORT, "not kept");
    return 0;
}

static void the_backup_lies_as_it_is_drawn(void **state)
{
    (void)state;
    static const uint8_t settings[] = "\x01\x05"
                                      "first"
                                      "\x3F\x04"
                                      "last"
                                      "\x43\x04"
                                      "8612";
    const uint8_t *header = fake_nor_area() + 0x20000;
    uint32_t size = sizeof settings - 1;
    uint8_t digest[SHA256_SIZE];
    struct backup_record record;
    struct sha256 hash;

    assert_int_equal(backup_write(&record), STATUS_OK);
    assert_memory_equal(header, "nbBK", 4);
    assert_int_equal(load_le32(header + 4), 2);
    assert_int_equal(load_le32(header + 8), SIZE);
    assert_int_equal(load_le32(header + 12), size);
    assert_memory_equal(fake_nor_area() + 0x21000, fake_flash_slot(), SIZE);
    assert_memory_equal(fake_nor_area() + 0x3F000, settings, size);
    sha256_init(&hash);
    sha256_update(&hash, fake_flash_slot(), SIZE);
    sha256_update(&hash, settings, size);
    sha256_update(&hash, header, 16);
    sha256_final(&hash, digest);
    assert_memory_equal(record.digest, digest, sizeof digest);
}

static void an_older_backup_gives_way(void **state)
{
    (void)state;
    struct backup_record record;
    struct backup backup;

    memset(fake_nor_area() + BACKUP_HEADER_AT, 0, BACKUP_END - BACKUP_HEADER_AT);
    assert_int_equal(backup_write(&record), STATUS_OK);
    assert_int_equal(backup_check(&record, &backup), STATUS_OK);
}

static void the_candidate_stays_untouched(void **state)
{
    (void)state;
    struct backup_record record;

    memset(fake_nor_area(), 0xA5, 0x20000);
    assert_int_equal(backup_write(&record), STATUS_OK);
    for (uint32_t at = 0; at < 0x20000; at++) {
        assert_int_equal(fake_nor_area()[at], 0xA5);
    }
}

static void
a_slot_without_a_good_info_block_is_kept_up_to_its_last_page_that_is_not_zero(void **state)
{
    (void)state;
    fake_flash_slot()[INFO_OFFSET + 10] ^= 1;
    assert_int_equal(slot_image_size(), (SIZE + 127) / 128 * 128);
    fake_flash_slot()[SIZE + 5000] = 1;
    assert_int_equal(slot_image_size(), (SIZE + 5000 + 128) / 128 * 128);
    fake_flash_slot()[WIRE_SLOT_SIZE - 1] = 1;
    assert_int_equal(slot_image_size(), WIRE_SLOT_SIZE);
    memset(fake_flash_slot(), 0, WIRE_SLOT_SIZE);
    assert_int_equal(slot_image_size(), FLASH_PAGE_SIZE);
}

static void an_info_block_that_names_an_impossible_size_is_not_believed(void **state)
{
    (void)state;
    store_le32(fake_flash_slot() + INFO_OFFSET + 48, WIRE_SLOT_SIZE + 1);
    assert_int_equal(slot_image_size(), (SIZE + 127) / 128 * 128);
    store_le32(fake_flash_slot() + INFO_OFFSET + 48, 0);
    assert_int_equal(slot_image_size(), (SIZE + 127) / 128 * 128);
}

static void a_full_slot_and_a_full_journal_fit(void **state)
{
    (void)state;
    static char text[256];
    struct backup_record record;
    struct backup backup;

    memset(text, 'x', 255);
    for (uint8_t id = 2; id < 13; id++) {
        set(id, text);
    }
    memset(fake_flash_slot() + 8, 0x5A, WIRE_SLOT_SIZE - 8);
    assert_int_equal(backup_write(&record), STATUS_OK);
    assert_int_equal(backup_check(&record, &backup), STATUS_OK);
    assert_int_equal(backup.image_size, WIRE_SLOT_SIZE);
    assert_in_range(backup.settings_size, 11 * 257, BACKUP_SETTINGS_MAX);
}

static void the_source_gives_back_what_was_kept_and_nothing_else(void **state)
{
    (void)state;
    struct backup_record record;
    struct backup backup;
    uint8_t value[JOURNAL_VALUE_MAX];
    size_t size = 0;

    assert_int_equal(backup_write(&record), STATUS_OK);
    assert_int_equal(backup_check(&record, &backup), STATUS_OK);
    fake_nor_area()[BACKUP_SETTINGS_AT + 2] ^= 1; // too late to be believed
    struct journal_source source = backup_source(BACKUP_KEEP_ALL);
    assert_true(source.covers(source.context, 1) && source.covers(source.context, RECORD_PRODUCT));
    assert_false(source.covers(source.context, RECORD_INSTALL) ||
                 source.covers(source.context, RECORD_HISTORY) ||
                 source.covers(source.context, RECORD_SECURITY) ||
                 source.covers(source.context, RECORD_SECURITY_COPY));
    assert_int_equal(source.read(source.context, 63, value, &size), STATUS_OK);
    assert_int_equal(size, 4);
    assert_memory_equal(value, "last", 4);
    size = 0;
    assert_int_equal(source.read(source.context, 2, value, &size), STATUS_OK);
    assert_int_equal(size, 0);
    assert_int_equal(source.read(source.context, 1, value, &size), STATUS_OK);
    assert_int_equal(size, 5);
    assert_memory_equal(value, "first", 5);
}

static void a_value_that_reaches_behind_the_end_is_none(void **state)
{
    (void)state;
    uint8_t value[JOURNAL_VALUE_MAX];
    size_t size = 0;

    memcpy(fake_nor_area() + BACKUP_SETTINGS_AT,
           "\x01\x05"
           "first",
           7);
    assert_int_equal(backup_load_settings(6), STATUS_OK);
    struct journal_source source = backup_source(BACKUP_KEEP_ALL);
    assert_int_equal(source.read(source.context, 1, value, &size), STATUS_OK);
    assert_int_equal(size, 0);
}

static void settings_that_cannot_be_read_leave_the_backup_unjudged(void **state)
{
    (void)state;
    struct backup_record record;
    struct backup backup;

    assert_int_equal(backup_write(&record), STATUS_OK);
    fake_nor_area_fail_reads(1 + (SIZE + 255) / 256);
    assert_int_equal(backup_check(&record, &backup), STATUS_IO);
}

static void the_slot_is_the_backup_only_byte_by_byte(void **state)
{
    (void)state;
    struct backup_record record;
    struct backup backup;

    assert_int_equal(backup_write(&record), STATUS_OK);
    assert_int_equal(backup_check(&record, &backup), STATUS_OK);
    assert_true(backup_is_in_slot(&record, &backup));
    fake_flash_slot()[SIZE - 1] ^= 1;
    assert_false(backup_is_in_slot(&record, &backup));
}

static void thrift_lets_the_log_go_and_then_the_reports_but_never_the_counter(void **state)
{
    (void)state;
    struct journal_source source = backup_source(BACKUP_DROP_HISTORY);

    assert_true(source.covers(source.context, RECORD_HISTORY + 7));
    assert_false(source.covers(source.context, RECORD_REPORT));
    source = backup_source(BACKUP_DROP_REPORTS);
    assert_true(source.covers(source.context, RECORD_HISTORY) &&
                source.covers(source.context, RECORD_REPORT) &&
                source.covers(source.context, RECORD_DOWNLOAD));
    assert_false(source.covers(source.context, RECORD_SECURITY) ||
                 source.covers(source.context, RECORD_SECURITY_COPY) ||
                 source.covers(source.context, RECORD_INSTALL));
}

// A chip that forgets one bit of what it is given, once or always.
static void a_chip_that_does_not_keep_it_is_noticed(void **state)
{
    (void)state;
    struct backup_record record;

    fake_flash_slot()[500] = 0;
    fake_nor_area_break_byte(BACKUP_IMAGE_AT + 500);
    assert_int_equal(backup_write(&record), STATUS_CORRUPT);
    fake_nor_area_break_byte(FAKE_NOR_AREA);
    assert_int_equal(backup_write(&record), STATUS_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(the_backup_lies_as_it_is_drawn, setup),
        cmocka_unit_test_setup(an_older_backup_gives_way, setup),
        cmocka_unit_test_setup(the_candidate_stays_untouched, setup),
        cmocka_unit_test_setup(
            a_slot_without_a_good_info_block_is_kept_up_to_its_last_page_that_is_not_zero, setup),
        cmocka_unit_test_setup(an_info_block_that_names_an_impossible_size_is_not_believed, setup),
        cmocka_unit_test_setup(a_full_slot_and_a_full_journal_fit, setup),
        cmocka_unit_test_setup(the_source_gives_back_what_was_kept_and_nothing_else, setup),
        cmocka_unit_test_setup(a_value_that_reaches_behind_the_end_is_none, setup),
        cmocka_unit_test_setup(settings_that_cannot_be_read_leave_the_backup_unjudged, setup),
        cmocka_unit_test_setup(the_slot_is_the_backup_only_byte_by_byte, setup),
        cmocka_unit_test_setup(thrift_lets_the_log_go_and_then_the_reports_but_never_the_counter,
                               setup),
        cmocka_unit_test_setup(a_chip_that_does_not_keep_it_is_noticed, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
