// SPDX-License-Identifier: Apache-2.0
#include "node/app/rest.h"

#include "node/app/app.h"
#include "node/app/values.h"
#include "node/core/settings.h"
#include "node/port/modem.h"
#include "node/port/power.h"
#include "node/store/journal.h"

static struct {
    bool rests;    // the mode was entered since the reset
    bool is_set;   // AT+SLEEP as it was…
    uint32_t mark; // …at this journal_mark(), which is asked at every wake-up
} rest;

static void set(const char *value)
{
    if (value_set(SETTING_SLEEP, span_of_text(value)) != STATUS_OK) {
        log_line("EEPROM does not answer");
    }
}

void rest_begin(void)
{
    set("1");
}

void rest_end(void)
{
    set("0");
}

static bool is_set(void)
{
    if (rest.mark != journal_mark()) {
        rest.mark = journal_mark();
        rest.is_set = value_number(SETTING_SLEEP) != 0;
    }
    return rest.is_set;
}

bool rest_is_on(void)
{
    return rest.rests || is_set();
}

// After a reset the module runs by itself; before that it may sleep already and is woken to be told so once more.
static void enter(void)
{
    rest.rests = true;
    log_raw(span_of_text("SLEEP\r\n"));
    modem_sleep();
}

uint32_t rest_run(uint32_t now_ms)
{
    bool on = is_set();

    if (rest.rests && !on) {
        ota_keep();
        log_flush();
        power_reset();
    }
    if (on && !rest.rests) {
        enter();
    }
    if (!modem_is_busy()) {
        return UINT32_MAX;
    }
    while (modem_poll(now_ms).kind != MODEM_NOTHING) {
    }
    return modem_next_ms(now_ms);
}
