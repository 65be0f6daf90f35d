// SPDX-License-Identifier: Apache-2.0
// Installs under every cut: whatever happens, either the old application is whole, or the order is still there and the
// next reset goes on; no half copy can be started.
#include <string.h>

#include "base/crc32.h"
#include "base/endian.h"
#include "node/boot/boot.h"
#include "node/store/journal.h"
#include "tests/fake/eeprom.h"
#include "tests/fake/firmware.h"
#include "tests/fake/flash.h"
#include "tests/fake/nor.h"
#include "tests/host/cmocka_all.h"
#include "wire/image.h"

enum { OLD_SIZE = 9000, NEW_SIZE = 10001, IMAGE_AT = WIRE_HEADER_PAGE_SIZE };

const uint8_t boot_hardware_id = 1;

static uint8_t old_image[WIRE_SLOT_SIZE];
static uint8_t new_image[WIRE_SLOT_SIZE];

static void make_image(uint8_t *image, size_t size, uint32_t seed)
{
    for (size_t i = 0; i < size; i++) {
        image[i] = (uint8_t)((i / 700 * 13 + i * seed) >> 2);
    }
    memset(image + size / 2, 0, 200); // half pages that need no programming
    store_le32(image, 0x20005000);
    store_le32(image + 4, WIRE_SLOT_BASE + 0x101);
}

static void put_candidate(size_t size)
{
    struct image_header header = image_header_of(span_of(new_image, size));

    memset(fake_nor_area(), 0xFF, FAKE_NOR_AREA);
    image_header_encode(&header, fake_nor_area());
    memcpy(fake_nor_area() + IMAGE_AT, new_image, size);
}

static struct install_record order_of(size_t size)
{
    return (struct install_record){
        .state = INSTALL_ORDERED,
        .size_bytes = (uint32_t)size,
        .crc32 = crc32_update(0, new_image, size),
        .title = "s31-nb",
        .version = "v1.1.0",
    };
}

static void write_order(const struct install_record *order)
{
    struct record_change change;

    record_change_init(&change);
    record_put_install(&change, order);
    assert_int_equal(record_commit(&change), STATUS_OK);
}

static void begin_with(size_t size)
{
    struct install_record order = order_of(size);

    fake_eeprom_reset();
    fake_flash_reset();
    fake_nor_area_reset();
    memcpy(fake_flash_slot(), old_image, OLD_SIZE);
    assert_int_equal(journal_open(), STATUS_OK);
    put_candidate(size);
    write_order(&order);
}

static int setup(void **state)
{
    (void)state;
    make_image(old_image, OLD_SIZE, 3);
    make_image(new_image, NEW_SIZE, 5);
    begin_with(NEW_SIZE);
    return 0;
}

static enum install_state state_now(void)
{
    struct install_record record;

    record_read_install(&record);
    return record.state;
}

static bool old_runs(void)
{
    return memcmp(fake_flash_slot(), old_image, OLD_SIZE) == 0;
}

static bool new_runs(size_t size)
{
    return memcmp(fake_flash_slot(), new_image, size) == 0;
}

static enum boot_outcome boot(void)
{
    fake_nor_area_restore_power();
    fake_flash_restart();
    fake_eeprom_restore_power();
    return journal_open() == STATUS_OK ? boot_install() : BOOT_NOTHING;
}

static void boot_installs_what_was_ordered_and_only_once(void **state)
{
    (void)state;
    assert_int_equal(boot(), BOOT_INSTALLED);
    assert_true(new_runs(NEW_SIZE));
    assert_int_equal(state_now(), INSTALL_DONE);
    assert_true(fake_nor_area_is_asleep());
    uint32_t operations = fake_flash_operations();
    assert_int_equal(boot(), BOOT_NOTHING);
    assert_int_equal(fake_flash_operations(), operations);
    struct install_record record;
    record_read_install(&record);
    assert_string_equal(record.version, "v1.1.0"); // for the report
}

