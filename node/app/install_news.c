// SPDX-License-Identifier: Apache-2.0
#include "node/app/install_news.h"

#include "node/app/app.h"
#include "node/app/report.h"
#include "node/app/security.h"
#include "node/core/settings.h"
#include "node/store/history.h"

static enum status commit(const struct record_change *change)
{
    enum status status = history_commit(change->items, change->count);

    if (status != STATUS_OK) {
        log_line("EEPROM write failed");
    }
    return status;
}

// ---- states and what they call for ----

struct meaning {
    enum ota_code code;      // of the report at start
    enum install_state next; // …when it is kept
    enum ota_code told;      // to the OTA server
    bool runs;               // the image of the record does
};

static struct meaning meaning_of(enum install_state state)
{
    static const struct meaning meanings[] = {
        [INSTALL_DONE] = {OTA_SUCCESS, INSTALL_TELL_DONE, OTA_NONE, true},
        [INSTALL_REFUSED] = {OTA_CHECKSUM, INSTALL_TELL_REFUSED, OTA_NONE, false},
        // The bootloader could not read NOR: it tries again after every reset.
        [INSTALL_ORDERED] = {OTA_HARDWARE, INSTALL_DELAYED, OTA_NONE, false},
        [INSTALL_ROLLED_BACK] = {OTA_ROLLED_BACK, INSTALL_TELL_ROLLED_BACK, OTA_NONE, false},
        // The flash chip lost its backup: what failed its trial is all that there is.
        [INSTALL_STAYED] = {OTA_HARDWARE, INSTALL_TELL_STAYED, OTA_NONE, true},
        [INSTALL_TELL_DONE] = {OTA_NONE, INSTALL_NONE, OTA_SUCCESS, true},
        [INSTALL_TELL_REFUSED] = {OTA_NONE, INSTALL_NONE, OTA_CHECKSUM, false},
        [INSTALL_TELL_ROLLED_BACK] = {OTA_NONE, INSTALL_NONE, OTA_ROLLED_BACK, false},
        [INSTALL_TELL_STAYED] = {OTA_NONE, INSTALL_NONE, OTA_HARDWARE, true},
    };
    bool is_known = (unsigned)state < sizeof meanings / sizeof *meanings;

    return is_known ? meanings[state] : (struct meaning){OTA_NONE, INSTALL_NONE, OTA_NONE, false};
}

// ---- the OTA server ----

enum ota_code install_news(char title[WIRE_TEXT_MAX + 1], char version[WIRE_TEXT_MAX + 1])
{
    struct install_record install;

    record_read_install(&install);
    struct meaning meaning = meaning_of(install.state);
    if (meaning.runs) { // otherwise what runs is still what the settings say
        memcpy(title, install.title, sizeof install.title);
        memcpy(version, install.version, sizeof install.version);
    }
    return meaning.told;
}

void install_news_told(void)
{
    struct record_change change;

    record_change_init(&change);
    record_put_install(&change, &(struct install_record){0});
    (void)commit(&change);
}

// ---- the start ----

static void log_outcome(enum ota_code code, const struct install_record *install)
{
    char text[64];
    struct fmt out;

    fmt_init(&out, text, sizeof text);
    if (code != OTA_SUCCESS) {
        fmt_add(&out, "ota error %d:", (int)code);
    }
    fmt_add(&out, "%s", code_text(code));
    if (code == OTA_SUCCESS || code == OTA_ROLLED_BACK) {
        log_line("%s, Firmware Title: %s Ver: %s", text, install->title, install->version);
    } else {
        log_line("%s", text);
    }
}

void install_adopt(bool settings_dropped)
{
    struct install_record install;
    struct record_change change;

    record_read_install(&install);
    struct meaning meaning = meaning_of(install.state);
    if (meaning.code == OTA_NONE) {
        return;
    }
    bool had_no_trial =
        install.state == INSTALL_DONE && install.has_manifest; // for want of a backup
    log_outcome(meaning.code, &install);
    if (meaning.runs) {
        (void)value_clear(SETTING_OTAVER); // the running version counts again
    }
    record_change_init(&change);
    if (had_no_trial) {
        security_put(&change, &install);
    }
    install.state = meaning.next;
    record_put_install(&change, &install);
    if (!settings_dropped) {
        report_put(&change, meaning.code, install.title, install.version);
    }
    if (commit(&change) == STATUS_OK && had_no_trial) {
        security_log_ignored(&install);
    }
}

// ---- the trial ----

void install_note_trial(const struct trial_record *record)
{
    struct record_change change;

    record_change_init(&change);
    record_put_trial(&change, record);
    (void)commit(&change);
}

enum status install_confirm(void)
{
    struct install_record install;
    struct trial_record trial;
    struct record_change change;

    record_read_install(&install);
    record_read_trial(&trial);
    record_change_init(&change);
    security_put(&change, &install);
    install.state = INSTALL_TELL_DONE;
    install.has_backup = false;
    record_put_install(&change, &install);
    record_put_trial(&change, &(struct trial_record){0});
    record_drop(&change, RECORD_BACKUP);
    if (!trial.other_product) { // the server that its settings name now asked for nothing
        report_put(&change, OTA_SUCCESS, install.title, install.version);
    }
    record_drop(&change, setting_rows[SETTING_OTAVER].id); // the running version counts again
    enum status status = commit(&change);
    if (status == STATUS_OK) {
        log_outcome(OTA_SUCCESS, &install);
        security_log_ignored(&install);
    }
    return status;
}

enum status install_give_up(void)
{
    struct install_record install;
    struct record_change change;

    record_read_install(&install);
    install.state = INSTALL_GIVEN_UP;
    record_change_init(&change);
    record_put_install(&change, &install);
    return commit(&change);
}
