// SPDX-License-Identifier: Apache-2.0
// Connections whose node lost its power or its network: the server still believes in them. They stay open until
// the server ends them (a new CONNECT takes the session over) or its keep-alive would have run out in virtual time.
#ifndef NBOTA_VNODE_NET_ORPHAN_H
#define NBOTA_VNODE_NET_ORPHAN_H

#include <stdint.h>

enum { ORPHANS_MAX = 8 }; // when full the oldest is closed

struct orphans {
    struct {
        int socket;
        uint64_t until_ns;
    } entry[ORPHANS_MAX];
    unsigned count;
};

// Takes `socket` over.
void orphans_add(struct orphans *self, int socket, uint64_t until_ns);
// Closes those whose time has come or whose server closed.
void orphans_poll(struct orphans *self, uint64_t now_ns);
// When the next one's time comes, UINT64_MAX = none.
uint64_t orphans_next_ns(const struct orphans *self);
void orphans_close(struct orphans *self);

#endif
