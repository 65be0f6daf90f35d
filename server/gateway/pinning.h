// SPDX-License-Identifier: Apache-2.0
// What binds a device's download to one image, so that two images are never spliced (docs/server.md, pinning,
// N1–N3, N6). Each function says whether the pin changed: then it must be stored before the answer leaves. Called
// again after that, with the same arguments, it changes nothing.
#ifndef NBOTA_SERVER_GATEWAY_PINNING_H
#define NBOTA_SERVER_GATEWAY_PINNING_H

#include <stdbool.h>
#include <stdint.h>

#include "server/db/db.h"

// The attributes of `assigned` (DB_NONE: `{}`) are about to be told to the device. The first offer is pinned at
// once; a later one waits as the next; no offer ends the pin.
bool pinning_offer(struct db_pin *pin, int64_t assigned, int64_t now_ms);

// A chunk is asked for. The next image takes over when the device begins anew: with chunk 0 or an unknown request id.
// Without a pin, `assigned` is pinned.
bool pinning_chunk(struct db_pin *pin, int64_t assigned, uint32_t request_id, uint32_t index,
                   int64_t now_ms);

#endif
