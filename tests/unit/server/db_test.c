// SPDX-License-Identifier: Apache-2.0
#include "tests/host/cmocka_all.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

#include <sqlite3.h>

#include "server/db/db.h"
#include "tests/unit/server/folder.h"

static struct db *db;
static const char *folder;

static int open_fresh(void **state)
{
    (void)state;
    folder = test_folder();
    return db_open(&db, folder, DB_OWNER);
}

static int close_all(void **state)
{
    (void)state;
    db_close(db);
    test_folder_remove();
    return 0;
}

static int64_t add_device(const char *name, const char *token)
{
    int64_t id;

    assert_int_equal(db_device_add(db, name, token, NULL, &id), STATUS_OK);
    return id;
}

static int64_t add_image(const char *title, const char *version)
{
    struct db_image image = {.size = 7124, .algorithm = "CRC32", .checksum = "b3ab1052"};
    int64_t id;

    (void)snprintf(image.title, sizeof image.title, "%s", title);
    (void)snprintf(image.version, sizeof image.version, "%s", version);
    (void)snprintf(image.sha256, sizeof image.sha256, "%s%s", title, version);
    assert_int_equal(db_image_add(db, &image, &id, NULL), STATUS_OK);
    return id;
}

static void a_device_is_found_by_its_name_with_all_its_fields(void **state)
{
    (void)state;
    struct db_device device;
    int64_t id;

    assert_int_equal(db_device_add(db, "pump-1", "TOKEN1", "863663062798914", &id), STATUS_OK);
    assert_int_equal(db_device_by_name(db, "pump-1", &device), STATUS_OK);
    assert_int_equal(device.id, id);
    assert_string_equal(device.token, "TOKEN1");
    assert_string_equal(device.imei, "863663062798914");
    assert_string_equal(device.version, "");
    assert_int_equal(device.image_id, DB_NONE);
    assert_int_equal(db_device_by_name(db, "pump-2", &device), STATUS_NOT_FOUND);
    assert_non_null(strstr(db_error_text(db), "pump-2"));
}

static void name_and_token_are_unique(void **state)
{
    (void)state;
    int64_t id;

    (void)add_device("a", "T1");
    assert_int_equal(db_device_add(db, "a", "T2", NULL, &id), STATUS_REFUSED);
    assert_non_null(strstr(db_error_text(db), "'a'"));
    assert_int_equal(db_device_add(db, "b", "T1", NULL, &id), STATUS_REFUSED);
    assert_non_null(strstr(db_error_text(db), "token"));
    assert_null(strstr(db_error_text(db), "T1")); // a secret stays out of messages
}

static void texts_that_would_not_survive_are_refused(void **state)
{
    (void)state;
    static const char too_long[] =
        "01234567890123456789012345678901234567890123456789012345678901234";
    static const char *const bad[] = {"", "a b", "a/b", "a+", "#", "a\n", "caf\xc3\xa9", too_long};
    int64_t id;

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(db_device_add(db, bad[i], "T", NULL, &id), STATUS_INVALID);
        assert_int_equal(db_device_add(db, "n", bad[i], NULL, &id), STATUS_INVALID);
    }
    assert_int_equal(db_device_add(db, "n", "T", "12345", &id), STATUS_INVALID);
    assert_int_equal(db_device_add(db, "n", "T", "86366306279891x", &id), STATUS_INVALID);
}

static enum status add_texts(const char *title, const char *version, const char *checksum,
                             struct fmt *warnings)
{
    struct db_image image = {.size = 1, .algorithm = "CRC32"};
    int64_t id;

    (void)snprintf(image.title, sizeof image.title, "%s", title);
    (void)snprintf(image.version, sizeof image.version, "%s", version);
    (void)snprintf(image.checksum, sizeof image.checksum, "%s", checksum);
    return db_image_add(db, &image, &id, warnings);
}

static void image_texts_with_the_nodes_separators_are_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {"", "a{b", "a}b", "a,b", "a\"b", "a:b", "a\\b", "a\tb"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        assert_int_equal(add_texts(bad[i], "v1", "", NULL), STATUS_INVALID);
        assert_int_equal(add_texts("t", bad[i], "", NULL), STATUS_INVALID);
    }
    assert_int_equal(add_texts("t", "v1", "", NULL), STATUS_OK);
    assert_int_equal(add_texts("t", "v1", "", NULL), STATUS_REFUSED);
}

