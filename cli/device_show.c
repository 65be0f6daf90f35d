// SPDX-License-Identifier: Apache-2.0
// nbota device show: everything that is known of one device.
#include <inttypes.h>
#include <stdio.h>

#include "cli/device_commands.h"
#include "cli/download.h"
#include "cli/line.h"
#include "cli/printable.h"
#include "cli/when.h"

enum { EVENTS_SHOWN = 10 };

static void print_progress(struct database *database, const struct db_device *device)
{
    struct download download;
    char image[DEVICE_TEXT_SIZE];
    char used[WHEN_SIZE];

    if (download_read(&download, database, device->id) != STATUS_OK) {
        return;
    }
    device_image_text(database, download.image_id, image);
    when_ago(download.used_ms, database_now_ms(), used);
    printf("  progress   %" PRIu32 "/%" PRIu32 " chunks of %s, %" PRIu32 " %%, last asked %s\n",
           download.done, download.total, image,
           (uint32_t)(100 * (uint64_t)download.done / download.total), used);
}

static void print_counters(const struct db_counters *counters)
{
    printf("  traffic    %" PRId64 " connections, %" PRId64 " questions for firmware, %" PRId64
           " chunks (%" PRId64 " of them again), %" PRId64 " bytes\n",
           counters->connections, counters->attribute_requests, counters->chunks, counters->retries,
           counters->bytes);
    if (counters->malformed != 0 || counters->dropped != 0) {
        printf("  trouble    %" PRId64 " malformed messages, %" PRId64 " requests dropped\n",
               counters->malformed, counters->dropped);
    }
}

static bool print_event(void *context, const struct db_event *event)
{
    char date[WHEN_SIZE];
    struct db_event shown = *event;

    (void)context;
    when_date(shown.time_ms, date);
    printable_make(shown.what);
    printf("    %s  %s\n", date, shown.what);
    return true;
}

static int print_text(struct database *database, const struct db_device *device, uint32_t events)
{
    char offered[DEVICE_TEXT_SIZE];
    char runs[DEVICE_TEXT_SIZE];
    char seen[WHEN_SIZE];

    device_runs_text(device, runs);
    device_image_text(database, device->image_id, offered);
    when_ago(device->last_seen_ms, database_now_ms(), seen);
    printf("%s: %s\n", device->name, device_state_text(database, device));
    printf("  imei       %s\n", device->imei[0] != '\0' ? device->imei : "not given");
    printf("  runs       %s\n", runs);
    printf("  offered    %s\n", offered);
    printf("  says       %s%s%s\n", device->state[0] != '\0' ? device->state : "-",
           device->error[0] != '\0' ? " " : "", device->error);
    printf("  last seen  %s\n", seen);
    print_progress(database, device);
    print_counters(&device->counters);
    printf("  events, newest first\n");
    if (db_event_each(database->db, device->id, events, print_event, NULL) != STATUS_OK) {
        return database_complain(database);
    }
    return EXIT_OK;
}

static bool append_event(void *context, const struct db_event *event)
{
    struct db_event shown = *event;

    printable_make(shown.what);
    json_array_append_new(
        context, json_pack("{s:I, s:s}", "time_ms", (json_int_t)shown.time_ms, "what", shown.what));
    return true;
}

static int print_json(struct database *database, const struct db_device *device, uint32_t events)
{
    json_t *object = device_object(database, device);
    json_t *array = json_array();
    enum status status = db_event_each(database->db, device->id, events, append_event, array);

    json_object_set_new(object, "events", array);
    json_dumpf(object, stdout, JSON_INDENT(2));
    json_decref(object);
    putchar('\n');
    return status == STATUS_OK ? EXIT_OK : database_complain(database);
}

static int run(int argc, char **argv)
{
    const char *data_dir = NULL;
    uint32_t events = EVENTS_SHOWN;
    bool json = false;
    const struct line_option rows[] = {
        {.name = "json", .letter = 'j', .flag = &json},
        {.name = "events", .letter = 'n', .number = &events},
        {.name = "data-dir", .text = &data_dir},
    };
    const struct line line = {&cli_device_show, rows, sizeof rows / sizeof rows[0], 1, 1};
    struct database database;
    struct db_device device;
    int code = EXIT_FAILED;
    int first = line_parse(&line, argc, argv);

    if (first == LINE_WRONG) {
        return EXIT_USAGE;
    }
    if (database_open(&database, data_dir) != STATUS_OK) {
        return EXIT_FAILED;
    }
    if (database_find_device(&database, argv[first], &device) == STATUS_OK) {
        code =
            json ? print_json(&database, &device, events) : print_text(&database, &device, events);
    }
    database_close(&database);
    return code;
}

const struct cli_command cli_device_show = {
    .name = "show",
    .summary = "one device: progress, state, traffic, events",
    .help = "usage: nbota device show NAME [-n EVENTS] [--json] [--data-dir DIR]\n"
            "\n"
            "What the OTA server saw of the device. Its reports with code 1 to 8 and 100 go\n"
            "to your data server, not here.\n"
            "\n"
            "  -n, --events N      how many events, default 10\n"
            "  -j, --json          one JSON object, for scripts\n"
            "      --data-dir DIR  default: $NBOTA_DATA, or ~/.local/share/nbota\n"
            "\n"
            "example: nbota device show greenhouse-1\n",
    .run = run,
};
