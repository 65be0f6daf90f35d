// SPDX-License-Identifier: Apache-2.0
// How far a device is with the image its download is bound to.
#ifndef NBOTA_CLI_DOWNLOAD_H
#define NBOTA_CLI_DOWNLOAD_H

#include <stdint.h>

#include "cli/database.h"

struct download {
    int64_t image_id; // the pinned image
    uint32_t done;    // chunks served for the first time since the pin was set
    uint32_t total;   // chunks of the image
};

// STATUS_NOT_FOUND: nothing is pinned.
enum status download_read(struct download *self, struct database *database,
                          const struct db_device *device);

#endif
