// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include <string.h>

#include "base/endian.h"
#include "base/sha256.h"
#include "cli/anatomy.h"
#include "cli/packing.h"
#include "tests/fake/firmware.h"

static struct anatomy anatomy;
static uint8_t image[WIRE_SLOT_SIZE + 1];
static uint8_t packed[WIRE_PACKED_MAX + 1];

static const struct finding *problem(void)
{
    return anatomy_first(&anatomy, FINDING_PROBLEM);
}

static void read_plain(size_t size)
{
    anatomy_read(&anatomy, span_of(image, size));
}

static void assert_problem(const char *part)
{
    assert_non_null(problem());
    if (strstr(problem()->text, part) == NULL) {
        fail_msg("'%s' is not in '%s'", part, problem()->text);
    }
    assert_true(problem()->advice[0] != '\0');
}

static size_t make_packed(size_t size)
{
    firmware_make(image, size, "s31-nb", "v1.1.0");
    return packing_make(span_of(image, size), packed);
}

static void an_nbota_image_is_plain_and_says_who_it_is(void **state)
{
    (void)state;
    firmware_make(image, 5000, "s31-nb", "v1.1.0");
    read_plain(5000);
    assert_null(problem());
    assert_int_equal(anatomy.form, FORM_PLAIN);
    assert_string_equal(anatomy.info.title, "s31-nb");
    assert_int_equal(anatomy.pieces, 9);
    assert_int_equal(anatomy.finding_count, 0);
}

static void another_makers_image_is_plain_with_a_note(void **state)
{
    (void)state;
    firmware_make_plain(image, 3000);
    read_plain(3000);
    assert_null(problem());
    assert_int_equal(anatomy.form, FORM_PLAIN);
    assert_int_equal(anatomy.info_status, STATUS_NOT_FOUND);
    assert_non_null(anatomy_first(&anatomy, FINDING_NOTE));
}

static void a_packed_image_is_unpacked_to_the_byte(void **state)
{
    (void)state;
    size_t size = make_packed(5000);
    anatomy_read(&anatomy, span_of(packed, size));
    assert_null(problem());
    assert_int_equal(anatomy.form, FORM_PACKED);
    assert_int_equal(anatomy.image.size, 5000);
    assert_memory_equal(anatomy.image.data, image, 5000);
    assert_int_equal(anatomy.manifest_status, STATUS_OK);
    assert_false(manifest_is_signed(&anatomy.manifest));
    assert_true(anatomy_container_is_good(&anatomy));
}

static void the_largest_image_fits_and_one_byte_more_does_not(void **state)
{
    (void)state;
    size_t size = make_packed(WIRE_SLOT_SIZE);
    anatomy_read(&anatomy, span_of(packed, size));
    assert_null(problem());
    firmware_make(image, WIRE_SLOT_SIZE + 1, "s31-nb", "v1.1.0");
    read_plain(WIRE_SLOT_SIZE + 1);
    assert_problem("the application slot holds 122880");
}

static void a_damaged_piece_is_named_with_its_offset(void **state)
{
    (void)state;
    size_t size = make_packed(5000);
    packed[5 * WIRE_CHUNK_SIZE + 17] ^= 0x10;
    packed[7 * WIRE_CHUNK_SIZE + 17] ^= 0x10;
    anatomy_read(&anatomy, span_of(packed, size));
    assert_problem("piece 5 is damaged");
    assert_int_equal(problem()->piece, 5);
    assert_int_equal(problem()->offset, 5 * WIRE_CHUNK_SIZE);
    assert_int_equal(anatomy.bad_pieces, 2);
    assert_false(anatomy_container_is_good(&anatomy));
}

static void every_piece_damaged_ends_in_a_sum(void **state)
{
    (void)state;
    size_t size = make_packed(WIRE_SLOT_SIZE);
    for (size_t i = 20; i < size; i += WIRE_CHUNK_SIZE) {
        packed[i + 100] ^= 1;
    }
    anatomy_read(&anatomy, span_of(packed, size));
    assert_int_equal(anatomy.bad_pieces, WIRE_PIECES_MAX);
    assert_int_equal(anatomy.finding_count, BAD_PIECES_LISTED + 1);
    assert_string_equal(anatomy.findings[BAD_PIECES_LISTED].text, "116 more pieces are damaged");
}

static void every_shorter_and_a_longer_packed_file_is_refused(void **state)
{
    (void)state;
    size_t size = make_packed(5000);
    for (size_t shorter = 21; shorter < size; shorter++) {
        anatomy_read(&anatomy, span_of(packed, shorter));
        assert_problem("the file is cut off");
        assert_int_equal(problem()->piece, shorter / WIRE_CHUNK_SIZE);
    }
    for (size_t shorter = 0; shorter < 21; shorter++) {
        anatomy_read(&anatomy, span_of(packed, shorter));
        assert_non_null(problem());
    }
    packed[size] = 0;
    anatomy_read(&anatomy, span_of(packed, size + 1));
    assert_problem("the file is too long");
}