static void what_bites_shipped_nodes_gives_a_warning(void **state)
{
    (void)state;
    char text[1000];
    struct fmt warnings;

    fmt_init(&warnings, text, sizeof text);
    assert_int_equal(add_texts("s31", "v1.0.0", "b3ab1052", &warnings), STATUS_OK);
    assert_string_equal(text, "");
    assert_int_equal(add_texts("s31-nb", "v1.0.0-rc1", "b3ab1002", &warnings), STATUS_OK);
    assert_non_null(strstr(text, "AT+OTAVER"));
    assert_non_null(strstr(text, "'s31'"));
    assert_non_null(strstr(text, "begins with 0"));
}

static void an_assignment_warns_of_prefix_versions_and_other_titles(void **state)
{
    (void)state;
    char text[1000];
    struct fmt warnings;
    int64_t device = add_device("a", "T");
    struct db_report report = {.title = "s31-nb", .version = "v1.5"};

    fmt_init(&warnings, text, sizeof text);
    assert_int_equal(db_device_report(db, device, 5, &report), STATUS_OK);
    assert_int_equal(db_assign(db, device, add_image("s31-nb", "v1.6"), &warnings), STATUS_OK);
    assert_string_equal(text, "");
    assert_int_equal(db_assign(db, device, add_image("other", "v1.5.1"), &warnings), STATUS_OK);
    assert_non_null(strstr(text, "'v1.5'"));
    assert_non_null(strstr(text, "code 1"));
}

static void an_image_in_use_cannot_be_removed(void **state)
{
    (void)state;
    int64_t device = add_device("a", "T");
    int64_t image = add_image("t", "v1");
    struct db_pin pin = {.device_id = device, .image_id = image, .since_ms = 1};

    assert_int_equal(db_assign(db, device, image, NULL), STATUS_OK);
    assert_int_equal(db_image_remove(db, image), STATUS_BUSY);
    assert_int_equal(db_pin_put(db, &pin), STATUS_OK);
    assert_int_equal(db_assign(db, device, DB_NONE, NULL), STATUS_OK);
    assert_int_equal(db_image_remove(db, image), STATUS_BUSY);
    pin.image_id = DB_NONE;
    assert_int_equal(db_pin_put(db, &pin), STATUS_OK);
    assert_int_equal(db_image_remove(db, image), STATUS_OK);
    assert_int_equal(db_image_remove(db, image), STATUS_NOT_FOUND);
}

static void a_pin_comes_back_with_its_chunk_sizes(void **state)
{
    (void)state;
    int64_t device = add_device("a", "T");
    struct db_pin pin = {.device_id = device,
                         .image_id = add_image("t", "v1"),
                         .since_ms = 1234567890123,
                         .next_id = add_image("t", "v2"),
                         .grid_count = DB_GRIDS_MAX};
    struct db_pin read;

    for (uint32_t i = 0; i < DB_GRIDS_MAX; i++) {
        pin.grids[i] = (struct db_grid){UINT32_MAX - i, UINT32_MAX - 2 * i};
    }
    assert_int_equal(db_pin_get(db, device, &read), STATUS_NOT_FOUND);
    assert_int_equal(db_pin_put(db, &pin), STATUS_OK);
    assert_int_equal(db_pin_get(db, device, &read), STATUS_OK);
    assert_int_equal(read.image_id, pin.image_id);
    assert_int_equal(read.since_ms, pin.since_ms);
    assert_int_equal(read.next_id, pin.next_id);
    assert_int_equal(read.grid_count, DB_GRIDS_MAX);
    assert_memory_equal(read.grids, pin.grids, sizeof pin.grids);
}

static void progress_stays_with_the_image_of_a_pin(void **state)
{
    (void)state;
    int64_t device = add_device("a", "T");
    struct db_pin pin = {.device_id = device, .image_id = add_image("t", "v1"), .since_ms = 100};
    struct db_pin read;

    assert_int_equal(db_pin_put(db, &pin), STATUS_OK);
    assert_int_equal(db_pin_get(db, device, &read), STATUS_OK);
    assert_int_equal(read.used_ms, 100);
    assert_int_equal(db_pin_progress(db, device, pin.image_id, 200, 7, 89), STATUS_OK);
    pin.grid_count = 1;
    assert_int_equal(db_pin_put(db, &pin), STATUS_OK); // a chunk size is remembered
    assert_int_equal(db_pin_progress(db, device, pin.image_id + 1, 999, 50, 60), STATUS_OK);
    assert_int_equal(db_pin_get(db, device, &read), STATUS_OK);
    assert_int_equal(read.done, 7);
    assert_int_equal(read.total, 89);
    assert_int_equal(read.used_ms, 200);
    pin.image_id = add_image("t", "v2");
    pin.since_ms = 300;
    assert_int_equal(db_pin_put(db, &pin), STATUS_OK);
    assert_int_equal(db_pin_get(db, device, &read), STATUS_OK);
    assert_int_equal(read.done, 0);
    assert_int_equal(read.total, 0);
    assert_int_equal(read.used_ms, 300);
}

