// SPDX-License-Identifier: Apache-2.0
#include "node/port/reset_cause.h"

#include "node/stm32l0/registers.h"

bool reset_cause_blames_application(void)
{
    return (RCC_CSR & RCC_CSR_BLAMES_APPLICATION) != 0;
}
