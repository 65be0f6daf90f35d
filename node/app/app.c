// SPDX-License-Identifier: Apache-2.0
#include "node/app/app.h"

#include "node/app/attach.h"
#include "node/app/commands.h"
#include "node/app/datalog.h"
#include "node/app/endpoint.h"
#include "node/app/inputs.h"
#include "node/app/passage.h"
#include "node/app/rest.h"
#include "node/app/trial.h"
#include "node/core/settings.h"
#include "node/port/clock.h"
#include "node/port/modem.h"
#include "node/port/power.h"
#include "node/port/uart.h"
#include "node/port/watchdog.h"
#include "node/store/journal.h"

enum {
    // With the 5 s that a duty may take between two feeds it stays below the watchdog's 18.7 s at the fastest LSI. Without
    // crystal both run on the LSI: 12 s are 444,000 of its periods at most, the watchdog's 1,048,576.
    LONGEST_SLEEP_MS = 12000,
    CRYSTAL_MS = 5000, // it starts within 2 s or not at all
};

const char *app_stack_text(void)
{
    bool is_bg95 = capability_fits(product_capabilities(app_identity.product), NEEDS_BG95);

    return is_bg95 ? "nbota-BG95-1" : "nbota-BC660K-1";
}

static void print_banner(void)
{
    char text[200];
    struct fmt out;

    fmt_init(&out, text, sizeof text);
    fmt_add(&out, "\r\nDRAGINO %s NB-IoT Sensor Node\r\n", app_identity.product->name);
    fmt_add(&out, "Image Version: %s\r\nNB-IoT Stack : %s\r\n", app_identity.version,
            app_stack_text());
    fmt_add(&out, "Protocol in Used: %s\r\nreboot error:%s\r\n",
            protocol_text(endpoint_protocol().channel), power_reset_cause_text());
    log_raw(fmt_span(&out));
}

bool app_has_duty(void)
{
    return data_is_running() || ota_is_running() || passage_is_running() || attach_is_running();
}

// What waits when the modem is free: an update goes before the next data, data before the news of an install.
static void begin_duty(uint32_t now_ms)
{
    if (app_has_duty()) {
        return;
    }
    commands_run_noted();
    if (rest_is_on()) {
        return;
    }
    if (ota_is_wanted() && !trial_is_on()) {
        ota_begin(now_ms);
    } else if (data_is_due(now_ms)) {
        data_begin(now_ms);
    } else if (trial_wants_attach(now_ms)) {
        attach_begin(now_ms);
    } else if (ota_has_news() && !trial_is_on()) {
        ota_begin_news(now_ms);
    }
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t wait_for_duty(uint32_t now_ms)
{
    uint32_t next_ms = least(datalog_run(now_ms), rest_run(now_ms));

    return rest_is_on() ? next_ms : least(next_ms, data_next_ms(now_ms));
}

static uint32_t run_duty(uint32_t now_ms)
{
    if (ota_is_running()) {
        return ota_run(now_ms);
    }
    if (passage_is_running()) {
        return passage_run(now_ms);
    }
    if (attach_is_running()) {
        return attach_run(now_ms);
    }
    return data_is_running() ? data_run(now_ms) : wait_for_duty(now_ms);
}

// Once: what is off by a third should be known.
static void judge_clock(uint32_t now_ms)
{
    static bool judged;

    if (judged || now_ms < CRYSTAL_MS) {
        return;
    }
    judged = true;
    if (!clock_is_exact()) {
        log_line("no crystal: times may be wrong by half");
    }
}

void app_run(void)
{
    bool is_readable = journal_open() == STATUS_OK;

    if (!is_readable) {
        log_line("EEPROM does not answer");
    }
    print_banner();
    inputs_open();
    trial_begin(is_readable);
    ota_adopt(value_adopt());
    for (;;) {
        uint32_t now_ms = clock_now_ms();
        uint32_t user_ms = least(console_run(now_ms), inputs_run(now_ms));
        trial_run(now_ms);
        begin_duty(now_ms);
        uint32_t duty_ms = run_duty(now_ms);
        judge_clock(now_ms);
        uart_expect(UART_MODEM, app_has_duty() || modem_is_busy());
        watchdog_feed();
        power_wait_for_event(least(least(user_ms, duty_ms), LONGEST_SLEEP_MS));
    }
}