static void pins_that_were_not_used_for_long_are_removed(void **state)
{
    (void)state;
    int64_t image = add_image("t", "v1");
    struct db_pin old = {.device_id = add_device("a", "A"), .image_id = image, .since_ms = 100};
    struct db_pin used = {.device_id = add_device("b", "B"), .image_id = image, .since_ms = 100};
    int removed;

    assert_int_equal(db_pin_put(db, &old), STATUS_OK);
    assert_int_equal(db_pin_put(db, &used), STATUS_OK);
    assert_int_equal(db_pin_progress(db, used.device_id, image, 5000, 1, 2), STATUS_OK);
    assert_int_equal(db_pin_expire(db, 100, &removed), STATUS_OK);
    assert_int_equal(removed, 0);
    assert_int_equal(db_pin_expire(db, 5000, &removed), STATUS_OK);
    assert_int_equal(removed, 1);
    assert_int_equal(db_pin_get(db, old.device_id, &old), STATUS_NOT_FOUND);
    assert_int_equal(db_pin_get(db, used.device_id, &used), STATUS_OK);
}

static void removing_a_device_removes_what_hangs_on_it(void **state)
{
    (void)state;
    int64_t device = add_device("a", "T");
    int64_t image = add_image("t", "v1");
    struct db_pin pin = {.device_id = device, .image_id = image};
    struct db_event event = {.device_id = device, .what = "connected"};

    assert_int_equal(db_assign(db, device, image, NULL), STATUS_OK);
    assert_int_equal(db_pin_put(db, &pin), STATUS_OK);
    assert_int_equal(db_event_add(db, &event), STATUS_OK);
    assert_int_equal(db_device_remove(db, device), STATUS_OK);
    assert_int_equal(db_image_remove(db, image), STATUS_OK);
    assert_true(add_device("a", "T") > device); // an id is never given twice
}

static void counters_add_up_and_reports_keep_what_they_do_not_name(void **state)
{
    (void)state;
    struct db_device device;
    int64_t id = add_device("a", "T");
    struct db_counters more = {.connections = 1, .chunks = 7, .bytes = 7124, .dropped = 2};
    struct db_report hello = {.title = "s31-nb", .version = "v1.0.0"};
    struct db_report end = {.state = "UPDATED"};

    assert_int_equal(db_device_count(db, id, 20, &more), STATUS_OK);
    assert_int_equal(db_device_count(db, id, 10, &more), STATUS_OK);
    assert_int_equal(db_device_report(db, id, 15, &hello), STATUS_OK);
    assert_int_equal(db_device_report(db, id, 16, &end), STATUS_OK);
    assert_int_equal(db_device_by_id(db, id, &device), STATUS_OK);
    assert_int_equal(device.counters.connections, 2);
    assert_int_equal(device.counters.chunks, 14);
    assert_int_equal(device.counters.bytes, 14248);
    assert_int_equal(device.counters.dropped, 4);
    assert_int_equal(device.last_seen_ms, 20);
    assert_string_equal(device.version, "v1.0.0");
    assert_string_equal(device.state, "UPDATED");
}

static bool count_event(void *context, const struct db_event *event)
{
    int *count = context;

    if ((*count)++ == 0) {
        assert_string_equal(event->what, "chunk 1099");
    }
    return true;
}

static void events_come_newest_first_and_only_so_many_are_kept(void **state)
{
    (void)state;
    struct db_event event = {.device_id = add_device("a", "T")};
    int count = 0;

    assert_int_equal(db_begin(db), STATUS_OK);
    for (int i = 0; i < 1100; i++) {
        (void)snprintf(event.what, sizeof event.what, "chunk %d", i);
        assert_int_equal(db_event_add(db, &event), STATUS_OK);
    }
    assert_int_equal(db_commit(db), STATUS_OK);
    assert_int_equal(db_event_each(db, event.device_id, 5000, count_event, &count), STATUS_OK);
    assert_int_equal(count, 1000);
}

