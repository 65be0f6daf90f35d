// SPDX-License-Identifier: Apache-2.0
// nbota device list: one line a device.
#include <stdio.h>
#include <string.h>

#include "cli/device_commands.h"
#include "cli/devices.h"
#include "cli/line.h"
#include "cli/when.h"

enum { COLUMNS = 4 }; // that need a width: the last one has none

struct shown {
    const char *name, *status;
    char runs[DEVICE_TEXT_SIZE];
    char offered[DEVICE_TEXT_SIZE];
    char seen[WHEN_SIZE];
};

static void read_row(struct database *database, const struct db_device *device, struct shown *row)
{
    row->name = device->name;
    row->status = device_state_text(database, device);
    device_runs_text(device, row->runs);
    device_image_text(database, device->image_id, row->offered);
    when_ago(device->last_seen_ms, database_now_ms(), row->seen);
}

static void widen(int widths[COLUMNS], const struct shown *row)
{
    const char *const texts[COLUMNS] = {row->name, row->status, row->runs, row->offered};

    for (unsigned i = 0; i < COLUMNS; i++) {
        int width = (int)strlen(texts[i]);
        widths[i] = width > widths[i] ? width : widths[i];
    }
}

static void print_row(const int widths[COLUMNS], const struct shown *row)
{
    printf("%-*s  %-*s  %-*s  %-*s  %s\n", widths[0], row->name, widths[1], row->status, widths[2],
           row->runs, widths[3], row->offered, row->seen);
}

static void print_text(struct database *database, const struct devices *devices)
{
    const struct shown head = {"NAME", "STATUS", "RUNS", "OFFERED", "LAST SEEN"};
    struct shown row;
    int widths[COLUMNS] = {0};

    if (devices->count == 0) {
        printf("no devices yet; 'nbota device add NAME' adds one\n");
        return;
    }
    widen(widths, &head);
    for (size_t i = 0; i < devices->count; i++) {
        read_row(database, &devices->rows[i], &row);
        widen(widths, &row);
    }
    print_row(widths, &head);
    for (size_t i = 0; i < devices->count; i++) {
        read_row(database, &devices->rows[i], &row);
        print_row(widths, &row);
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
    .summary = "all devices: what they run and are offered, when they were seen",
    .help = "usage: nbota device list [--json] [--data-dir DIR]\n"
            "\n"
            "STATUS is 'new' (never seen), 'nothing offered', 'offered', 'downloading',\n"
            "'downloaded', 'reboot pending', 'up to date' or 'failed', as the node's own\n"
            "report says.\n"
            "\n"
            "  -j, --json          an array of JSON objects\n"
            "      --data-dir DIR  default: $NBOTA_DATA, or ~/.local/share/nbota\n"
            "\n"
            "example: nbota device list\n",
    .run = run,
};
