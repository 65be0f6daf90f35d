// SPDX-License-Identifier: Apache-2.0
#include "node/app/downlink.h"

#include "node/app/app.h"
#include "node/app/commands.h"
#include "node/app/outbox.h"
#include "node/app/report.h"

static void refuse(bool asked_for_update)
{
    log_line("Downstream parameter error");
    if (asked_for_update) {
        log_line("ota error %d:%s", (int)OTA_FORMAT, code_text(OTA_FORMAT));
        report_set(OTA_FORMAT);
    }
}

static void take_hex(struct span payload)
{
    char text[DOWNLINK_LINE_SIZE];
    struct fmt line;

    fmt_init(&line, text, sizeof text);
    enum downlink_kind kind = downlink_decode(payload, &line);
    if (kind != DOWNLINK_COMMAND || !commands_execute(text, line.length, COMMAND_FROM_DOWNLINK)) {
        refuse(kind == DOWNLINK_OTA_MALFORMED);
    }
}

static void take_list(enum config_verdict verdict, const struct config *config, char *workspace)
{
    if (verdict == CONFIG_GOOD && outbox_has_room()) {
        downlink_run_list(config, workspace);
        return;
    }
    refuse(config->upgrades);
    if (verdict == CONFIG_BAD && outbox_has_room()) {
        outbox_put_ack(config->bad);
    }
}

static void take_question(void)
{
    if (outbox_has_room()) {
        outbox_put_status();
    } else {
        refuse(false);
    }
}

void downlink_take(struct span payload, char workspace[DOWNLINK_MAX])
{
    struct config config;
    enum config_verdict verdict = config_find(payload, &config);
    bool is_too_long = payload.size > DOWNLINK_MAX;

    downlink_show(payload);
    if (verdict != CONFIG_NONE) {
        take_list(is_too_long ? CONFIG_ENDLESS : verdict, &config, workspace);
    } else if (is_too_long) {
        refuse(false);
    } else if (downlink_asks_status(payload)) {
        take_question();
    } else {
        take_hex(payload);
    }
}
