// SPDX-License-Identifier: Apache-2.0
#include <setjmp.h>
#include <string.h>

#include "cli/packing.h"
#include "node/boot/boot.h"
#include "node/boot/listen.h"
#include "node/boot/local_update.h"
#include "node/port/clock.h"
#include "node/store/journal.h"
#include "tests/fake/eeprom.h"
#include "tests/fake/firmware.h"
#include "tests/fake/flash.h"
#include "tests/fake/time.h"
#include "tests/fake/uart.h"
#include "tests/host/cmocka_all.h"
#include "vnode/run/xmodem.h"

enum { SIZE = 1000 };

const uint8_t boot_hardware_id = 1;

static uint8_t image[WIRE_SLOT_SIZE];
static uint8_t file[WIRE_PACKED_MAX];

static int setup(void **state)
{
    (void)state;
    fake_eeprom_reset();
    fake_flash_reset();
    fake_uart_reset();
    fake_time_set(0xFFFFFE00);
    firmware_make(image, SIZE, "s31-nb", "v1.0.0");
    memcpy(fake_flash_slot(), image, SIZE);
    firmware_make(image, SIZE, "s31-nb", "v1.1.0");
    assert_int_equal(journal_open(), STATUS_OK);
    return 0;
}

// What a sender says that gets every answer it hopes for.
static void transfer(const uint8_t *bytes, size_t size)
{
    static struct xmodem_sender sender;

    xmodem_sender_init(&sender, span_of(bytes, size), 0);
    fake_uart_say(UART_CONSOLE, xmodem_sender_take(&sender, 0, 'C'));
    while (sender.state == XMODEM_SENDING) {
        fake_uart_say(UART_CONSOLE, xmodem_sender_take(&sender, 0, 0x06));
    }
}

static const char *listen(uint32_t *passed_ms)
{
    uint32_t began_ms = clock_now_ms();

    boot_listen(BOOT_NEXT_LISTEN);
    *passed_ms = clock_now_ms() - began_ms;
    return fake_uart_heard(UART_CONSOLE);
}

static void nobody_there_costs_a_second_and_a_half(void **state)
{
    (void)state;
    uint32_t passed_ms;

    assert_string_equal(listen(&passed_ms), "listening for an update CC\r\n");
    assert_in_range(passed_ms, LISTEN_WINDOW_MS, LISTEN_WINDOW_MS + 50);
    assert_int_equal(fake_flash_operations(), 0);
}

static void behind_an_install_nothing_is_waited_for_but_what_came_meanwhile_counts(void **state)
{
    (void)state;
    uint32_t began_ms = clock_now_ms();

    boot_listen(BOOT_NEXT_START);
    assert_int_equal(clock_now_ms() - began_ms, 0);
    assert_string_equal(fake_uart_heard(UART_CONSOLE), "listening for an update \r\n");
    fake_uart_say_text(UART_CONSOLE, "uuu");
    boot_listen(BOOT_NEXT_START);
    assert_in_range(clock_now_ms() - began_ms, LISTEN_OFFER_MS, LISTEN_OFFER_MS + 100);
}

static void three_signs_in_a_row_make_it_wait_a_minute(void **state)
{
    (void)state;
    uint32_t passed_ms;

    fake_uart_say_text(UART_CONSOLE, "uuAT+PIN\r\nuuu");
    const char *heard = listen(&passed_ms);
    assert_non_null(strstr(heard, "send a packed image by xmodem: CCC"));
    assert_in_range(passed_ms, LISTEN_OFFER_MS, LISTEN_OFFER_MS + 100);
}

static void a_key_that_is_held_is_answered_once(void **state)
{
    (void)state;
    uint32_t passed_ms;

    fake_uart_say_text(UART_CONSOLE, "uuuuuuuuuuuuuuuuuuuuuuuuuuuu");
    const char *heard = listen(&passed_ms);
    const char *offer = strstr(heard, "send a packed image");
    assert_non_null(offer);
    assert_null(strstr(offer + 1, "send a packed image"));
}

static void what_the_bluetooth_module_says_is_passed_over(void **state)
{
    (void)state;
    uint32_t passed_ms;

    fake_uart_say_text(UART_CONSOLE, "+READY\r\nOK\r\nuu\r\nAT+NAME861275077900001\r\nERROR=u\r\n");
    (void)listen(&passed_ms);
    assert_in_range(passed_ms, LISTEN_WINDOW_MS, LISTEN_WINDOW_MS + 50);
}

static void an_update_is_taken_and_started(void **state)
{
    (void)state;
    uint32_t passed_ms;

    transfer(file, packing_make(span_of(image, SIZE), file));
    const char *heard = listen(&passed_ms);
    assert_non_null(strstr(heard, "\x06\x06\x06\x06\x06\x06\r\nupdate installed\r\n"));
    assert_memory_equal(fake_flash_slot(), image, SIZE);
    assert_true(boot_application_may_start());
    assert_true(fake_watchdog_feeds() > 0);
}

static void a_refused_image_says_why_and_leaves_the_old_one_to_start(void **state)
{
    (void)state;
    uint32_t passed_ms;

    firmware_mark(image, SIZE, boot_hardware_id + 1);
    transfer(file, packing_make(span_of(image, SIZE), file));
    const char *heard = listen(&passed_ms);
    assert_non_null(strstr(heard, "\x18\x18\x18\r\nupdate refused: made for other hardware\r\n"));
    assert_in_range(passed_ms, LISTEN_OFFER_MS, LISTEN_OFFER_MS + 2000);
    assert_true(boot_application_may_start());
}

