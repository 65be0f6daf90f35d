// SPDX-License-Identifier: Apache-2.0
// The application slot as memory. Bound at link time.
#ifndef NBOTA_NODE_PORT_RUNNING_IMAGE_H
#define NBOTA_NODE_PORT_RUNNING_IMAGE_H

#include <stdint.h>

// The slot's first byte; WIRE_SLOT_SIZE bytes (wire/image.h) can be read.
const uint8_t *running_image(void);

#endif
