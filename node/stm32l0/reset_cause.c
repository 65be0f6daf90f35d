// SPDX-License-Identifier: Apache-2.0
#include "node/port/reset_cause.h"

#include "node/stm32l0/registers.h"

// Each reset of the MCU sets the pin's flag too (RM0376 section 7.1.1), so only the others tell something.
bool reset_cause_blames_application(void)
{
    return (RCC_CSR & (RCC_CSR_SFTRSTF | RCC_CSR_IWDGRSTF | RCC_CSR_WWDGRSTF | RCC_CSR_LPWRRSTF)) !=
           0;
}
