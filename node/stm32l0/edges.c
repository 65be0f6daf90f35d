// SPDX-License-Identifier: Apache-2.0
// Edges on external interrupt lines, noted. Apart from input.c, because both binaries have the vectors and the bootloader
// has no inputs.
#include "node/stm32l0/edges.h"

#include "node/stm32l0/registers.h"
#include "node/stm32l0/system.h"

static volatile uint16_t edges;

uint16_t edges_take(void)
{
    uint32_t mask = interrupts_save();
    uint16_t taken = edges;

    edges = 0;
    interrupts_restore(mask);
    return taken;
}

void exti_0_1_handler(void)
{
    uint32_t pending = EXTI_PR & EXTI_IMR & EXTI_PINS;

    EXTI_PR = pending;
    edges |= (uint16_t)pending;
}

void exti_4_15_handler(void)
{
    exti_0_1_handler();
}
