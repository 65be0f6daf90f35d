// SPDX-License-Identifier: Apache-2.0
// A client of the data server, where nodes send their data and hear their downlinks (never the OTA server's job).
#ifndef NBOTA_CLI_DATA_SERVER_H
#define NBOTA_CLI_DATA_SERVER_H

#include "base/span.h"
#include "base/status.h"
#include "cli/address.h"

struct data_server; // opaque, on the heap

struct data_server_config {
    struct address address;
    const char *user;     // NULL: anonymous
    const char *password; // NULL: none
    const char *topic;    // filter of the uplinks
    // One message; retained ones (of some other time) are left out.
    void (*uplink)(void *context, const char *topic, struct span payload);
    void *context;
};

// Connects and subscribes; waits at most 10 s. On failure *self is NULL and stderr has said why. `config` and what it
// points to must outlive the client.
enum status data_server_open(struct data_server **self, const struct data_server_config *config);
// NULL is allowed.
void data_server_close(struct data_server *self);

// Handles traffic for at most `timeout_ms`; reconnects when the connection was lost.
void data_server_poll(struct data_server *self, int timeout_ms);

// Publishes with QoS 1, never retained. STATUS_IO: not connected, try again later.
enum status data_server_send(struct data_server *self, const char *topic, struct span payload);

#endif
