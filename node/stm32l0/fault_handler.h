// SPDX-License-Identifier: Apache-2.0
#ifndef NBOTA_NODE_STM32L0_FAULT_HANDLER_H
#define NBOTA_NODE_STM32L0_FAULT_HANDLER_H

#include <stdint.h>

#include "base/attr.h"

// Notes the instruction of the exception frame and resets.
NO_RETURN void fault_at(const uint32_t *frame);

#endif
