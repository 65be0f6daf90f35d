// SPDX-License-Identifier: Apache-2.0
// The MCU from reset to the composition root, and from the bootloader to the application.
#ifndef NBOTA_NODE_STM32L0_SYSTEM_H
#define NBOTA_NODE_STM32L0_SYSTEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/attr.h"

// 32 MHz from HSI16, every pin and peripheral clock in use; the NOR's chip select is driven high first of
// all. Runs before RAM is set up, so it uses no static object.
void system_init(void);
// Back to 32 MHz after Stop, which ends on HSI16; 170 µs.
void system_raise_clock(void);
// Leaves the interrupts as after a reset and jumps through the vector table at `base`, which must be
// plausible. Clocks, pins and the watchdog go on.
NO_RETURN void system_jump(unsigned long base);

// The reset vector; the linker scripts' entry.
NO_RETURN void reset_handler(void);
// What the start-up calls with RAM set up and interrupts on; each binary binds its own (node/product/).
NO_RETURN void node_main(void);

// Interrupt handlers, named in the vector table.
void exti_0_1_handler(void);
void exti_4_15_handler(void);
void dma_2_3_handler(void);
void dma_4_7_handler(void);
void lptim1_handler(void);
void usart2_handler(void);
void lpuart1_handler(void);

// True when something that nobody has taken was received since the last call: the sleep must not begin.
bool uart_has_news(void);
// Nothing is being sent or received: the clocks may stop.
bool uart_may_stop(void);
// Around Stop, with interrupts masked: reception by DMA rests, and each received character wakes instead.
void uart_before_stop(void);
void uart_after_stop(void);
// Sleeps until an interrupt is pending; called with interrupts masked. Each binary binds its own (node/product/): the
// bootloader, which has no room, waits in Sleep.
void system_idle(void);
// For the application: in Stop whenever both lines are quiet.
void power_idle(void);
// Starts the clock of port/clock.h; needs interrupts on.
void clock_init(void);
// Saves and clears the flags of the last reset's cause. The application alone calls it: the bootloader leaves
// them.
void power_init(void);

#endif
