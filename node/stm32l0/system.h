// SPDX-License-Identifier: Apache-2.0
// What has to run before anything else, in the order that the boards need.
#ifndef NBOTA_NODE_STM32L0_SYSTEM_H
#define NBOTA_NODE_STM32L0_SYSTEM_H

#include <stdbool.h>

#include "base/attr.h"

// 32 MHz from HSI16, every pin and peripheral clock in use; the NOR's chip select is driven high first of all.
void system_init(void);
// Leaves the machine as after a reset, as far as an application notices, and jumps through its vector
// table at `base`. The watchdog goes on.
NO_RETURN void system_jump(unsigned long base);

// Interrupt handlers, named in the vector table.
void lptim1_handler(void);
void usart2_handler(void);
void lpuart1_handler(void);

// True when something was received since the last call: the sleep must not begin.
bool uart_has_news(void);
// Starts the clock of port/clock.h; needs interrupts on.
void clock_init(void);
// Saves and clears the flags of the last reset's cause.
void power_init(void);

#endif
