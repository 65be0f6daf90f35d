// SPDX-License-Identifier: Apache-2.0
// The bootloader: sleep for the flash chip, an install or the way back if one is due, an ear for a local update, then the
// application. Without a whole application it listens on: for ever, or until the watchdog tries the install again.
#include "node/boot/boot.h"
#include "node/boot/keys.h"
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

static unsigned count_trusted(void)
{
    struct security_record security;
    unsigned count = 0;

    record_read_security(&security);
    for (unsigned n = 0; n < boot_key_count; n++) {
        count += (security.revoked >> n & 1) == 0;
    }
    return count;
}

static void say_trust(void)
{
    char digit[] = {(char)('0' + count_trusted()), '\0'}; // MANIFEST_KEYS_MAX at most

    if (boot_key_count == 0) {
        boot_say("unsigned build: images are checked by CRC32 alone\r\n");
        return;
    }
    boot_say("signed images only, trusted keys: ");
    boot_say(digit);
    boot_say("\r\n");
}

static void say_outcome(enum boot_outcome outcome, enum verdict verdict)
{
    if (outcome == BOOT_NOTHING) {
        return;
    }
    boot_say(boot_outcome_text(outcome));
    if (outcome == BOOT_REFUSED) {
        boot_say(verdict == VERDICT_GOOD ? "the candidate does not match its order"
                                         : verdict_text(verdict));
    }
    boot_say(boot_outcome_next(outcome) == BOOT_NEXT_AGAIN
                 ? ": tried again after the next reset\r\n"
                 : "\r\n");
}

static enum boot_next do_duties(void)
{
    enum verdict verdict = VERDICT_GOOD;

    (void)journal_open(); // an EEPROM that refuses a word can be read all the same
    say_trust();
    enum boot_outcome outcome = boot_install(&verdict);
    say_outcome(outcome, verdict);
    return boot_outcome_next(outcome);
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
    boot_say("\r\n");
    boot_listen(do_duties());
    boot_finish_saying();
    system_jump(WIRE_SLOT_BASE);
}
