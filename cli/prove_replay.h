// SPDX-License-Identifier: Apache-2.0
// One case of a proof once more, to look at.
#ifndef NBOTA_CLI_PROVE_REPLAY_H
#define NBOTA_CLI_PROVE_REPLAY_H

#include <stdint.h>

#include "vnode/prove/base.h"

// Prints the node's console and the verdict. `gdb_port` 0: no debugger. Returns enum exit_code.
int prove_replay(const struct prove_base *base, const char *name, uint16_t gdb_port);

#endif
