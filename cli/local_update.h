// SPDX-License-Identifier: Apache-2.0
// The talk with a node's bootloader over its console line, to its end: restart, offer, transfer, verdict
// (docs/local-update.md).
#ifndef NBOTA_CLI_LOCAL_UPDATE_H
#define NBOTA_CLI_LOCAL_UPDATE_H

#include "base/span.h"
#include "base/status.h"

struct local_update {
    int line;             // an open serial line
    const char *label;    // of the progress, "s31"
    const char *password; // of the console, to restart the node; NULL: a person does
    struct span packed;   // the file to be sent
    unsigned wait_s;      // how long the node may take until it listens
};

// STATUS_OK: the node has installed it. STATUS_REFUSED: it does not want it. STATUS_TIMEOUT, STATUS_IO. On failure
// stderr has said why and what to do.
enum status local_update_run(const struct local_update *self);

#endif
