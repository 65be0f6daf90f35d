// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include <stdio.h>
#include <string.h>

#include "cli/inspect.h"
#include "cli/packing.h"
#include "tests/fake/firmware.h"

static struct anatomy anatomy;
static uint8_t image[WIRE_SLOT_SIZE];
static uint8_t packed[WIRE_PACKED_MAX];
static char text[16384];

typedef enum status printer(FILE *, const char *, const struct anatomy *, bool);

static void print(printer *print_it, struct span file, bool list_pieces)
{
    memset(text, 0, sizeof text);
    FILE *out = fmemopen(text, sizeof text - 1, "w");
    assert_non_null(out);
    anatomy_read(&anatomy, file);
    assert_int_equal(print_it(out, "try.bin", &anatomy, list_pieces), STATUS_OK);
    fclose(out);
}

static void assert_says(const char *part)
{
    if (strstr(text, part) == NULL) {
        fail_msg("'%s' is not in:\n%s", part, text);
    }
}

static void the_published_image_shows_the_published_numbers(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3000; i++) {
        image[i] = (uint8_t)(7 * i + 3);
    }
    size_t size = packing_make(span_of(image, 3000), packed);
    print(inspect_print, span_of(packed, size), true);
    assert_says("file         7124 bytes");
    assert_says("pieces       7, 0 of them damaged");
    assert_says("image of 3000 bytes with CRC32 57081DF1, model 22223333, version 10101010");
    assert_says("CRC32  b3ab1052 (as a number 5210ABB3)");
    assert_says("SHA256 955dde18f2df9e30e9d1d60f22c0826bc0dd15ad351d275dda5589ca2f37026c");
    assert_says("    0       0  1028  570DEE9B\n");
    assert_says("    6    6168   956  B965E1F6\n");
    assert_says("every piece is good, the image inside is not");
}

static void a_plain_image_shows_what_packing_makes_of_it(void **state)
{
    (void)state;
    firmware_make(image, 5000, "s31-nb", "v1.1.0");
    print(inspect_print, span_of(image, 5000), false);
    assert_says("try.bin: plain image, good\n");
    assert_says("title        s31-nb\n");
    assert_says("version      v1.1.0\n");
    assert_says("product      S31-NB (id 0x40), board 1\n");
    assert_says("fw_size      9132, 9 pieces\n");
}

static void a_broken_one_says_where_and_what_to_do(void **state)
{
    (void)state;
    firmware_make(image, 5000, "s31-nb", "v1.1.0");
    size_t size = packing_make(span_of(image, 5000), packed);
    packed[4 * WIRE_CHUNK_SIZE] ^= 1;
    print(inspect_print, span_of(packed, size), true);
    assert_says("try.bin: packed image, broken\n");
    assert_says("problem: piece 4 is damaged");
    assert_says("(offset 4112)");
    assert_says("copy or download the file again");
    assert_says("  damaged\n");
    assert_null(strstr(text, "fw_checksum"));
}

static void json_has_the_same_for_scripts(void **state)
{
    (void)state;
    firmware_make(image, 5000, "s31-nb", "v1.1.0");
    size_t size = packing_make(span_of(image, 5000), packed);
    print(inspect_print_json, span_of(packed, size), false);
    assert_says("\"form\": \"packed\"");
    assert_says("\"good\": true");
    assert_says("\"title\": \"s31-nb\"");
    assert_says("\"fw_size\": 9132");
    assert_says("\"findings\": []");
    packed[4 * WIRE_CHUNK_SIZE] ^= 1;
    print(inspect_print_json, span_of(packed, size), false);
    assert_says("\"good\": false");
    assert_says("\"piece\": 4");
    assert_says("\"offset\": 4112");
}

static void the_golden_signed_file_shows_its_manifest(void **state)
{
    (void)state;
    static uint8_t golden[8192];
    FILE *file = fopen(NBOTA_GOLDEN "/manifest/signed.packed.bin", "rb");
    assert_non_null(file);
    size_t size = fread(golden, 1, sizeof golden, file);
    fclose(file);

    print(inspect_print, span_of(golden, size), false);
    assert_says("manifest     signed with key 21fe31dfa154a261;");
    assert_says("s31-nb v1.1.0 for board 1, 1000 bytes at 0x08007800\n");
    assert_says("security counter 7, which nodes keep once it is confirmed");
    assert_says(", revokes the bootloader's key 1\n");
    print(inspect_print_json, span_of(golden, size), false);
    assert_says("\"key_id\": \"21fe31dfa154a261\"");
    assert_says("\"raises_counter\": true");
    assert_says("\"signed\": true");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_published_image_shows_the_published_numbers),
        cmocka_unit_test(a_plain_image_shows_what_packing_makes_of_it),
        cmocka_unit_test(a_broken_one_says_where_and_what_to_do),
        cmocka_unit_test(the_golden_signed_file_shows_its_manifest),
        cmocka_unit_test(json_has_the_same_for_scripts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
