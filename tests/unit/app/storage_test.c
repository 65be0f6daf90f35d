// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/crc32.h"
#include "base/endian.h"
#include "node/app/app.h"
#include "node/app/storage.h"
#include "node/port/nor.h"
#include "tests/fake/firmware.h"
#include "tests/fake/nor.h"
#include "tests/host/cmocka_all.h"
#include "wire/checksum.h"
#include "wire/image.h"

enum { IMAGE_SIZE = 20000, STORED_SIZE = (WIRE_PIECES_MAX + 7) / 8 };

const struct app_identity app_identity = {&products[PRODUCT_S31_NB], "v1.0.0"};

static uint8_t image[IMAGE_SIZE];
static uint8_t page[WIRE_HEADER_PAGE_SIZE];
static uint8_t stored[STORED_SIZE];
static struct fwinfo info;
static char logged[200];

void log_line(const char *format, ...)
{
    struct fmt out;
    va_list arguments;

    fmt_init(&out, logged, sizeof logged);
    va_start(arguments, format);
    fmt_add_list(&out, format, arguments);
    va_end(arguments);
}

static void seal_header(void)
{
    struct image_header header = image_header_of(span_of(image, IMAGE_SIZE));

    image_header_encode(&header, page);
}

static int setup(void **state)
{
    (void)state;
    memset(page, 0, sizeof page);
    for (unsigned i = 0; i < IMAGE_SIZE; i++) {
        image[i] = (uint8_t)(i * 31 >> 3);
    }
    store_le32(image, 0x20005000);
    store_le32(image + 4, WIRE_SLOT_BASE + 0x101);
    seal_header();
    memset(&info, 0, sizeof info);
    info.size = image_packed_size(IMAGE_SIZE);
    logged[0] = '\0';
    fake_nor_area_reset();
    assert_int_equal(nor_open(), STATUS_OK);
    return 0;
}

static struct span piece_of(uint32_t index, uint8_t chunk[WIRE_CHUNK_SIZE])
{
    uint32_t size =
        image_pack_chunk(span_of(page, sizeof page), span_of(image, IMAGE_SIZE), index, chunk);

    return span_of(chunk, size - WIRE_CRC_SIZE);
}

static enum status write_piece(uint32_t index)
{
    uint8_t chunk[WIRE_CHUNK_SIZE];

    return storage_write_piece(index, piece_of(index, chunk));
}

static void write_all(uint32_t from, uint32_t to)
{
    for (uint32_t i = from; i < to; i++) {
        assert_int_equal(write_piece(i), STATUS_OK);
    }
}

static uint32_t piece_count(void)
{
    return image_piece_count(info.size);
}

static bool is_stored(uint32_t index)
{
    return (stored[index / 8] >> index % 8 & 1) != 0;
}

static void expect_stored(uint32_t from, uint32_t to)
{
    for (uint32_t i = 0; i < WIRE_PIECES_MAX; i++) {
        assert_int_equal(is_stored(i), i >= from && i < to);
    }
}

static void load(void)
{
    assert_int_equal(storage_load_map(stored, info.size), STATUS_OK);
}

// ---- pieces and their map ----

static void storage_finds_the_pieces_it_wrote_and_no_others(void **state)
{
    (void)state;
    load();
    expect_stored(0, 0);
    write_all(0, 9);
    uint32_t operations = fake_nor_area_operations();
    load();
    expect_stored(0, 9);
    assert_int_equal(fake_nor_area_operations(), operations); // looking changes nothing
    write_all(9, piece_count());
    load();
    expect_stored(0, piece_count());
}

static void storage_fetches_a_damaged_piece_and_its_sector_again(void **state)
{
    (void)state;
    write_all(0, 12);
    fake_nor_area()[6 * WIRE_PIECE_SIZE + 100] ^= 1;
    load();
    for (uint32_t i = 0; i < 12; i++) {
        assert_int_equal(is_stored(i), i < 4 || i >= 8);
    }
    write_all(4, 8); // there is room again
    load();
    expect_stored(0, 12);
}

