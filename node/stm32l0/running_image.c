// SPDX-License-Identifier: Apache-2.0
#include "node/port/running_image.h"

extern const uint8_t running_image_begin[]; // app.ld

const uint8_t *running_image(void)
{
    return running_image_begin;
}
