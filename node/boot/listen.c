// SPDX-License-Identifier: Apache-2.0
// The loop around xmodem.c and local_update.c. Nothing is lost while a page is written: the sender waits for the
// answer to its block, which is given afterwards, and the DMA takes what comes all the same.
//
// No text here may hold 'C' or 'G': a waiting sender takes either for an invitation.
#include "node/boot/listen.h"

#include "node/boot/boot.h"
#include "node/boot/local_update.h"
#include "node/boot/xmodem.h"
#include "node/port/clock.h"
#include "node/port/power.h"
#include "node/port/uart.h"
#include "node/port/watchdog.h"

enum {
    READ_SIZE = 64,
    LOOK_EVERY_MS = 50,
    SILENCE_MS = 300, // a sender that gave up leaves the terminal to the person
};
#define CANCEL "\x18\x18\x18"

static struct {
    struct xmodem line;
    struct local_update update;
    uint32_t until_ms; // an application is started then
    uint8_t signs;     // 'u' in a row
    uint32_t heard_ms; // a good block or the sign
    bool may_start;    // there is an application
    bool pends;        // an install that the watchdog's reset tries again
} listening;

void boot_say(const char *text)
{
    struct span rest = span_of_text(text);

    while (rest.size > 0) {
        rest = span_after(rest, uart_send(UART_CONSOLE, rest));
    }
}

void boot_finish_saying(void)
{
    while (!uart_is_idle(UART_CONSOLE)) {
    }
}

static bool has_heard_within(uint32_t duration_ms)
{
    return clock_now_ms() - listening.heard_ms < duration_ms;
}

// While an install pends only a sender or a person holds its next try back, noise on the line does not.
static void feed(void)
{
    if (!listening.pends || has_heard_within(LISTEN_OFFER_MS)) {
        watchdog_feed();
    }
}

// Until nothing has come for a while; what comes is dropped.
static void wait_for_silence(void)
{
    uint8_t bytes[READ_SIZE];
    uint32_t since_ms = clock_now_ms();

    while (clock_now_ms() - since_ms < SILENCE_MS) {
        if (uart_receive(UART_CONSOLE, bytes, sizeof bytes) > 0) {
            since_ms = clock_now_ms();
        }
        feed();
        power_wait_for_event(LOOK_EVERY_MS);
    }
}

static void begin(uint32_t first_ms, uint32_t duration_ms)
{
    uint32_t now_ms = clock_now_ms();

    memset(&listening.update, 0, sizeof listening.update);
    xmodem_begin(&listening.line, now_ms, first_ms);
    listening.signs = 0;
    listening.until_ms = now_ms + duration_ms;
    listening.may_start = boot_application_may_start();
}

static void offer(void)
{
    begin(LISTEN_FIRST_MS, LISTEN_OFFER_MS);
    boot_say(listening.may_start ? "\r\nsend a packed image by xmodem: "
                                 : "\r\nno application: waiting for a packed image by xmodem: ");
}

// ---- how a transfer ends ----

static bool end_well(void)
{
    wait_for_silence();
    boot_say("\r\nupdate installed\r\n");
    return true;
}

static bool end_badly(const char *what, const char *reason)
{
    wait_for_silence();
    boot_say("\r\nupdate ");
    boot_say(what);
    boot_say(reason);
    offer();
    return false;
}

static bool refuse(void)
{
    boot_say(CANCEL);
    return end_badly("refused: ", local_update_reason(&listening.update));
}

static bool lose(void)
{
    if (listening.update.verdict == LOCAL_INSTALLED) {
        return end_well(); // all but the sender's last word has come
    }
    boot_say(CANCEL);
    return end_badly("lost: ", "the sender gave up or went silent");
}

static bool end(void)
{
    enum local_verdict verdict = local_update_end(&listening.update);

    return verdict == LOCAL_INSTALLED
               ? end_well()
               : end_badly("refused: ", local_update_reason(&listening.update));
}

// ---- bytes and time ----

static void reply(uint8_t byte)
{
    char text[2] = {(char)byte, '\0'};

    boot_say(text); // nothing for 0
}

static bool store(void)
{
    enum local_verdict verdict =
        local_update_take(&listening.update, xmodem_block(&listening.line));

    if (verdict != LOCAL_MORE && verdict != LOCAL_INSTALLED) {
        return refuse();
    }
    listening.heard_ms = clock_now_ms();
    reply(xmodem_accept(&listening.line, listening.heard_ms));
    return false;
}

// True when the application is to be started at once.
static bool act(struct xmodem_step step)
{
    reply(step.reply);
    switch (step.event) {
    case XMODEM_BLOCK:
        return store();
    case XMODEM_END:
        return end();
    case XMODEM_LOST:
        return lose();
    case XMODEM_NOTHING:
    default:
        return false;
    }
}

static void count_sign(uint8_t byte)
{
    listening.signs = byte == LISTEN_SIGN ? (uint8_t)(listening.signs + 1) : 0;
    if (listening.signs < LISTEN_SIGNS) {
        return;
    }
    listening.signs = 0;
    if (has_heard_within(LISTEN_AGAIN_MS)) {
        return;
    }
    listening.heard_ms = clock_now_ms();
    offer();
}

static bool take_byte(uint8_t byte)
{
    uint32_t now_ms = clock_now_ms();

    if (!xmodem_is_busy(&listening.line)) {
        count_sign(byte);
    }
    bool is_over = act(xmodem_take(&listening.line, now_ms, byte));
    if (xmodem_is_busy(&listening.line)) {
        listening.until_ms = now_ms + LISTEN_OFFER_MS;
    }
    return is_over;
}

// One by one: a transfer that ends drops what has come behind it.
static bool take_bytes(void)
{
    uint8_t byte;

    while (uart_receive(UART_CONSOLE, &byte, 1) == 1) {
        if (take_byte(byte)) {
            return true;
        }
    }
    return act(xmodem_wait(&listening.line, clock_now_ms()));
}

static bool is_time_over(void)
{
    return listening.may_start && (int32_t)(clock_now_ms() - listening.until_ms) >= 0;
}

void boot_listen(enum boot_next next)
{
    listening.pends = next == BOOT_NEXT_AGAIN;
    listening.heard_ms = clock_now_ms() - LISTEN_OFFER_MS;
    begin(LISTEN_FIRST_MS, next == BOOT_NEXT_START ? 0 : LISTEN_WINDOW_MS);
    boot_say(listening.may_start ? "listening for an update "
             : listening.pends   ? "no application: waiting for the watchdog or an update "
                                 : "no application: waiting for a packed image by xmodem: ");
    while (!take_bytes() && !is_time_over()) {
        feed();
        power_wait_for_event(LOOK_EVERY_MS);
    }
    boot_say("\r\n");
}