static void storage_piece_that_does_not_read_back_is_refused(void **state)
{
    (void)state;
    uint8_t chunk[WIRE_CHUNK_SIZE];
    struct span piece = piece_of(5, chunk);

    for (uint32_t i = 0; i < piece.size; i++) {
        if ((piece.data[i] & 1) == 0) {
            fake_nor_area_break_byte(5 * WIRE_PIECE_SIZE + i);
            break;
        }
    }
    assert_int_equal(write_piece(5), STATUS_IO);
    load();
    expect_stored(0, 0);
}

static void storage_tells_a_piece_from_any_other_byte_for_byte(void **state)
{
    (void)state;
    uint8_t chunk[WIRE_CHUNK_SIZE];
    struct span piece = piece_of(5, chunk);

    assert_int_equal(storage_compare_piece(5, piece), STATUS_CORRUPT); // erased
    write_all(5, 6);
    assert_int_equal(storage_compare_piece(5, piece), STATUS_OK);
    for (size_t i = 0; i < piece.size; i++) {
        chunk[i] ^= 0x10;
        assert_int_equal(storage_compare_piece(5, piece), STATUS_CORRUPT);
        chunk[i] ^= 0x10;
    }
    fake_nor_area_fail_reads(3);
    assert_int_equal(storage_compare_piece(5, piece), STATUS_IO);
}

static void storage_reports_a_chip_that_stops_answering(void **state)
{
    (void)state;
    struct image_found found;

    write_all(0, piece_count());
    for (uint32_t reads = 0; reads < 300; reads += 13) {
        fake_nor_area_fail_reads(reads);
        assert_int_equal(storage_load_map(stored, info.size), STATUS_IO);
        fake_nor_area_fail_reads(reads);
        assert_int_equal(storage_verify(&info, &found), STATUS_IO);
    }
    assert_true(fake_nor_area()[0] == 0x66); // and nothing was erased for it
}

// Power is back; the rest of the download comes in.
static void resume(void)
{
    fake_nor_area_restore_power();
    assert_int_equal(nor_open(), STATUS_OK);
    load();
    for (uint32_t i = 0; i < piece_count(); i++) {
        if (!is_stored(i)) {
            assert_int_equal(write_piece(i), STATUS_OK);
        }
    }
    load();
    expect_stored(0, piece_count());
}

// The rest of the download after a cut at every operation: what counts is right, and the whole gets complete.
static void storage_resumes_after_a_cut_at_every_operation(void **state)
{
    (void)state;
    for (uint32_t operation = 0; operation < 125; operation++) {
        struct image_found found;
        setup(state);
        fake_nor_area_cut(operation, operation);
        for (uint32_t i = 0; i < piece_count() && write_piece(i) == STATUS_OK; i++) {
        }
        resume();
        assert_int_equal(storage_verify(&info, &found), STATUS_OK);
    }
}

static void storage_recovers_from_a_cut_while_it_makes_room(void **state)
{
    (void)state;
    for (uint32_t operation = 0; operation < 20; operation++) {
        setup(state);
        write_all(0, 10);
        fake_nor_area()[6 * WIRE_PIECE_SIZE + 100] ^= 1;
        fake_nor_area_cut(operation, operation);
        (void)storage_load_map(stored, info.size);
        resume();
    }
}

// ---- the last look ----

static enum status verify(void)
{
    struct image_found found = {0};
    enum status status = storage_verify(&info, &found);

    if (status == STATUS_OK) {
        assert_int_equal(found.size_bytes, IMAGE_SIZE);
        assert_int_equal(found.crc32, crc32_update(0, image, IMAGE_SIZE));
    }
    return status;
}

static uint32_t packed_crc(void)
{
    uint8_t chunk[WIRE_CHUNK_SIZE];
    uint32_t crc = 0;

    for (uint32_t i = 0; i < piece_count(); i++) {
        struct span piece = piece_of(i, chunk);
        crc = crc32_update(crc, chunk, piece.size + WIRE_CRC_SIZE);
    }
    return crc;
}

