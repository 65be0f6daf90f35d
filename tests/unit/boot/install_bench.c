// SPDX-License-Identifier: Apache-2.0
#include "tests/unit/boot/install_bench.h"

#include <string.h>

#include "base/crc32.h"
#include "base/endian.h"
#include "node/store/journal.h"
#include "tests/fake/eeprom.h"
#include "tests/fake/firmware.h"
#include "tests/fake/flash.h"
#include "tests/fake/nor.h"
#include "tests/fake/reset_cause.h"
#include "tests/host/cmocka_all.h"

const uint8_t boot_hardware_id = 1;

uint8_t bench_old[WIRE_SLOT_SIZE];
uint8_t bench_new[WIRE_SLOT_SIZE];
static enum verdict verdict;

void bench_make_image(uint8_t *image, size_t size, uint32_t seed)
{
    for (size_t i = 0; i < size; i++) {
        image[i] = (uint8_t)((i / 700 * 13 + i * seed) >> 2);
    }
    memset(image + size / 2, 0, 200); // half pages that need no programming
    store_le32(image, 0x20005000);
    store_le32(image + 4, WIRE_SLOT_BASE + 0x101);
}

void bench_put_page(size_t new_size, const struct manifest *manifest)
{
    struct image_header header = image_header_of(span_of(bench_new, new_size));
    uint8_t *page = fake_nor_area();

    memset(page, 0, WIRE_HEADER_PAGE_SIZE);
    image_header_encode(&header, page);
    if (manifest != NULL) {
        manifest_encode(manifest, page + MANIFEST_OFFSET);
    }
}

struct install_record bench_order(size_t new_size)
{
    return (struct install_record){
        .state = INSTALL_ORDERED,
        .size_bytes = (uint32_t)new_size,
        .crc32 = crc32_update(0, bench_new, new_size),
        .title = "s31-nb",
        .version = "v1.1.0",
    };
}

void bench_write_install(const struct install_record *record)
{
    struct record_change change;

    record_change_init(&change);
    record_put_install(&change, record);
    assert_int_equal(record_commit(&change), STATUS_OK);
}

void bench_set(uint8_t id, const char *text)
{
    struct journal_item item = {id, span_of_text(text)};

    assert_int_equal(journal_commit(&item, 1), STATUS_OK);
}

bool bench_is_set(uint8_t id, const char *text)
{
    char value[JOURNAL_VALUE_MAX];
    size_t size = 0;

    assert_int_equal(journal_read(id, value, sizeof value, &size), STATUS_OK);
    return size == strlen(text) && memcmp(value, text, size) == 0;
}

void bench_begin(size_t new_size)
{
    struct install_record order = bench_order(new_size);

    fake_eeprom_reset();
    fake_flash_reset();
    fake_nor_area_reset();
    fake_reset_cause_blame(false);
    memcpy(fake_flash_slot(), bench_old, BENCH_OLD_SIZE);
    assert_int_equal(journal_open(), STATUS_OK);
    bench_put_page(new_size, NULL);
    memcpy(fake_nor_area() + BENCH_IMAGE_AT, bench_new, new_size);
    bench_set(1, "old setting");
    bench_set(RECORD_IMEI, "861275077900001");
    bench_write_install(&order);
}

void bench_manifest(struct manifest *manifest)
{
    assert_int_equal(manifest_of(span_of(bench_new, BENCH_NEW_SIZE), manifest), STATUS_OK);
}

void bench_begin_trial(void)
{
    struct manifest manifest;

    bench_make_image(bench_old, BENCH_OLD_SIZE, 3);
    bench_make_image(bench_new, BENCH_NEW_SIZE, 5);
    firmware_mark(bench_old, BENCH_OLD_SIZE, boot_hardware_id);
    firmware_mark(bench_new, BENCH_NEW_SIZE, boot_hardware_id);
    bench_begin(BENCH_NEW_SIZE);
    bench_manifest(&manifest);
    bench_put_page(BENCH_NEW_SIZE, &manifest);
}

enum boot_outcome bench_boot(void)
{
    fake_nor_area_restore_power();
    fake_flash_restart();
    fake_eeprom_restore_power();
    (void)journal_open();
    return boot_install(&verdict);
}

enum verdict bench_verdict(void)
{
    return verdict;
}

enum install_state bench_state(void)
{
    struct install_record record;

    record_read_install(&record);
    return record.state;
}

bool bench_old_runs(void)
{
    return memcmp(fake_flash_slot(), bench_old, BENCH_OLD_SIZE) == 0;
}

bool bench_new_runs(size_t size)
{
    return memcmp(fake_flash_slot(), bench_new, size) == 0;
}

// ---- cuts ----

void bench_cut(enum bench_memory memory, uint32_t operation, uint32_t seed)
{
    switch (memory) {
    case BENCH_FLASH:
        fake_flash_cut(operation, seed);
        break;
    case BENCH_EEPROM:
        fake_eeprom_cut_weak(operation, seed);
        break;
    case BENCH_NOR:
        fake_nor_area_cut(operation, seed);
        break;
    case BENCH_MEMORIES:
    default:
        fail();
    }
}

bool bench_was_cut(void)
{
    return fake_flash_was_cut() || fake_eeprom_was_cut() || fake_nor_area_was_cut();
}