static void boot_refuses_an_image_of_other_hardware_and_installs_its_own(void **state)
{
    (void)state;
    firmware_mark(new_image, NEW_SIZE, boot_hardware_id + 1);
    begin_with(NEW_SIZE);
    assert_int_equal(boot(), BOOT_REFUSED);
    assert_int_equal(state_now(), INSTALL_REFUSED);
    assert_true(old_runs());
    assert_int_equal(fake_flash_operations(), 0);
    firmware_mark(new_image, NEW_SIZE, boot_hardware_id);
    begin_with(NEW_SIZE);
    assert_int_equal(boot(), BOOT_INSTALLED);
    assert_true(new_runs(NEW_SIZE));
}

static void boot_without_order_touches_nothing(void **state)
{
    (void)state;
    write_order(&(struct install_record){0});
    assert_int_equal(boot(), BOOT_NOTHING);
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
    assert_int_equal(boot(), BOOT_NOTHING);
    assert_true(old_runs());
}

static void boot_installs_images_of_every_awkward_size(void **state)
{
    (void)state;
    static const size_t sizes[] = {8, 127, 128, 129, 4095, 4096, 4097, 8192, WIRE_SLOT_SIZE};

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        make_image(new_image, sizes[i] > 1000 ? sizes[i] : 1000, 7);
        begin_with(sizes[i]);
        memset(fake_flash_slot(), 0x77, WIRE_SLOT_SIZE); // an old image that fills its slot
        assert_int_equal(boot(), BOOT_INSTALLED);
        assert_true(new_runs(sizes[i]));
    }
}

// ---- the candidate ----

static void expect_refused(void)
{
    assert_int_equal(boot(), BOOT_REFUSED);
    assert_true(old_runs());
    assert_int_equal(fake_flash_operations(), 0);
    assert_int_equal(state_now(), INSTALL_REFUSED);
    assert_int_equal(boot(), BOOT_NOTHING);
    assert_true(boot_application_is_plausible());
}

static void boot_refuses_a_candidate_damaged_after_its_order(void **state)
{
    (void)state;
    fake_nor_area()[IMAGE_AT + NEW_SIZE - 1] ^= 1;
    expect_refused();
    setup(state);
    fake_nor_area()[0] ^= 1;
    expect_refused();
    setup(state);
    fake_nor_area()[13] ^= 1;
    expect_refused();
}

static void boot_refuses_an_image_that_could_not_start(void **state)
{
    (void)state;
    store_le32(new_image + 4, 0x08000101);
    begin_with(NEW_SIZE);
    expect_refused();
    make_image(new_image, NEW_SIZE, 5);
    store_le32(new_image, 0x20005004);
    begin_with(NEW_SIZE);
    expect_refused();
}

static void boot_keeps_the_order_when_the_chip_does_not_answer(void **state)
{
    (void)state;
    fake_nor_area_fit(false);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(boot(), BOOT_FAILED);
        assert_int_equal(state_now(), INSTALL_ORDERED);
        assert_true(old_runs());
    }
    fake_nor_area_fit(true);
    assert_int_equal(boot(), BOOT_INSTALLED);
}

static void boot_does_not_take_a_chip_that_fails_for_a_bad_candidate(void **state)
{
    (void)state;
    for (uint32_t reads = 0; reads < 42; reads++) {
        setup(state);
        fake_nor_area_fail_reads(reads);
        assert_int_equal(boot(), BOOT_FAILED);
        assert_int_equal(state_now(), INSTALL_ORDERED);
        assert_true(old_runs());
    }
}

static void boot_tries_a_delayed_order_again(void **state)
{
    (void)state;
    struct install_record order = order_of(NEW_SIZE);

    order.state = INSTALL_DELAYED;
    write_order(&order);
    assert_int_equal(boot(), BOOT_INSTALLED);
}

// ---- half a copy ----

static void cut_flash_at(uint32_t operation)
{
    setup(NULL);
    fake_flash_cut(operation, 1);
    assert_int_equal(boot_install(), BOOT_FAILED);
    assert_true(fake_flash_was_cut());
}

static void boot_with_half_a_copy_and_no_chip_waits_and_cannot_be_jumped_into(void **state)
{
    (void)state;
    cut_flash_at(100);
    fake_nor_area_fit(false);
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(boot(), BOOT_FAILED);
        assert_int_equal(state_now(), INSTALL_COPYING);
        assert_false(boot_application_is_plausible());
    }
    fake_nor_area_fit(true);
    assert_int_equal(boot(), BOOT_INSTALLED);
    assert_true(new_runs(NEW_SIZE));
}

