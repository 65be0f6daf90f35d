// SPDX-License-Identifier: Apache-2.0
// nbota device list: one line a device.
#include <stdio.h>

#include "cli/device_commands.h"
#include "cli/devices.h"
#include "cli/line.h"
#include "cli/when.h"

static void print_text(struct database *database, const struct devices *devices)
{
    int64_t now_ms = database_now_ms();

    if (devices->count == 0) {
        printf("no devices yet; 'nbota device add NAME' adds one\n");
        return;
    }
    printf("%-20s %-16s %-22s %-22s %s\n", "NAME", "STATUS", "RUNS", "OFFERED", "LAST SEEN");
    for (size_t i = 0; i < devices->count; i++) {
        const struct db_device *device = &devices->rows[i];
        char offered[DEVICE_TEXT_SIZE];
        char runs[DEVICE_TEXT_SIZE];
        char seen[WHEN_SIZE];
        device_image_text(database, device->image_id, offered);
        device_runs_text(device, runs);
        when_ago(device->last_seen_ms, now_ms, seen);
        printf("%-20s %-16s %-22s %-22s %s\n", device->name, device_state_text(database, device),
               runs, offered, seen);
    }
}

static void print_json(struct database *database, const struct devices *devices)
{
    json_t *array = json_array();

    for (size_t i = 0; i < devices->count; i++) {
        json_array_append_new(array, device_object(database, &devices->rows[i]));
    }
    json_dumpf(array, stdout, JSON_INDENT(2));
    json_decref(array);
    putchar('\n');
}

static int list(struct database *database, bool json)
{
    struct devices devices;

    if (devices_read(&devices, database) != STATUS_OK) {
        return EXIT_FAILED;
    }
    if (json) {
        print_json(database, &devices);
    } else {
        print_text(database, &devices);
    }
    devices_free(&devices);
    return EXIT_OK;
}

static int run(int argc, char **argv)
{
    const char *data_dir = NULL;
    bool json = false;
    const struct line_option rows[] = {
        {.name = "json", .letter = 'j', .flag = &json},
        {.name = "data-dir", .text = &data_dir},
    };
    const struct line line = {&cli_device_list, rows, sizeof rows / sizeof rows[0], 0, 0};
    struct database database;

    if (line_parse(&line, argc, argv) == LINE_WRONG) {
        return EXIT_USAGE;
    }
    if (database_open(&database, data_dir) != STATUS_OK) {
        return EXIT_FAILED;
    }
    int code = list(&database, json);
    database_close(&database);
    return code;
}

const struct cli_command cli_device_list = {
    .name = "list",
    .summary = "all devices: what they run, what they are offered, when they were seen",
    .help = "usage: nbota device list [--json] [--data-dir DIR]\n"
            "\n"
            "  -j, --json          an array of JSON objects\n"
            "      --data-dir DIR  default: $NBOTA_DATA, or ~/.local/share/nbota\n",
    .run = run,
};
