// SPDX-License-Identifier: Apache-2.0
// The commands of the group `nbota device`, and how they describe one.
#ifndef NBOTA_CLI_DEVICE_COMMANDS_H
#define NBOTA_CLI_DEVICE_COMMANDS_H

#include <jansson.h>

#include "cli/command.h"
#include "cli/database.h"

extern const struct cli_command cli_device_add;
extern const struct cli_command cli_device_list;
extern const struct cli_command cli_device_show;

enum { DEVICE_TEXT_SIZE = 2 * DB_REPORTED_MAX + 2 };

// "s31-nb v1.1.0", or "-" for DB_NONE and an image that is gone.
void device_image_text(struct database *database, int64_t image_id, char text[DEVICE_TEXT_SIZE]);
// What it reported to run: "s31-nb v1.0.0", or "-".
void device_runs_text(const struct db_device *device, char text[DEVICE_TEXT_SIZE]);
// One word or two: "offered", "downloading", "up to date", …
const char *device_state_text(struct database *database, const struct db_device *device);
// The device as scripts get it; without its token. A new reference.
json_t *device_object(struct database *database, const struct db_device *device);

#endif