static bool note_ids(void *context, const struct db_event *event)
{
    int64_t **next = context;

    *(*next)++ = event->id;
    *(*next)++ = event->device_id;
    return true;
}

static void events_of_all_devices_come_oldest_first_behind_an_id(void **state)
{
    (void)state;
    int64_t a = add_device("a", "A");
    int64_t b = add_device("b", "B");
    int64_t rows[8] = {0};
    int64_t *next = rows;
    int64_t last;

    assert_int_equal(db_event_last(db, &last), STATUS_OK);
    assert_int_equal(last, 0);
    for (int i = 0; i < 4; i++) {
        // The clock goes back meanwhile.
        struct db_event event = {
            .device_id = i % 2 == 0 ? a : b, .time_ms = 100 - i, .what = "hello"};
        assert_int_equal(db_event_add(db, &event), STATUS_OK);
    }
    assert_int_equal(db_event_since(db, 1, 2, note_ids, &next), STATUS_OK);
    assert_ptr_equal(next, rows + 4); // no more than asked for
    assert_int_equal(rows[0], 2);
    assert_int_equal(rows[1], b);
    assert_int_equal(rows[2], 3);
    assert_int_equal(rows[3], a);
    assert_int_equal(db_event_last(db, &last), STATUS_OK);
    assert_int_equal(last, 4);
    next = rows;
    assert_int_equal(db_event_since(db, last, 2, note_ids, &next), STATUS_OK);
    assert_ptr_equal(next, rows);
}

static void the_change_number_moves_when_another_handle_commits(void **state)
{
    (void)state;
    struct db *other;
    int64_t before;
    int64_t after;

    assert_int_equal(db_open(&other, folder, DB_GUEST), STATUS_OK);
    assert_int_equal(db_change_number(other, &before), STATUS_OK);
    (void)add_device("a", "T");
    assert_int_equal(db_change_number(other, &after), STATUS_OK);
    assert_int_not_equal(before, after);
    db_close(other);
}

// A reader of a whole list must see either all or nothing of each commit of the writer.
static atomic_bool writing;

static void *write_pairs(void *unused)
{
    struct db *writer;
    char name[20];
    int64_t id;

    (void)unused;
    assert_int_equal(db_open(&writer, folder, DB_GUEST), STATUS_OK);
    for (int i = 0; i < 50; i++) {
        assert_int_equal(db_begin(writer), STATUS_OK);
        for (int half = 0; half < 2; half++) {
            (void)snprintf(name, sizeof name, "n%d-%d", i, half);
            assert_int_equal(db_device_add(writer, name, name, NULL, &id), STATUS_OK);
        }
        assert_int_equal(db_commit(writer), STATUS_OK);
    }
    db_close(writer);
    writing = false;
    return NULL;
}

static bool count_device(void *context, const struct db_device *device)
{
    (void)device;
    (*(int *)context)++;
    return true;
}

static void a_reader_sees_whole_commits_while_another_writes(void **state)
{
    (void)state;
    pthread_t thread;
    int count = 0;

    writing = true;
    assert_int_equal(pthread_create(&thread, NULL, write_pairs, NULL), 0);
    while (writing) {
        count = 0;
        assert_int_equal(db_device_each(db, count_device, &count), STATUS_OK);
        assert_int_equal(count % 2, 0);
    }
    assert_int_equal(pthread_join(thread, NULL), 0);
    count = 0;
    assert_int_equal(db_device_each(db, count_device, &count), STATUS_OK);
    assert_int_equal(count, 100);
}

static void run_raw(const char *sql)
{
    char path[100];
    sqlite3 *raw;

    (void)snprintf(path, sizeof path, "%s/nbota.db", folder);
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_close(raw), SQLITE_OK);
}

static void reopen(enum db_role role, enum status expected)
{
    db_close(db);
    assert_int_equal(db_open(&db, folder, role), expected);
}

// Takes the tables of version 2 away again: what is left is what version 1 wrote.
static const char back_to_version_1[] =
    "DROP TABLE events; DROP TABLE counters; DROP TABLE pins; PRAGMA user_version=1;";

