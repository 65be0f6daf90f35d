// SPDX-License-Identifier: Apache-2.0
// The flash chips that a virtual board may have, by the names people give them.
#ifndef NBOTA_VNODE_RUN_FITTING_H
#define NBOTA_VNODE_RUN_FITTING_H

#include <stddef.h>

#include "vnode/chip/nor.h"

struct fitting {
    const char *name;            // as in node.json and on a command's line
    const struct nor_part *part; // NULL: nothing is soldered there
    const char *help;            // for a person, one line
};

// NULL when there is none with that name.
const struct fitting *fitting_find(const char *name);
// NULL when no fitting has that part.
const struct fitting *fitting_of(const struct nor_part *part);
// For listings; NULL behind the last.
const struct fitting *fitting_at(size_t index);

#endif
