// SPDX-License-Identifier: Apache-2.0
// A module that says anything: the input is cut into bursts, requests are made whenever none is under way. Every
// request must end within the sum of its bounds, whatever is said.
#include "node/driver/modem/dialogue.h"
#include "node/port/modem.h"
#include "node/port/modem_pins.h"
#include "tests/fake/uart.h"
#include "tests/fuzz/fuzz.h"

enum {
    BURST_MAX = 64,
    LONGEST_REQUEST_MS = 60 * 60 * 1000, // of all requests, far beyond
    STEP_MS = 500,
};

const struct dialogue *const modem_dialogue = &DIALOGUE;

static bool is_off;

void modem_reset_line(bool low)
{
    (void)low;
}

void modem_power_key(bool pressed)
{
    (void)pressed;
}

// Switched on in most cases, so that a dialogue with a key gets on.
bool modem_is_on(void)
{
    return !is_off;
}

static const struct modem_network network = {.apn = "iot", .search_ms = 60000};

static void request(uint8_t which)
{
    switch (which % 9) {
    case 0:
        modem_wake(&network);
        break;
    case 1:
        modem_open((enum modem_channel)(which % 4), "host", "1885");
        break;
    case 2:
        modem_connect("client", "user", NULL);
        break;
    case 3:
        modem_subscribe("topic", which & 1);
        break;
    case 4:
        modem_publish("topic", span_of_text("1028"), which & 1);
        break;
    case 5:
        modem_disconnect();
        break;
    case 6:
        modem_send(span_of_text("\x01\x02"), NULL);
        break;
    case 7:
        modem_pass(span_of_text("AT+CSQ"));
        break;
    default:
        modem_sleep();
        break;
    }
}

static void poll_all(uint32_t now_ms)
{
    struct modem_event event;

    do {
        event = modem_poll(now_ms);
        CONTRACT(event.kind != MODEM_MESSAGE || event.payload.size <= MODEM_PAYLOAD_MAX);
    } while (event.kind != MODEM_NOTHING);
}

static void let_end(uint32_t *now_ms)
{
    for (uint32_t passed_ms = 0; modem_is_busy(); passed_ms += STEP_MS) {
        CONTRACT(passed_ms < LONGEST_REQUEST_MS);
        *now_ms += STEP_MS;
        poll_all(*now_ms);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint32_t now_ms = 1000;

    is_off = size > 0 && data[0] == 0xFF;
    fake_uart_reset();
    modem_cancel();
    for (size_t i = 0; i < size;) {
        if (!modem_is_busy()) {
            request(data[i]);
        }
        size_t burst = data[i++] % BURST_MAX;
        burst = burst < size - i ? burst : size - i;
        fake_uart_say(UART_MODEM, span_of(data + i, burst));
        i += burst;
        now_ms += STEP_MS;
        poll_all(now_ms);
    }
    let_end(&now_ms);
    return 0;
}
