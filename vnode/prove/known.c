// SPDX-License-Identifier: Apache-2.0
#include "vnode/prove/known.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>

enum { SLOTS = 1 << 20, PROBES = 64 };

struct prove_known {
    _Atomic uint64_t slots[SLOTS]; // 0 = free
};

struct prove_known *prove_known_create(void)
{
    void *memory = mmap(NULL, sizeof(struct prove_known), PROT_READ | PROT_WRITE,
                        MAP_SHARED | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

void prove_known_destroy(struct prove_known *self)
{
    if (self != NULL) {
        (void)munmap(self, sizeof *self);
    }
}

static uint64_t name_of(uint64_t moment)
{
    return moment == 0 ? 1 : moment;
}

bool prove_known_has(const struct prove_known *self, uint64_t moment)
{
    uint64_t wanted = name_of(moment);

    for (size_t i = 0; i < PROBES; i++) {
        uint64_t found = atomic_load(&self->slots[(wanted + i) % SLOTS]);
        if (found == wanted || found == 0) {
            return found == wanted;
        }
    }
    return false;
}

void prove_known_add(struct prove_known *self, uint64_t moment)
{
    uint64_t wanted = name_of(moment);

    for (size_t i = 0; i < PROBES; i++) {
        uint64_t free = 0;
        _Atomic uint64_t *slot = &self->slots[(wanted + i) % SLOTS];
        if (atomic_compare_exchange_strong(slot, &free, wanted) || free == wanted) {
            return;
        }
    }
}
