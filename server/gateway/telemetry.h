// SPDX-License-Identifier: Apache-2.0
// What a device says about itself: the four keys of an update, out of any of the layouts telemetry may have:
// an object, an array of objects, {"ts":…,"values":{…}}, an array of those. Every other key is data and is ignored.
#ifndef NBOTA_SERVER_GATEWAY_TELEMETRY_H
#define NBOTA_SERVER_GATEWAY_TELEMETRY_H

#include <stdbool.h>

#include "base/span.h"
#include "server/db/db.h"

struct telemetry {
    bool has_title;
    bool has_version;
    bool has_state;
    bool has_error;
    char title[DB_REPORTED_MAX + 1]; // cut; what is not printable ASCII becomes '?'
    char version[DB_REPORTED_MAX + 1];
    char state[DB_STATE_MAX + 1];
    char error[DB_REPORTED_MAX + 1];
};

// False when it is no JSON object or array. A title equal to the version counts as not said: some shipped nodes put
// the version into both.
bool telemetry_read(struct span payload, struct telemetry *telemetry);

#endif
