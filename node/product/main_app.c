// SPDX-License-Identifier: Apache-2.0
// The application: brings the board up and hands over to the loop.
#include "node/app/app.h"
#include "node/port/fault.h"
#include "node/port/nor.h"
#include "node/port/supply.h"
#include "node/port/uart.h"
#include "node/port/watchdog.h"
#include "node/stm32l0/system.h"

enum { CONSOLE_BAUD = 9600 };

static void report_fault(void)
{
    struct fault fault;

    if (!fault_take(&fault)) {
        return;
    }
    if (fault.place[0] != '\0') {
        log_line("contract broken: %s:%lu (%lu since power-on)", fault.place,
                 (unsigned long)fault.detail, (unsigned long)fault.count);
    } else {
        log_line("processor fault at %08lX (%lu since power-on)", (unsigned long)fault.detail,
                 (unsigned long)fault.count);
    }
}

void system_idle(void)
{
    power_idle();
}

void node_main(void)
{
    power_init();
    watchdog_start();
    clock_init();
    supply_5v(false); // the switch floats since the reset
    uart_open(UART_CONSOLE, CONSOLE_BAUD);
    nor_sleep(); // a bootloader that knows no flash chip left it awake
    report_fault();
    app_run();
}
