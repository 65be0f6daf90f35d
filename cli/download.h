// SPDX-License-Identifier: Apache-2.0
// How far a device is with the image its download is bound to.
#ifndef NBOTA_CLI_DOWNLOAD_H
#define NBOTA_CLI_DOWNLOAD_H

#include <stdint.h>

#include "cli/database.h"

struct download {
    int64_t image_id; // the pinned image
    int64_t used_ms;  // when its device last asked
    uint32_t done;    // chunks served without a gap from 0
    uint32_t total;   // chunks of the image, in the size the device asks
};

// STATUS_NOT_FOUND: nothing is pinned.
enum status download_read(struct download *self, struct database *database, int64_t device_id);

#endif
