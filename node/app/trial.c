// SPDX-License-Identifier: Apache-2.0
#include "node/app/trial.h"

#include "node/app/app.h"
#include "node/app/install_news.h"
#include "node/app/report.h"
#include "node/app/rest.h"
#include "node/app/seconds.h"
#include "node/core/settings.h"
#include "node/core/trial.h"
#include "node/port/modem.h"
#include "node/port/nor.h"
#include "node/port/power.h"
#include "node/store/record.h"

static struct {
    bool is_on;
    bool is_due; // the evidence changed
    bool has_sought;
    bool is_overdue;   // …which was reported
    uint32_t sought_s; // when a session or an attach of its own last looked for the network
    struct trial_evidence evidence;
} trial;

// The flag comes before the settings are cleared, so no cut can leave the one without the other.
static bool is_other_product(void)
{
    struct trial_record record;
    uint8_t known = value_product();

    record_read_trial(&record);
    if (record.other_product || known == 0 || known == app_identity.product->id) {
        return record.other_product;
    }
    record.other_product = true;
    install_note_trial(&record);
    return true;
}

void trial_begin(bool settings_readable)
{
    struct install_record install;

    record_read_install(&install);
    trial.is_on = install.state == INSTALL_TRIAL || install.state == INSTALL_GIVEN_UP;
    if (!trial.is_on) {
        return;
    }
    trial.evidence.settings_readable = settings_readable;
    trial.evidence.other_product = is_other_product();
    log_line("On trial, Firmware Title: %s Ver: %s", install.title, install.version);
}

bool trial_is_on(void)
{
    return trial.is_on;
}

void trial_note_attached(void)
{
    trial.evidence.attached = true;
    trial.is_due = true;
}

void trial_note_sought(uint32_t now_ms)
{
    trial.has_sought = true;
    trial.sought_s = seconds_since_reset(now_ms);
}

bool trial_wants_attach(uint32_t now_ms)
{
    if (!trial.is_on || trial.evidence.attached) {
        return false;
    }
    uint32_t since_s = seconds_since_reset(now_ms) - trial.sought_s;
    return !trial.has_sought || since_s >= value_number(SETTING_TDC);
}

// ---- the verdict ----

static bool nor_answers(void)
{
    bool answers = nor_open() == STATUS_OK;

    nor_sleep();
    return answers;
}

static void confirm(void)
{
    if (install_confirm() == STATUS_OK) {
        trial.is_on = false;
        log_line("The new firmware is confirmed");
    }
}

static void give_up(void)
{
    if (install_give_up() == STATUS_OK) {
        log_line("No network on trial: the firmware of before comes back");
        log_flush();
        power_reset();
    }
}

// Once. The verdict is waited for all the same.
static void report_overdue(void)
{
    if (trial.is_on && !trial.is_overdue && trial_is_overdue(&trial.evidence)) {
        trial.is_overdue = true;
        log_line("No end of the trial: the flash chip or the EEPROM does not work");
        report_set(OTA_HARDWARE);
    }
}

static void judge(void)
{
    trial.evidence.nor_answers = nor_answers();
    switch (trial_judge(&trial.evidence)) {
    case TRIAL_CONFIRMED:
        confirm();
        break;
    case TRIAL_GIVEN_UP:
        give_up();
        break;
    case TRIAL_WAITS:
    default:
        break;
    }
    report_overdue();
}

// New evidence is judged at once, its absence once a minute.
static bool is_time(uint32_t now_s)
{
    enum { PATIENCE_S = 60 };
    bool answers = modem_identity()->imei[0] != '\0';
    bool is_new = trial.is_due || answers != trial.evidence.modem_answers ||
                  now_s - trial.evidence.since_reset_s >= PATIENCE_S;

    trial.is_due = false;
    trial.evidence.modem_answers = answers;
    return is_new;
}

void trial_run(uint32_t now_ms)
{
    uint32_t now_s = seconds_since_reset(now_ms);

    if (!trial.is_on || rest_is_on() || !is_time(now_s)) {
        return;
    }
    trial.evidence.since_reset_s = now_s;
    trial.evidence.period_s = value_number(SETTING_TDC);
    judge();
}