static void another_image_under_the_header_is_noticed(void **state)
{
    (void)state;
    size_t size = make_packed(5000);
    uint8_t *last = packed + 8 * WIRE_CHUNK_SIZE;
    size_t piece = size - 8 * WIRE_CHUNK_SIZE - WIRE_CRC_SIZE;
    struct checksums sums;
    last[3] ^= 1;
    checksums_make(span_of(last, piece), &sums);
    store_le32(last + piece, sums.crc32);
    anatomy_read(&anatomy, span_of(packed, size));
    assert_problem("every piece is good, but the image is another");
}

static void a_header_with_an_impossible_size_is_refused(void **state)
{
    (void)state;
    size_t size = make_packed(5000);
    store_le32(packed + 13, 122881);
    anatomy_read(&anatomy, span_of(packed, size));
    assert_problem("an image of 122881 bytes");
    store_le32(packed + 13, 0);
    anatomy_read(&anatomy, span_of(packed, size));
    assert_problem("an image of 0 bytes");
}

static void wrong_forms_of_the_same_firmware_are_named(void **state)
{
    (void)state;
    static uint8_t uncut[WIRE_HEADER_PAGE_SIZE + 5000];
    static uint8_t pieces[5 * WIRE_CHUNK_SIZE];
    size_t size = make_packed(5000);

    memcpy(uncut, packed, WIRE_HEADER_SIZE);
    memcpy(uncut + WIRE_HEADER_PAGE_SIZE, image, 5000);
    anatomy_read(&anatomy, span_of(uncut, sizeof uncut));
    assert_problem("not cut in pieces");
    memcpy(pieces, packed + 4 * WIRE_CHUNK_SIZE, size - 4 * WIRE_CHUNK_SIZE);
    anatomy_read(&anatomy, span_of(pieces, size - 4 * WIRE_CHUNK_SIZE));
    assert_problem("no header page");
}

static void vector_tables_that_do_not_fit_are_explained(void **state)
{
    (void)state;
    static const struct {
        uint32_t stack, reset;
        const char *problem;
    } cases[] = {
        {0x20005001, 0x08007901, "no stack in the SRAM"},
        {0x20005004, 0x08007901, "no stack in the SRAM"},
        {0x20000000, 0x08007901, "no stack in the SRAM"},
        {0x20005000, 0x08000101, "linked below the application slot"},
        {0x20005000, 0x08009001, "it is cut off"},
        {0x20005000, 0x08007900, "the reset vector is even"},
        {0x20005000, 0x08025801, "no address in the application slot"},
        {0x20005000, 0x00000000, "no address in the application slot"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        firmware_make_plain(image, 3000);
        store_le32(image, cases[i].stack);
        store_le32(image + 4, cases[i].reset);
        read_plain(3000);
        assert_problem(cases[i].problem);
        assert_int_equal(anatomy.form, FORM_UNKNOWN);
    }
}

static void info_blocks_that_do_not_fit_are_explained(void **state)
{
    (void)state;
    firmware_make(image, 5000, "s31-nb", "v1.1.0");
    read_plain(4999);
    assert_problem("the info block says 5000 bytes, the image has 4999");
    image[INFO_OFFSET + 10] ^= 1;
    read_plain(5000);
    assert_problem("damaged or was never sealed");
    firmware_make(image, 5000, "a-title-of-19-bytes", "v1.1.0,x");
    read_plain(5000);
    assert_problem("holds a character that nodes cannot read");
}

// Of a packed file whose manifest was changed after it was made.
static void read_with(const struct manifest *manifest, size_t size)
{
    packing_set_manifest(packed, manifest);
    anatomy_read(&anatomy, span_of(packed, size));
}

static void a_manifest_of_another_image_is_refused_by_what_it_says(void **state)
{
    (void)state;
    size_t size = make_packed(5000);
    struct manifest good;
    assert_int_equal(manifest_decode(span_of(packed, size), &good), STATUS_OK);
    static const char *const says[] = {"another size",        "another SHA-256", "another title",
                                       "another version",     "another product", "other hardware",
                                       "another load address"};
    enum { COUNT = sizeof says / sizeof says[0] };
    struct manifest bad[COUNT];

    for (size_t i = 0; i < COUNT; i++) {
        bad[i] = good;
    }
    bad[0].image_size++;
    bad[1].digest[31] ^= 1;
    bad[2].title[0] = 'S';
    bad[3].version[5]++;
    bad[4].product_id++;
    bad[5].hardware_id++;
    bad[6].load_address += 4;
    for (size_t i = 0; i < COUNT; i++) {
        read_with(&bad[i], size);
        assert_problem(says[i]);
        assert_true(anatomy_container_is_good(&anatomy));
    }
}

static void a_manifest_of_an_image_without_info_block_names_the_slot_too(void **state)
{
    (void)state;
    size_t size = make_packed(5000);
    struct manifest manifest;
    assert_int_equal(manifest_decode(span_of(packed, size), &manifest), STATUS_OK);
    struct sha256 sum;
    firmware_make_plain(image, 5000);
    size = packing_make(span_of(image, 5000), packed);
    sha256_init(&sum);
    sha256_update(&sum, image, 5000);
    sha256_final(&sum, manifest.digest);
    read_with(&manifest, size);
    assert_null(problem());
    manifest.load_address += 4;
    read_with(&manifest, size);
    assert_problem("another load address");
}

static void a_manifest_may_raise_the_counter_of_its_image_but_not_lower_it(void **state)
{
    (void)state;
    struct manifest manifest;
    firmware_make(image, 5000, "s31-nb", "v1.1.0");
    store_le32(image + INFO_OFFSET + offsetof(struct info_block, security_counter), 5);
    assert_int_equal(info_seal(image, 5000), STATUS_OK);
    size_t size = packing_make(span_of(image, 5000), packed);

    assert_int_equal(manifest_of(span_of(image, 5000), &manifest), STATUS_OK);
    assert_int_equal(manifest.security_counter, 5);
    manifest.security_counter = 6;
    read_with(&manifest, size);
    assert_null(problem());
    manifest.security_counter = 4;
    read_with(&manifest, size);
    assert_problem("a lower security counter");
}

static void a_manifest_of_an_unknown_format_is_refused_and_other_bytes_are_warned_of(void **state)
{
    (void)state;
    size_t size = make_packed(5000);
    struct manifest manifest;
    assert_int_equal(manifest_decode(span_of(packed, size), &manifest), STATUS_OK);
    manifest.flags = 0x80;
    read_with(&manifest, size);
    assert_problem("a format this nbota cannot read");

    firmware_make_plain(image, 5000);
    size = packing_make(span_of(image, 5000), packed);
    struct checksums sums;
    packed[1000] = 1;
    checksums_make(span_of(packed, WIRE_PIECE_SIZE), &sums);
    store_le32(packed + WIRE_PIECE_SIZE, sums.crc32);
    anatomy_read(&anatomy, span_of(packed, size));
    assert_null(problem());
    const struct finding *warning = anatomy_first(&anatomy, FINDING_WARNING);
    assert_non_null(warning);
    assert_string_equal(warning->text, "something unknown stands behind the header");
}

static void files_given_by_mistake_are_named(void **state)
{
    (void)state;
    static const struct {
        const char *begin;
        const char *problem;
    } cases[] = {
        {"\x7f"
         "ELF\1\1\1",
         "an ELF file"},
        {":1000000000200020", "an Intel HEX file"},
        {"S0030000FC", "a Motorola S-record file"},
        {"PK\3\4....", "a zip archive"},
        {"<!DOCTYPE html>", "a web page"},
        {"{\"status\":404}", "a JSON text"},
        {"version https://git-lfs.github.com", "a pointer of git-lfs"},
        {"\xff\xff\xff\xff", "as erased flash"},
        {"", "the file is empty"},
        {"x", "no vector table"},
    };

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        anatomy_read(&anatomy, span_of_text(cases[i].begin));
        assert_problem(cases[i].problem);
        assert_int_equal(anatomy.form, FORM_UNKNOWN);
    }
}

