// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "server/store/folder.h"
#include "server/store/store.h"
#include "server/store/upload.h"
#include "tests/unit/server/folder.h"

static const char *folder;
static struct db *db;
static char error_text[500];
static struct fmt error;

static int open_fresh(void **state)
{
    (void)state;
    folder = test_folder();
    fmt_init(&error, error_text, sizeof error_text);
    return db_open(&db, folder, DB_OWNER);
}

static int close_all(void **state)
{
    (void)state;
    db_close(db);
    test_folder_remove();
    return 0;
}

// SHA-256 of the packed file of image A, docs/protocol.md, "Test vectors".
#define IMAGE_A_NAME "955dde18f2df9e30e9d1d60f22c0826bc0dd15ad351d275dda5589ca2f37026c"

static void write_file(const char *name, const char *bytes)
{
    char path[FOLDER_PATH_SIZE];

    (void)snprintf(path, sizeof path, "%s/images/%s", folder, name);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs(bytes, file) >= 0);
    assert_int_equal(fclose(file), 0);
}

static void bytes_come_back_under_their_hash(void **state)
{
    (void)state;
    char name[STORE_NAME_SIZE];
    struct span packed = test_packed(3000, 3);
    uint8_t *bytes;
    size_t size;

    assert_int_equal(store_put(folder, packed, name, &error), STATUS_OK);
    assert_string_equal(name, IMAGE_A_NAME);
    assert_int_equal(store_load(folder, name, &bytes, &size, &error), STATUS_OK);
    assert_int_equal(size, 7124);
    assert_memory_equal(bytes, packed.data, size);
    free(bytes);
}

static void the_same_bytes_again_write_nothing(void **state)
{
    (void)state;
    char name[STORE_NAME_SIZE];
    char path[FOLDER_PATH_SIZE];
    struct stat first;
    struct stat second;

    assert_int_equal(store_put(folder, test_packed(3000, 3), name, &error), STATUS_OK);
    (void)snprintf(path, sizeof path, "%s/images/%s", folder, name);
    assert_int_equal(stat(path, &first), 0);
    assert_int_equal(store_put(folder, test_packed(3000, 3), name, &error), STATUS_OK);
    assert_int_equal(stat(path, &second), 0);
    assert_int_equal(first.st_ino, second.st_ino);
}

static void damaged_bytes_are_refused_and_repaired_by_the_next_put(void **state)
{
    (void)state;
    char name[STORE_NAME_SIZE];
    uint8_t *bytes;
    size_t size;

    write_file(IMAGE_A_NAME, "garbage");
    assert_int_equal(store_load(folder, IMAGE_A_NAME, &bytes, &size, &error), STATUS_CORRUPT);
    assert_null(bytes);
    assert_non_null(strstr(error_text, "damaged"));
    assert_int_equal(store_put(folder, test_packed(3000, 3), name, &error), STATUS_OK);
    assert_int_equal(store_load(folder, IMAGE_A_NAME, &bytes, &size, &error), STATUS_OK);
    free(bytes);
}

static void a_missing_file_is_named(void **state)
{
    (void)state;
    uint8_t *bytes;
    size_t size;

    assert_int_equal(store_load(folder, IMAGE_A_NAME, &bytes, &size, &error), STATUS_NOT_FOUND);
    assert_non_null(strstr(error_text, IMAGE_A_NAME));
}

static void an_impossible_folder_is_named(void **state)
{
    (void)state;
    assert_int_equal(folder_create("/proc/nowhere", &error), STATUS_IO);
    assert_non_null(strstr(error_text, "/proc/nowhere"));
}

static enum status upload(struct span packed, const char *title, const char *version,
                          struct db_image *image)
{
    struct upload request = {.packed = packed, .title = title, .version = version, .now_ms = 9};

    fmt_init(&error, error_text, sizeof error_text);
    return upload_image(db, folder, &request, image, NULL, &error);
}

static void an_upload_is_stored_and_recorded(void **state)
{
    (void)state;
    struct db_image image;
    struct db_image found;

    assert_int_equal(upload(test_packed(3000, 3), "s31-nb", "v1.1.0", &image), STATUS_OK);
    assert_int_equal(db_image_find(db, "s31-nb", "v1.1.0", &found), STATUS_OK);
    assert_int_equal(found.id, image.id);
    assert_int_equal(found.size, 7124);
    assert_string_equal(found.sha256, IMAGE_A_NAME);
    assert_string_equal(found.algorithm, "CRC32");
    assert_string_equal(found.checksum, "b3ab1052");
    assert_false(found.has_info);
}

static void an_upload_that_is_no_packed_file_says_where(void **state)
{
    (void)state;
    struct db_image image;
    uint8_t broken[7124];
    struct span packed = test_packed(3000, 3);

    assert_int_equal(upload(span_of(packed.data, 3000), "t", "v1", &image), STATUS_INVALID);
    assert_non_null(strstr(error_text, "nbota image pack"));
    memcpy(broken, packed.data, sizeof broken);
    broken[2100] ^= 1;
    assert_int_equal(upload(span_of(broken, sizeof broken), "t", "v1", &image), STATUS_INVALID);
    assert_non_null(strstr(error_text, "piece 2 at byte 2056"));
    assert_int_equal(upload(span_of(packed.data, 6168), "t", "v1", &image), STATUS_INVALID);
    assert_non_null(strstr(error_text, "3000 bytes"));
}

static void an_image_without_info_block_needs_title_and_version(void **state)
{
    (void)state;
    struct db_image image;

    assert_int_equal(upload(test_packed(3000, 3), NULL, "v1", &image), STATUS_INVALID);
    assert_non_null(strstr(error_text, "title"));
    assert_int_equal(upload(test_packed(3000, 3), "t", NULL, &image), STATUS_INVALID);
    assert_non_null(strstr(error_text, "version"));
    assert_int_equal(upload(test_packed(3000, 3), "t", "v1", &image), STATUS_OK);
    assert_int_equal(upload(test_packed(3000, 4), "t", "v1", &image), STATUS_REFUSED);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_fresh, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(bytes_come_back_under_their_hash),
        CASE(the_same_bytes_again_write_nothing),
        CASE(damaged_bytes_are_refused_and_repaired_by_the_next_put),
        CASE(a_missing_file_is_named),
        CASE(an_impossible_folder_is_named),
        CASE(an_upload_is_stored_and_recorded),
        CASE(an_upload_that_is_no_packed_file_says_where),
        CASE(an_image_without_info_block_needs_title_and_version),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
