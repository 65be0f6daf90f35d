// SPDX-License-Identifier: Apache-2.0
// What an administrator does, for the end-to-end tests of the gateway: each command is one call of server/.
// Output: one line of JSON where there is something to say.
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "server/db/db.h"
#include "server/gateway/config.h"
#include "server/store/upload.h"
#include "wire/image.h"

static int64_t now_ms(void)
{
    return (int64_t)time(NULL) * 1000;
}

static int fail(const char *text)
{
    fprintf(stderr, "admin: %s\n", text);
    return 1;
}

static int print(json_t *object)
{
    int code = json_dumpf(object, stdout, JSON_COMPACT);

    json_decref(object);
    printf("\n");
    return code;
}

static int add_device(struct db *db, char **words)
{
    int64_t id;

    return db_device_add(db, words[0], words[1], NULL, &id) == STATUS_OK ? 0
                                                                         : fail(db_error_text(db));
}

static int remove_device(struct db *db, char **words)
{
    struct db_device device;
    enum status status = db_device_by_name(db, words[0], &device);

    status = status == STATUS_OK ? db_device_remove(db, device.id) : status;
    return status == STATUS_OK ? 0 : fail(db_error_text(db));
}

static const char *data_folder;

// image FILE TITLE VERSION
static int add_image(struct db *db, char **words)
{
    static uint8_t bytes[WIRE_PACKED_MAX + 1];
    char text[500];
    struct fmt error;
    struct db_image image;
    FILE *file = fopen(words[0], "rb");

    if (file == NULL) {
        return fail("cannot open the file");
    }
    struct upload upload = {.packed = span_of(bytes, fread(bytes, 1, sizeof bytes, file)),
                            .title = words[1],
                            .version = words[2],
                            .now_ms = now_ms()};
    (void)fclose(file);
    fmt_init(&error, text, sizeof text);
    return upload_image(db, data_folder, &upload, &image, NULL, &error) == STATUS_OK ? 0
                                                                                     : fail(text);
}

// assign DEVICE TITLE VERSION, with TITLE "-" for none
static int assign(struct db *db, char **words)
{
    struct db_device device;
    struct db_image image = {.id = DB_NONE};
    enum status status = db_device_by_name(db, words[0], &device);

    if (status == STATUS_OK && strcmp(words[1], "-") != 0) {
        status = db_image_find(db, words[1], words[2], &image);
    }
    if (status == STATUS_OK) {
        status = db_assign(db, device.id, image.id, NULL);
    }
    return status == STATUS_OK ? 0 : fail(db_error_text(db));
}

static json_t *describe(const struct db_device *device)
{
    const struct db_counters *counters = &device->counters;

    return json_pack(
        "{s:s,s:s,s:s,s:s,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I,s:I}", "title", device->title, "version",
        device->version, "state", device->state, "error", device->error, "image",
        (json_int_t)device->image_id, "pinned", (json_int_t)device->pinned_id, "connections",
        (json_int_t)counters->connections, "attribute_requests",
        (json_int_t)counters->attribute_requests, "chunks", (json_int_t)counters->chunks, "retries",
        (json_int_t)counters->retries, "bytes", (json_int_t)counters->bytes, "malformed",
        (json_int_t)counters->malformed, "dropped", (json_int_t)counters->dropped);
}

static bool take_event(void *context, const struct db_event *event)
{
    return json_array_insert_new(context, 0, json_string(event->what)) == 0;
}

// show DEVICE: the device with its events, oldest first
static int show(struct db *db, char **words)
{
    struct db_device device;
    json_t *events = json_array();
    enum status status = db_device_by_name(db, words[0], &device);

    if (status == STATUS_OK) {
        status = db_event_each(db, device.id, 1000, take_event, events);
    }
    if (status == STATUS_OK) { // what the events tell of is counted in it
        status = db_device_by_name(db, words[0], &device);
    }
    if (status != STATUS_OK) {
        json_decref(events);
        return fail(db_error_text(db));
    }
    json_t *object = describe(&device);
    (void)json_object_set_new(object, "events", events);
    return print(object);
}

// conf ADDRESS PORT PLUGIN USER LOG UNLIMITED, with "-" for none
static int conf(struct db *db, char **words)
{
    static char text[CONFIG_TEXT_SIZE];
    struct fmt out;
    struct config config = {.address = words[0],
                            .port = (uint16_t)strtoul(words[1], NULL, 10),
                            .data = data_folder,
                            .plugin = words[2],
                            .user = strcmp(words[3], "-") == 0 ? NULL : words[3],
                            .log_file = words[4],
                            .logs_debug = true,
                            .is_unlimited = strcmp(words[5], "yes") == 0};

    (void)db;
    fmt_init(&out, text, sizeof text);
    if (config_write(&config, &out) != STATUS_OK) {
        return fail("no configuration");
    }
    return fputs(text, stdout) < 0;
}

static const struct {
    const char *name;
    int words;
    int (*run)(struct db *db, char **words);
} commands[] = {
    {"device", 2, add_device}, {"remove", 1, remove_device},
    {"image", 3, add_image},   {"assign", 3, assign},
    {"show", 1, show},         {"conf", 6, conf},
};

// admin DATA COMMAND WORD…
int main(int argc, char **argv)
{
    struct db *db;
    int code = 2;

    for (size_t i = 0; i < sizeof commands / sizeof commands[0]; i++) {
        if (argc < 3 || argc - 3 != commands[i].words || strcmp(argv[2], commands[i].name) != 0) {
            continue;
        }
        data_folder = argv[1];
        bool opened = db_open(&db, data_folder, DB_OWNER) == STATUS_OK;
        code = opened ? commands[i].run(db, argv + 3) : fail(db_error_text(db));
        db_close(db);
    }
    return code;
}