static void any_bytes_end_in_findings_not_in_a_crash(void **state)
{
    (void)state;
    uint32_t random = 12345;

    for (int round = 0; round < 2000; round++) {
        random = random * 1664525 + 1013904223;
        size_t size = random % 9000;
        for (size_t i = 0; i < size; i++) {
            random = random * 1664525 + 1013904223;
            packed[i] = (uint8_t)(random >> 24);
        }
        if (round % 2 == 0 && size >= WIRE_HEADER_SIZE) {
            store_le32(packed, WIRE_IMAGE_MAGIC);
            store_le32(packed + 13, random >> (random % 31));
        }
        anatomy_read(&anatomy, span_of(packed, size));
        assert_non_null(problem());
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_nbota_image_is_plain_and_says_who_it_is),
        cmocka_unit_test(another_makers_image_is_plain_with_a_note),
        cmocka_unit_test(a_packed_image_is_unpacked_to_the_byte),
        cmocka_unit_test(the_largest_image_fits_and_one_byte_more_does_not),
        cmocka_unit_test(a_damaged_piece_is_named_with_its_offset),
        cmocka_unit_test(every_piece_damaged_ends_in_a_sum),
        cmocka_unit_test(every_shorter_and_a_longer_packed_file_is_refused),
        cmocka_unit_test(another_image_under_the_header_is_noticed),
        cmocka_unit_test(a_header_with_an_impossible_size_is_refused),
        cmocka_unit_test(wrong_forms_of_the_same_firmware_are_named),
        cmocka_unit_test(vector_tables_that_do_not_fit_are_explained),
        cmocka_unit_test(info_blocks_that_do_not_fit_are_explained),
        cmocka_unit_test(a_manifest_of_another_image_is_refused_by_what_it_says),
        cmocka_unit_test(a_manifest_of_an_image_without_info_block_names_the_slot_too),
        cmocka_unit_test(a_manifest_may_raise_the_counter_of_its_image_but_not_lower_it),
        cmocka_unit_test(a_manifest_of_an_unknown_format_is_refused_and_other_bytes_are_warned_of),
        cmocka_unit_test(files_given_by_mistake_are_named),
        cmocka_unit_test(any_bytes_end_in_findings_not_in_a_crash),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