static void storage_verifies_the_checksum_of_the_packed_file(void **state)
{
    (void)state;
    char text[9];

    write_all(0, piece_count());
    assert_int_equal(verify(), STATUS_OK); // none given
    checksum_crc32_text(packed_crc(), text);
    strcpy(info.algorithm, "CRC32");
    strcpy(info.checksum, text);
    assert_int_equal(verify(), STATUS_OK);
    info.checksum[0] = info.checksum[0] == '1' ? '2' : '1';
    assert_int_equal(verify(), STATUS_CORRUPT);
    strcpy(info.algorithm, "SHA256");
    assert_int_equal(verify(), STATUS_CORRUPT);
    strcpy(info.algorithm, "MD5");
    assert_int_equal(verify(), STATUS_OK);
    assert_string_equal(logged, "fw_checksum not checked: MD5 is unknown here");
}

static void storage_refuses_a_wrong_container_or_image(void **state)
{
    (void)state;
    write_all(0, piece_count());
    info.size += WIRE_CHUNK_SIZE;
    assert_int_equal(verify(), STATUS_CORRUPT);
    setup(state);
    page[17] ^= 1;
    write_all(0, piece_count());
    assert_int_equal(verify(), STATUS_CORRUPT);
    setup(state);
    page[0] ^= 1;
    write_all(0, piece_count());
    assert_int_equal(verify(), STATUS_CORRUPT);
}

static void storage_refuses_an_image_that_could_not_start(void **state)
{
    (void)state;
    store_le32(image + 4, WIRE_SLOT_BASE + 0x100); // no Thumb address
    seal_header();
    write_all(0, piece_count());
    assert_int_equal(verify(), STATUS_CORRUPT);
}

static void storage_refuses_an_image_of_other_hardware(void **state)
{
    (void)state;
    uint8_t own = app_identity.product->hardware_id;

    firmware_mark(image, IMAGE_SIZE, own);
    seal_header();
    write_all(0, piece_count());
    assert_int_equal(verify(), STATUS_OK);
    setup(state);
    firmware_mark(image, IMAGE_SIZE, (uint8_t)(own + 1));
    seal_header();
    write_all(0, piece_count());
    assert_int_equal(verify(), STATUS_CORRUPT);
    assert_string_equal(logged, "Image refused: made for other hardware");
}

static void storage_erases_the_whole_area_and_nothing_above(void **state)
{
    (void)state;
    memset(fake_nor_area(), 0x55, FAKE_NOR_AREA);
    assert_int_equal(storage_erase(), STATUS_OK);
    for (uint32_t i = 0; i < FAKE_NOR_AREA; i++) {
        assert_int_equal(fake_nor_area()[i], i < 128 * 1024 ? 0xFF : 0x55);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(storage_finds_the_pieces_it_wrote_and_no_others, setup),
        cmocka_unit_test_setup(storage_fetches_a_damaged_piece_and_its_sector_again, setup),
        cmocka_unit_test_setup(storage_piece_that_does_not_read_back_is_refused, setup),
        cmocka_unit_test_setup(storage_tells_a_piece_from_any_other_byte_for_byte, setup),
        cmocka_unit_test_setup(storage_reports_a_chip_that_stops_answering, setup),
        cmocka_unit_test_setup(storage_resumes_after_a_cut_at_every_operation, setup),
        cmocka_unit_test_setup(storage_recovers_from_a_cut_while_it_makes_room, setup),
        cmocka_unit_test_setup(storage_verifies_the_checksum_of_the_packed_file, setup),
        cmocka_unit_test_setup(storage_refuses_a_wrong_container_or_image, setup),
        cmocka_unit_test_setup(storage_refuses_an_image_that_could_not_start, setup),
        cmocka_unit_test_setup(storage_refuses_an_image_of_other_hardware, setup),
        cmocka_unit_test_setup(storage_erases_the_whole_area_and_nothing_above, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