static void boot_with_half_a_copy_and_a_bad_candidate_never_gives_up(void **state)
{
    (void)state;
    cut_flash_at(100);
    fake_nor_area()[IMAGE_AT + 77] ^= 8;
    for (unsigned i = 0; i < 3; i++) {
        assert_int_equal(boot(), BOOT_FAILED);
        assert_int_equal(state_now(), INSTALL_COPYING);
        assert_false(boot_application_is_plausible());
    }
    fake_nor_area()[IMAGE_AT + 77] ^= 8;
    assert_int_equal(boot(), BOOT_INSTALLED);
    assert_true(new_runs(NEW_SIZE));
}

static void boot_writes_a_page_again_that_did_not_keep_its_content(void **state)
{
    (void)state;
    fake_flash_break(WIRE_SLOT_BASE + 6144, 2);
    assert_int_equal(boot(), BOOT_INSTALLED);
    assert_true(new_runs(NEW_SIZE));
}

static void boot_does_not_start_what_never_verifies(void **state)
{
    (void)state;
    fake_flash_break(WIRE_SLOT_BASE + 6144, 1000);
    assert_int_equal(boot(), BOOT_FAILED);
    assert_int_equal(state_now(), INSTALL_COPYING);
    fake_flash_break(0, 0);
    assert_int_equal(boot(), BOOT_INSTALLED);
}

// After the cut either the old application is untouched, or nothing can be started until the copy is whole.
static void expect_recovery(size_t size)
{
    assert_true(old_runs() || !boot_application_is_plausible() || new_runs(size) ||
                state_now() == INSTALL_COPYING);
    enum boot_outcome outcome = boot();
    assert_true(outcome == BOOT_INSTALLED || outcome == BOOT_NOTHING);
    assert_true(new_runs(size));
    assert_int_equal(state_now(), INSTALL_DONE);
}

static void boot_finishes_after_a_cut_at_every_flash_operation(void **state)
{
    (void)state;
    bool cut = true;

    for (uint32_t operation = 0; cut; operation++) {
        setup(NULL);
        fake_flash_cut(operation, operation);
        (void)boot_install();
        cut = fake_flash_was_cut();
        expect_recovery(NEW_SIZE);
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
            (void)boot_install();
            cut = fake_eeprom_was_cut();
            expect_recovery(NEW_SIZE);
        }
    }
}

// Every boot is cut again, each later than one note of progress: it gets through in the end.
static void boot_gets_through_many_cuts_in_a_row(void **state)
{
    (void)state;
    for (uint32_t step = 0; step < 40; step += 7) {
        unsigned boots = 0;
        setup(NULL);
        do {
            fake_flash_restart();
            fake_flash_cut(100 + step, boots);
            assert_int_equal(journal_open(), STATUS_OK);
            (void)boot_install();
            assert_in_range(++boots, 1, 30);
        } while (fake_flash_was_cut());
        assert_true(boots > 2);
        assert_true(new_runs(NEW_SIZE));
        assert_int_equal(state_now(), INSTALL_DONE);
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
        cmocka_unit_test_setup(boot_refuses_an_image_that_could_not_start, setup),
        cmocka_unit_test_setup(boot_keeps_the_order_when_the_chip_does_not_answer, setup),
        cmocka_unit_test_setup(boot_does_not_take_a_chip_that_fails_for_a_bad_candidate, setup),
        cmocka_unit_test_setup(boot_tries_a_delayed_order_again, setup),
        cmocka_unit_test_setup(boot_with_half_a_copy_and_no_chip_waits_and_cannot_be_jumped_into,
                               setup),
        cmocka_unit_test_setup(boot_with_half_a_copy_and_a_bad_candidate_never_gives_up, setup),
        cmocka_unit_test_setup(boot_writes_a_page_again_that_did_not_keep_its_content, setup),
        cmocka_unit_test_setup(boot_does_not_start_what_never_verifies, setup),
        cmocka_unit_test_setup(boot_finishes_after_a_cut_at_every_flash_operation, setup),
        cmocka_unit_test_setup(boot_finishes_after_a_cut_at_every_eeprom_write, setup),
        cmocka_unit_test_setup(boot_gets_through_many_cuts_in_a_row, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