static void version_1_is_brought_up_to_date_and_keeps_its_rows(void **state)
{
    (void)state;
    struct db_device device;
    int64_t id = add_device("old", "OLD");
    struct db_pin pin = {.device_id = id, .image_id = add_image("t", "v1")};

    assert_int_equal(db_assign(db, id, pin.image_id, NULL), STATUS_OK);
    run_raw(back_to_version_1);
    reopen(DB_OWNER, STATUS_OK);
    assert_int_equal(db_device_by_name(db, "old", &device), STATUS_OK);
    assert_int_equal(device.image_id, pin.image_id);
    assert_int_equal(db_pin_put(db, &pin), STATUS_OK);
}

static void version_2_keeps_its_pins(void **state)
{
    (void)state;
    struct db_pin pin = {.device_id = add_device("old", "OLD"),
                         .image_id = add_image("t", "v1"),
                         .since_ms = 77,
                         .grid_count = 1,
                         .grids = {{1, 1028}}};

    assert_int_equal(db_pin_put(db, &pin), STATUS_OK);
    run_raw("ALTER TABLE pins DROP COLUMN done; ALTER TABLE pins DROP COLUMN total;"
            "ALTER TABLE pins DROP COLUMN used; PRAGMA user_version=2;");
    reopen(DB_OWNER, STATUS_OK);
    assert_int_equal(db_pin_get(db, pin.device_id, &pin), STATUS_OK);
    assert_int_equal(pin.grids[0].size, 1028);
    assert_int_equal(pin.used_ms, 77);
    assert_int_equal(pin.done, 0);
}

static void a_guest_refuses_old_and_new_tables_and_says_what_to_do(void **state)
{
    (void)state;
    run_raw(back_to_version_1);
    reopen(DB_GUEST, STATUS_REFUSED);
    assert_non_null(strstr(db_error_text(db), "nbota device list"));
    run_raw("PRAGMA user_version=99");
    reopen(DB_GUEST, STATUS_REFUSED);
    reopen(DB_OWNER, STATUS_REFUSED);
    assert_non_null(strstr(db_error_text(db), "update nbota"));
}

static void a_guest_finds_no_database_and_creates_none(void **state)
{
    (void)state;
    struct db *other;

    assert_int_equal(db_open(&other, "/tmp/nbota-test-nowhere", DB_GUEST), STATUS_NOT_FOUND);
    assert_non_null(strstr(db_error_text(other), "/tmp/nbota-test-nowhere"));
    db_close(other);
}

static void another_programs_file_is_left_alone(void **state)
{
    (void)state;
    run_raw("PRAGMA application_id=7");
    reopen(DB_OWNER, STATUS_CORRUPT);
    db_close(db);
    char path[100];
    (void)snprintf(path, sizeof path, "%s/nbota.db", folder);
    FILE *file = fopen(path, "w");
    assert_non_null(file);
    assert_true(fputs("this is a shopping list and no database at all\n", file) >= 0);
    assert_int_equal(fclose(file), 0);
    assert_int_equal(db_open(&db, folder, DB_OWNER), STATUS_CORRUPT);
}

#define CASE(name) cmocka_unit_test_setup_teardown(name, open_fresh, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_device_is_found_by_its_name_with_all_its_fields),
        CASE(name_and_token_are_unique),
        CASE(texts_that_would_not_survive_are_refused),
        CASE(image_texts_with_the_nodes_separators_are_refused),
        CASE(what_bites_shipped_nodes_gives_a_warning),
        CASE(an_assignment_warns_of_prefix_versions_and_other_titles),
        CASE(an_image_in_use_cannot_be_removed),
        CASE(a_pin_comes_back_with_its_chunk_sizes),
        CASE(progress_stays_with_the_image_of_a_pin),
        CASE(pins_that_were_not_used_for_long_are_removed),
        CASE(removing_a_device_removes_what_hangs_on_it),
        CASE(counters_add_up_and_reports_keep_what_they_do_not_name),
        CASE(events_come_newest_first_and_only_so_many_are_kept),
        CASE(events_of_all_devices_come_oldest_first_behind_an_id),
        CASE(the_change_number_moves_when_another_handle_commits),
        CASE(a_reader_sees_whole_commits_while_another_writes),
        CASE(version_1_is_brought_up_to_date_and_keeps_its_rows),
        CASE(version_2_keeps_its_pins),
        CASE(a_guest_refuses_old_and_new_tables_and_says_what_to_do),
        CASE(a_guest_finds_no_database_and_creates_none),
        CASE(another_programs_file_is_left_alone),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
