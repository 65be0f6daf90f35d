// SPDX-License-Identifier: Apache-2.0
// nbota device: the group, and the words all its commands describe a device with.
#include <stdio.h>
#include <string.h>

#include "cli/device_commands.h"
#include "cli/download.h"

static const struct cli_command *const commands[] = {
    &cli_device_add,
    &cli_device_list,
    &cli_device_show,
    NULL,
};

const struct cli_command cli_device = {
    .name = "device",
    .summary = "register devices and see what they do",
    .help = "usage: nbota device COMMAND …\n"
            "\n"
            "A device is a name for people and an access token for the node: it shows the\n"
            "token when it connects, as client id, user name or both, with any password.\n"
            "\n"
            "example: nbota device add greenhouse-1\n",
    .commands = commands,
};

void device_image_text(struct database *database, int64_t image_id, char text[DEVICE_TEXT_SIZE])
{
    struct db_image image;

    if (image_id == DB_NONE || db_image_by_id(database->db, image_id, &image) != STATUS_OK) {
        snprintf(text, DEVICE_TEXT_SIZE, "-");
        return;
    }
    snprintf(text, DEVICE_TEXT_SIZE, "%s %s", image.title, image.version);
}

void device_runs_text(const struct db_device *device, char text[DEVICE_TEXT_SIZE])
{
    snprintf(text, DEVICE_TEXT_SIZE, "%s%s%s", device->title, device->title[0] != '\0' ? " " : "",
             device->version[0] != '\0' ? device->version : "-");
}

static bool runs_assigned(struct database *database, const struct db_device *device)
{
    struct db_image image;

    return device->image_id != DB_NONE &&
           db_image_by_id(database->db, device->image_id, &image) == STATUS_OK &&
           strcmp(image.version, device->version) == 0;
}

// The device's own word counts only while it concerns what is assigned now.
const char *device_state_text(struct database *database, const struct db_device *device)
{
    struct download download;

    if (runs_assigned(database, device)) {
        return "up to date";
    }
    if (strcmp(device->state, "UPDATED") == 0 || strcmp(device->state, "UPDATING") == 0) {
        return "reboot pending"; // said with the old version: stored, not yet running
    }
    if (strcmp(device->state, "FAILED") == 0) {
        return "failed";
    }
    if (download_read(&download, database, device->id) == STATUS_OK && download.done > 0) {
        return download.done < download.total ? "downloading" : "downloaded";
    }
    if (device->image_id != DB_NONE) {
        return "offered";
    }
    return device->last_seen_ms == 0 ? "new" : "nothing offered";
}

static json_t *counters_object(const struct db_counters *counters)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "connections",
                     (json_int_t)counters->connections, "attribute_requests",
                     (json_int_t)counters->attribute_requests, "chunks",
                     (json_int_t)counters->chunks, "retries", (json_int_t)counters->retries,
                     "bytes", (json_int_t)counters->bytes, "malformed",
                     (json_int_t)counters->malformed, "dropped", (json_int_t)counters->dropped);
}

static void set_image(json_t *object, const char *key, struct database *database, int64_t image_id)
{
    struct db_image image;

    if (image_id != DB_NONE && db_image_by_id(database->db, image_id, &image) == STATUS_OK) {
        json_object_set_new(object, key,
                            json_pack("{s:s, s:s, s:I, s:s}", "title", image.title, "version",
                                      image.version, "size", (json_int_t)image.size, "checksum",
                                      image.checksum));
    }
}

json_t *device_object(struct database *database, const struct db_device *device)
{
    struct download download;
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:I}", "name", device->name, "status",
                  device_state_text(database, device), "title", device->title, "version",
                  device->version, "fw_state", device->state, "fw_error", device->error,
                  "last_seen_ms", (json_int_t)device->last_seen_ms);

    if (device->imei[0] != '\0') {
        json_object_set_new(object, "imei", json_string(device->imei));
    }
    set_image(object, "assigned", database, device->image_id);
    set_image(object, "pinned", database, device->pinned_id);
    if (download_read(&download, database, device->id) == STATUS_OK) {
        json_object_set_new(object, "progress",
                            json_pack("{s:I, s:I}", "done", (json_int_t)download.done, "total",
                                      (json_int_t)download.total));
    }
    json_object_set_new(object, "counters", counters_object(&device->counters));
    return object;
}
