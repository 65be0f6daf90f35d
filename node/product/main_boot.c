// SPDX-License-Identifier: Apache-2.0
// The bootloader: sleep for the flash chip, an install if one is ordered, an ear for a local update, then the
// application. Without a whole application it listens on: for ever, or until the watchdog tries the install again.
#include "node/boot/boot.h"
#include "node/boot/listen.h"
#include "node/port/nor.h"
#include "node/port/uart.h"
#include "node/port/watchdog.h"
#include "node/product/identity.h"
#include "node/stm32l0/registers.h"
#include "node/stm32l0/system.h"
#include "node/store/journal.h"
#include "wire/image.h"

enum { CONSOLE_BAUD = 9600 };

static const char *outcome_text(enum boot_outcome outcome)
{
    switch (outcome) {
    case BOOT_INSTALLED:
        return "installed\r\n";
    case BOOT_REFUSED:
        return "install refused: the candidate does not match its order\r\n";
    case BOOT_FAILED:
        return "install failed: tried again after the next reset\r\n";
    case BOOT_NOTHING:
    default:
        return "";
    }
}

void system_idle(void)
{
    wait_for_interrupt();
}

void node_main(void)
{
    watchdog_start();
    nor_sleep();
    uart_open(UART_CONSOLE, CONSOLE_BAUD);
    clock_init();
    boot_say("nbota boot ");
    boot_say(boot_version);
    boot_say("\r\nunsigned build: images are checked by CRC32 alone\r\n");
    enum boot_outcome outcome = journal_open() == STATUS_OK ? boot_install() : BOOT_NOTHING;
    boot_say(outcome_text(outcome));
    boot_listen(outcome == BOOT_FAILED);
    boot_finish_saying();
    system_jump(WIRE_SLOT_BASE);
}