static void after_a_refusal_the_next_try_is_taken(void **state)
{
    (void)state;
    uint32_t passed_ms;

    fake_uart_say_text(UART_CONSOLE, "uuu");
    transfer(image, SIZE);
    assert_non_null(strstr(listen(&passed_ms), "update refused: the image is not packed"));
    transfer(file, packing_make(span_of(image, SIZE), file));
    assert_non_null(strstr(listen(&passed_ms), "update installed"));
}

static void an_image_that_is_there_is_started_although_the_senders_last_word_was_lost(void **state)
{
    (void)state;
    static struct xmodem_sender sender;
    uint32_t passed_ms;

    xmodem_sender_init(&sender, span_of(file, packing_make(span_of(image, SIZE), file)), 0);
    fake_uart_say(UART_CONSOLE, xmodem_sender_take(&sender, 0, 'C'));
    for (struct span next = xmodem_sender_take(&sender, 0, 0x06); next.size > 1;
         next = xmodem_sender_take(&sender, 0, 0x06)) {
        fake_uart_say(UART_CONSOLE, next);
    }
    assert_non_null(strstr(listen(&passed_ms), "update installed"));
    assert_in_range(passed_ms, 20000, 40000);
}

// ---- while an install pends and there is no application ----

enum { PERIOD_MS = 28000, HANDS_OFF_MS = 100 };

// How long the watchdog lets it listen.
static uint32_t listen_until_bitten(const char *text)
{
    static jmp_buf reset;
    static uint32_t began_ms;

    setup(NULL);
    fake_flash_slot()[7] = 0; // nothing to start
    fake_uart_say_text(UART_CONSOLE, text);
    began_ms = clock_now_ms();
    fake_watchdog_arm(&reset, PERIOD_MS);
    if (setjmp(reset) == 0) {
        boot_listen(BOOT_NEXT_AGAIN);
    }
    fake_watchdog_arm(NULL, 0);
    return clock_now_ms() - began_ms;
}

static void the_watchdog_tries_an_install_again_whatever_noise_there_is(void **state)
{
    (void)state;
    assert_in_range(listen_until_bitten(""), PERIOD_MS, PERIOD_MS + HANDS_OFF_MS);
    assert_in_range(listen_until_bitten("\x01"), PERIOD_MS, PERIOD_MS + HANDS_OFF_MS);
    assert_in_range(listen_until_bitten("\x02\x18\x18"), PERIOD_MS, PERIOD_MS + HANDS_OFF_MS);
    assert_in_range(listen_until_bitten("\x18\x18\x04"), PERIOD_MS, PERIOD_MS + HANDS_OFF_MS);
}

static void a_person_at_the_line_holds_the_watchdog_back_for_a_minute(void **state)
{
    (void)state;
    assert_in_range(listen_until_bitten("uuu"), LISTEN_OFFER_MS + PERIOD_MS - HANDS_OFF_MS,
                    LISTEN_OFFER_MS + PERIOD_MS + HANDS_OFF_MS);
}

static void a_transfer_is_taken_while_an_install_pends(void **state)
{
    (void)state;
    fake_flash_slot()[7] = 0;
    transfer(file, packing_make(span_of(image, SIZE), file));
    boot_listen(BOOT_NEXT_AGAIN);
    assert_memory_equal(fake_flash_slot(), image, SIZE);
}

// A sender that waits takes these letters for an invitation.
static void no_reason_starts_a_sender(void **state)
{
    (void)state;
    struct local_update update = {0};

    for (int verdict = LOCAL_UNFIT; verdict <= LOCAL_SHORT; verdict++) {
        update.verdict = (enum local_verdict)verdict;
        assert_non_null(local_update_reason(&update));
        assert_null(strpbrk(local_update_reason(&update), "CG"));
    }
    for (int why = VERDICT_GOOD; why <= VERDICT_START + 1; why++) { // one more than there are
        assert_null(strpbrk(verdict_text((uint32_t)why), "CG"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_reason_starts_a_sender),
        cmocka_unit_test(the_watchdog_tries_an_install_again_whatever_noise_there_is),
        cmocka_unit_test(a_person_at_the_line_holds_the_watchdog_back_for_a_minute),
        cmocka_unit_test_setup(a_transfer_is_taken_while_an_install_pends, setup),
        cmocka_unit_test_setup(nobody_there_costs_a_second_and_a_half, setup),
        cmocka_unit_test_setup(
            behind_an_install_nothing_is_waited_for_but_what_came_meanwhile_counts, setup),
        cmocka_unit_test_setup(three_signs_in_a_row_make_it_wait_a_minute, setup),
        cmocka_unit_test_setup(a_key_that_is_held_is_answered_once, setup),
        cmocka_unit_test_setup(what_the_bluetooth_module_says_is_passed_over, setup),
        cmocka_unit_test_setup(an_update_is_taken_and_started, setup),
        cmocka_unit_test_setup(a_refused_image_says_why_and_leaves_the_old_one_to_start, setup),
        cmocka_unit_test_setup(after_a_refusal_the_next_try_is_taken, setup),
        cmocka_unit_test_setup(
            an_image_that_is_there_is_started_although_the_senders_last_word_was_lost, setup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
