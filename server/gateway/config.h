// SPDX-License-Identifier: Apache-2.0
// The configuration of an OTA broker: mosquitto with the gateway, set up for nodes on slow links (docs/server.md,
// "The broker"). Used by `nbota serve` and by the tests.
#ifndef NBOTA_SERVER_GATEWAY_CONFIG_H
#define NBOTA_SERVER_GATEWAY_CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/fmt.h"
#include "base/status.h"

enum { CONFIG_TEXT_SIZE = 16384 }; // bytes that hold any configuration with paths of PATH_MAX

struct config {
    const char *address; // to listen on; NULL: all of this machine
    uint16_t port;       // 1885 is the field's default
    const char *data;    // data folder, absolute
    const char *plugin;  // nbota_gateway.so, absolute
    // Whom the broker becomes when started as root: the folder's owner (folder_owner()).
    const char *user;
    const char *log_file; // absolute; NULL: the broker's stderr
    bool logs_debug;      // every packet, else warnings and connections
    bool is_unlimited;    // no bound on a device's output (benchmarks)
    // Client ids do not count: the broker puts the user name in their place, and refuses who has none.
    bool shares_client_ids;
};

// Appends the text of a mosquitto.conf. STATUS_INVALID: something is missing, or holds a line break. STATUS_TOO_BIG:
// it did not fit.
MUST_USE enum status config_write(const struct config *config, struct fmt *out);

#endif
