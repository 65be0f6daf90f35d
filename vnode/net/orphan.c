// SPDX-License-Identifier: Apache-2.0
#include "vnode/net/orphan.h"

#include <stdbool.h>
#include <string.h>

#include "vnode/net/tcp.h"

static void drop(struct orphans *self, unsigned index)
{
    tcp_close(self->entry[index].socket);
    self->count--;
    memmove(&self->entry[index], &self->entry[index + 1],
            (self->count - index) * sizeof self->entry[0]);
}

void orphans_add(struct orphans *self, int socket, uint64_t until_ns)
{
    if (self->count == ORPHANS_MAX) {
        drop(self, 0);
    }
    self->entry[self->count].socket = socket;
    self->entry[self->count].until_ns = until_ns;
    self->count++;
}

// Reads and forgets: nobody is there. True when the server has closed.
static bool is_closed(int socket)
{
    uint8_t nothing[512];
    long count;

    do {
        count = tcp_receive(socket, nothing, sizeof nothing);
    } while (count > 0);
    return count < 0;
}

void orphans_poll(struct orphans *self, uint64_t now_ns)
{
    for (unsigned i = 0; i < self->count;) {
        if (self->entry[i].until_ns <= now_ns || is_closed(self->entry[i].socket)) {
            drop(self, i);
        } else {
            i++;
        }
    }
}

uint64_t orphans_next_ns(const struct orphans *self)
{
    uint64_t next_ns = UINT64_MAX;

    for (unsigned i = 0; i < self->count; i++) {
        next_ns = self->entry[i].until_ns < next_ns ? self->entry[i].until_ns : next_ns;
    }
    return next_ns;
}

void orphans_close(struct orphans *self)
{
    while (self->count > 0) {
        drop(self, 0);
    }
}
