// SPDX-License-Identifier: Apache-2.0
// What tells this chip from others. Bound at link time.
#ifndef NBOTA_NODE_PORT_IDENTITY_H
#define NBOTA_NODE_PORT_IDENTITY_H

#include <stdint.h>

// The number the default console password is made of: UID words 0 and 2 added (docs/protocol.md).
uint32_t identity_password_number(void);

#endif
