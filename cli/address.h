// SPDX-License-Identifier: Apache-2.0
// HOST:PORT as people write it.
#ifndef NBOTA_CLI_ADDRESS_H
#define NBOTA_CLI_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>

enum { ADDRESS_HOST_SIZE = 256 };

struct address {
    char host[ADDRESS_HOST_SIZE]; // name or address, without brackets
    uint16_t port;
};

// Reads HOST, HOST:PORT, [V6]:PORT or V6; without a port it is `default_port`. False: no address.
bool address_parse(const char *text, uint16_t default_port, struct address *address);

// Whether a server that listens there is reached on every interface: 0.0.0.0, :: or *.
bool address_is_any(const struct address *address);

// Whether it can only be reached from this machine: 127.x.x.x, ::1, localhost.
bool address_is_loopback(const struct address *address);

// Writes the address of this host that another machine would use: of the interface that leads out, else of the first
// that is up. False when there is none.
bool address_of_this_host(char host[ADDRESS_HOST_SIZE]);

#endif
