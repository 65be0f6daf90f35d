// SPDX-License-Identifier: Apache-2.0
#include "node/app/attach.h"

#include "node/app/app.h"
#include "node/app/network.h"
#include "node/app/trial.h"
#include "node/port/modem.h"

static enum { ATTACH_NONE, ATTACH_WAKING, ATTACH_LEAVING } stage;

bool attach_is_running(void)
{
    return stage != ATTACH_NONE;
}

void attach_begin(uint32_t now_ms)
{
    log_line("On trial: looking for the network");
    stage = ATTACH_WAKING;
    trial_note_sought(now_ms);
    network_wake();
}

static void take(enum modem_event_kind kind)
{
    if (stage == ATTACH_LEAVING) {
        stage = ATTACH_NONE;
        return;
    }
    if (kind == MODEM_DONE) {
        value_note_imei(modem_identity()->imei);
        trial_note_attached();
    }
    stage = ATTACH_LEAVING;
    modem_sleep();
}

uint32_t attach_run(uint32_t now_ms)
{
    while (attach_is_running()) {
        struct modem_event event = modem_poll(now_ms);
        if (event.kind == MODEM_NOTHING) {
            return modem_next_ms(now_ms);
        }
        take(event.kind);
    }
    return 0;
}
