// SPDX-License-Identifier: Apache-2.0
// The bootloader: sleep for the flash chip, an install if one is ordered, then the application. Without a whole
// application it waits for the watchdog in the lowest power and tries again, so that a cable or a better moment helps.
#include "node/boot/boot.h"
#include "node/port/nor.h"
#include "node/port/power.h"
#include "node/port/uart.h"
#include "node/port/watchdog.h"
#include "node/product/identity.h"
#include "node/stm32l0/system.h"
#include "node/store/journal.h"
#include "node/store/record.h"
#include "wire/image.h"

enum { CONSOLE_BAUD = 9600 };

static void say(const char *text)
{
    struct span rest = span_of_text(text);

    while (rest.size > 0) {
        rest = span_after(rest, uart_send(UART_CONSOLE, rest));
    }
}

static void finish_saying(void)
{
    while (!uart_is_idle(UART_CONSOLE)) {
    }
}

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

// A copy that was begun and not finished has left half an application, whatever its first page looks like.
static bool is_half_copied(void)
{
    struct install_record record;

    record_read_install(&record);
    return record.state == INSTALL_COPYING;
}

void node_main(void)
{
    watchdog_start();
    nor_sleep();
    uart_open(UART_CONSOLE, CONSOLE_BAUD);
    say("nbota boot ");
    say(boot_version);
    say("\r\nunsigned build: images are checked by CRC32 alone\r\n");
    enum boot_outcome outcome = journal_open() == STATUS_OK ? boot_install() : BOOT_NOTHING;
    say(outcome_text(outcome));
    if (boot_application_is_plausible() && !is_half_copied()) {
        finish_saying();
        system_jump(WIRE_SLOT_BASE);
    }
    say("no application: waiting for the watchdog\r\n");
    finish_saying();
    power_stop_until_reset();
}
