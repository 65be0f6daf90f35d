// SPDX-License-Identifier: Apache-2.0
// What binds a device's download to one image, so that two images are never spliced (docs/server.md, "Pinning", N1–N3,
// N6). Each function says whether the pin changed: then it must be stored before the answer leaves. Called again after
// that, with the same arguments, it changes nothing. Times are ms since 1970 UTC; pin->used_ms is the caller's to keep.
#ifndef NBOTA_SERVER_GATEWAY_PINNING_H
#define NBOTA_SERVER_GATEWAY_PINNING_H

#include <stdbool.h>
#include <stdint.h>

#include "server/db/db.h"

// A pin that was not used for so long is forgotten when its device begins anew. In ms: 30 days.
#define PINNING_KEPT_MS (INT64_C(30) * 24 * 3600 * 1000)

// The attributes of `assigned` (DB_NONE: `{}`) are about to be told to the device. The first offer is pinned at
// once; a later one waits as the next; no offer ends the pin.
bool pinning_offer(struct db_pin *pin, int64_t assigned, int64_t now_ms);

// A chunk is asked for. The next image takes over when the device begins anew: with chunk 0 or an unknown request id.
// Without a pin, or with a forgotten one and chunk 0, `assigned` is pinned. Behind chunk 0 a pin is never forgotten:
// a clock that jumps must not splice two images.
bool pinning_chunk(struct db_pin *pin, int64_t assigned, uint32_t request_id, uint32_t index,
                   int64_t now_ms);

#endif
