// SPDX-License-Identifier: Apache-2.0
// What the demonstration's node talks to: an OTA server with one device and one image, a data server, somebody who
// listens there, and the trigger. All are ordinary commands, shown before they run.
#ifndef NBOTA_CLI_DEMO_SERVERS_H
#define NBOTA_CLI_DEMO_SERVERS_H

#include <limits.h>
#include <stdint.h>

#include "base/status.h"
#include "cli/bench.h"
#include "cli/child.h"
#include "cli/token.h"

#define DEMO_DEVICE  "greenhouse-7"
#define DEMO_PUBLISH "greenhouse-7/up"
#define DEMO_LISTEN  "greenhouse-7/down"

struct demo_servers {
    struct bench bench;
    char image[PATH_MAX];  // plain firmware of the new version
    char packed[PATH_MAX]; // as the OTA server gets it
    char key[PATH_MAX];    // which signs it; the build made it for itself
    char boot[PATH_MAX];   // a bootloader that trusts this key alone
    char token[TOKEN_SIZE + 1];
    uint16_t ota_port, data_port;
    struct child data_broker, ota_server, listener, trigger;
};

// Makes the folder, chooses free ports, fills in the names.
enum status demo_servers_prepare(struct demo_servers *self, const char *firmware);
// Each prints the commands it runs. STATUS_IO, STATUS_NOT_FOUND: stderr has said why.
// Packs the image and signs it.
enum status demo_servers_sign(struct demo_servers *self);
// Adds a device, assigns, and starts the broker that nodes download from.
enum status demo_servers_start_ota(struct demo_servers *self);
// Starts a plain broker, somebody who prints what the node sends there, and the command that waits for the node's uplink
// and answers it with F901.
enum status demo_servers_start_data(struct demo_servers *self);
// Ends everything and removes the folder.
void demo_servers_end(struct demo_servers *self);

#endif
