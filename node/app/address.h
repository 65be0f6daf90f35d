// SPDX-License-Identifier: Apache-2.0
// Host and port of the session under way, copied from the settings; part of the endpoint (node/app/endpoint.h).
#ifndef NBOTA_NODE_APP_ADDRESS_H
#define NBOTA_NODE_APP_ADDRESS_H

#include <stdbool.h>

// Takes "<host>,<port>"; false, and nothing changes, when it is none.
bool address_take(const char *value);
// Takes AT+SERVADDR, or the platform's server where that is not set; with mode 2 of AT+BKDNS the cached address
// instead.
bool address_take_data_server(void);
// From the data server's address to the cached one or back; without a cached one, or with mode 0, nothing changes.
void address_change(void);

const char *address_host(void);
const char *address_port(void);
bool address_needs_resolving(void); // the host is a name

// The IPv4 address that the last session found for the name in `value`, "<host>,<port>"; NULL when it was about another
// host, found none, or had nothing to look up.
const char *address_found(const char *value);

#endif
